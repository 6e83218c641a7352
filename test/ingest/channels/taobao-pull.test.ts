import { describe, expect, it } from 'vitest';
import { bytes, channelOf, NOW, outcomes } from './door.ts';
import { sample, tradeText } from './taobao.ts';
import { type Call, gateway, platformAt } from './top-server.ts';

const SECRET = 'helloworld';
const UNSIGNED = { error_response: { code: 25, msg: 'Invalid signature' } };
const taobao = gateway(SECRET, UNSIGNED);
const HOUR = 3_600_000;
const settings = (more: object = {}) => ({
  ...{ appKey: '23000017', appSecret: SECRET, shop: 'flagship', brand: 'sample', sessionKey: '6100session' },
  ...{ baseUrl: taobao.url(), ...more },
});
const next = (name: string, cursor?: unknown, more: object = {}, range?: { from: number; to: number }) => {
  const pull = channelOf('taobao').pulls.find((one) => one.name === name);
  if (!pull) throw new Error(`no pull ${name}`);
  return pull.next(platformAt(NOW, range), settings(more), cursor);
};
type Page = Awaited<ReturnType<typeof next>>;
const told = (page: Page) =>
  outcomes('taobao', { verdict: 'taken', items: page.items, reply: { status: 200, contentType: '', body: '' } });
const ids = (page: Page): string[] => told(page).flatMap((one) => (one.kind === 'event' ? [one.event.id] : []));

const consumed = (messages: readonly string[]): string =>
  `{"tmc_messages_consume_response":{"messages":${
    messages.length === 0 ? '{}' : `{"tmc_message":[${messages.join(',')}]}`
  },"request_id":"x"}}`;
const confirmed = (success: boolean) => ({ tmc_messages_confirm_response: { is_success: success } });
const FRAMES = ['tmc-TradeBuyerPay', 'tmc-RefundSuccess', 'tmc-MemberJoinPrivate'].map(sample);
const IDS = ['7215900000000000123', '7215900000000000456', '7215900000000000789'];

/** A queue that gives a message again and again until it is confirmed, as the platform does. */
function queue(waiting: Map<string, string>) {
  return (call: Call) => {
    if (call.method === 'taobao.tmc.messages.consume') return consumed([...waiting.values()]);
    for (const id of (call.s_message_ids ?? '').split(',')) waiting.delete(id);
    return confirmed(true);
  };
}

describe('messages', () => {
  it('are confirmed by the call after the one that brought them', async () => {
    const waiting = new Map(IDS.map((id, at) => [id, FRAMES[at] ?? '']));
    taobao.says(queue(waiting));
    const first = await next('messages');
    expect(ids(first)).toEqual(IDS);
    expect([waiting.size, first.more]).toEqual([3, true]);
    const saved: unknown = JSON.parse(JSON.stringify(first.cursor));
    const second = await next('messages', saved, { group: 'profile' });
    expect(second).toMatchObject({ items: [], more: false });
    expect(waiting.size).toBe(0);
    expect(taobao.calls.map(({ method, s_message_ids, group_name }) => [method, s_message_ids, group_name])).toEqual([
      ['taobao.tmc.messages.consume', undefined, undefined],
      ['taobao.tmc.messages.confirm', IDS.join(','), 'profile'],
      ['taobao.tmc.messages.consume', undefined, 'profile'],
    ]);
    expect(taobao.calls[0]).toMatchObject({
      ...{ app_key: '23000017', session: '6100session', v: '2.0', format: 'json', sign_method: 'md5' },
      timestamp: '2026-03-02 12:00:00',
    });
    const third = await next('messages', second.cursor);
    expect([third.items, taobao.calls.at(-1)?.method]).toEqual([[], 'taobao.tmc.messages.consume']);
  });

  it('that were not confirmed come again under the same ids', async () => {
    taobao.says(queue(new Map([[IDS[0] ?? '', FRAMES[0] ?? '']])));
    expect(ids(await next('messages'))).toEqual(ids(await next('messages')));
  });

  it('that cannot be read are kept, and confirmed with the others', async () => {
    const broken = '{"id":7215900000000000999,"topic":"taobao_trade_TradeClose","content":"{\\"tid\\":"}';
    taobao.says(() => consumed([broken, '"text"', FRAMES[1] ?? '']));
    const page = await next('messages');
    expect(told(page)).toMatchObject([
      { kind: 'drop', fate: 'dead-letter', reason: 'unreadable' },
      { kind: 'drop', fate: 'dead-letter', reason: 'event_malformed' },
      { kind: 'event', event: { type: 'order_refunded' } },
    ]);
    expect(page.cursor).toEqual({ confirm: ['7215900000000000999', IDS[1]] });
  });

  it('a queue that will not confirm is asked again later, not at once', async () => {
    taobao.says(({ method }) => (method?.endsWith('confirm') ? confirmed(false) : consumed(FRAMES)));
    await expect(next('messages', { confirm: ['1'] })).rejects.toMatchObject({ why: 'unreachable' });
    taobao.says(() => consumed(['{"topic":"x"}']));
    expect(await next('messages')).toMatchObject({ cursor: { confirm: [] }, more: false });
  });

  it('may have an address of their own', async () => {
    taobao.says(() => consumed([]));
    const more = { baseUrl: 'http://127.0.0.1:1/', messageUrl: taobao.url() };
    expect(await next('messages', undefined, more)).toMatchObject({ more: false });
  });
});

