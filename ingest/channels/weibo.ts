import { z } from 'zod';
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
import { unlisted } from '../fields.ts';
import { customType, type Fields, fieldsAt, filled, firstOf, textAt } from '../pick.ts';
import { isStale } from '../signature.ts';
import { beijingTime, epochMs, weiboTime } from '../time.ts';
import { signatureHolds } from '../wechat-crypto.ts';
import { WEIBO_FIELDS } from '../weibo-fields.ts';

/** Weibo fans service (粉丝服务): open.weibo.com wiki, 消息接收. JSON with trailing commas, or XML in the form of WeChat's. */
const NAME = 'weibo';
const LENIENT = { trailingCommas: true };

const settings = z.object({ appKey: optionalText, appSecret: settingText, maxAge });
type Settings = z.infer<typeof settings>;

/** Type and subtype to ours. Subscribing is to messages, following is to the account. */
const TYPES = new Map(
  Object.entries({
    text: 'message',
    image: 'message',
    voice: 'message',
    video: 'message',
    position: 'location',
    location: 'location',
    'event:location': 'location',
    'event:follow': 'follow',
    'event:scan_follow': 'follow',
    'event:unfollow': 'unfollow',
    'event:scan': 'scan',
    'event:click': 'click',
    'event:view': 'view',
    'event:subscribe': 'consent_changed',
    'event:unsubscribe': 'consent_changed',
  }),
);

const QUERYABLE = ['type', 'subtype', 'key', 'scene'];

function accept(request: DoorRequest, given: Settings): Verdict {
  const { signature, timestamp, nonce, echostr } = request.query;
  if (!signatureHolds(signature, [given.appSecret, timestamp, nonce])) {
    return refused('signature_wrong', 'signature is missing or wrong');
  }
  if (isStale(epochMs(timestamp ?? ''), given.maxAge, request.now)) {
    return refused('signature_stale', `the timestamp is older than ${given.maxAge} s`);
  }
  if (request.method === 'GET') {
    return echostr ? { verdict: 'answered', reply: textReply(echostr) } : refused('signature_wrong', 'no echostr');
  }
  const text = decodeUtf8(request.body);
  const read = text === null ? null : tryMessage(text, LENIENT);
  const taken = (item: Item): Verdict => ({ verdict: 'taken', items: [item], reply: textReply('') });
  if (text !== null && read?.ok) return taken({ body: text, meta: {} });
  const [reason, detail] = read && !read.ok ? [read.reason, read.detail] : ['unreadable' as const, 'no UTF-8'];
  return taken(deadItem(request.body, {}, reason, detail));
}

type Message = { sender: string; type: string; subtype: string; time: string | null; rest: Fields };

function readJsonForm(fields: Fields): Message {
  const data = fieldsAt(fields, 'data');
  const { subtype: _subtype, ...rest } = data;
  return {
    sender: textAt(fields, 'sender_id'),
    type: textAt(fields, 'type').toLowerCase(),
    subtype: textAt(data, 'subtype').toLowerCase(),
    time: weiboTime(textAt(fields, 'created_at')),
    rest: { ...unlisted(fields, WEIBO_FIELDS), ...rest, text: textAt(fields, 'text') },
  };
}

/** The WeChat-compatible form: the same facts under WeChat's names; its MsgId is always 0. */
function readXmlForm(fields: Fields): Message {
  const at = (name: string): string => textAt(fields, name);
  const event = { key: at('EventKey'), ticket: at('Ticket'), latitude: at('Latitude'), longitude: at('Longitude') };
  const media = {
    media_id: at('MediaId'),
    pic_url: at('PicUrl'),
    location_x: at('Location_X'),
    location_y: at('Location_Y'),
  };
  return {
    sender: at('FromUserName'),
    type: at('MsgType').toLowerCase(),
    subtype: at('Event').toLowerCase(),
    time: beijingTime(epochMs(at('CreateTime'))),
    rest: { ...unlisted(fields, WEIBO_FIELDS), ...event, ...media, text: at('Content') },
  };
}

