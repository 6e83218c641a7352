import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { MappedEvent, Outcome } from '../../../ingest/channel.ts';
import { file } from '../../../ingest/channels/file.ts';
import type { ImportUnit } from '../../../ingest/import/unit.ts';
import { eventInput } from '../../../schemas/event.ts';
import { uploadOf } from '../import/files.ts';

const sample = (name: string): Buffer => readFileSync(new URL(`../../fixtures/channels/file/${name}`, import.meta.url));
const RECEIVED = Date.parse('2026-03-05T12:00:00+08:00');

const ORDERS = {
  type: { column: '状态', values: { 已付款: 'order_paid', 已关闭: null } },
  id: ['订单号'],
  time: { column: '下单时间' },
  identifiers: [
    { kind: 'mobile', column: '手机号' },
    { kind: 'member_card', scope: 'acme', column: '会员卡号', verified: true },
  ],
  traits: { name: '姓名', gender: '性别', city: '城市' },
  order: { id: '订单号', total: '实付(分)', unit: 'fen' },
};
const LINES = {
  type: 'order_paid',
  id: ['id'],
  time: { column: 'at' },
  identifiers: [{ kind: 'mobile', column: 'buyer.phone' }],
  order: { id: 'id', total: 'sum.paid', items: { list: 'lines', sku: 'code', quantity: 'n', price: 'price' } },
};

async function unitsOf(body: Buffer | string, settings: object): Promise<ImportUnit[]> {
  const parsed = file.settings.parse(settings);
  const all: ImportUnit[] = [];
  const upload = uploadOf(Buffer.from(body), 100);
  if (file.files) for await (const unit of file.files.read(upload, { kind: 'auto', settings: parsed })) all.push(unit);
  return all;
}

/** What each line comes to, through a log: bytes of JSON and back. */
async function outcomesOf(body: Buffer | string, settings: object): Promise<[number, Outcome][]> {
  const units = await unitsOf(body, settings);
  return units.flatMap((unit): [number, Outcome][] => {
    if (unit.type !== 'unit' && unit.type !== 'row') return [];
    const item: typeof unit.item = JSON.parse(JSON.stringify(unit.item));
    const outcomes = file.map(item, { received: RECEIVED, channel: 'file', source: 'shop' });
    expect(outcomes).toHaveLength(1);
    const line = unit.type === 'unit' ? (unit.lines[0] ?? 0) : unit.line;
    return outcomes.map((outcome) => [line, outcome]);
  });
}

async function eventsOf(body: Buffer | string, settings: object): Promise<MappedEvent[]> {
  const outcomes = await outcomesOf(body, settings);
  return outcomes.flatMap(([, outcome]) => {
    if (outcome.kind !== 'event') return [];
    expect(eventInput.safeParse(outcome.event).error?.issues ?? []).toEqual([]);
    return [outcome.event];
  });
}

const dropsOf = (outcomes: [number, Outcome][]): [number, string, string, string][] =>
  outcomes.flatMap(([line, outcome]): [number, string, string, string][] =>
    outcome.kind === 'drop' ? [[line, outcome.fate, outcome.reason, outcome.detail]] : [],
  );