/** A shop whose trades are given by time of change; their details by number. */
function shop(trades: { tid: string; modified: string }[], details: (tid: string) => object | string) {
  return (call: Call) => {
    if (call.method === 'taobao.trade.fullinfo.get') return details(call.tid ?? '');
    const [from = '', to = ''] = [call.start_modified, call.end_modified];
    const within = trades.filter(({ modified }) => modified >= from && modified <= to);
    const start = (Number(call.page_no) - 1) * Number(call.page_size);
    const page = within.slice(start, start + Number(call.page_size));
    const listed = page.map(({ tid, modified }) => `{"tid":${tid},"status":"X","modified":"${modified}"}`);
    const list = listed.length === 0 ? '' : `"trades":{"trade":[${listed.join(',')}]},`;
    return `{"trades_sold_increment_get_response":{${list}"total_results":${within.length}}}`;
  };
}
const detail = (tid: string): string =>
  `{"trade_fullinfo_get_response":{"trade":{"tid":${tid},"status":"WAIT_SELLER_SEND_GOODS","payment":"1.00",
    "pay_time":"2026-03-02 09:00:00","modified":"2026-03-02 09:00:00","buyer_open_uid":"AAX"}}}`;
const many = (count: number, modified: string) =>
  Array.from({ length: count }, (_, at) => ({ tid: String(4837328765340000000n + BigInt(at)), modified }));

/** All events from a cursor on, the cursor going through JSON as it does between two turns. */
async function readOut(cursor: unknown, range?: { from: number; to: number }) {
  const found: string[] = [];
  for (let at = cursor, more = true, turns = 0; more; turns += 1) {
    if (turns > 200) throw new Error('no end');
    const page = await next('trades', at, {}, range);
    found.push(...ids(page));
    ({ more } = page);
    at = JSON.parse(JSON.stringify(page.cursor));
    if (!more) return { found, cursor: at };
  }
  return { found, cursor: undefined };
}
const windows = () => taobao.calls.filter(({ method }) => method === 'taobao.trades.sold.increment.get');

describe('trades', () => {
  it('are read page by page, each in full, with their 64-bit ids', async () => {
    const trades = many(85, '2026-03-02 09:00:00');
    taobao.says(shop(trades, detail));
    const { found, cursor } = await readOut({ done: NOW - 4 * HOUR });
    expect(new Set(found)).toEqual(new Set(trades.map(({ tid }) => `${tid}:WAIT_SELLER_SEND_GOODS`)));
    expect(found).toHaveLength(85);
    expect(windows().map(({ page_no }) => page_no)).toEqual(['1', '3', '2', '1']);
    expect(new Set(windows().map(({ start_modified }) => start_modified))).toEqual(new Set(['2026-03-02 07:50:00']));
    expect(cursor).toEqual({ done: NOW });
  });

  it('overlap from one turn to the next and never run past now', async () => {
    taobao.says(shop(many(1, '2026-03-02 11:55:00'), detail));
    const first = await readOut({ done: NOW - HOUR });
    expect(await readOut(first.cursor)).toEqual(first);
    expect(windows().map(({ start_modified, end_modified }) => [start_modified, end_modified])).toEqual([
      ['2026-03-02 10:50:00', '2026-03-02 12:00:00'],
      ['2026-03-02 11:50:00', '2026-03-02 12:00:00'],
    ]);
  });

  it('begin three months back, in windows of less than a day', async () => {
    taobao.says(shop([], detail));
    await readOut(undefined);
    expect(windows()[0]?.start_modified).toBe('2025-12-03 12:00:00');
    const spans = windows().map(
      ({ start_modified: from = '', end_modified: to = '' }) => Date.parse(to) - Date.parse(from),
    );
    expect(Math.max(...spans)).toBeLessThan(24 * HOUR);
    expect(windows().at(-1)?.end_modified).toBe('2026-03-02 12:00:00');
  });

  it('a part of the past can be read again', async () => {
    taobao.says(shop([], detail));
    const to = NOW - 48 * HOUR;
    expect(channelOf('taobao').pulls.map(({ name, ranged }) => [name, ranged ?? false])).toEqual([
      ['messages', false],
      ['trades', true],
    ]);
    expect((await readOut(undefined, { from: to - 2 * HOUR, to })).cursor).toEqual({ done: to });
    expect(windows().map(({ start_modified, end_modified }) => [start_modified, end_modified])).toEqual([
      ['2026-02-28 10:00:00', '2026-02-28 12:00:00'],
    ]);
  });

  it('one that is gone or has no number is kept as the list told it; the others go on', async () => {
    const gone = { error_response: { code: 15, msg: 'Remote service error', sub_code: 'isv.trade-not-exist' } };
    const trades = [...many(2, '2026-03-02 09:00:00'), { tid: '"x"', modified: '2026-03-02 09:00:00' }];
    taobao.says(shop(trades, (tid) => (tid.endsWith('0') ? gone : detail(tid))));
    const page = await next('trades', { done: NOW - 4 * HOUR });
    expect(told(page)).toMatchObject([
      { kind: 'drop', fate: 'dead-letter', detail: 'the trade is gone: code 15 isv.trade-not-exist' },
      { kind: 'event', event: { id: '4837328765340000001:WAIT_SELLER_SEND_GOODS' } },
      { kind: 'drop', fate: 'dead-letter', detail: 'tid' },
    ]);
    expect(page.items[0]?.body).toContain('4837328765340000000');
  });

  it('a call that fails midway loses nothing: the page is read again', async () => {
    const trades = many(3, '2026-03-02 09:00:00');
    const limited = { error_response: { code: 7, sub_msg: 'This ban will last for 2 more seconds' } };
    taobao.says(shop(trades, (tid) => (tid.endsWith('2') ? limited : detail(tid))));
    await expect(next('trades', { done: NOW - 4 * HOUR })).rejects.toMatchObject({ why: 'throttled', afterMs: 2000 });
    taobao.says(shop(trades, detail));
    expect(ids(await next('trades', { done: NOW - 4 * HOUR }))).toHaveLength(3);
  });
});

