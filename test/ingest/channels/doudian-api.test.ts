import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BadItem, Item, MappedEvent, Outcome } from '../../../ingest/channel.ts';
import type { PlatformError } from '../../../ingest/platform.ts';
import { attempt } from '../../../ingest/pull/attempt.ts';
import { eventInput } from '../../../schemas/event.ts';
import { type Called, platformOf, type Said, serveApi } from './api-server.ts';
import { bytes, channelOf, json, NOW } from './door.ts';

const NAME = 'doudian';
const DETAIL = bytes('doudian/order.orderDetail.json').toString('utf8');
const calls: Called[] = [];
let answers: Record<string, (called: Called) => Said> = {};
let api: Awaited<ReturnType<typeof serveApi>> | undefined;
beforeAll(async () => {
  api = await serveApi((called) => {
    calls.push(called);
    return answers[called.query.get('method') ?? '']?.(called) ?? { status: 404, body: '' };
  });
});
afterAll(() => api?.close());

let token = 0;
const says = (body: unknown): Said => ({ body: typeof body === 'string' ? body : JSON.stringify(body) });
beforeEach(() => {
  calls.length = 0;
  token = 0;
  answers = {
    'order.orderDetail': () => says(DETAIL),
    'token.create': () => {
      token += 1;
      return says({ code: 10000, data: { access_token: `t${token}`, expires_in: 604800 } });
    },
  };
});

const settingsOf = (more: object = {}) => ({
  appKey: 'k1',
  appSecret: 's1',
  shop: '4400017',
  baseUrl: api?.url,
  ...more,
});
const ask = { order: '4920000000000000017', shop: '4400017' };
const asker = () => {
  const found = channelOf(NAME).asks['order.orderDetail'];
  if (!found) throw new Error('no asker');
  return found;
};
const answer = (more: object = {}, params: Record<string, string> = ask): Promise<(Item | BadItem)[]> =>
  asker().answer(platformOf(NAME, () => NOW).platform, settingsOf(more), params);

const mapped = (items: readonly Item[]): Outcome[] =>
  items.flatMap((item) => channelOf(NAME).map(item, { received: NOW, channel: NAME, source: 'main' }));
function only(items: readonly Item[]): MappedEvent {
  const [first, ...others] = mapped(items);
  expect(others).toEqual([]);
  if (first?.kind !== 'event') throw new Error(`no event: ${JSON.stringify(first)}`);
  expect(eventInput.safeParse(first.event).error?.issues ?? []).toEqual([]);
  return first.event;
}
/** The sample with other fields. */
const order = (more: object): string => {
  const [head, tail] = DETAIL.split('"shop_order_detail": {');
  const replaced = Object.entries(more).map(([name, value]) => `"${name}": ${JSON.stringify(value)},`);
  const rest = Object.keys(more).reduce(
    (text, name) => text?.replace(new RegExp(`\n\\s*"${name}": [^\n{[]*`), ''),
    tail,
  );
  return `${head}"shop_order_detail": {${replaced.join('')}${rest}`;
};

