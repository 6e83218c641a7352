import { describe, expect, it } from 'vitest';
import type { MappedEvent, Outcome } from '../../../ingest/channel.ts';
import { tryJson } from '../../../ingest/door.ts';
import { listAt, valueAt } from '../../../ingest/pick.ts';
import { makePlatforms } from '../../../ingest/pull/platform.ts';
import { eventInput } from '../../../schemas/event.ts';
import { customer, FAULTS, openTill, SETTINGS, type Till, ticket } from '../pull/pospal.ts';
import { bytes, channelOf, headersOf, json, md5Of, NOW } from './door.ts';

const META = { api: 'ticket', brand: 'aurora', store: 'SH01' };
const context = { received: NOW, channel: 'pospal', source: 'main' };
const map = (body: string, meta = META): Outcome[] => channelOf('pospal').map({ body, meta }, context);

function eventsOf(outcomes: Outcome[]): MappedEvent[] {
  return outcomes.flatMap((outcome) => {
    if (outcome.kind === 'drop') throw new Error(JSON.stringify(outcome));
    if (outcome.kind === 'ask') return [];
    expect(eventInput.safeParse(outcome.event).error?.issues ?? []).toEqual([]);
    return [outcome.event];
  });
}
const eventOf = (body: string): MappedEvent | undefined => eventsOf(map(body))[0];

/** The sample's tickets, each as the text that stands in the log. */
const sample = tryJson(bytes('pospal/queryTicketPages.response.json').toString());
const [SALE = '', RETURN = ''] = listAt(sample.ok ? sample.value : {}, 'data', 'result').map((one) =>
  JSON.stringify(one),
);

describe('a ticket', () => {
  it('becomes a completed order with its buyer, receipt, items and payment', () => {
    expect(eventOf(SALE)).toEqual({
      ...{ id: '202603010905180370001', channel: 'pospal', source: 'main', type: 'order_completed' },
      time: '2026-03-01T09:05:18+08:00',
      identifiers: [
        { kind: 'user_id', scope: 'pospal:aurora', value: '900000000000000321' },
        { kind: 'receipt', scope: 'aurora', value: 'SH01:202603010905180370001' },
      ],
      order: {
        ...{ id: '202603010905180370001', currency: 'CNY', total: '437.00', discount: '20.00', store: 'SH01' },
        items: [
          { sku: '6901234567892', name: '春季轻薄外套 黑色M', quantity: '1', price: '239.00' },
          { sku: '6901234567908', name: '纯棉T恤', quantity: '2', price: '99.00' },
        ],
      },
      properties: {
        ...{ uid: '900000000000000123', ticket_type: 'SELL', store: 'SH01', cashier: '1007', cashier_name: '赵店员' },
        ...{
          payments: [{ code: 'payCode_102', method: 'wechat-pay', amount: '437.00' }],
          payment_method: 'wechat-pay',
        },
        ...{ rounding: '0', discount: '100' },
      },
    });
    expect(map(SALE)[1]).toEqual({ kind: 'ask', ask: { name: 'customer', params: { uid: '900000000000000321' } } });
  });

  it('gives money back', () => {
    expect(eventOf(RETURN)).toMatchObject({
      ...{ id: '202603021530120370002', type: 'order_refunded', time: '2026-03-02T15:30:12+08:00' },
      order: { id: '202603021530120370002', total: '99.00', items: [{ quantity: '1', price: '99.00' }] },
    });
    expect(eventOf(ticket({ totalAmount: -12.5 }))).toMatchObject({
      type: 'order_refunded',
      order: { total: '12.50' },
    });
  });

  it('once voided cancels its order, under an id of its own; a voided return gives nothing back', () => {
    expect(eventOf(ticket({ invalid: 1 }))).toMatchObject({
      ...{ id: '202603010905180370001:cancelled', type: 'order_cancelled' },
      order: { id: '202603010905180370001', total: '437.00' },
    });
    const none = map(ticket({ invalid: 1, ticketType: 'SELL_RETURN' }));
    expect(none).toMatchObject([{ kind: 'drop', fate: 'ignored', reason: 'type_not_used' }]);
  });

  it.each([
    [437, '437.00'],
    [0.1, '0.10'],
    [19.9, '19.90'],
    [59.699999999999996, '59.70'],
    [0.0001, '0.0001'],
    [99999999.99, '99999999.99'],
  ])('keeps %f yuan exact: %s', (amount, total) => {
    expect(eventOf(ticket({ totalAmount: amount }))?.order?.total).toBe(total);
  });

  it('of nobody has no buyer, and asks nothing', () => {
    const outcomes = map(ticket({ customerUid: 0 }));
    expect(outcomes).toHaveLength(1);
    expect(eventsOf(outcomes)[0]?.identifiers?.map(({ kind }) => kind)).toEqual(['receipt']);
  });

  it('takes the number of a payment for what it is, and any other for what it says', () => {
    const paid = eventOf(ticket({ externalOrderNo: '4200002601202603017654321098' }));
    expect(paid?.identifiers).toContainEqual({
      ...{ kind: 'payment_id', scope: 'wechat-pay', value: '4200002601202603017654321098' },
    });
    expect(eventOf(ticket({ externalOrderNo: 'MT-77' }))?.properties).toMatchObject({ external_order_no: 'MT-77' });
  });

  it('goes by its uid without a number, by the source without a store, in any order of fields', () => {
    const turned = Object.fromEntries(Object.entries(JSON.parse(SALE)).reverse());
    expect(eventOf(JSON.stringify(turned))).toEqual(eventOf(SALE));
    const [bare] = eventsOf(map(ticket({ sn: '' }), { api: 'ticket', brand: 'aurora', store: '' }));
    expect(bare).toMatchObject({ id: '900000000000000123', order: { store: 'main' } });
    expect(bare?.identifiers?.[1]?.value).toBe('main:900000000000000123');
  });

  it('told again with other content is another telling of the same order', () => {
    const [first, again] = [ticket(), ticket({ totalAmount: 400 })].map((text) => map(text)[0]);
    if (first?.kind !== 'event' || again?.kind !== 'event') throw new Error('no events');
    expect(again.event.id).toBe(first.event.id);
    expect(again.retold?.id).toMatch(/^202603010905180370001:[0-9a-f]{16}$/);
    expect(again.retold?.id).not.toBe(first.retold?.id);
  });

  it.each([
    ['totalAmount', '"totalAmount":{"amount":437}', '^totalAmount: map, not number or string$'],
    ['customerUid', '"customerUid":[1]', '^customerUid: list, not text$'],
    ['datetime', '"datetime":1772350000', '^datetime: number, not string$'],
  ])('%s of another type is quarantined', (name, written, detail) => {
    const text = SALE.replace(new RegExp(`"${name}":("[^"]*"|[^,]*)`), written);
    expect(map(text)).toMatchObject([
      { kind: 'drop', fate: 'quarantined', reason: 'field_type_changed', detail: expect.stringMatching(detail) },
    ]);
  });

  it.each([
    ['datetime', ticket({ datetime: '2026-02-30 09:05:18' })],
    ['sn', ticket({ sn: '', uid: '' })],
  ])('without a %s is a dead letter', (detail, text) => {
    expect(map(text)).toMatchObject([{ fate: 'dead-letter', reason: 'event_malformed', detail }]);
  });
});

