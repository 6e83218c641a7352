import { z } from 'zod';
import type { IdentifierInput } from '../../schemas/event.ts';
import {
  type Channel,
  type DoorRequest,
  defineChannel,
  type Item,
  type MapContext,
  type MappedEvent,
  type Outcome,
  type Verdict,
} from '../channel.ts';
import {
  deadItem,
  decodeUtf8,
  drop,
  maxAge,
  optionalText,
  readAgain,
  refused,
  settingText,
  textReply,
  tryMessage,
} from '../door.ts';
import { type Fields, fieldsAt, filled, firstOf, listAt, snakeCase, textAt } from '../pick.ts';
import { isStale } from '../signature.ts';
import { beijingTime, epochMs } from '../time.ts';
import { aesKey, openMessage, signatureHolds } from '../wechat-crypto.ts';

/** WeChat official account push (公众号消息推送): developers.weixin.qq.com, "receiving messages" and "receiving events". */
const NAME = 'wechat-mp';

const settings = z
  .object({
    appid: settingText,
    token: settingText,
    encodingAESKey: optionalText.refine((key) => !key || aesKey(key) !== null, '43 characters of base64'),
    openPlatform: optionalText,
    mode: z.enum(['plain', 'compatible', 'secure']).nullish(),
    maxAge,
  })
  .refine((given) => given.mode == null || given.mode === 'plain' || Boolean(given.encodingAESKey), {
    path: ['encodingAESKey'],
    message: 'this mode needs the key',
  });
type Settings = z.infer<typeof settings>;

/** Messages a person writes; `location` is one too and has an event type of its own. */
const MESSAGES = new Set(['text', 'image', 'voice', 'video', 'shortvideo', 'link', 'music', 'file', 'miniprogrampage']);
const TYPES = new Map(
  Object.entries({
    subscribe: 'follow',
    unsubscribe: 'unfollow',
    scan: 'scan',
    click: 'click',
    view: 'view',
    location: 'location',
    user_get_card: 'card_received',
    submit_membercard_user_info: 'form_submitted',
    user_authorization_revoke: 'consent_changed',
    user_authorization_cancellation: 'account_closed',
  }),
);

/** Events about the account itself: their FromUserName is WeChat's own. */
const NOBODYS = new Set([
  ...[
    'masssendjobfinish',
    'publishjobfinish',
    'qualification_verify_success',
    'qualification_verify_fail',
    'annual_renew',
  ],
  ...['naming_verify_success', 'naming_verify_fail', 'verify_expired', 'card_pass_check', 'card_not_pass_check'],
  ...[
    'card_sku_remind',
    'card_pay_order',
    'poi_check_notify',
    'weapp_audit_success',
    'weapp_audit_fail',
    'weapp_audit_delay',
  ],
]);
/** Codes, numbers and enums; texts, media, places and friends are not among them. */
const QUERYABLE = [
  ...[
    'msg_type',
    'event',
    'event_key',
    'scene',
    'status',
    'menu_id',
    'card_id',
    'outer_str',
    'outer_id',
    'template_id',
  ],
  ...['popup_scene', 'revoke_info', 'is_give_by_friend', 'is_restore_member_card', 'is_recommend_by_friend', 'format'],
  ...['consume_source', 'location_id', 'modify_bonus', 'modify_balance', 'fee', 'original_fee', 'subscribe_status'],
];
/** Told elsewhere in the event: as its time, its id or an identifier. */
const NOT_PROPERTIES = new Set([
  ...['ToUserName', 'FromUserName', 'CreateTime', 'Event', 'MsgType', 'MsgId', 'OpenID', 'AppID', 'UnionId', 'UnionID'],
  ...['unionid', 'UserCardCode', 'Content', 'Encrypt', 'SubscribeMsgPopupEvent', 'SubscribeMsgChangeEvent', 'List'],
]);

