import { createHash } from 'node:crypto';
import type { IdentifierInput } from '../schemas/event.ts';
import type { MapContext, MappedEvent, Outcome } from './channel.ts';
import { drop } from './door.ts';
import { unlisted } from './fields.ts';
import { readBirthday } from './import/when.ts';
import { type Fields, fieldsAt, filled, filledTexts, firstOf, listAt, snakeKeys, textAt } from './pick.ts';
import { beijingTime, epochMs } from './time.ts';
import { MP_FIELDS } from './wechat-fields.ts';

/**
 * What WeChat answers about a follower or a card holder. `meta.created` is the second of the push that made us ask: it
 * is the time of the event, so that the repeat of a push tells nothing new. The rest of the id is a hash of the answer:
 * other answers are other events.
 */
const GENDERS = new Map(
  Object.entries({ 1: 'male', 2: 'female', male: 'male', female: 'female', 男: 'male', 女: 'female' }),
);

/** `1`, `MALE`, 男 → male; the empty string where nobody said. */
export const genderOf = (sex: string): string => GENDERS.get(sex.toLowerCase()) ?? '';

/** Sixteen hex digits that stand for an answer. */
export const answerHash = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);

/** Identifiers without the empty ones. */
export const named = (identifiers: IdentifierInput[]): IdentifierInput[] =>
  identifiers.filter(({ value }) => value !== '');

const SCENES = ['subscribe_scene', 'qr_scene', 'qr_scene_str', 'language', 'groupid', 'tagid_list'];

/**
 * `/cgi-bin/user/info`: who follows. WeChat says it, not the person: so the event only mentions; the UnionID needs no
 * more, as it is the platform's own.
 */
function followerOutcomes(answer: Fields, { channel, source, meta }: MapContext): Outcome[] {
  const openid = firstOf(textAt(answer, 'openid'), meta.openid ?? '');
  if (textAt(answer, 'subscribe') === '0') {
    return drop('ignored', 'type_not_used', 'nothing is told of who does not follow');
  }
  const time = beijingTime(epochMs(firstOf(meta.created ?? '', textAt(answer, 'subscribe_time'))));
  if (openid === '') return drop('dead-letter', 'event_malformed', 'openid');
  if (time === null) return drop('dead-letter', 'event_malformed', 'subscribe_time');
  const event: MappedEvent = {
    ...{ id: `${openid}:${meta.created ?? ''}:user_info:${answerHash(answer)}`, channel, source, time },
    type: `custom:${channel}.user_info`,
    identifiers: named([
      { kind: 'wechat_openid', scope: meta.appid ?? '', value: openid },
      { kind: 'wechat_unionid', scope: meta.openPlatform ?? '', value: textAt(answer, 'unionid') },
    ]),
    traits: filledTexts({ nickname: textAt(answer, 'nickname'), gender: genderOf(textAt(answer, 'sex')) }),
    properties: filled({
      ...unlisted(answer, MP_FIELDS),
      ...Object.fromEntries(SCENES.map((name) => [name, answer[name] === 0 ? '' : answer[name]])),
      ...{
        remark: answer.remark,
        place: ['country', 'province', 'city']
          .map((at) => textAt(answer, at))
          .join(' ')
          .trim(),
      },
    }),
  };
  return [{ kind: 'event', event, queryable: SCENES }];
}

const FLAG = 'USER_FORM_INFO_FLAG_';
/** Told elsewhere in the event; the number of an identity card is kept out of it altogether. */
const NOT_PROPERTIES = new Set(['MOBILE', 'EMAIL', 'NAME', 'BIRTHDAY', 'SEX', 'IDCARD']);
const CARD_CODES = ['card_id', 'membership_number', 'bonus', 'balance', 'user_card_status', 'has_active'];

/** What the form of a card was filled in with: the common fields without their long prefix, and the brand's own. */
function formOf(answer: Fields): { common: Map<string, string>; own: Fields } {
  const filledIn = (field: unknown): string => {
    const many = listAt(field, 'value_list').filter((one) => typeof one === 'string');
    return firstOf(textAt(field, 'value'), many.join(', '));
  };
  const form = fieldsAt(answer, 'user_info');
  const common = listAt(form, 'common_field_list').map((field): [string, string] => [
    textAt(field, 'name').replace(FLAG, ''),
    filledIn(field),
  ]);
  const own = listAt(form, 'custom_field_list').map((field) => [textAt(field, 'name'), filledIn(field)]);
  return {
    common: new Map(common.filter(([, value]) => value !== '')),
    own: filled(Object.fromEntries(own)),
  };
}

