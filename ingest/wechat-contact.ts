import type { MapContext, MappedEvent, Outcome } from './channel.ts';
import { drop } from './door.ts';
import { type FieldTable, unlisted } from './fields.ts';
import { type Fields, fieldsAt, filled, filledTexts, firstOf, listAt, textAt } from './pick.ts';
import { beijingTime, epochMs } from './time.ts';
import { answerHash, genderOf, named } from './wechat-answers.ts';
import { manyOf } from './wechat-fields.ts';

/**
 * What WeCom answers about a customer of its staff: developer.work.weixin.qq.com, 获取客户详情 and
 * unionid 与 external_userid 的关联.
 *
 * An answer only mentions: `custom:wecom.contact`. The name is what the customer is called in WeChat, remarks and
 * numbers are what a clerk typed, and the person registered none of it here. The two ids join all the same, for they
 * are the platform's own.
 */
export const CONTACT_FIELDS: FieldTable = {
  errcode: 'integer',
  errmsg: 'text',
  next_cursor: 'text',
  external_contact: 'map',
  'external_contact.external_userid': ['text', 'wecom_external_userid'],
  'external_contact.unionid': ['text', 'wechat_unionid'],
  'external_contact.name': ['text', 'traits.nickname'],
  'external_contact.gender': ['integer', 'traits.gender'],
  'external_contact.type': ['integer', 'properties.contact_type: 1 WeChat, 2 WeCom'],
  'external_contact.position': ['text', 'properties.position'],
  'external_contact.corp_name': ['text', 'properties.corp_name'],
  'external_contact.corp_full_name': ['text', 'properties.corp_full_name'],
  'external_contact.avatar': 'text',
  'external_contact.external_profile': 'any',
  ...manyOf('follow_user', {
    userid: ['text', 'properties.staff'],
    remark: ['text', 'properties.remarks'],
    description: ['text', 'properties.remarks'],
    remark_corp_name: ['text', 'properties.remarks'],
    remark_mobiles: ['list|text', 'remark_mobile'],
    'remark_mobiles[]': 'text',
    tags: ['list', 'properties.tags'],
    'tags[].group_name': 'text',
    'tags[].tag_name': 'text',
    'tags[].tag_id': ['text', 'properties.tag_ids'],
    'tags[].type': 'integer',
    tag_id: 'list|text',
    createtime: ['integer', 'properties.remarks'],
    add_way: ['integer', 'properties.add_way'],
    state: ['text', 'properties.state'],
    oper_userid: 'text',
    wechat_channels: 'any',
  }),
  external_userid: ['text', 'wecom_external_userid'],
  pending_id: ['text', 'kept in the log alone'],
};

/** An event bears at most 100 identifiers; a customer whom that many clerks noted is no one's any more. */
const MOST_MOBILES = 50;
const QUERYABLE = ['contact_type', 'staff', 'state', 'add_way', 'tags', 'tag_ids'];

const once = (texts: string[]): string[] => [...new Set(texts)].filter((text) => text !== '');

function notesOf(follow: unknown): Fields {
  const at = (name: string): string => textAt(follow, name);
  return filled({
    ...{ staff: at('userid'), remark: at('remark'), description: at('description') },
    ...{ corp_name: at('remark_corp_name'), since: beijingTime(epochMs(at('createtime'))) },
  });
}

function contactProperties(answer: Fields): Fields {
  const contact = fieldsAt(answer, 'external_contact');
  const follows = listAt(answer, 'follow_user');
  const tags = follows.flatMap((follow) => listAt(follow, 'tags'));
  const each = (name: string): string[] => once(follows.map((follow) => textAt(follow, name)));
  const tagName = (tag: unknown): string => once([textAt(tag, 'group_name'), textAt(tag, 'tag_name')]).join(':');
  return filled({
    ...unlisted(answer, CONTACT_FIELDS),
    ...{ contact_type: contact.type, position: contact.position, corp_name: contact.corp_name },
    ...{
      corp_full_name: contact.corp_full_name,
      staff: each('userid'),
      state: each('state'),
      add_way: each('add_way'),
    },
    ...{ tags: once(tags.map(tagName)), tag_ids: once(tags.map((tag) => textAt(tag, 'tag_id'))) },
    remarks: follows.map(notesOf).filter((notes) => Object.keys(notes).length > 1),
  });
}

/** `externalcontact/get`. `meta.created` is the second of the push that made us ask, and the time of the event. */
function contactOutcomes(answer: Fields, { channel, source, meta }: MapContext): Outcome[] {
  const contact = fieldsAt(answer, 'external_contact');
  const id = firstOf(textAt(contact, 'external_userid'), meta.external_userid ?? '');
  const time = beijingTime(epochMs(meta.created ?? ''));
  if (id === '') return drop('dead-letter', 'event_malformed', 'external_contact.external_userid');
  if (time === null) return drop('dead-letter', 'event_malformed', 'created');
  const mobiles = listAt(answer, 'follow_user').flatMap((follow) => listAt(follow, 'remark_mobiles'));
  const noted = once(mobiles.map((mobile) => textAt({ mobile }, 'mobile'))).slice(0, MOST_MOBILES);
  const event: MappedEvent = {
    ...{ id: `${id}:${meta.created}:contact:${answerHash(answer)}`, channel, source, time },
    type: `custom:${channel}.contact`,
    identifiers: named([
      { kind: 'wecom_external_userid', scope: meta.corpid ?? '', value: id },
      { kind: 'wechat_unionid', scope: meta.openPlatform ?? '', value: textAt(contact, 'unionid') },
      ...noted.map((value) => ({ kind: 'remark_mobile', value })),
    ]),
    traits: filledTexts({ nickname: textAt(contact, 'name'), gender: genderOf(textAt(contact, 'gender')) }),
    properties: contactProperties(answer),
  };
  return [{ kind: 'event', event, queryable: QUERYABLE }];
}

/**
 * `idconvert/unionid_to_external_userid`: which contact a UnionID is. Who is none yet has a pending id, which joins
 * nothing: once that person is added, `externalcontact/get` tells the UnionID itself.
 */
function convertedOutcomes(answer: Fields, { channel, source, meta, received }: MapContext): Outcome[] {
  const id = textAt(answer, 'external_userid');
  const unionid = meta.unionid ?? '';
  if (id === '') return drop('ignored', 'type_not_used', 'no contact of the corporation yet');
  if (unionid === '') return drop('dead-letter', 'event_malformed', 'unionid');
  const event: MappedEvent = {
    ...{ id: `${id}:${unionid}:unionid`, channel, source, time: beijingTime(received) ?? '' },
    type: `custom:${channel}.contact`,
    identifiers: [
      { kind: 'wecom_external_userid', scope: meta.corpid ?? '', value: id },
      { kind: 'wechat_unionid', scope: meta.openPlatform ?? '', value: unionid },
    ],
  };
  // The time is that of the answer: a later answer of the same says nothing else.
  return [{ kind: 'event', event, content: `${id}:${unionid}`, queryable: [] }];
}

const ANSWERS = new Map([
  ['contact', contactOutcomes],
  ['unionid', convertedOutcomes],
]);

/** Null where the item is no answer but a push. */
export function contactAnswer(value: unknown, context: MapContext): Outcome[] | null {
  const read = ANSWERS.get(context.meta.api ?? '');
  return read ? read(fieldsAt(value), context) : null;
}
