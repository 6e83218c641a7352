import type { IdentifierInput } from '../schemas/event.ts';
import type { Item, MapContext, MappedEvent, Outcome } from './channel.ts';
import { drop } from './door.ts';
import { customType, type Fields, fieldsAt, filled, firstOf, listAt, snakeKeys, textAt } from './pick.ts';
import { beijingTime, epochMs } from './time.ts';

/** What an official account is told (接收消息, 接收事件推送, 微信卡券, 授权变更): messages to events. */
const NAME = 'wechat-mp';

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
  return filled({
    ...snakeKeys(Object.fromEntries(others)),
    msg_type: msgType,
    event,
    scene,
    text: textAt(fields, 'Content'),
  });
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
  if (msgType === 'event') return TYPES.get(event) ?? customType(NAME, event);
  if (MESSAGES.has(msgType)) return 'message';
  return msgType === 'location' ? 'location' : customType(NAME, msgType);
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

/** Events after which WeChat knows more of the person than it tells; asked only where the door saw a secret. */
const CARDS = new Set(['user_get_card', 'submit_membercard_user_info']);

function asksOf({ fields, event, person }: Message, meta: Item['meta']): Outcome[] {
  if (meta.asks !== 'yes') return [];
  const base = { openid: person, created: textAt(fields, 'CreateTime') };
  if (event === 'subscribe') return [{ kind: 'ask', ask: { name: 'user_info', params: base } }];
  const card = { card_id: textAt(fields, 'CardId'), code: textAt(fields, 'UserCardCode') };
  if (!CARDS.has(event) || card.card_id === '' || card.code === '') return [];
  return [{ kind: 'ask', ask: { name: 'member_card', params: { ...base, ...card } } }];
}

/** A pushed message to its events, and to what WeChat is asked because of it. */
export function messageOutcomes(value: unknown, { channel, source, meta }: MapContext): Outcome[] {
  const message = readMessage(fieldsAt(value));
  if (typeof message === 'string') return drop('dead-letter', 'event_malformed', message);
  if (NOBODYS.has(message.event)) return drop('ignored', 'type_not_used', `${message.event} is about nobody`);
  const base: MappedEvent = {
    ...{ id: message.id, channel, source, time: message.time, type: typeOf(message) },
    identifiers: identifiersOf(message, meta),
    properties: propertiesOf(message),
  };
  const events = eventsOf(message, base).map((event): Outcome => ({ kind: 'event', event, queryable: QUERYABLE }));
  return [...events, ...asksOf(message, meta)];
}
