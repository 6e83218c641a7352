import type { BadItem, Item, PulledPage } from './channel.ts';
import { deadItem } from './door.ts';
import { type Fields, fieldsAt, firstOf, isFields, listAt, textAt } from './pick.ts';
import { type Platform, PlatformError, spanOf } from './platform.ts';
import { callTop, given, safeCode } from './top-sign.ts';
import { afterTurn, clockText, pagesOf, turnAt } from './window.ts';

/** What is asked of JD's open platform (open.jd.com): orders of a merchant's shop by jingdong.pop.order.enSearch. */
export type JdSettings = {
  appKey: string;
  appSecret: string;
  shop: string;
  accessToken?: string | null | undefined;
  baseUrl?: string | null | undefined;
};

const GATEWAY = 'https://api.jd.com/routerjson';
const METHOD = 'jingdong.pop.order.enSearch';
/** The gateway writes `responce`. Should it ever mend that, both are read. */
const ANSWERS = ['jingdong_pop_order_enSearch_responce', 'jingdong_pop_order_enSearch_response'];

/** 1: service unavailable. 43, 65, 66, 67: the system behind the gateway failed or took too long. */
const PASSING = new Set(['1', '43', '65', '66', '67']);
/** 2: calls beyond a limit. Limits of single methods have codes of their own, so the words are read too. */
const LIMITED = /limit|frequen|频繁|频率|限流|流控|超限|次数/i;
/** 18 to 21: access token and application key missing or wrong. */
const CREDENTIALS = new Set(['18', '19', '20', '21']);

/** What the gateway, or the method behind it, refused. The access token is a setting: only a person can renew it. */
export function jdError(code: string, words: string): PlatformError {
  const detail = `code ${safeCode(code)}`.trim();
  if (code === '2' || LIMITED.test(words)) return new PlatformError('throttled', detail);
  if (CREDENTIALS.has(code) || /access_?token/i.test(words)) {
    return new PlatformError('refused', `${detail}: accessToken or appKey is missing, wrong or has expired`);
  }
  const passing = PASSING.has(code) || /timeout|unavailable|超时|不可用/i.test(words);
  return new PlatformError(passing ? 'unreachable' : 'refused', detail);
}

/** By time of change, at most a month in a call and so far back; smaller windows keep the pages few. */
const ORDERS = { reach: 30 * 86_400_000, overlap: 600_000, longest: 86_400_000 };
const PAGE = 50;
const DATE_OF_CHANGE = 0;
const LATEST_FIRST = 1;

/** All that can be asked for: without a list of states and fields the method gives nothing. */
const STATES = [
  ...['WAIT_SELLER_STOCK_OUT', 'WAIT_GOODS_RECEIVE_CONFIRM', 'WAIT_SELLER_DELIVERY', 'PAUSE', 'FINISHED_L'],
  ...['TRADE_CANCELED', 'LOCKED', 'POP_ORDER_PAUSE'],
].join(',');
const FIELDS = [
  ...['orderId', 'venderId', 'orderType', 'payType', 'orderTotalPrice', 'orderSellerPrice', 'orderPayment'],
  ...['freightPrice', 'sellerDiscount', 'balanceUsed', 'orderState', 'orderStateRemark', 'deliveryType', 'orderRemark'],
  ...['orderStartTime', 'orderEndTime', 'paymentConfirmTime', 'modified', 'venderRemark', 'pin', 'open_id_buyer'],
  ...['xid_buyer', 'returnOrder', 'parentOrderId', 'directParentOrderId', 'orderSource', 'storeOrder'],
  ...['consigneeInfo', 'itemInfoList', 'couponDetailList'],
].join(',');

async function search(platform: Platform, settings: JdSettings, asked: Fields): Promise<Fields> {
  const params = given({
    ...{ method: METHOD, app_key: settings.appKey, access_token: settings.accessToken },
    ...{ timestamp: clockText(platform.now()), format: 'json', v: '2.0', '360buy_param_json': JSON.stringify(asked) },
  });
  const answer = await callTop(platform, settings.baseUrl || GATEWAY, params, settings.appSecret);
  const error = answer.error_response;
  if (isFields(error)) throw jdError(textAt(error, 'code'), `${textAt(error, 'zh_desc')} ${textAt(error, 'en_desc')}`);
  const told = ANSWERS.map((name) => fieldsAt(answer, name)).find((one) => Object.keys(one).length > 0) ?? {};
  const code = textAt(told, 'code');
  if (!['', '0'].includes(code)) throw jdError(code, `${textAt(told, 'zh_desc')} ${textAt(told, 'en_desc')}`);
  const found = fieldsAt(told, 'searchorderinfo_result');
  const verdict = fieldsAt(found, 'apiResult');
  if (verdict.success === false || verdict.success === 'false') {
    const words = `${textAt(verdict, 'englishErrCode')} ${textAt(verdict, 'chineseErrCode')}`;
    throw jdError(firstOf(textAt(verdict, 'numberCode'), '?'), words);
  }
  if (Object.keys(found).length === 0) throw new PlatformError('unreachable', 'an answer without a result');
  return found;
}

function orderItem(order: unknown, shop: string): Item | BadItem {
  const body = JSON.stringify(order);
  const meta = { api: 'order', shop };
  return isFields(order) ? { body, meta } : deadItem(body, meta, 'event_malformed', 'an order that is no map');
}

/** One page of the orders that changed. */
export async function nextOrders(platform: Platform, settings: JdSettings, cursor: unknown): Promise<PulledPage> {
  const rule = { ...ORDERS, ...spanOf(platform, ORDERS.reach) };
  const turn = turnAt(cursor, rule);
  const found = await search(platform, settings, {
    ...{ start_date: clockText(turn.from), end_date: clockText(turn.to), order_state: STATES },
    ...{ optional_fields: FIELDS, page: String(turn.page ?? 1), page_size: String(PAGE) },
    ...{ sortType: LATEST_FIRST, dateType: DATE_OF_CHANGE },
  });
  const after = afterTurn(turn, pagesOf(Number(textAt(found, 'orderTotal')), PAGE), rule);
  const orders = after.take ? listAt(found, 'orderInfoList') : [];
  return {
    items: orders.map((order) => orderItem(order, settings.shop)),
    ...{ cursor: after.cursor, more: after.more },
  };
}