/**
 * `/card/membercard/userinfo/get`: the form that the holder filled in and confirmed. The mobile is registered by that,
 * not verified: a number the holder typed passes as well as the one WeChat offered.
 */
function cardOutcomes(answer: Fields, { channel, source, meta }: MapContext): Outcome[] {
  const openid = firstOf(textAt(answer, 'openid'), meta.openid ?? '');
  const time = beijingTime(epochMs(meta.created ?? ''));
  const { common, own } = formOf(answer);
  const at = (name: string): string => common.get(name) ?? '';
  if (openid === '' || time === null)
    return drop('dead-letter', 'event_malformed', openid === '' ? 'openid' : 'created');
  if (common.size === 0 && Object.keys(own).length === 0) {
    return drop('ignored', 'type_not_used', 'the form of the card is not filled in');
  }
  const others = [...common].filter(([name]) => !NOT_PROPERTIES.has(name));
  const event: MappedEvent = {
    ...{ id: `${openid}:${meta.created}:member_card:${answerHash(answer)}`, channel, source, time },
    type: 'form_submitted',
    identifiers: named([
      { kind: 'wechat_openid', scope: meta.appid ?? '', value: openid },
      { kind: 'wechat_unionid', scope: meta.openPlatform ?? '', value: textAt(answer, 'unionid') },
      { kind: 'member_card', scope: meta.card_id ?? '', value: meta.code ?? '' },
      { kind: 'mobile', value: at('MOBILE') },
      { kind: 'email', value: at('EMAIL') },
    ]),
    traits: filledTexts({
      ...{ name: at('NAME'), nickname: textAt(answer, 'nickname'), birthday: readBirthday(at('BIRTHDAY')) ?? '' },
      gender: firstOf(genderOf(at('SEX')), genderOf(textAt(answer, 'sex'))),
    }),
    properties: filled({
      ...unlisted(answer, MP_FIELDS),
      ...Object.fromEntries(CARD_CODES.map((name) => [name, answer[name]])),
      ...{ card_id: meta.card_id, form: { ...snakeKeys(Object.fromEntries(others)), ...own } },
    }),
  };
  return [{ kind: 'event', event, queryable: CARD_CODES }];
}

/** `/cgi-bin/changeopenid`: one person, two OpenIDs. Those that WeChat could not convert are counted as not used. */
function movedOutcomes(answer: Fields, { channel, source, meta, received }: MapContext): Outcome[] {
  const pairs = listAt(answer, 'result_list').map((one) => [textAt(one, 'ori_openid'), textAt(one, 'new_openid')]);
  const outcomes = pairs.map(([old = '', now = '']): Outcome[] => {
    if (old === '' || now === '') return drop('ignored', 'type_not_used', 'an OpenID that did not move');
    const identifiers = [
      { kind: 'wechat_openid', scope: meta.migratedFrom ?? '', value: old },
      { kind: 'wechat_openid', scope: meta.appid ?? '', value: now },
    ];
    const event: MappedEvent = {
      ...{ id: `${meta.migratedFrom ?? ''}:${old}:changeopenid`, channel, source, type: 'identified', identifiers },
      ...{ time: beijingTime(received) ?? '', properties: { migrated_from: meta.migratedFrom } },
    };
    // The time is that of the answer: a later answer of the same says nothing else.
    return [{ kind: 'event', event, content: `${old}:${now}`, queryable: ['migrated_from'] }];
  });
  return outcomes.flat();
}

const ANSWERS = new Map([
  ['user_info', followerOutcomes],
  ['member_card', cardOutcomes],
  ['changeopenid', movedOutcomes],
]);

/** Null where the item is no answer but a push. */
export function answerOutcomes(value: unknown, context: MapContext): Outcome[] | null {
  const read = ANSWERS.get(context.meta.api ?? '');
  return read ? read(fieldsAt(value), context) : null;
}
