import { describe, expect, it } from 'vitest';
import { bytes, channelOf, NOW, outcomes } from './door.ts';
import { type Call, gateway, platformAt } from './top-server.ts';

const SECRET = 'throwaway-secret';
const jd = gateway(SECRET, { error_response: { code: '12', zh_desc: '无效签名', en_desc: 'Invalid Signature' } });
const HOUR = 3_600_000;
const settings = (more: object = {}) => ({
  ...{ appKey: 'E1D746D4', appSecret: SECRET, shop: 'flagship', accessToken: 'token-1', baseUrl: jd.url(), ...more },
});
const next = (cursor?: unknown, more: object = {}, range?: { from: number; to: number }) => {
  const [pull] = channelOf('jd').pulls;
  if (!pull) throw new Error('no pull');
  return pull.next(platformAt(NOW, range), settings(more), cursor);
};
type Page = Awaited<ReturnType<typeof next>>;
const told = (page: Page) =>
  outcomes('jd', { verdict: 'taken', items: page.items, reply: { status: 200, contentType: '', body: '' } });
const ids = (page: Page): string[] => told(page).flatMap((one) => (one.kind === 'event' ? [one.event.id] : []));
const sample = (name: string): string => bytes(`jd/${name}.json`).toString('utf8');

const asked = (call: Call | undefined): Record<string, unknown> => JSON.parse(call?.['360buy_param_json'] ?? '{}');
const result = (orders: readonly unknown[], orderTotal: number, apiResult: object = { success: true }) => ({
  jingdong_pop_order_enSearch_responce: {
    ...{ code: '0', searchorderinfo_result: { apiResult, orderTotal, orderInfoList: orders } },
  },
});
const order = (orderId: string, modified: string) => ({
  ...{
    orderId,
    modified,
    orderState: 'WAIT_SELLER_STOCK_OUT',
    orderPayment: '1.00',
    open_id_buyer: `buyer-${orderId}`,
  },
});

/** A shop whose orders are given by time of change, latest first. */
function shop(orders: ReturnType<typeof order>[]) {
  return (call: Call) => {
    const { start_date, end_date, page, page_size } = asked(call);
    const within = orders.filter(({ modified }) => modified >= String(start_date) && modified <= String(end_date));
    const start = (Number(page) - 1) * Number(page_size);
    return result(within.slice(start, start + Number(page_size)), within.length);
  };
}

async function readOut(cursor: unknown, range?: { from: number; to: number }) {
  const found: string[] = [];
  let at: unknown = cursor;
  for (let turns = 0; turns < 100; turns += 1) {
    const page = await next(at, {}, range);
    found.push(...ids(page));
    at = JSON.parse(JSON.stringify(page.cursor));
    if (!page.more) return { found, cursor: at };
  }
  throw new Error('no end');
}

describe('the samples', () => {
  it('a page of one order', async () => {
    jd.says(() => sample('pop.order.enSearch'));
    const page = await next({ done: NOW - HOUR });
    expect(ids(page)).toEqual(['298000000017:WAIT_SELLER_STOCK_OUT']);
    expect(page).toMatchObject({ cursor: { done: NOW }, more: false });
    expect(jd.calls[0]).toMatchObject({
      ...{ method: 'jingdong.pop.order.enSearch', app_key: 'E1D746D4', access_token: 'token-1', v: '2.0' },
      timestamp: '2026-03-02 12:00:00',
    });
    expect(asked(jd.calls[0])).toMatchObject({
      ...{ start_date: '2026-03-02 10:50:00', end_date: '2026-03-02 12:00:00', page: '1', dateType: 0 },
      order_state: expect.stringContaining('FINISHED_L,TRADE_CANCELED'),
      optional_fields: expect.stringContaining('open_id_buyer'),
    });
  });

  it('an empty page', async () => {
    jd.says(() => sample('pop.order.enSearch-empty'));
    expect(await next({ done: NOW - HOUR })).toEqual({ items: [], cursor: { done: NOW }, more: false });
  });

  it('an access token that is no longer valid', async () => {
    jd.says(() => sample('error_response'));
    const failed = next({ done: NOW - HOUR });
    await expect(failed).rejects.toMatchObject({
      why: 'refused',
      message: expect.stringMatching(/^code 19: accessToken/),
    });
  });
});