describe('a customer', () => {
  const data = (more: Record<string, string | number> = {}): string => customer({ uid: '900000000000000321', ...more });
  const told = (more: Record<string, string | number> = {}): Outcome[] => map(data(more), { ...META, api: 'customer' });

  it('ties card and mobile to the number that tickets bear', () => {
    const [updated, joined] = eventsOf(told({ number: '0000008901', email: 'siyuan@example.cn' }));
    expect(updated?.id).toMatch(/^customer:900000000000000321:[0-9a-f]{16}$/);
    expect(updated).toMatchObject({
      ...{ type: 'member_updated', time: new Date(NOW).toISOString() },
      identifiers: [
        { kind: 'user_id', scope: 'pospal:aurora', value: '900000000000000321' },
        { kind: 'member_card', scope: 'aurora', value: '0000008901' },
        { kind: 'mobile', value: '13900001234' },
        { kind: 'email', value: 'siyuan@example.cn' },
      ],
      traits: { name: '陈思远', email: 'siyuan@example.cn', points: '1280' },
    });
    expect(joined).toMatchObject({
      ...{ id: 'customer:900000000000000321', type: 'member_joined', time: '2024-05-01T10:00:00+08:00' },
      identifiers: [{ kind: 'user_id', scope: 'pospal:aurora', value: '900000000000000321' }],
    });
  });

  it('is one event as long as nothing changes', () => {
    const [first, again, other] = [told(), told(), told({ point: 1300 })].map((outcomes) => eventsOf(outcomes)[0]?.id);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });
});