describe('the ask for a trade', () => {
  const answer = (tid: string) => {
    const ask = channelOf('taobao').asks['trade.fullinfo'];
    if (!ask) throw new Error('no ask');
    return ask.answer(platformAt(NOW), settings(), { tid });
  };

  it.each(['trade.fullinfo.get-two-orders', 'trade.fullinfo.get-single-order-object'])('%s', async (name) => {
    taobao.says(() => bytes(`taobao/${name}.json`).toString('utf8'));
    const items = await answer('4837328765340000017');
    expect(taobao.calls[0]).toMatchObject({ method: 'taobao.trade.fullinfo.get', tid: '4837328765340000017' });
    expect(ids({ items, cursor: null, more: false })).toEqual(['4837328765340000017:WAIT_SELLER_SEND_GOODS']);
    expect(JSON.parse(items[0]?.body ?? '')).toEqual(JSON.parse(tradeText(name).replace(/: (\d{16,})/g, ': "$1"')));
  });

  it('there is no such trade', async () => {
    taobao.says(() => ({ trade_fullinfo_get_response: {} }));
    await expect(answer('1')).rejects.toMatchObject({ why: 'gone' });
  });
});

describe('what the platform refuses', () => {
  it.each([
    [{ code: 27, msg: 'Invalid session', sub_code: 'invalid-sessionkey' }, 'refused', undefined],
    [{ code: 26, msg: 'Missing session' }, 'refused', undefined],
    [{ code: 53, sub_code: 'session-expired' }, 'refused', undefined],
    [{ code: 7, sub_msg: 'This ban will last for 71 more seconds' }, 'throttled', 71_000],
    [{ code: 7, sub_code: 'accesscontrol.limited-by-app-access-count' }, 'throttled', undefined],
    [{ code: 8 }, 'throttled', undefined],
    [{ code: 15, sub_code: 'isp.call-limited' }, 'throttled', undefined],
    [{ code: 15, sub_code: 'isp.top-remote-connection-timeout' }, 'unreachable', undefined],
    [{ code: 10, msg: 'Service currently unavailable' }, 'unreachable', undefined],
    [{ code: 15, sub_code: 'isv.invalid-parameter:start_modified' }, 'refused', undefined],
    [
      { code: 11, msg: 'Insufficient isv permissions', sub_code: 'isv.permission-api-package-limit' },
      'refused',
      undefined,
    ],
  ])('%j', async (error, why, afterMs) => {
    taobao.says(() => ({ error_response: { ...error, sub_msg: '买家 13900001234', ...error } }));
    for (const name of ['messages', 'trades']) {
      const failed = next(name, { done: NOW - HOUR });
      await expect(failed).rejects.toMatchObject({ why, afterMs });
      await expect(failed).rejects.not.toThrow(/13900001234|6100session|helloworld/);
    }
  });

  it('a wrong secret', async () => {
    await expect(next('trades', undefined, { appSecret: 'other' })).rejects.toMatchObject({
      ...{ why: 'refused', message: 'code 25' },
    });
  });

  it.each([
    ['a page that is no JSON', { body: '<html>busy</html>' }, 'unreachable', undefined],
    ['an answer cut off', { body: '{"trades_sold_increment' }, 'unreachable', undefined],
    ['an answer that is no map', { body: '[]' }, 'unreachable', undefined],
    ['a server that fails', { status: 502, body: 'x' }, 'unreachable', undefined],
    ['too many calls', { status: 429, headers: { 'retry-after': '3' }, body: '' }, 'throttled', 3000],
    ['a door that is shut', { status: 403, body: '{}' }, 'refused', undefined],
    ['an error told with a status', { status: 400, body: '{"error_response":{"code":7}}' }, 'throttled', undefined],
  ])('%s', async (_, said, why, afterMs) => {
    taobao.says(() => said);
    await expect(next('trades')).rejects.toMatchObject({ why, afterMs });
  });
});