describe('an order that was asked for', () => {
  it('tells its buyer', async () => {
    const items = await answer();
    const told = only(items);
    expect(told).toMatchObject({
      ...{ id: '4920000000000000017:2', type: 'order_paid', time: '2026-03-03T11:36:40+08:00' },
      order: {
        ...{ id: '4920000000000000017', currency: 'CNY', total: '129.00', discount: '20.00' },
        items: [{ sku: 'SJ-2026-01', name: '春季丝巾', quantity: '1', price: '149.00' }],
      },
    });
    expect(told.identifiers).toEqual([
      { kind: 'doudian_open_id', scope: '4400017', value: expect.stringContaining('1@#GDHpU75') },
    ]);
    expect(items.flatMap((item) => channelOf(NAME).unknownFields(item))).toEqual([]);
  });

  it('keeps its receiver to itself', async () => {
    const { identifiers, traits, properties } = only(await answer());
    expect(identifiers).toHaveLength(1);
    expect(traits).toBeUndefined();
    expect(properties?.receiver).toMatchObject({
      mobile_index: 'TOgKgQMICFVTFGPqz01+Zx9+4+x1CTzmEWAC2QWiPZw=',
      ...{ mobile_masked: '139****1234', name_masked: '陈*远', province: '北京市', district: '朝阳区' },
    });
    expect(properties?.receiver).not.toHaveProperty('mobile');
  });

  it.each([
    [{ order_status: 1, pay_amount: 0, pay_time: 0 }, 'order_created', '149.00', '2026-03-03T11:35:00+08:00'],
    [{ order_status: 105 }, 'order_paid', '129.00', '2026-03-03T11:36:40+08:00'],
    [{ order_status: 101, ship_time: 1772509200 }, 'order_shipped', '129.00', '2026-03-03T11:40:00+08:00'],
    [{ order_status: 3 }, 'order_shipped', '129.00', '2026-03-03T11:36:41+08:00'],
    [{ order_status: 4 }, 'order_cancelled', '129.00', '2026-03-03T11:36:41+08:00'],
    [{ order_status: 5, finish_time: 1772509200 }, 'order_completed', '129.00', '2026-03-03T11:40:00+08:00'],
    [{ order_status: 77 }, 'custom:doudian.order', '129.00', '2026-03-03T11:36:41+08:00'],
    [{ order_status: 2, pay_amount: 0 }, 'order_paid', '0.00', '2026-03-03T11:36:40+08:00'],
  ])('in the state %j', async (more, type, total, time) => {
    answers['order.orderDetail'] = () => says(order(more));
    const told = only(await answer());
    expect(told).toMatchObject({ id: `4920000000000000017:${more.order_status}`, type, time, order: { total } });
  });

  it('is the same state whenever it is asked for', async () => {
    const contentOf = async (more: object) => {
      answers['order.orderDetail'] = () => says(order(more));
      const [outcome] = mapped(await answer());
      return outcome?.kind === 'event' ? outcome.content : null;
    };
    const first = await contentOf({ update_time: 1772509001 });
    expect(await contentOf({ update_time: 1772599999, order_status_desc: 'x' })).toBe(first);
    expect(await contentOf({ pay_amount: 12800 })).not.toBe(first);
  });

  it('with another type in it is quarantined', async () => {
    answers['order.orderDetail'] = () => says(order({ pay_amount: '129.00' }));
    expect(mapped(await answer())).toMatchObject([
      { fate: 'quarantined', reason: 'field_type_changed', detail: expect.stringContaining('order.pay_amount') },
    ]);
  });
});

describe('decryption', () => {
  const decrypts = (file: string) => {
    answers['order.batchDecrypt'] = () => says(json(`doudian/${file}.json`));
  };
  const receiverOf = async (more: object): Promise<unknown> => only(await answer(more)).properties?.receiver;

  it('is done only where it is asked for', async () => {
    decrypts('order.batchDecrypt-virtual');
    await answer();
    expect(calls.map(({ path }) => path)).toEqual(['/token/create', '/order/orderDetail']);
  });

  it('a virtual number is the receiver’s, for a while, and joins nobody', async () => {
    decrypts('order.batchDecrypt-virtual');
    const told = only(await answer({ decrypt: 'true' }));
    expect(JSON.parse(calls.at(-1)?.body ?? '')).toMatchObject({
      cipher_infos: [{ auth_id: '4920000000000000017', cipher_text: expect.stringMatching(/^\$TOgKgQM/) }, {}],
    });
    expect(told.identifiers?.map(({ kind }) => kind)).toEqual(['doudian_open_id']);
    expect(told.properties?.receiver).toMatchObject({
      ...{ name: '陈思远', virtual_mobile: '18400009965-7576', virtual_until: '2026-03-24T11:36:40+08:00' },
    });
    expect(told.properties?.receiver).not.toHaveProperty('mobile');
  });

  it('refused for its risk or not allowed gives nothing, and the order stays', async () => {
    decrypts('order.batchDecrypt-risk');
    const plain = await receiverOf({});
    expect(await receiverOf({ decrypt: true })).toEqual(plain);
    answers['order.batchDecrypt'] = () => says({ code: 40004, sub_code: 'isv.no-permission' });
    expect(await receiverOf({ decrypt: true })).toEqual(plain);
  });
});

