import type { BadItem, Item, PulledPage } from './channel.ts';
import { deadItem, tryJson } from './door.ts';
import { type Fields, fieldsAt, isFields, isTrue, listAt, textAt } from './pick.ts';
import { type Platform, PlatformError, spanOf } from './platform.ts';
import { callTop, given, safeCode } from './top-sign.ts';
import { afterTurn, clockText, pagesOf, turnAt } from './window.ts';

/**
 * What is asked of Taobao's open platform (open.taobao.com): messages by taobao.tmc.messages.consume and .confirm,
 * trades by taobao.trades.sold.increment.get and taobao.trade.fullinfo.get. The same messages go over a websocket too,
 * in a binary form without a public specification; the two calls are documented and give the same.
 */
export type TaobaoSettings = {
  appKey: string;
  appSecret: string;
  shop: string;
  brand: string;
  sessionKey?: string | null | undefined;
  group?: string | null | undefined;
  baseUrl?: string | null | undefined;
  messageUrl?: string | null | undefined;
};

const GATEWAY = 'https://eco.taobao.com/router/rest';
/** Documented as calls beyond a quota: of the user, the sessionKey, the partner, the application, its frequency. */
const LIMITS = new Set(['4', '5', '6', '7', '8']);
/** 10: service unavailable. 15: remote service error, of which only the sub-code says whose fault it is. */
const PASSING = new Set(['10', '15']);
const GONE = /^isv\.trade-?(is-?)?not-?(exist|found)/;
const BAN = /last for (\d{1,6}) more second/i;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** An `error_response` in our words. A sessionKey is a setting: once it has expired only a person can renew it. */
export function topError(response: Fields): PlatformError {
  const code = textAt(response, 'code');
  const sub = textAt(response, 'sub_code');
  const detail = `code ${safeCode(code)} ${safeCode(sub)}`.trim();
  const ban = BAN.exec(textAt(response, 'sub_msg'))?.[1];
  if (LIMITS.has(code) || /^accesscontrol\.|call-limited/.test(sub)) {
    return new PlatformError('throttled', detail, ban === undefined ? undefined : Number(ban) * SECOND);
  }
  if (code === '26' || code === '27' || /session/.test(sub)) {
    return new PlatformError('refused', `${detail}: the sessionKey is missing, wrong or has expired`);
  }
  if (GONE.test(sub)) return new PlatformError('gone', detail);
  const passing = sub.startsWith('isp.') || (PASSING.has(code) && !sub.startsWith('isv.'));
  return new PlatformError(passing ? 'unreachable' : 'refused', detail);
}

async function call(
  platform: Platform,
  settings: TaobaoSettings,
  method: string,
  more: Record<string, string | null | undefined>,
): Promise<Fields> {
  const params = given({
    ...{ method, app_key: settings.appKey, session: settings.sessionKey, timestamp: clockText(platform.now()) },
    ...{ format: 'json', v: '2.0', sign_method: 'md5', ...more },
  });
  const messages = method.startsWith('taobao.tmc.') ? settings.messageUrl : null;
  const answer = await callTop(platform, messages || settings.baseUrl || GATEWAY, params, settings.appSecret);
  if (isFields(answer.error_response)) throw topError(answer.error_response);
  return fieldsAt(answer, `${method.replace(/^taobao\./, '').replaceAll('.', '_')}_response`);
}

const metaOf = ({ appKey, shop, brand }: TaobaoSettings, api: string): Item['meta'] => ({ api, appKey, shop, brand });

/** How many messages one call brings; it takes up to 200. */
const MESSAGES = 100;

/** A message as an item. Its content is JSON as text, which must be readable now: later nobody could mend it. */
function messageItem(message: unknown, meta: Item['meta']): Item | BadItem {
  const body = JSON.stringify(message);
  if (!isFields(message)) return deadItem(body, meta, 'event_malformed', 'a message that is no map');
  const { content } = message;
  if (typeof content !== 'string' || content.trim() === '') return { body, meta };
  const read = tryJson(content);
  return read.ok ? { body, meta } : deadItem(body, meta, read.reason, `content: ${read.detail}`);
}

/**
 * One page of messages. The cursor bears the ids of the page before: they are confirmed first, that is only once they
 * are in the log; what was never confirmed is sent again and dropped by its id.
 */
