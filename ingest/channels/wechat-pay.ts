import { createDecipheriv, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';
import { type IdentifierInput, parseTime } from '../../schemas/event.ts';
import { fromMinorUnits } from '../../schemas/money.ts';
import {
  type BadItem,
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
  jsonReply,
  maxAge,
  optionalText,
  readAgain,
  refused,
  settingText,
  tryJson,
} from '../door.ts';
import { unlisted } from '../fields.ts';
import { customType, type Fields, fieldsAt, filled, firstOf, isTrue, listAt, textAt } from '../pick.ts';
import { isStale } from '../signature.ts';
import { epochMs } from '../time.ts';
import { WECHAT_PAY_FIELDS, WECHAT_PAY_RESOURCE } from '../wechat-pay-fields.ts';
import { WECHAT_PAY_PAGE } from '../wechat-pay-page.ts';

/**
 * WeChat Pay API v3 notifications (pay.weixin.qq.com: 支付成功通知, 退款结果通知). The request is signed with RSA-SHA256
 * over `timestamp\nnonce\nbody\n`; its `resource` is sealed with AES-256-GCM under the APIv3 key.
 *
 * Event ids: the notification's `id`, which stays the same when it is sent again; only a notification without one is
 * known by what it speaks of, `refund_id` or `transaction_id`. So two notifications about one payment are two events:
 * they bear the same payment, and as orders the same order.
 */
const NAME = 'wechat-pay';
const KEY_BYTES = 32;
const TAG_BYTES = 16;

const PEM = /-----BEGIN (PUBLIC KEY|RSA PUBLIC KEY|CERTIFICATE)-----([\s\S]*?)-----END \1-----/;

/** The platform's RSA key from its PEM, however forms and files have broken its lines; null where it is none. */
function publicKeyOf(pem: string): KeyObject | null {
  const [, label, body = ''] = PEM.exec(pem) ?? [];
  const lines = body.replace(/\\[rn]|\s/g, '').replace(/.{64}/g, '$&\n');
  try {
    const key = createPublicKey(`-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`);
    return key.asymmetricKeyType === 'rsa' ? key : null;
  } catch {
    return null;
  }
}

const settings = z.object({
  mchid: settingText,
  apiV3Key: settingText.refine((key) => Buffer.byteLength(key) === KEY_BYTES, '32 bytes'),
  serial: optionalText,
  platformPublicKey: z.string().refine((pem) => publicKeyOf(pem) !== null, 'an RSA public key or certificate, PEM'),
  countsAsOrder: z.union([z.boolean(), z.enum(['', 'true', 'false'])]).nullish(),
  maxAge,
});
type Settings = z.infer<typeof settings>;

/** A notification's type, and what it becomes: a payment alone, or an order where payments count as orders. */
const TYPES = new Map([
  ['TRANSACTION.SUCCESS', { payment: 'payment_received', order: 'order_paid' }],
  ['REFUND.SUCCESS', { payment: 'payment_refunded', order: 'order_refunded' }],
]);

const QUERYABLE = [
  ...['event', 'mchid', 'out_trade_no', 'out_refund_no', 'refund_id', 'trade_type', 'trade_state', 'refund_status'],
  ...['bank_type', 'amount', 'payer_amount', 'order_amount', 'currency', 'payer_currency', 'device_id'],
];

/** Who a resource may say it is for: a merchant, a service provider, its merchant, the head of a joint payment. */
const MERCHANTS = ['mchid', 'sp_mchid', 'sub_mchid', 'combine_mchid'];

function signatureHolds({ headers, body }: DoorRequest, given: Settings): boolean {
  const at = (name: string): string => headers[`wechatpay-${name}`] ?? '';
  const key = publicKeyOf(given.platformPublicKey);
  if (given.serial && at('serial').toUpperCase() !== given.serial.toUpperCase()) return false;
  const signed = Buffer.concat([Buffer.from(`${at('timestamp')}\n${at('nonce')}\n`), body, Buffer.from('\n')]);
  return key !== null && verify('RSA-SHA256', signed, key, Buffer.from(at('signature'), 'base64'));
}

/** The plain bytes of a resource; null where it does not open. The last 16 bytes of the ciphertext are the tag. */
function openResource(resource: Fields, apiV3Key: string): Buffer | null {
  const at = (name: string): string => String(resource[name] ?? '');
  const sealed = Buffer.from(at('ciphertext'), 'base64');
  if (at('algorithm') !== 'AEAD_AES_256_GCM' || sealed.length < TAG_BYTES) return null;
  try {
    const cipher = createDecipheriv('aes-256-gcm', Buffer.from(apiV3Key), Buffer.from(at('nonce')));
    cipher.setAuthTag(sealed.subarray(-TAG_BYTES)).setAAD(Buffer.from(at('associated_data')));
    return Buffer.concat([cipher.update(sealed.subarray(0, -TAG_BYTES)), cipher.final()]);
  } catch {
    return null;
  }
}

const isOurs = (resource: unknown, mchid: string): boolean => {
  const parts = [resource, ...listAt(resource, 'sub_orders')];
  const named = parts.flatMap((part) => MERCHANTS.map((name) => textAt(part, name))).filter((id) => id !== '');
  return named.length === 0 || named.includes(mchid);
};

/** The envelope with the plain resource in the place of the sealed one; null where that is for another merchant. */
function itemOf(body: Buffer, given: Settings): Item | BadItem | null {
  const meta = { mchid: given.mchid, order: isTrue(given.countsAsOrder) ? 'true' : 'false' };
  const text = decodeUtf8(body);
  if (text === null) return deadItem(body, meta, 'unreadable', 'no UTF-8');
  const envelope = tryJson(text);
  if (!envelope.ok) return deadItem(text, meta, envelope.reason, envelope.detail);
  const plain = openResource(fieldsAt(envelope.value, 'resource'), given.apiV3Key);
  if (!plain) return deadItem(text, meta, 'decrypt_failed', 'the resource does not open with the APIv3 key');
  const inner = decodeUtf8(plain);
  if (inner === null) return deadItem(text, meta, 'unreadable', 'resource: no UTF-8');
  const resource = tryJson(inner);
  const around = (value: unknown): string => JSON.stringify({ ...fieldsAt(envelope.value), resource: value });
  if (!resource.ok) return deadItem(around(inner), meta, resource.reason, `resource: ${resource.detail}`);
  if (!isOurs(resource.value, given.mchid)) return null;
  const opened = around(resource.value);
  // Each may be as deep as is allowed and both together deeper: then no later reading would take it.
  const again = tryJson(opened);
  return again.ok ? { body: opened, meta } : deadItem(opened, meta, again.reason, again.detail);
}

function accept(request: DoorRequest, given: Settings): Verdict {
  if (request.method !== 'POST' || !signatureHolds(request, given)) {
    return refused('signature_wrong', 'Wechatpay-Signature or Wechatpay-Serial is missing or wrong');
  }
  if (isStale(epochMs(request.headers['wechatpay-timestamp'] ?? ''), given.maxAge, request.now)) {
    return refused('signature_stale', `Wechatpay-Timestamp is older than ${given.maxAge} s`);
  }
  const item = itemOf(request.body, given);
  if (!item) return refused('signature_wrong', 'the resource is for another merchant than mchid');
  return { verdict: 'taken', items: [item], reply: jsonReply('{"code":"SUCCESS"}') };
}

/**
 * An amount in the smallest unit of its currency (fen for CNY, yen for JPY) to a decimal string in the currency itself;
 * empty where there is none, null where it is no such amount.
 */
function amountOf(text: string, currency: string): string | null {
  if (text === '') return '';
  return /^\d{1,15}$/.test(text) ? fromMinorUnits(text, currency) : null;
}

/** One payment or refund: `resource` has the fields of a joint notification and of its one payment side by side. */
type Told = { resource: Fields; sent: string; refund: boolean; currency: string; amount: string | null };

function toldOf(resource: Fields, sent: string): Told {
  const amounts = fieldsAt(resource, 'amount');
  const refund = sent.startsWith('REFUND.');
  const currency = firstOf(textAt(amounts, 'currency').toUpperCase(), 'CNY');
  const total = firstOf(textAt(amounts, 'total'), textAt(amounts, 'total_amount'));
  return { resource, sent, refund, currency, amount: amountOf(refund ? textAt(amounts, 'refund') : total, currency) };
}

/** An openid belongs to its app; a payment's number is unique in the whole network and stands on the till's receipt. */
function identifiersOf(resource: Fields): IdentifierInput[] {
  const at = (...path: string[]): string => textAt(resource, ...path);
  const payers = [
    ['appid', at('payer', 'openid')],
    ['sp_appid', at('payer', 'sp_openid')],
    ['sub_appid', at('payer', 'sub_openid')],
    ['combine_appid', at('combine_payer_info', 'openid')],
    ['appid', at('openid')],
  ] as const;
  const payment = at('transaction_id');
  return [
    ...payers
      .filter(([, value]) => value !== '')
      .map(([app, value]) => ({ kind: 'wechat_openid', scope: at(app) || null, value })),
    ...(payment === '' ? [] : [{ kind: 'payment_id', scope: NAME, value: payment }]),
  ];
}

function orderOf({ resource, refund, currency, amount }: Told): MappedEvent['order'] {
  const at = (name: string): string => textAt(resource, name);
  const order = { id: at('out_trade_no'), currency, ...(amount ? { total: amount } : {}) };
  if (!refund) return order;
  return { ...order, id: firstOf(at('out_refund_no'), at('refund_id')), original_id: order.id };
}

function propertiesOf({ resource, sent, refund, currency, amount }: Told): Fields {
  const at = (...path: string[]): string => textAt(resource, ...path);
  const money = (...names: string[]): string =>
    amountOf(firstOf(...names.map((name) => at('amount', name))), currency) ?? '';
  return filled({
    ...unlisted(resource, WECHAT_PAY_RESOURCE),
    ...{ event: sent, mchid: at('mchid'), out_trade_no: at('out_trade_no'), out_refund_no: at('out_refund_no') },
    ...{ refund_id: at('refund_id'), refund_status: at('refund_status'), trade_state: at('trade_state') },
    ...{ trade_type: at('trade_type'), bank_type: at('bank_type'), attach: at('attach') },
    ...{ amount, currency: amount ? currency : '', payer_currency: at('amount', 'payer_currency') },
    ...{ payer_amount: refund ? money('payer_refund') : money('payer_total', 'payer_amount') },
    ...{ order_amount: refund ? money('total') : '', user_received_account: at('user_received_account') },
    ...{ device_id: at('scene_info', 'device_id'), promotion_detail: listAt(resource, 'promotion_detail') },
  });
}

function outcomesOf(told: Told, id: string, created: string, { channel, source, meta }: MapContext): Outcome[] {
  const { resource, sent, amount } = told;
  const time = [textAt(resource, 'success_time'), created].find((text) => !Number.isNaN(parseTime(text)));
  if (time === undefined) return drop('dead-letter', 'event_malformed', 'resource.success_time');
  if (amount === null) return drop('dead-letter', 'event_malformed', 'resource.amount');
  const identifiers = identifiersOf(resource);
  const known = TYPES.get(sent);
  const type = known?.[meta.order === 'true' ? 'order' : 'payment'];
  if (identifiers.length === 0) {
    if (known) return drop('dead-letter', 'event_malformed', 'resource.transaction_id');
    return drop('ignored', 'type_not_used', `${sent} names no person and no payment`);
  }
  const event: MappedEvent = {
    ...{ id, channel, source, time, identifiers },
    type: type ?? customType(NAME, sent),
    ...(type?.startsWith('order_') ? { order: orderOf(told) } : {}),
    properties: propertiesOf(told),
  };
  return [{ kind: 'event', event, queryable: QUERYABLE }];
}

function map(value: unknown, context: MapContext): Outcome[] {
  const resource = fieldsAt(value, 'resource');
  const sent = textAt(value, 'event_type');
  const id = firstOf(textAt(value, 'id'), textAt(resource, 'refund_id'), textAt(resource, 'transaction_id'));
  if (sent === '') return drop('dead-letter', 'event_malformed', 'event_type');
  if (id === '') return drop('dead-letter', 'event_malformed', 'id');
  const joint = listAt(resource, 'sub_orders').map((part) => ({ ...resource, ...fieldsAt(part) }));
  const parts: Fields[] = joint.length > 0 ? joint : [resource];
  const created = textAt(value, 'create_time');
  return parts.flatMap((part, at) =>
    outcomesOf(toldOf(part, sent), at === 0 ? id : `${id}#${at + 1}`, created, context),
  );
}

export const wechatPay: Channel = defineChannel<Settings>({
  name: NAME,
  ...WECHAT_PAY_PAGE,
  settings,
  secrets: ['apiV3Key'],
  accept,
  read: ({ body }) => readAgain(tryJson(body)),
  fields: WECHAT_PAY_FIELDS,
  map,
});