describe('orders', () => {
  it('are read page by page, and none twice within a window', async () => {
    const orders = Array.from({ length: 120 }, (_, at) => order(String(298000000000 + at), '2026-03-02 11:00:00'));
    jd.says(shop(orders));
    const { found, cursor } = await readOut({ done: NOW - 2 * HOUR });
    expect([...found].sort()).toEqual(orders.map(({ orderId }) => `${orderId}:WAIT_SELLER_STOCK_OUT`).sort());
    expect(jd.calls.map((call) => asked(call).page)).toEqual(['1', '3', '2', '1']);
    expect(cursor).toEqual({ done: NOW });
  });

  it('one that changes while its window is read does not hide another', async () => {
    const orders = Array.from({ length: 100 }, (_, at) => order(String(298000000000 + at), '2026-03-02 11:00:00'));
    jd.says(shop(orders));
    const look = await next({ done: NOW - 2 * HOUR });
    const last = await next(look.cursor);
    // The very first order of the window leaves it: what stood on page 2 moves up to page 1, which is still unread.
    jd.says(shop(orders.slice(1)));
    const first = await next(last.cursor);
    const found = new Set([...ids(last), ...ids(first)]);
    expect(orders.slice(1).filter(({ orderId }) => !found.has(`${orderId}:WAIT_SELLER_STOCK_OUT`))).toEqual([]);
  });

  it('are asked for a month back at first, a day at a time, each window behind the end of the last', async () => {
    jd.says(shop([]));
    const { cursor } = await readOut(undefined);
    const windows = jd.calls.map(asked).map(({ start_date, end_date }) => [String(start_date), String(end_date)]);
    expect(windows[0]).toEqual(['2026-01-31 12:00:00', '2026-02-01 12:00:00']);
    expect(windows[1]?.[0]).toBe('2026-02-01 11:50:00');
    expect(windows.at(-1)?.[1]).toBe('2026-03-02 12:00:00');
    expect(cursor).toEqual({ done: NOW });
  });

  it('an order seen in two turns has the same id in both', async () => {
    jd.says(shop([order('298000000001', '2026-03-02 11:55:00')]));
    const first = await readOut({ done: NOW - HOUR });
    expect((await readOut(first.cursor)).found).toEqual(first.found);
  });

  it('of a part of the past can be read again', async () => {
    jd.says(shop([]));
    const to = NOW - 72 * HOUR;
    expect((await readOut(undefined, { from: to - HOUR, to })).cursor).toEqual({ done: to });
    expect(asked(jd.calls[0])).toMatchObject({ start_date: '2026-02-27 11:00:00', end_date: '2026-02-27 12:00:00' });
  });

  it('a record that is none is kept, and the others go on', async () => {
    const good = order('298000000001', '2026-03-02 11:00:00');
    jd.says(() => result(['text', { orderState: 'FINISHED_L', modified: '2026-03-02 11:00:00' }, good], 3));
    expect(told(await next({ done: NOW - HOUR }))).toMatchObject([
      { kind: 'drop', fate: 'dead-letter', reason: 'event_malformed', detail: 'an order that is no map' },
      { kind: 'drop', fate: 'dead-letter', reason: 'event_malformed', detail: 'orderId' },
      { kind: 'event', event: { id: '298000000001:WAIT_SELLER_STOCK_OUT' } },
    ]);
  });

  it('order numbers beyond 2^53 keep their digits', async () => {
    jd.says(() => JSON.stringify(result([order('N', '2026-03-02 11:00:00')], 1)).replace('"N"', '4837328765340000017'));
    expect(ids(await next({ done: NOW - HOUR }))).toEqual(['4837328765340000017:WAIT_SELLER_STOCK_OUT']);
  });

  it('the answer under its name as it ought to be spelt', async () => {
    jd.says(() => sample('pop.order.enSearch').replace('enSearch_responce', 'enSearch_response'));
    expect(ids(await next({ done: NOW - HOUR }))).toHaveLength(1);
  });
});

describe('what the platform refuses', () => {
  const why = async (said: object) => {
    jd.says(() => said);
    const failed = next({ done: NOW - HOUR });
    await expect(failed).rejects.not.toThrow(/token-1|throwaway|13900001234/);
    return failed.catch((error: unknown) => (error instanceof Error && 'why' in error ? error.why : error));
  };

  it.each([
    [{ code: '2', zh_desc: '限制时间内调用失败次数', en_desc: 'App Call Limited' }, 'throttled'],
    [{ code: '10100099', zh_desc: '接口调用超过频率限制' }, 'throttled'],
    [{ code: '19', zh_desc: '无效access_token', en_desc: 'Invalid access_token' }, 'refused'],
    [{ code: '20', zh_desc: '缺少app_key' }, 'refused'],
    [{ code: '10100014', en_desc: 'access_token expired' }, 'refused'],
    [{ code: '1', zh_desc: '服务不可用' }, 'unreachable'],
    [{ code: '65', zh_desc: '系统处理超时 13900001234' }, 'unreachable'],
    [{ code: '24', zh_desc: '该商家无权调用API' }, 'refused'],
  ])('%j', async (error, ought) => {
    expect(await why({ error_response: error })).toBe(ought);
  });

  it('the method behind the gateway', async () => {
    const failed = (more: object) => result([], 0, { success: false, ...more });
    expect(await why(failed({ numberCode: 10400001, englishErrCode: 'date.illegal' }))).toBe('refused');
    expect(await why(failed({ numberCode: 1, chineseErrCode: '查询超时' }))).toBe('unreachable');
    expect(await why({ jingdong_pop_order_enSearch_responce: { code: '67', zh_desc: 'x' } })).toBe('unreachable');
    expect(await why({})).toBe('unreachable');
  });

  it('a wrong secret, a busy server, a door that is shut', async () => {
    await expect(next(undefined, { appSecret: 'other' })).rejects.toMatchObject({ why: 'refused', message: 'code 12' });
    expect(await why({ status: 503, body: 'busy' })).toBe('unreachable');
    expect(await why({ body: '{"jingdong_pop_order' })).toBe('unreachable');
    expect(await why({ status: 429, body: '' })).toBe('throttled');
  });

  it('the settings of the contract are enough to configure it, and ask for nothing yet', () => {
    const { settings: shape, pulls, secrets } = channelOf('jd');
    const given = { appKey: '1', appSecret: 's', shop: 'a' };
    expect(shape.safeParse(given).success).toBe(true);
    expect(shape.safeParse({ appKey: '1', shop: 'a' }).success).toBe(false);
    expect(pulls.map(({ ready }) => [ready(given), ready({ ...given, accessToken: 't' })])).toEqual([[false, true]]);
    expect(secrets).toEqual(['appSecret', 'accessToken']);
  });
});