describe('calls', () => {
  const platforms = makePlatforms({ now: () => NOW, sleep: async () => undefined });
  const platformOf = () =>
    platforms.of(
      { channel: 'pospal', source: 'main', settings: SETTINGS },
      { name: 'x', callsPerSecond: 1_000, signal: new AbortController().signal },
    );
  const pull = (till: Till, cursor?: unknown, settings: object = SETTINGS) => {
    const [tickets] = channelOf('pospal').pulls;
    if (!tickets) throw new Error('no pull');
    return tickets.next(platformOf(), { ...settings, baseUrl: `${till.url}/` }, cursor);
  };
  const ask = (till: Till, uid: string) =>
    channelOf('pospal').asks.customer?.answer(platformOf(), { ...SETTINGS, baseUrl: till.url }, { uid });

  it('are signed as the sample is', () => {
    const body = bytes('pospal/queryTicketPages.request.body.json');
    const { 'data-signature': came } = headersOf('pospal/queryTicketPages.request.headers.json');
    expect(md5Of(String(valueAt(json('secrets.json'), 'pospal', 'appKey')), body).toUpperCase()).toBe(came);
  });

  it('page through a window of a day, then through the next one up to now', async () => {
    const till = await openTill();
    till.pageSize = 2;
    const times = ['2026-02-23 13:00:00', '2026-02-23 14:00:00', '2026-02-24 09:00:00', '2026-03-02 11:59:59'];
    till.tickets = times.map((datetime, at) => ticket({ sn: `T${at}`, uid: `90000000000000${1000 + at}`, datetime }));
    const seen: string[] = [];
    let cursor: unknown;
    for (let more = true; more; ) {
      const page = await pull(till, cursor);
      seen.push(...page.items.map(({ body }) => /"sn":"(\w+)"/.exec(body)?.[1] ?? ''));
      ({ cursor, more } = { cursor: JSON.parse(JSON.stringify(page.cursor)), more: page.more });
    }
    expect([...new Set(seen)]).toEqual(['T0', 'T1', 'T2', 'T3']);
    expect(cursor).toEqual({ done: NOW });
    const windows = till.calls.map(({ body }) => [body.startTime, body.endTime]);
    expect(windows[0]).toEqual(['2026-02-23 12:00:00', '2026-02-24 11:59:59']);
    expect(windows.at(-1)?.[1]).toBe('2026-03-02 12:00:00');
    expect(till.calls[1]?.body.postBackParameter).toMatchObject({ parameterValue: '2' });
    const later = await pull(till, cursor);
    expect(till.calls.at(-1)?.body).toMatchObject({ startTime: '2026-03-02 11:00:00', endTime: '2026-03-02 12:00:00' });
    expect([later.items.length, later.more]).toEqual([1, false]);
  });

  it('keep every digit of a uid, both ways', async () => {
    const till = await openTill();
    till.tickets = [ticket({ datetime: '2026-03-01 09:00:00', customerUid: '1234567890123456789' })];
    till.customers.set('1234567890123456789', customer({ uid: '1234567890123456789' }));
    let cursor: unknown;
    const bodies: string[] = [];
    for (let more = true; more; ) {
      const page = await pull(till, cursor);
      bodies.push(...page.items.map(({ body }) => body));
      ({ cursor, more } = page);
    }
    expect(eventOf(bodies[0] ?? '')?.identifiers?.[0]?.value).toBe('1234567890123456789');
    const [item] = (await ask(till, '1234567890123456789')) ?? [];
    expect(till.calls.at(-1)?.text).toContain('"customerUid":1234567890123456789}');
    expect(eventsOf(channelOf('pospal').map(item ?? { body: '', meta: {} }, context))[0]?.id).toContain(
      ':1234567890123456789:',
    );
  });

  it.each([
    ['busy', 'throttled', undefined],
    ['tooMany', 'throttled', 1_000],
    ['broken', 'unreachable', undefined],
    ['cut', 'unreachable', undefined],
    ['forbidden', 'refused', undefined],
    ['absent', 'gone', undefined],
  ] as const)('%s: %s', async (fault, why, afterMs) => {
    const till = await openTill();
    till.faults.push(FAULTS[fault]);
    await expect(pull(till)).rejects.toMatchObject({ name: 'PlatformError', why, afterMs });
  });

  it('with a wrong key are refused, and the error shows neither key nor address', async () => {
    const till = await openTill();
    const failed = await pull(till, undefined, { ...SETTINGS, appKey: 'another key' }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ why: 'refused', message: 'ticketOpenApi/queryTicketPages: error 1032' });
  });

  it('for a customer there is none of are gone', async () => {
    const till = await openTill();
    await expect(ask(till, '42')).rejects.toMatchObject({ why: 'gone' });
    await expect(ask(till, '1, "x": 2')).rejects.toMatchObject({ why: 'gone' });
  });
});

it('is ready once it knows the address of its account', () => {
  const [tickets] = channelOf('pospal').pulls;
  expect(tickets?.ready(SETTINGS)).toBe(false);
  expect(tickets?.ready({ ...SETTINGS, baseUrl: 'https://area00-win.pospal.cn:443' })).toBe(true);
});
