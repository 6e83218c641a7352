import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BadItem, Item, Outcome, PulledPage } from '../../../ingest/channel.ts';
import type { Platform } from '../../../ingest/platform.ts';
import { type Called, platformOf, type Said, serveApi } from './api-server.ts';
import { bytes, channelOf } from './door.ts';

const NAME = 'pdd';
const NOW = Date.parse('2026-03-03T09:10:00+08:00');
const MINUTE = 60_000;
const SAMPLE = bytes('pdd/order.list.get-awaiting-shipment.json').toString('utf8');
const calls: URLSearchParams[] = [];
let answer: (form: URLSearchParams, called: Called) => Said = () => ({ status: 404, body: '' });
let api: Awaited<ReturnType<typeof serveApi>> | undefined;
beforeAll(async () => {
  api = await serveApi((called) => {
    const form = new URLSearchParams(called.body);
    calls.push(form);
    return answer(form, called);
  });
});
afterAll(() => api?.close());
beforeEach(() => {
  calls.length = 0;
});

const says = (body: unknown): Said => ({ body: typeof body === 'string' ? body : JSON.stringify(body) });
const settings = () => ({ clientId: 'c1', clientSecret: 's1', shop: '1', accessToken: 't1', baseUrl: `${api?.url}/` });
const pullOf = (name: string) => {
  const found = channelOf(NAME).pulls.find((pull) => pull.name === name);
  if (!found) throw new Error(`no pull ${name}`);
  return found;
};
const next = (name: string, cursor: unknown, now = NOW, range?: Platform['range']): Promise<PulledPage> =>
  pullOf(name).next(platformOf(NAME, () => now, range).platform, settings(), cursor);
const bodies = (items: readonly (Item | BadItem)[]) => items.map(({ body }) => JSON.parse(body).order_sn);
const mapped = (items: readonly Item[]): Outcome[] =>
  items.flatMap((item) => channelOf(NAME).map(item, { received: NOW, channel: NAME, source: 'main' }));
const at = (form: URLSearchParams | undefined, name: string): number => Number(form?.get(name)) * 1000;

describe('orders', () => {
  it('come with their sums as they were written', async () => {
    answer = () =>
      says(SAMPLE.replace('"pay_amount": 49.5', '"pay_amount": 123456789012.10').replace('": 59,', '": 1.0E7,'));
    const { items } = await next('orders', { done: NOW - 10 * MINUTE });
    expect(items[0]?.body).toContain('"pay_amount":"123456789012.10"');
    expect(mapped(items)).toMatchObject([
      { event: { id: '260303-010000000000017:1', order: { total: '123456789012.10', items: [{ price: '59.00' }] } } },
    ]);
  });

  it('are asked for in a signed form', async () => {
    answer = () => says(SAMPLE);
    await next('orders', undefined);
    const sent = Object.fromEntries(calls[0] ?? []);
    const { sign, ...rest } = sent;
    const text = Object.keys(rest)
      .sort()
      .map((name) => `${name}${rest[name]}`)
      .join('');
    expect(sign).toBe(createHash('md5').update(`s1${text}s1`).digest('hex').toUpperCase());
    expect(rest).toMatchObject({
      ...{ type: 'pdd.order.number.list.increment.get', client_id: 'c1', access_token: 't1', page: '1' },
      ...{ timestamp: String(NOW / 1000), order_status: '5', refund_status: '5', is_lucky_flag: '0' },
    });
  });

  it('are read window by window, up to three minutes before now and no further', async () => {
    answer = () => says({ order_sn_increment_get_response: { order_sn_list: [], total_count: 0 } });
    let cursor: unknown;
    for (let turns = 0; turns < 100; turns += 1) {
      const page = await next('orders', cursor);
      cursor = page.cursor;
      if (!page.more) break;
    }
    const windows = calls.map((form): [number, number] => [at(form, 'start_updated_at'), at(form, 'end_updated_at')]);
    expect(windows[0]?.[0]).toBe(NOW - 3 * MINUTE - 24 * 60 * MINUTE);
    expect(windows.at(-1)?.[1]).toBe(NOW - 3 * MINUTE);
    for (const [index, [from, to]] of windows.entries()) {
      expect(to - from).toBeLessThanOrEqual(30 * MINUTE);
      if (index > 0) expect(from).toBe((windows[index - 1]?.[1] ?? 0) - 5 * MINUTE);
    }
    calls.length = 0;
    await next('orders', cursor, NOW + MINUTE);
    expect(at(calls[0], 'start_updated_at')).toBe(NOW - 8 * MINUTE);
  });

  it('of a window of several pages are read from the last page on', async () => {
    const all = Array.from({ length: 230 }, (_, index) => ({ order_sn: `o${index}`, order_status: 1 }));
    answer = (form) => {
      const page = Number(form.get('page'));
      return says({
        order_sn_increment_get_response: { total_count: 230, order_sn_list: all.slice((page - 1) * 100, page * 100) },
      });
    };
    const read: string[] = [];
    let cursor: unknown = { done: NOW - 20 * MINUTE };
    let more = true;
    while (more) {
      const page = await next('orders', cursor);
      read.push(...bodies(page.items));
      ({ cursor, more } = page);
    }
    expect(calls.map((form) => form.get('page'))).toEqual(['1', '3', '2', '1']);
    expect(read.sort()).toEqual(all.map(({ order_sn }) => order_sn).sort());
    expect(cursor).toEqual({ done: NOW - 3 * MINUTE });
  });

  it('of a part of the past are read to its end', async () => {
    answer = () => says({ order_sn_increment_get_response: { order_sn_list: [], total_count: 0 } });
    const range = { from: NOW - 600 * MINUTE, to: NOW - 590 * MINUTE };
    expect(await next('orders', undefined, NOW, range)).toMatchObject({ more: false });
    expect([at(calls[0], 'start_updated_at'), at(calls[0], 'end_updated_at')]).toEqual([range.from, range.to]);
  });

  it('one that is none does not stop the others', async () => {
    const list = [
      { order_sn: 'a', order_status: 1, pay_amount: 1 },
      'broken',
      null,
      { order_sn: 'b', order_status: 2 },
    ];
    answer = () => says({ order_sn_increment_get_response: { order_sn_list: list, total_count: 4 } });
    const { items } = await next('orders', { done: NOW - 10 * MINUTE });
    expect(items.map((item) => ('dead' in item ? item.dead.reason : JSON.parse(item.body).order_sn))).toEqual([
      ...['a', 'unreadable', 'unreadable', 'b'],
    ]);
  });
});