/** The ciphertext of an envelope, XML or JSON. Read by pattern: nothing is parsed before its signature holds. */
const ENCRYPT = /<Encrypt>\s*(?:<!\[CDATA\[)?([A-Za-z0-9+/=]+)|"Encrypt"\s*:\s*"((?:[A-Za-z0-9+/=]|\\\/)+)"/g;

/** Usually one; the text of a plain message may hold what looks like another. */
function encryptedParts(body: Buffer): string[] {
  const found = [...body.toString('latin1').matchAll(ENCRYPT)];
  return found.slice(0, 16).map(([, xml, json]) => xml ?? json?.replaceAll('\\/', '/') ?? '');
}

const metaOf = (given: Settings): Record<string, string> => ({
  appid: given.appid,
  openPlatform: given.openPlatform || 'default',
});

/** One readable message is one item; what its sender signed but cannot be read is kept as dead. */
function take(body: Buffer | string, given: Settings): Verdict {
  const meta = metaOf(given);
  const text = typeof body === 'string' ? body : decodeUtf8(body);
  const read = text === null ? null : tryMessage(text);
  if (text !== null && read?.ok)
    return { verdict: 'taken', items: [{ body: text, meta }], reply: textReply('success') };
  const [reason, detail] = read && !read.ok ? [read.reason, read.detail] : ['unreadable' as const, 'no UTF-8'];
  return { verdict: 'taken', items: [deadItem(body, meta, reason, detail)], reply: textReply('success') };
}

function takeEncrypted(request: DoorRequest, given: Settings, parts: string[]): Verdict {
  const { timestamp, nonce, msg_signature: signature } = request.query;
  const key = aesKey(given.encodingAESKey ?? '');
  if (!key) return refused('source_incomplete', 'the source has no encodingAESKey');
  const encrypted = parts.find((part) => signatureHolds(signature, [given.token, timestamp, nonce, part]));
  if (encrypted === undefined) return refused('signature_wrong', 'msg_signature is missing or wrong');
  const opened = openMessage(key, given.appid, encrypted);
  if (opened.ok) {
    const outer = tryMessage(decodeUtf8(request.body) ?? '');
    // The envelope around a good ciphertext counts too: one with a DTD is nothing WeChat sends.
    return outer.ok ? take(opened.text, given) : take(request.body, given);
  }
  if (opened.why === 'receiver') return refused('signature_wrong', 'the message is for another appid');
  const dead = deadItem(
    request.body,
    metaOf(given),
    'decrypt_failed',
    'the ciphertext does not open under encodingAESKey',
  );
  return { verdict: 'taken', items: [dead], reply: textReply('success') };
}

function accept(request: DoorRequest, given: Settings): Verdict {
  const { signature, timestamp, nonce, echostr } = request.query;
  const mode = given.mode ?? (given.encodingAESKey ? 'secure' : 'plain');
  const declared =
    request.query.encrypt_type === 'aes' || request.query.msg_signature !== undefined || mode === 'secure';
  const parts = declared && request.method === 'POST' ? encryptedParts(request.body) : [];
  const simple = signatureHolds(signature, [given.token, timestamp, nonce]);
  // Of an encrypted message msg_signature decides; the plain one, where it came along, must not contradict it.
  if (!simple && (parts.length === 0 || signature !== undefined)) {
    return refused('signature_wrong', 'signature is missing or wrong');
  }
  const verdict = (): Verdict => {
    if (request.method === 'GET') {
      return echostr ? { verdict: 'answered', reply: textReply(echostr) } : refused('signature_wrong', 'no echostr');
    }
    if (parts.length > 0) return takeEncrypted(request, given, parts);
    if (request.query.encrypt_type === 'aes' && !given.encodingAESKey) {
      return refused('source_incomplete', 'the source has no encodingAESKey');
    }
    if (mode === 'secure')
      return refused('signature_wrong', 'a plain body is not covered by its signature in secure mode');
    return take(request.body, given);
  };
  const found = verdict();
  if (found.verdict === 'refused' || !isStale(epochMs(timestamp ?? ''), given.maxAge, request.now)) return found;
  return refused('signature_stale', `the timestamp is older than ${given.maxAge} s`);
}

type Message = { fields: Fields; msgType: string; event: string; person: string; time: string; id: string };

/** Routing words in lower case; the person is OpenID where the platform itself is the sender. */
function readMessage(fields: Fields): Message | string {
  const sent = textAt(fields, 'Event');
  const msgType = textAt(fields, 'MsgType').toLowerCase();
  const created = textAt(fields, 'CreateTime');
  const event = msgType === 'event' ? sent.toLowerCase() : '';
  const person = firstOf(event.startsWith('user_') ? textAt(fields, 'OpenID') : '', textAt(fields, 'FromUserName'));
  const time = beijingTime(epochMs(created));
  if (msgType === '' || (msgType === 'event' && event === '')) return 'MsgType or Event';
  if (person === '') return 'FromUserName';
  if (time === null) return 'CreateTime';
  const message = msgType === 'event' ? '' : textAt(fields, 'MsgId').replace(/^0+$/, '');
  const id = firstOf(message, `${person}:${created}:${msgType === 'event' ? sent : textAt(fields, 'MsgType')}`);
  return { fields, msgType, event, person, time, id };
}

function identifiersOf({ fields, event, person }: Message, meta: Item['meta']): IdentifierInput[] {
  // An openid is one app's: an authorisation names the app it was given to, which need not be this account.
  const app = firstOf(event.startsWith('user_authorization_') ? textAt(fields, 'AppID') : '', meta.appid ?? '');
  const unionid = firstOf(textAt(fields, 'UnionId'), textAt(fields, 'UnionID'), textAt(fields, 'unionid'));
  const card = event === 'user_gifting_card' ? '' : textAt(fields, 'UserCardCode');
  const trade = /^last_trade_no_(.+)$/.exec(textAt(fields, 'EventKey'))?.[1] ?? '';
  const found: IdentifierInput[] = [
    { kind: 'wechat_openid', scope: app, value: person },
    { kind: 'wechat_unionid', scope: meta.openPlatform ?? '', value: unionid },
    { kind: 'member_card', scope: textAt(fields, 'CardId'), value: card },
    { kind: 'payment_id', scope: 'wechat-pay', value: event === 'subscribe' ? trade : '' },
  ];
  return found.filter(({ value }) => value !== '');
}

function propertiesOf({ fields, msgType, event }: Message): Fields {
  const key = textAt(fields, 'EventKey');
  const scene = event === 'subscribe' ? (/^qrscene_(.*)$/.exec(key)?.[1] ?? '') : event === 'scan' ? key : '';
  const others = Object.entries(fields).filter(([name]) => !NOT_PROPERTIES.has(name));
  const told = Object.fromEntries(others.map(([name, value]) => [snakeCase(name), value]));
  return filled({ ...told, msg_type: msgType, event, scene, text: textAt(fields, 'Content') });
}

/** Answers to a request for subscription messages: one consent per template. */
function templateConsents(message: Message, base: MappedEvent): MappedEvent[] {
  const { fields, event } = message;
  const holders = [fieldsAt(fields, 'SubscribeMsgPopupEvent'), fieldsAt(fields, 'SubscribeMsgChangeEvent'), fields];
  const answers = holders
    .flatMap((holder) => listAt(holder, 'List'))
    .filter((answer) => textAt(answer, 'SubscribeStatusString') !== '' && textAt(answer, 'TemplateId') !== '');
  return answers.map((answer, at) => {
    const status = textAt(answer, 'SubscribeStatusString');
    const template = textAt(answer, 'TemplateId');
    return {
      ...base,
      id: at === 0 ? base.id : `${base.id}#${at + 1}`,
      type: 'consent_changed',
      consent: {
        purpose: `template:${template}`,
        channel: NAME,
        state: status === 'accept' ? 'granted' : 'withdrawn',
        evidence: `${event}: ${status}`,
      },
      properties: filled({
        ...{ event, template_id: template, subscribe_status: status },
        popup_scene: textAt(answer, 'PopupScene'),
      }),
    };
  });
}

function typeOf({ msgType, event }: Message): string {
  if (msgType === 'event') return TYPES.get(event) ?? `custom:${NAME}.${event.replace(/\s+/g, '_').slice(0, 100)}`;
  if (MESSAGES.has(msgType)) return 'message';
  return msgType === 'location' ? 'location' : `custom:${NAME}.${msgType.replace(/\s+/g, '_').slice(0, 100)}`;
}

function eventsOf(message: Message, base: MappedEvent): MappedEvent[] {
  if (message.event.startsWith('subscribe_msg_')) {
    const consents = templateConsents(message, base);
    if (consents.length > 0) return consents;
  }
  if (message.event !== 'user_authorization_revoke') return [base];
  const evidence = `RevokeInfo ${textAt(message.fields, 'RevokeInfo')}`;
  return [{ ...base, consent: { purpose: 'authorization', channel: NAME, state: 'withdrawn', evidence } }];
}

function map(value: unknown, { channel, source, meta }: MapContext): Outcome[] {
  const message = readMessage(fieldsAt(value));
  if (typeof message === 'string') return drop('dead-letter', 'event_malformed', message);
  if (NOBODYS.has(message.event)) return drop('ignored', 'type_not_used', `${message.event} is about nobody`);
  const base: MappedEvent = {
    ...{ id: message.id, channel, source, time: message.time, type: typeOf(message) },
    identifiers: identifiersOf(message, meta),
    properties: propertiesOf(message),
  };
  return eventsOf(message, base).map((event) => ({ kind: 'event', event, queryable: QUERYABLE }));
}

export const wechatMp: Channel = defineChannel<Settings>({
  name: NAME,
  title: { zh: '微信公众号', en: 'WeChat official account' },
  about:
    'appid, token and encodingAESKey stand under 设置与开发 → 开发接口管理 (server configuration). openPlatform names the ' +
    'WeChat Open Platform account whose UnionIDs these are. mode: plain, compatible or secure; secure where a key is ' +
    'set. maxAge: seconds after which a timestamp is too old.',
  settings,
  secrets: ['token', 'encodingAESKey'],
  accept,
  read: ({ body }) => readAgain(tryMessage(body)),
  fields: { '*': 'any' },
  map,
});