describe('CSV', () => {
  it.each(['orders-gb18030.csv', 'orders-semicolon.csv'])('reads %s by its mapping', async (name) => {
    const [first, second] = await eventsOf(sample(name), ORDERS);
    expect(first).toEqual({
      ...{ id: 'T0001', channel: 'file', source: 'shop', time: '2026-03-01T09:05:00+08:00', type: 'order_paid' },
      identifiers: [
        { kind: 'mobile', value: '13900001234' },
        { kind: 'member_card', scope: 'acme', value: '0088001', verified: true },
      ],
      traits: { name: '陈思远', gender: 'male', city: '北京市' },
      order: { id: 'T0001', currency: 'CNY', total: '1299.00' },
      consent: null,
      properties: { 备注: '加急' },
    });
    expect(second?.identifiers?.[0]).toEqual({ kind: 'mobile', value: '1.39E+10' });
  });

  it('names line, column and problem of a row that does not fit, and never its value', async () => {
    const drops = dropsOf(await outcomesOf(sample('orders-gb18030.csv'), ORDERS));
    expect(drops).toEqual([
      [4, 'ignored', 'type_not_used', 'the mapping ignores rows of this type'],
      [5, 'dead-letter', 'row_malformed', 'column 下单时间: not a time'],
      [6, 'dead-letter', 'row_malformed', 'column 会员卡号: a spreadsheet has cut its digits (scientific notation)'],
      [7, 'dead-letter', 'row_malformed', 'column 状态: a value that `type.values` does not name'],
      [8, 'dead-letter', 'row_malformed', 'the row has 4 fields, the header 10'],
      [10, 'dead-letter', 'row_malformed', 'column 实付(分): not an amount'],
    ]);
  });

  it('tells what the file is, and fails one that lacks a column by its name', async () => {
    const [head] = await unitsOf(sample('orders-gb18030.csv'), ORDERS);
    expect(head).toMatchObject({ type: 'head', kind: 'csv', encoding: 'gb18030', headerLine: 1 });
    const lacking = { ...ORDERS, traits: { name: '顾客姓名', level: '等级' } };
    expect(await unitsOf(sample('orders-gb18030.csv'), lacking)).toEqual([
      { type: 'failed', reason: 'unreadable', detail: 'the file has no column 顾客姓名, 等级' },
    ]);
  });

  it('finds a header below a title, whatever width or case it is written in', async () => {
    const body = '导出,2026年3月\n\nＩＤ,Phone,when\n7,13900001234,2026-03-01\n';
    const mapping = { type: 'click', id: ['id'], time: { column: 'when' } };
    const events = await eventsOf(body, { ...mapping, identifiers: [{ kind: 'mobile', column: 'phone' }] });
    expect(events).toMatchObject([{ id: '7', identifiers: [{ value: '13900001234' }] }]);
  });

  it('takes the hash of a row where no column is its id: equal rows are one event', async () => {
    const settings = { type: 'click', time: { at: 'received' }, identifiers: [{ kind: 'user_id', column: 'who' }] };
    const [a, b, c] = await outcomesOf('who,page\nu1,/a\nu1,/a\nu1,/b\n', settings);
    expect(a?.[1]).toEqual(b?.[1]);
    expect(a?.[1]).not.toEqual(c?.[1]);
    expect(a?.[1]).toMatchObject({ event: { time: '2026-03-05T04:00:00.000Z' }, content: expect.any(String) });
  });

  it.each([
    ['auto', '1772330700', '2026-03-01T02:05:00.000Z'],
    ['auto', '20260301', '2026-03-01T00:00:00+08:00'],
    ['epoch_ms', '1772330700000', '2026-03-01T02:05:00.000Z'],
    ['dmy', '03/04/2026 9:05', '2026-04-03T09:05:00+08:00'],
    ['mdy', '03/04/2026', '2026-03-04T00:00:00+08:00'],
    ['local', '1772330700', null],
    ['auto', '03/04/2026', null],
    ['epoch_s', '2026-03-01', null],
  ])('reads times as %s: %s', async (format, cell, time) => {
    const settings = { type: 'click', id: ['n'], time: { column: 't', format } };
    const events = await eventsOf(`n,t\n1,${cell}\n`, settings);
    expect(events.map((event) => event.time)).toEqual(time === null ? [] : [time]);
  });

  it('keeps or drops what no part of the mapping names', async () => {
    const settings = {
      type: 'click',
      id: ['n'],
      time: { at: '2026-03-01T00:00:00Z' },
      properties: { campaign: '活动' },
    };
    const body = 'n,活动,__proto__\n1,春季,x\n';
    const [kept] = await eventsOf(body, settings);
    expect(Object.entries(kept?.properties ?? {})).toEqual([
      ['__proto__', 'x'],
      ['campaign', '春季'],
    ]);
    const [dropped] = await eventsOf(body, { ...settings, rest: 'drop' });
    expect(dropped?.properties).toEqual({ campaign: '春季' });
  });
});

