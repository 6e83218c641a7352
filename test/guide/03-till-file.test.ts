import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { ImportView, Page, TimelineEvent } from '../../api/port.ts';
import type { CustomerView } from '../../schemas/customer.ts';
import { talkToServer } from './talk.ts';

// # 3. The file of a till
//
// Shops keep their receipts in CSV files as their tills write them: in GBK, with a tab before card numbers, amounts
// like `"1,299.00"`, mobiles that a spreadsheet has rounded, a row of totals at the end. The file is sent as it is.
const { get, post, put } = talkToServer();

const FILE = readFileSync(new URL('../fixtures/channels/pos/sales-gb18030.csv', import.meta.url));

// `brand` is the scope of member cards and receipts: a card number says something only inside its brand.
it('needs a source that says whose cards these are', async () => {
  const { status } = await put('/v1/sources/pos/beijing', { title: '北京门店', settings: { brand: 'acme' } });
  expect(status).toBe(200);
});

// The answer comes when every row has its fate, or after 10 seconds with what there is so far; then `GET
// /v1/imports/{id}` tells the rest. The fates add up to the rows. On the command line: `npm run huaxiang -- import
// pos/beijing sales.csv`.
it('reads it as it is, and tells what became of every row', async () => {
  const { status, body } = await post<ImportView>('/v1/imports/pos/beijing?kind=auto', FILE);
  expect(status).toBe(200);
  expect(body).toMatchObject({ state: 'done', kind: 'sales', encoding: 'gb18030', rows: 10 });
  expect(body.fates).toEqual({ accepted: 9, ignored: 1 });
  expect(body.reasons).toMatchObject({ total_row: 1 });
});

// One receipt is one event, whatever number of rows it has. A negative row is money given back, here of the receipt
// that the row names. What the customer spent is what was paid less what was given back, and each receipt counts
// once.
it('makes one event of a receipt', async () => {
  const { body } = await get<CustomerView>('/v1/customers?kind=member_card&scope=acme&value=8800012345678901');
  expect(body.metrics).toMatchObject({ events: 2, orders: 1, refunds: 1, spend: { CNY: '338.00' } });
  const events = await get<Page<TimelineEvent>>(`/v1/customers/${body.id}/events`);
  expect(events.body.items.map(({ type, order }) => [type, order?.total])).toEqual([
    ['order_refunded', '99.00'],
    ['order_completed', '437.00'],
  ]);
});

// A number that a spreadsheet has rounded (`1.86E+10`) is no mobile any more: the receipt belongs to its card alone.
it('believes no rounded number', async () => {
  const { body } = await get<CustomerView>('/v1/customers?kind=member_card&scope=acme&value=8800012345678918');
  expect(body.identifiers.map(({ kind }) => kind)).toEqual(['member_card']);
});

// Two cards with clearly different names bear one number: they stay two people, and the number is shared. A lookup by
// it finds who bore it first.
it('does not merge a household', async () => {
  const card = (value: string) => get<CustomerView>(`/v1/customers?kind=member_card&scope=acme&value=${value}`);
  const [first, second] = [await card('8800012345678925'), await card('8800012345678932')];
  expect(first.body.id).not.toBe(second.body.id);
  const states = [first, second].map(({ body }) => body.identifiers.find(({ kind }) => kind === 'mobile')?.state);
  expect(states).toEqual(['shared', 'shared']);
  const held = await get<CustomerView>('/v1/customers?kind=mobile&value=13700004321');
  expect(held.body.id).toBe(first.body.id);
});

// People send the same file again, and files that overlap. That is safe.
it('may be sent again', async () => {
  const { body } = await post<ImportView>('/v1/imports/pos/beijing', FILE);
  expect(body.fates).toEqual({ duplicate: 9, ignored: 1 });
});

// A row that cannot be read is refused by its line, the others go on.
it('tells the line of what it refused', async () => {
  const head = '小票号,门店编码,销售日期,会员卡号,商品名称,数量,金额\n';
  const rows = 'R1,BJ001,2026/3/3 9:05,8800012345678901,T恤,1,99.00\nR2,BJ001,yesterday,8800012345678901,T恤,1,99.00\n';
  const { body } = await post<ImportView>('/v1/imports/pos/beijing?kind=sales&name=march.csv', head + rows);
  expect(body.fates).toEqual({ accepted: 1, 'dead-letter': 1 });
  const rejects = await get(body.rejects);
  expect(
    rejects.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toMatchObject([{ line: 3, reason: 'row_malformed' }]);
});
