import { describe, expect, it } from 'vitest';
import { eventsOf, headOf, linesOf, read, refusals, sample } from './files.ts';

/** Receipts as JSON: what a till's API gives, uploaded as a file. */
const receipt = {
  ...{ receipt_no: 'R-1', store_no: 'SH002', trade_time: '2026-03-02 10:00:00', sale_type: 0 },
  ...{ member_card_no: '0042', member_mobile: '13918270463', operator: '09' },
  sale_items: [{ sku: 'A', name: '围巾', qty: 2, unit_price: '49.50', amount: '99.00' }],
};
const lines = (...receipts: unknown[]): string => receipts.map((one) => JSON.stringify(one)).join('\n');

describe('a receipt as JSON', () => {
  it('of the sample is an order with its card, number, payment and lines', async () => {
    const all = await read(sample('generic-receipt.json'));
    expect(headOf(all)).toMatchObject({ kind: 'sales', encoding: 'utf-8' });
    const [event, ...others] = eventsOf(all);
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      id: 'BJ001:BJ001-07-20260301-0001',
      ...{ type: 'order_completed', time: '2026-03-01T09:05:18+08:00', traits: { name: '陈思远' } },
      order: {
        ...{ id: 'BJ001:BJ001-07-20260301-0001', total: '437.00', currency: 'CNY' },
        items: [
          { sku: 'JK-2026-007-BLK-M', name: '春季轻薄外套', quantity: '1', price: '259.00' },
          { sku: 'TS-001', name: '纯棉T恤', quantity: '2', price: '99.00' },
        ],
      },
    });
    expect(event?.identifiers).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'member_card', scope: 'b1', value: '8800012345678901' }),
        expect.objectContaining({ kind: 'mobile', value: '13900001234' }),
        expect.objectContaining({ kind: 'payment_id', scope: 'wechat-pay', value: '4200002601202603021234567890' }),
        expect.objectContaining({ kind: 'receipt', scope: 'b1', value: 'BJ001:BJ001-07-20260301-0001' }),
      ]),
    );
  });

  it('may be one of many, a line each, or in a list, and under other names', async () => {
    const other = { ...receipt, receipt_no: 'R-2' };
    const ids = ['SH002:R-1', 'SH002:R-2'];
    const [byLine, listed] = [await read(lines(receipt, other)), await read(JSON.stringify([receipt, other], null, 2))];
    expect(eventsOf(byLine).map(({ id }) => id)).toEqual(ids);
    expect(eventsOf(listed).map(({ id }) => id)).toEqual(ids);
    expect(eventsOf(byLine)[0]?.order).toMatchObject({ total: '99.00', items: [{ quantity: '2', price: '49.50' }] });
    expect(linesOf(byLine)).toEqual([1, 2]);
  });

  it('gives money back where its type says so', async () => {
    const back = { ...receipt, receipt_no: 'R-9', sale_type: 'REFUND', original_receipt_no: 'R-1' };
    expect(eventsOf(await read(lines(back)))).toMatchObject([
      { type: 'order_refunded', order: { id: 'SH002:R-9', total: '99.00', original_id: 'SH002:R-1' } },
    ]);
  });

  it('that is none is told by its line, and the others go on', async () => {
    const all = await read([lines(receipt), '{"receipt_no":', lines({ ...receipt, receipt_no: '' }), '7'].join('\n'));
    expect(eventsOf(all)).toHaveLength(1);
    expect(refusals(all)).toEqual([
      [2, 'dead-letter', 'row_malformed'],
      [3, 'dead-letter', 'row_malformed'],
      [4, 'dead-letter', 'row_malformed'],
    ]);
  });

  it('is no file of members', async () => {
    expect(await read(lines(receipt), { kind: 'members' })).toMatchObject([{ type: 'failed', reason: 'unreadable' }]);
    expect(await read('{"receipt_no"')).toMatchObject([{ type: 'failed', reason: 'unreadable' }]);
  });
});