function map(value: unknown, { channel, source }: MapContext): Outcome[] {
  const fields = fieldsAt(value);
  const { sender, type, subtype, time, rest } = textAt(fields, 'MsgType') ? readXmlForm(fields) : readJsonForm(fields);
  if (type === '') return drop('dead-letter', 'event_malformed', 'type');
  if (sender === '') return drop('dead-letter', 'event_malformed', 'sender_id');
  if (time === null) return drop('dead-letter', 'event_malformed', 'created_at');
  const custom = customType(NAME, firstOf(type === 'event' ? subtype : '', type));
  const ours = TYPES.get(type === 'event' ? `event:${subtype}` : type) ?? custom;
  const key = textAt(rest, 'key');
  const event: MappedEvent = {
    id: [sender, Date.parse(time) / 1000, type, ...(subtype === '' ? [] : [subtype])].join(':'),
    ...{ channel, source, time, type: ours },
    identifiers: [{ kind: 'weibo_uid', value: sender }],
    properties: filled({ ...rest, type, subtype, scene: subtype.startsWith('scan') ? key : '' }),
  };
  if (ours === 'consent_changed') {
    const state = subtype === 'subscribe' ? 'granted' : 'withdrawn';
    event.consent = { purpose: 'messages', channel: NAME, state, evidence: subtype };
  }
  return [{ kind: 'event', event, queryable: QUERYABLE }];
}

export const weibo: Channel = defineChannel<Settings>({
  name: NAME,
  title: { zh: '微博粉丝服务', en: 'Weibo fans service' },
  about: {
    zh:
      '粉丝与品牌微博账号之间的互动：关注、取消关注、扫码、菜单点击、私信、位置、@提及。微博从不给出手机号，' +
      '这里的人只有 uid；要与其他渠道合为一人，需要在自己的绑定页或活动表单里同时拿到 uid 和手机号。',
    en:
      'What followers do with the brand’s account on Weibo: follow, unfollow, scan, click a menu, write, send a ' +
      'place, mention. Weibo never gives a mobile number: a person is a uid here, and becomes one with other ' +
      'channels only where a page or form of your own takes the uid and the number together.',
  },
  steps: {
    zh: [
      '在 open.weibo.com 的“我的应用 → 应用信息 → 基本信息”里抄下 App Key 和 App Secret，填入本数据源的设置。',
      '打开“粉丝服务 → 开发者模式”，把回调地址填为 https://你的域名/v1/channels/weibo/数据源名，再点提交：微博立即发来一次校验。',
      '校验通过后启用开发者模式，用另一个微博号关注品牌账号，随后在 /v1/fates 里能看到一条 accepted。',
    ],
    en: [
      'At open.weibo.com, under 我的应用 → 应用信息 → 基本信息, copy the App Key and the App Secret into this source.',
      'Under 粉丝服务 → 开发者模式 enter https://your-domain/v1/channels/weibo/your-source as the address and submit: ' +
        'Weibo checks it at once.',
      'Switch the mode on and follow the account from another one: /v1/fates then counts one accepted event.',
    ],
  },
  help: {
    appKey: { zh: '应用的 App Key，仅供辨认。', en: 'The App Key, kept to tell applications apart.' },
    appSecret: {
      zh: '应用的 App Secret：微博用它签名（不是自定的 token）。',
      en: 'The App Secret: what Weibo signs with (no token of your own).',
    },
    maxAge: {
      zh: '时间戳超过多少秒后拒收；不填则不限。',
      en: 'Seconds after which a timestamp is refused; without it there is no limit.',
    },
  },
  tells: [
    { sent: 'event follow, scan_follow', becomes: 'follow' },
    { sent: 'event unfollow', becomes: 'unfollow' },
    { sent: 'event subscribe, unsubscribe', becomes: 'consent_changed' },
    { sent: 'event scan', becomes: 'scan' },
    { sent: 'event click', becomes: 'click' },
    { sent: 'event view', becomes: 'view' },
    { sent: 'text, image, voice, video', becomes: 'message' },
    { sent: 'position', becomes: 'location' },
    { sent: 'mention, …', becomes: 'custom:weibo.mention, …' },
  ],
  joins: [
    {
      ...{ kind: 'weibo_uid', scope: '', from: 'sender_id, FromUserName' },
      worth: { zh: '微博账号的唯一编号，永久不变。', en: 'The account’s own number; it never changes.' },
    },
  ],
  settings,
  secrets: ['appSecret'],
  accept,
  read: ({ body }) => readAgain(tryMessage(body, LENIENT)),
  fields: WEIBO_FIELDS,
  map,
});