describe('calls', () => {
  it('are signed', async () => {
    await answer({ accessToken: 'given' });
    const [called, ...others] = calls;
    expect(others).toEqual([]);
    const query = Object.fromEntries(called?.query ?? []);
    const body = '{"shop_order_id":"4920000000000000017"}';
    expect(called).toMatchObject({ path: '/order/orderDetail', body });
    const pattern = `s1app_keyk1methodorder.orderDetailparam_json${body}timestamp${NOW / 1000}v2s1`;
    expect(query).toEqual({
      ...{ method: 'order.orderDetail', app_key: 'k1', access_token: 'given', timestamp: String(NOW / 1000), v: '2' },
      ...{ sign_method: 'hmac-sha256', sign: createHmac('sha256', 's1').update(pattern).digest('hex') },
    });
  });

  it('make a token for the shop of the source, of the push, or that the name is', async () => {
    const shopOf = async (more: object, shop: string) => {
      calls.length = 0;
      await answer(more, { order: '1', shop });
      return JSON.parse(calls[0]?.body ?? '');
    };
    expect(await shopOf({ shopId: '7' }, '8')).toEqual({ code: '', grant_type: 'authorization_self', shop_id: '7' });
    expect(await shopOf({}, '8')).toMatchObject({ shop_id: '8' });
    expect(await shopOf({}, '')).toMatchObject({ shop_id: '4400017' });
    await expect(answer({ shop: 'brand' }, { order: '1', shop: '' })).rejects.toMatchObject({ why: 'refused' });
  });

  it('an expired token is made anew, once', async () => {
    const { platform, dropTokens } = platformOf(NAME, () => NOW);
    answers['order.orderDetail'] = ({ query }) =>
      query.get('access_token') === 't1'
        ? says({ code: 40003, msg: 'x', sub_code: 'isv.access-token-expired' })
        : says(DETAIL);
    const got = await attempt(() => asker().answer(platform, settingsOf(), ask), dropTokens);
    expect(got).toMatchObject({ ok: true });
    expect(token).toBe(2);
  });

  it.each([
    [says({ code: 40003, sub_code: 'isv.access-token-no-existed' }), 'token_expired'],
    [says({ code: 60000, sub_code: 'isp.limit' }), 'throttled'],
    [{ status: 429, headers: { 'retry-after': '3' }, body: '' }, 'throttled'],
    [{ status: 502, body: '<html>' }, 'unreachable'],
    [says('<html>'), 'unreachable'],
    [says({ code: 20000 }), 'unreachable'],
    [says({}), 'unreachable'],
    [says({ code: 30001, sub_code: 'isv.no-permission' }), 'refused'],
    [says({ code: 40003, sub_code: 'isv.signature-invalid' }), 'refused'],
    [says({ code: 50002, sub_code: 'isv.business-failed:1' }), 'gone'],
    [says({ code: 10000, data: {} }), 'gone'],
  ])('%j is %s', async (said, why) => {
    answers['order.orderDetail'] = () => said;
    const error: PlatformError = await answer().then(
      () => Promise.reject(new Error('answered')),
      (thrown: PlatformError) => thrown,
    );
    expect(error).toMatchObject({ name: 'PlatformError', why });
    if (said.status === 429) expect(error.afterMs).toBe(3000);
  });
});