describe('NDJSON', () => {
  it('reads objects by paths, 64-bit numbers to the last digit', async () => {
    const [first, second] = await eventsOf(sample('orders.ndjson'), LINES);
    expect(first).toMatchObject({
      id: '4837328765348566675',
      time: '2026-03-01T02:05:00.000Z',
      identifiers: [{ kind: 'mobile', value: '13900001234' }],
      order: { id: '4837328765348566675', total: '1299.00', items: [{ sku: 'A-1', quantity: '1', price: '1299.00' }] },
    });
    expect(Object.entries(first?.properties ?? {})).toEqual([
      ['buyer', { open_id: 'oU1', name: '陈思远' }],
      ['__proto__', 'x'],
    ]);
    expect(second).toMatchObject({ id: 'N2', time: '2026-03-01T02:05:00.000Z', order: { total: '99.50' } });
  });

  it('has one dead letter for a bad line and goes on', async () => {
    expect(dropsOf(await outcomesOf(sample('orders.ndjson'), LINES))).toEqual([
      [3, 'dead-letter', 'row_malformed', 'the line is no JSON'],
      [4, 'dead-letter', 'row_malformed', 'the line is no JSON object'],
      [6, 'dead-letter', 'row_malformed', 'column at: not a time'],
      [7, 'dead-letter', 'row_malformed', 'column id: a list or an object, not one value'],
    ]);
  });

  it('fails a JSON array with a word about it', async () => {
    const [only] = await unitsOf('[{"id":1}]', { ...LINES, format: 'ndjson' });
    expect(only).toMatchObject({ type: 'failed', reason: 'unreadable' });
  });

  it('takes canonical events as POST /v1/events does, under channel and source of the import', async () => {
    const canonical = { mapping: 'canonical' };
    const [head] = await unitsOf(sample('events.ndjson'), canonical);
    expect(head).toMatchObject({ kind: 'canonical' });
    const [first, second, ...more] = await eventsOf(sample('events.ndjson'), canonical);
    expect(first).toMatchObject({ id: 'c1', channel: 'file', source: 'shop', properties: { page: '/a' } });
    expect(second?.id).toMatch(/^[0-9a-f]{16}$/);
    expect(more).toEqual([]);
    expect(dropsOf(await outcomesOf(sample('events.ndjson'), canonical))).toEqual([
      [3, 'dead-letter', 'event_malformed', 'time: RFC 3339 with offset'],
      [4, 'dead-letter', 'row_malformed', 'the line is no JSON'],
    ]);
  });
});

describe('settings', () => {
  it.each([
    [{}, 'type'],
    [{ ...LINES, type: 'bought' }, 'type'],
    [{ ...LINES, time: { column: 'a', at: 'received' } }, 'time'],
    [{ ...LINES, time: { column: 'a', timeZone: 'Mars/Base' } }, 'time.timeZone'],
    [{ ...LINES, identifiers: [{ kind: 'phone', column: 'a' }] }, 'identifiers.0.kind'],
    [{ ...LINES, identifiers: [{ kind: 'member_card', column: 'a' }] }, 'identifiers.0.scope'],
    [{ ...LINES, order: { id: 'id', unit: 'jiao' } }, 'order.unit'],
    [{ ...LINES, colour: 'red' }, ''],
    [{ mapping: 'canonical', type: 'click' }, 'type'],
    [{ mapping: 'canonical', format: 'csv' }, 'format'],
  ])('refuses %j at %s', (settings, path) => {
    const { error } = file.settings.safeParse(settings);
    expect(error?.issues[0]?.path.join('.')).toBe(path);
  });

  it('has no webhook', () => {
    const request = { method: 'POST' as const, query: {}, headers: {}, body: Buffer.from('{}'), now: RECEIVED };
    expect(file.accept(request, LINES)).toMatchObject({ verdict: 'refused', code: 'source_incomplete' });
  });
});
