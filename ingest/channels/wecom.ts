import { z } from 'zod';
import {
  type Asker,
  type Channel,
  type DoorRequest,
  defineChannel,
  type MapContext,
  type MappedEvent,
  type Outcome,
  type Verdict,
} from '../channel.ts';
import { drop, maxAge, optionalText, readAgain, refused, settingText, textReply, tryMessage } from '../door.ts';
import { all, type FieldTable } from '../fields.ts';
import { customType, type Fields, fieldsAt, filled, firstOf, snakeKeys, textAt } from '../pick.ts';
import { type Platform, PlatformError } from '../platform.ts';
import { beijingTime, epochMs } from '../time.ts';
import { askWithToken, baseOf, baseUrl, WECOM, wecomToken } from '../wechat-api.ts';
import { CONTACT_FIELDS, contactAnswer } from '../wechat-contact.ts';
import { aesKey, openMessage, signatureHolds } from '../wechat-crypto.ts';
import { encryptedParts, fresh, type Lock, takeEncrypted } from '../wechat-door.ts';
import { WECOM_PAGE } from '../wechat-wecom-page.ts';

/** WeCom customer contact push (企业微信客户联系): developer.work.weixin.qq.com, 接收事件 and 客户变更. */
const NAME = 'wecom';

const settings = z.object({
  corpid: settingText,
  token: settingText,
  encodingAESKey: settingText.refine((key) => aesKey(key) !== null, '43 characters of base64'),
  openPlatform: optionalText,
  contactSecret: optionalText,
  baseUrl,
  maxAge,
});
type Settings = z.infer<typeof settings>;

/** `asks`: whether WeCom can be asked for more. It stands in the record: the secret may come or go meanwhile. */
const metaOf = (given: Settings): Record<string, string> => ({
  ...{ corpid: given.corpid, openPlatform: given.openPlatform || 'default' },
  ...(given.contactSecret ? { asks: 'yes' } : {}),
});

/** The echostr of the URL check is a message too, and the plain text in it is the answer. */
function check(request: DoorRequest, { token, key, receiver }: Lock): Verdict {
  const { timestamp, nonce, echostr, msg_signature: signature } = request.query;
  if (!signatureHolds(signature, [token, timestamp, nonce, echostr])) {
    return refused('signature_wrong', 'msg_signature is missing or wrong');
  }
  const opened = openMessage(key, receiver, echostr ?? '');
  if (!opened.ok) return refused('signature_wrong', `echostr: wrong ${opened.why}`);
  return { verdict: 'answered', reply: textReply(opened.text) };
}

function accept(request: DoorRequest, given: Settings): Verdict {
  const key = aesKey(given.encodingAESKey);
  if (!key) return refused('source_incomplete', 'the source has no encodingAESKey');
  const lock = { token: given.token, key, receiver: given.corpid };
  const verdict =
    request.method === 'GET'
      ? check(request, lock)
      : takeEncrypted(request, lock, encryptedParts(request.body), metaOf(given));
  return fresh(verdict, request, given.maxAge);
}

const FIELDS: FieldTable = {
  ToUserName: ['text', 'the corpid'],
  FromUserName: ['text', 'part of the id'],
  CreateTime: ['text', 'time, part of the id'],
  MsgType: 'text',
  Event: ['text', 'properties.event'],
  ChangeType: ['text', 'type, properties.change_type, part of the id'],
  UserID: ['text', 'properties.staff'],
  ExternalUserID: ['text', 'wecom_external_userid, part of the id'],
  State: ['text', 'properties.state'],
  Source: ['text', 'properties.source'],
  FailReason: ['text', 'properties.fail_reason'],
  WelcomeCode: 'text',
  ...all(
    'any',
    ...['Encrypt', 'AgentID', 'MsgId', 'Content', 'MediaId', 'PicUrl', 'Format', 'EventKey', 'Title', 'Description'],
    ...['ChatId', 'UpdateDetail', 'JoinScene', 'QuitScene', 'MemChangeCnt', 'MemChangeList', 'LastMemVer', 'CurMemVer'],
    ...['Id', 'TagType', 'StrategyId', 'Name', 'Department', 'Mobile', 'Email', 'Status', 'ParentId', 'Order'],
    ...['LinkId', 'JobId', 'Token', 'OpenKfId', 'Latitude', 'Longitude', 'Precision'],
  ),
  ...CONTACT_FIELDS,
};

const TYPES = new Map([
  ['add_external_contact', 'follow'],
  ['add_half_external_contact', 'follow'],
  ['del_follow_user', 'unfollow'],
]);
/** After these WeCom has something new to tell of the customer. */
const TELLING = new Set(['add_external_contact', 'add_half_external_contact', 'edit_external_contact']);