export async function nextMessages(platform: Platform, settings: TaobaoSettings, cursor: unknown): Promise<PulledPage> {
  const group = settings.group;
  const taken = listAt(cursor, 'confirm').filter((id): id is string => typeof id === 'string');
  if (taken.length > 0) {
    const ids = taken.join(',');
    const done = await call(platform, settings, 'taobao.tmc.messages.confirm', {
      group_name: group,
      s_message_ids: ids,
    });
    if (!isTrue(done.is_success)) throw new PlatformError('unreachable', 'the messages were not confirmed');
  }
  const quantity = String(MESSAGES);
  const answer = await call(platform, settings, 'taobao.tmc.messages.consume', { group_name: group, quantity });
  const messages = listAt(answer, 'messages', 'tmc_message');
  const ids = messages.map((message) => textAt(message, 'id')).filter((id) => id !== '');
  const items = messages.map((message) => messageItem(message, metaOf(settings, 'message')));
  return { items, cursor: { confirm: ids }, more: ids.length > 0 };
}

/** taobao.trades.sold.increment.get: at most one day in a call, three months back. */
const TRADES = { reach: 89 * DAY, overlap: 10 * MINUTE, longest: DAY - SECOND };
/** Each trade of a page is one call more. */
const PAGE = 40;

const FIELDS = [
  ...['tid', 'tid_str', 'status', 'type', 'trade_from', 'seller_nick', 'buyer_nick', 'buyer_open_uid', 'ouid', 'omid'],
  ...['oaid', 'created', 'pay_time', 'consign_time', 'end_time', 'modified', 'payment', 'post_fee', 'total_fee'],
  ...['discount_fee', 'adjust_fee', 'received_payment', 'step_trade_status', 'step_paid_fee', 'shipping_type'],
  ...['receiver_name', 'receiver_mobile', 'receiver_phone', 'receiver_state', 'receiver_city', 'receiver_district'],
  ...['receiver_town', 'receiver_address', 'receiver_zip', 'buyer_message', 'seller_memo', 'seller_flag', 'orders'],
  'promotion_details',
].join(',');

/** A trade in full, as an item. Throws PlatformError, `gone` where there is no such trade. */
export async function tradeItem(platform: Platform, settings: TaobaoSettings, tid: string): Promise<Item> {
  const answer = await call(platform, settings, 'taobao.trade.fullinfo.get', { fields: FIELDS, tid });
  if (!isFields(answer.trade)) throw new PlatformError('gone', 'no trade in the answer');
  return { body: JSON.stringify(answer.trade), meta: metaOf(settings, 'trade') };
}

/** What the list tells of a trade is not all; one that cannot be had in full is kept as the list told it. */
async function listedItem(platform: Platform, settings: TaobaoSettings, listed: unknown): Promise<Item | BadItem> {
  const bad = (detail: string): BadItem =>
    deadItem(JSON.stringify(listed), metaOf(settings, 'trade'), 'event_malformed', detail);
  const tid = textAt(listed, 'tid');
  if (!/^\d{1,20}$/.test(tid)) return bad('tid');
  try {
    return await tradeItem(platform, settings, tid);
  } catch (error) {
    if (error instanceof PlatformError && error.why === 'gone') return bad(`the trade is gone: ${error.message}`);
    throw error;
  }
}

/** One page of the trades that changed, each in full. */
export async function nextTrades(platform: Platform, settings: TaobaoSettings, cursor: unknown): Promise<PulledPage> {
  const rule = { ...TRADES, ...spanOf(platform, TRADES.reach) };
  const turn = turnAt(cursor, rule);
  const answer = await call(platform, settings, 'taobao.trades.sold.increment.get', {
    ...{ fields: 'tid,status,modified', start_modified: clockText(turn.from), end_modified: clockText(turn.to) },
    ...{ page_no: String(turn.page ?? 1), page_size: String(PAGE), use_has_next: 'false' },
  });
  const after = afterTurn(turn, pagesOf(Number(textAt(answer, 'total_results')), PAGE), rule);
  const items: (Item | BadItem)[] = [];
  for (const listed of after.take ? listAt(answer, 'trades', 'trade') : []) {
    items.push(await listedItem(platform, settings, listed));
  }
  return { items, cursor: after.cursor, more: after.more };
}