it('refunds that came through are read alike', async () => {
  const refund = { id: 90071992547409931n.toString(), order_sn: 'a', after_sales_status: 10, refund_amount: '8.00' };
  answer = () =>
    says(
      JSON.stringify({ refund_increment_get_response: { refund_list: [refund], total_count: 1 } }).replace(
        '"90071992547409931"',
        '90071992547409931',
      ),
    );
  const { items } = await next('refunds', { done: NOW - 10 * MINUTE });
  expect(Object.fromEntries(calls[0] ?? [])).toMatchObject({
    ...{ type: 'pdd.refund.list.increment.get', after_sales_status: '10', after_sales_type: '1' },
  });
  expect(mapped(items)).toMatchObject([
    { event: { type: 'order_refunded', order: { id: '90071992547409931', original_id: 'a', total: '8.00' } } },
  ]);
});

describe('one order', () => {
  const asked = () => {
    const asker = channelOf(NAME).asks.order;
    if (!asker) throw new Error('no asker');
    return asker.answer(platformOf(NAME, () => NOW).platform, settings(), { order: '260303-010000000000017' });
  };
  it('is what a message asks for', async () => {
    const order = JSON.parse(SAMPLE).order_list_get_response.order_list[0];
    answer = () => says({ order_info_get_response: { order_info: order } });
    expect(mapped(await asked())).toMatchObject([{ event: { id: '260303-010000000000017:1', type: 'order_paid' } }]);
    expect(Object.fromEntries(calls[0] ?? [])).toMatchObject({
      ...{ type: 'pdd.order.information.get', order_sn: '260303-010000000000017' },
    });
  });

  it('may not be there', async () => {
    answer = () => says({ order_info_get_response: { order_info: null } });
    await expect(asked()).rejects.toMatchObject({ why: 'gone' });
  });
});

const error = (error_code: number, more: object = {}): Said =>
  says({ error_response: { error_code, error_msg: 'x', ...more } });
describe('errors', () => {
  it.each([
    [error(10019), 'token_expired'],
    [error(70031), 'throttled'],
    [error(52101), 'throttled'],
    [{ status: 429, body: '' }, 'throttled'],
    [error(50001), 'unreachable'],
    [error(52103), 'unreachable'],
    [{ status: 503, body: '' }, 'unreachable'],
    [says('<html>'), 'unreachable'],
    [says({}), 'unreachable'],
    [error(20004), 'refused'],
    [error(30000, { sub_code: '30000' }), 'refused'],
  ])('%j is %s', async (said, why) => {
    answer = () => said;
    await expect(next('orders', undefined)).rejects.toMatchObject({ name: 'PlatformError', why });
  });
});
