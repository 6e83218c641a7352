import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Ask, BadItem, Item, Pull, Words } from './channel.ts';
import { deadItem, decodeUtf8, maxAge, optionalText, settingText, tryJson } from './door.ts';
import { exactDecimals } from './pdd-yuan.ts';
import { type Fields, fieldsAt, firstOf, isFields, listAt, textAt } from './pick.ts';
import { type Platform, PlatformError, spanOf } from './platform.ts';
import { afterTurn, pagesOf, turnAt } from './window.ts';

/**
 * Pinduoduo's open API (open.pinduoduo.com): one address, the call named by `type`, a form as body. `sign` is the
 * upper-case MD5 of the secret, every sorted name with its value, and the secret again.
 */
const BASE = 'https://gw-api.pinduoduo.com';
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;
const PAGE_SIZE = 100;
/** The platform asks that windows end three minutes before its own clock, so that nothing late is missed. */
const LATE_MS = 3 * MINUTE;
const LONGEST_MS = 30 * MINUTE;
const OVERLAP_MS = 5 * MINUTE;

const days = z.union([z.literal('').transform(() => null), z.coerce.number().int().min(1).max(90)]).nullish();

export const pddSettings = z.object({
  ...{ clientId: settingText, clientSecret: settingText, shop: settingText, maxAge },
  ...{ accessToken: optionalText, daysBack: days, baseUrl: optionalText, messageUrl: optionalText },
});
export type PddSettings = z.infer<typeof pddSettings>;

/** 全局错误码. All others wait for a person: a wrong secret, a permission that is missing. */
const THROTTLED = new Set(['52101', '70031', '70036']);
const PASSING = new Set(['50000', '50001', '50002', '52001', '52002', '52102', '52103', '70033']);
const EXPIRED = '10019';

function failure(error: Fields, type: string): PlatformError {
  const code = textAt(error, 'error_code');
  const detail = `${type}: ${code} ${textAt(error, 'sub_code')}`.trim();
  if (code === EXPIRED) return new PlatformError('token_expired', detail);
  if (THROTTLED.has(code)) return new PlatformError('throttled', detail);
  return new PlatformError(PASSING.has(code) ? 'unreachable' : 'refused', detail);
}

/** The inner map of the answer, `…_response`; decimals in it are strings. Throws PlatformError. */
export async function call(
  platform: Platform,
  settings: PddSettings,
  type: string,
  params: Record<string, string>,
): Promise<Fields> {
  const { clientId, clientSecret, accessToken } = settings;
  if (!accessToken) throw new PlatformError('refused', 'accessToken is not set');
  const sent: Record<string, string> = {
    ...{ ...params, type, client_id: clientId, access_token: accessToken, data_type: 'JSON', version: 'V1' },
    timestamp: String(Math.floor(platform.now() / SECOND)),
  };
  const pairs = Object.keys(sent)
    .sort()
    .map((name) => `${name}${sent[name]}`);
  const text = `${clientSecret}${pairs.join('')}${clientSecret}`;
  const sign = createHash('md5').update(text).digest('hex').toUpperCase();
  const base = firstOf(settings.baseUrl ?? '', BASE).replace(/\/+$/, '');
  const answer = await platform.http({
    ...{ method: 'POST', url: `${base}/api/router`, body: new URLSearchParams({ ...sent, sign }).toString() },
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  if (answer.status === 429) throw new PlatformError('throttled', `${type}: 429`);
  if (answer.status >= 500) throw new PlatformError('unreachable', `${type}: ${answer.status}`);
  const read = tryJson(exactDecimals(decodeUtf8(answer.body) ?? ''));
  if (!read.ok) throw new PlatformError('unreachable', `${type}: no JSON`);
  const error = fieldsAt(read.value, 'error_response');
  if (Object.keys(error).length > 0) throw failure(error, type);
  const inner = Object.entries(fieldsAt(read.value)).find(([name]) => name.endsWith('_response'));
  if (!inner || !isFields(inner[1])) throw new PlatformError('unreachable', `${type}: no response in the answer`);
  return inner[1];
}

const itemOf = (record: unknown, meta: Item['meta']): Item | BadItem => {
  const body = JSON.stringify(record) ?? 'null';
  return isFields(record) ? { body, meta } : deadItem(body, meta, 'unreadable', 'a record that is no object');
};

/** Records that changed within a window of at most 30 minutes, page by page from the last one. */
function changed(
  about: { name: string; title: Words; api: string; type: string; lists: readonly string[] },
  params: Record<string, string>,
): Pull<PddSettings> {
  const { name, title, api, type, lists } = about;
  return {
    ...{ name, title, everySeconds: 60, callsPerSecond: 5, ranged: true },
    ready: ({ accessToken }) => Boolean(accessToken),
    next: async (platform, settings, cursor) => {
      const settled = { ...platform, now: () => platform.now() - LATE_MS };
      const span = spanOf(settled, (settings.daysBack ?? 1) * DAY);
      const rule = { ...span, overlap: OVERLAP_MS, longest: LONGEST_MS };
      const turn = turnAt(cursor, rule);
      const answer = await call(platform, settings, type, {
        ...{ ...params, page: String(turn.page ?? 1), page_size: String(PAGE_SIZE) },
        start_updated_at: String(turn.from / SECOND),
        end_updated_at: String(turn.to / SECOND),
      });
      const records = lists.flatMap((list) => listAt(answer, list));
      const total = Number(textAt(answer, 'total_count')) || records.length;
      const { cursor: next, more, take } = afterTurn(turn, pagesOf(total, PAGE_SIZE), rule);
      const meta = { api, shop: settings.shop };
      return { items: take ? records.map((record) => itemOf(record, meta)) : [], cursor: next, more };
    },
  };
}

export const orders = changed(
  {
    ...{ name: 'orders', title: { zh: '订单增量', en: 'Orders that changed' }, api: 'order' },
    ...{ type: 'pdd.order.number.list.increment.get', lists: ['order_sn_list', 'order_list'] },
  },
  { is_lucky_flag: '0', order_status: '5', refund_status: '5' },
);

/** after_sales_status 10: 退款成功. Its refund_amount is yuan, other than refund_fee of the messages. */
export const refunds = changed(
  {
    ...{ name: 'refunds', title: { zh: '退款成功的售后单', en: 'Refunds that came through' }, api: 'refund' },
    ...{ type: 'pdd.refund.list.increment.get', lists: ['refund_list'] },
  },
  { after_sales_status: '10', after_sales_type: '1' },
);

/** Answers the ask for one order, which a message names and does not describe. Throws PlatformError. */
export async function oneOrder(
  platform: Platform,
  settings: PddSettings,
  params: Ask['params'],
): Promise<(Item | BadItem)[]> {
  const answer = await call(platform, settings, 'pdd.order.information.get', { order_sn: params.order ?? '' });
  const order = fieldsAt(answer, 'order_info');
  if (textAt(order, 'order_sn') === '') throw new PlatformError('gone', 'pdd.order.information.get: no such order');
  return [itemOf(order, { api: 'order', shop: settings.shop })];
}