const QUERYABLE = ['event', 'change_type', 'staff', 'state', 'source', 'fail_reason'];
/** Told elsewhere in the event; WelcomeCode opens a greeting for 20 seconds and is nobody's business. */
const NOT_PROPERTIES = new Set([
  ...['ToUserName', 'FromUserName', 'CreateTime', 'MsgType', 'Event', 'ChangeType', 'ExternalUserID', 'UserID'],
  ...['WelcomeCode', 'AgentID', 'Encrypt'],
]);

function propertiesOf(fields: Fields): Fields {
  const others = Object.entries(fields).filter(([name]) => !NOT_PROPERTIES.has(name));
  const at = (name: string): string => textAt(fields, name);
  return filled({
    ...snakeKeys(Object.fromEntries(others)),
    event: at('Event'),
    change_type: at('ChangeType'),
    staff: at('UserID'),
  });
}

function pushOutcomes(fields: Fields, { channel, source, meta }: MapContext): Outcome[] {
  const [customer, created] = [textAt(fields, 'ExternalUserID'), textAt(fields, 'CreateTime')];
  const change = firstOf(textAt(fields, 'ChangeType'), textAt(fields, 'Event'));
  const kind = change.toLowerCase();
  if (customer === '') {
    if (textAt(fields, 'Event').toLowerCase() === 'change_external_contact') {
      return drop('dead-letter', 'event_malformed', 'ExternalUserID');
    }
    return drop('ignored', 'type_not_used', 'about no customer');
  }
  const time = beijingTime(epochMs(created));
  if (change === '') return drop('dead-letter', 'event_malformed', 'ChangeType');
  if (time === null) return drop('dead-letter', 'event_malformed', 'CreateTime');
  const event: MappedEvent = {
    ...{ id: `${textAt(fields, 'FromUserName')}:${created}:${change}:${customer}`, channel, source, time },
    type: TYPES.get(kind) ?? customType(NAME, kind),
    identifiers: [{ kind: 'wecom_external_userid', scope: meta.corpid, value: customer }],
    properties: propertiesOf(fields),
  };
  const told: Outcome = { kind: 'event', event, queryable: QUERYABLE };
  if (meta.asks !== 'yes' || !TELLING.has(kind)) return [told];
  return [told, { kind: 'ask', ask: { name: 'contact', params: { external_userid: customer, created } } }];
}

async function appOf(platform: Platform, given: Settings): Promise<{ base: string; token: string }> {
  if (!given.contactSecret) throw new PlatformError('refused', 'the source has no contactSecret');
  const base = baseOf(given.baseUrl, WECOM);
  return { base, token: await wecomToken(platform, { base, appid: given.corpid, secret: given.contactSecret }) };
}

const hasSecret = (given: Settings): boolean => Boolean(given.contactSecret);

/** 500 members of staff a page. */
const MOST_PAGES = 20;

/** `params`: external_userid, and created, the second of the push that made us ask. A page is an item. */
const contact: Asker<Settings> = {
  callsPerSecond: 20,
  ready: hasSecret,
  answer: async (platform, given, { external_userid = '', created = '' }) => {
    const app = await appOf(platform, given);
    const meta = { ...metaOf(given), api: 'contact', external_userid, created };
    const items = [];
    let cursor = '';
    do {
      const query: Record<string, string> = cursor === '' ? { external_userid } : { external_userid, cursor };
      const page = await askWithToken(platform, { ...app, path: '/cgi-bin/externalcontact/get', query }, meta);
      items.push({ body: page.body, meta });
      cursor = textAt(page.answer, 'next_cursor');
    } while (cursor !== '' && items.length < MOST_PAGES);
    return items;
  },
};

/** `params`: unionid, and the openid of an app of the same subject that goes with it. */
const unionid: Asker<Settings> = {
  callsPerSecond: 10,
  ready: hasSecret,
  answer: async (platform, given, { unionid = '', openid = '' }) => {
    const path = '/cgi-bin/idconvert/unionid_to_external_userid';
    const call = { ...(await appOf(platform, given)), path, body: { unionid, openid, subject_type: 0 } };
    const { body, meta } = await askWithToken(platform, call, { ...metaOf(given), api: 'unionid', unionid });
    return [{ body, meta }];
  },
};

export const wecom: Channel = defineChannel<Settings>({
  ...WECOM_PAGE,
  name: NAME,
  settings,
  secrets: ['token', 'encodingAESKey', 'contactSecret'],
  accept,
  read: ({ body }) => readAgain(tryMessage(body)),
  fields: FIELDS,
  map: (value, context) => contactAnswer(value, context) ?? pushOutcomes(fieldsAt(value), context),
  asks: { contact, unionid },
});
