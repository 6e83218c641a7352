import { describe, expect, it } from 'vitest';
import { channelOf, dropped, event, events, filesOf, json } from './door.ts';
import { ENVELOPE, NAME, notify, OURS, PAID, PAYER, PAYMENT, SETTINGS, sample } from './wechat-pay.ts';

describe('the samples', () => {
  it('are all tried', () => {
    expect(filesOf(NAME).filter((file) => file.endsWith('.body.json'))).toHaveLength(2);
  });

  it('a payment', () => {
    const verdict = sample('transaction-success');
    expect(verdict).toMatchObject({
      reply: { status: 200, contentType: 'application/json', body: '{"code":"SUCCESS"}' },
    });
    const told = event(NAME, verdict);
    expect(told).toMatchObject({
      ...{ id: '8f3b1c5e-6a70-5d21-9c44-0e5a7b2d9f10', type: 'payment_received' },
      time: '2026-03-02T11:30:52+08:00',
    });
    expect(told.identifiers).toEqual([
      { kind: 'wechat_openid', scope: 'wx7b1e9c4d2a6f8350', value: 'o_q4S-jOalDjAMe39xYv6Ihh6IVQ' },
      { kind: 'payment_id', scope: 'wechat-pay', value: '4200002601202603021234567890' },
    ]);
    expect(told.order).toBeUndefined();
    expect(told.properties).toMatchObject({
      ...{ amount: '259.00', payer_amount: '239.00', currency: 'CNY', trade_type: 'JSAPI', trade_state: 'SUCCESS' },
      ...{ mchid: '1900009999', out_trade_no: 'BJ001202603021130450017', attach: 'store=BJ001', bank_type: 'OTHERS' },
      ...{ device_id: 'BJ001-POS07', event: 'TRANSACTION.SUCCESS' },
    });
  });

  it('a refund bears the payment alone', () => {
    const told = event(NAME, sample('refund-success'));
    expect(told).toMatchObject({
      ...{ id: '1c9a5e27-30bf-5f6e-a1d2-7c8e904b6a31', type: 'payment_refunded', time: '2026-03-03T15:02:11+08:00' },
      properties: { amount: '99.00', payer_amount: '91.00', order_amount: '259.00', refund_status: 'SUCCESS' },
    });
    expect(told.identifiers).toEqual([
      { kind: 'payment_id', scope: 'wechat-pay', value: '4200002601202603021234567890' },
    ]);
  });

  it('are orders where the source says so', () => {
    for (const countsAsOrder of [true, 'true']) {
      const settings = { ...SETTINGS, countsAsOrder };
      expect(event(NAME, sample('transaction-success', settings))).toMatchObject({
        type: 'order_paid',
        order: { id: 'BJ001202603021130450017', currency: 'CNY', total: '259.00' },
      });
      expect(event(NAME, sample('refund-success', settings))).toMatchObject({
        type: 'order_refunded',
        order: { id: 'RBJ001202603030012', original_id: 'BJ001202603021130450017', currency: 'CNY', total: '99.00' },
      });
    }
    expect(event(NAME, sample('refund-success', { ...SETTINGS, countsAsOrder: 'false' })).type).toBe(
      'payment_refunded',
    );
  });

  it.each(['transaction', 'refund'])(
    '%s: what goes into the log is open and whole, and all its fields are known',
    (name) => {
      const verdict = sample(`${name}-success`);
      if (verdict.verdict !== 'taken' || !verdict.items[0]) throw new Error('not taken');
      const [item] = verdict.items;
      expect(JSON.parse(item.body).resource).toEqual(json(`${NAME}/${name}-success.decrypted.json`));
      expect(item.body).not.toContain('ciphertext');
      expect(JSON.stringify(item.meta)).not.toContain('cdpSampleApiV3Key');
      expect(channelOf(NAME).unknownFields(item)).toEqual([]);
    },
  );
});

describe('notifications of another merchant', () => {
  it('in any order of fields, with long numbers and keys of any name', () => {
    const plain = JSON.stringify({ ...PAID, note: 'N' }).replace('"N"', '90071992547409931');
    const told = event(NAME, notify('TRANSACTION.SUCCESS', plain.replace('{', '{"__proto__":{"mchid":"x"},')));
    expect(told).toMatchObject({ id: 'n-1', type: 'payment_received', time: PAID.success_time });
    expect(told.identifiers).toEqual([PAYER, PAYMENT]);
    expect(told.properties).toMatchObject({ amount: '0.01', payer_amount: '0.00', note: '90071992547409931' });
  });

  it.each([
    ['CNY', 123456789012345, '1234567890123.45'],
    ['HKD', 500, '5.00'],
    ['JPY', 500, '500'],
    ['KWD', 1234, '1.234'],
  ])('an amount in %s', (currency, total, amount) => {
    const settings = { ...OURS, countsAsOrder: true };
    const told = event(NAME, notify('TRANSACTION.SUCCESS', { ...PAID, amount: { total, currency } }, {}, settings));
    expect(told).toMatchObject({ order: { id: 'T-9', currency, total: amount }, properties: { amount } });
  });

  it('a refund without a number of ours has WeChat Pay’s', () => {
    const { payer: _payer, appid: _appid, ...rest } = PAID;
    const refund = { ...rest, refund_id: '503', amount: { total: 300, refund: 100 } };
    const told = event(NAME, notify('REFUND.SUCCESS', refund, {}, { ...OURS, countsAsOrder: true }));
    expect(told).toMatchObject({ type: 'order_refunded', order: { id: '503', original_id: 'T-9', total: '1.00' } });
    expect(told.identifiers).toEqual([PAYMENT]);
  });

  it.each(['REFUND.ABNORMAL', 'REFUND.CLOSED', 'PAYSCORE.USER_PAID'])('%s is kept under its name', (sent) => {
    const { success_time: _time, payer: _payer, ...rest } = PAID;
    const told = event(NAME, notify(sent, { ...rest, openid: 'o2' }, {}, { ...OURS, countsAsOrder: true }));
    expect(told).toMatchObject({ type: `custom:wechat-pay.${sent}`, time: ENVELOPE.create_time });
    expect(told.identifiers).toEqual([{ ...PAYER, value: 'o2' }, PAYMENT]);
    expect(told.order).toBeUndefined();
  });

  it('what names nobody is not used', () => {
    const verdict = notify('VIOLATION.PUNISH', { sub_mchid: OURS.mchid, company_name: 'x' });
    expect(dropped(NAME, verdict)).toMatchObject({ fate: 'ignored', reason: 'type_not_used' });
  });

  it('a service provider’s has an openid in each of its apps', () => {
    const { mchid, appid: _appid, payer: _payer, ...rest } = PAID;
    const payer = { sp_openid: 'oSp', sub_openid: 'oSub' };
    const provided = { ...rest, sp_mchid: '1', sub_mchid: mchid, sp_appid: 'wxSp', sub_appid: 'wxSub', payer };
    for (const own of [mchid, '1']) {
      const told = event(NAME, notify('TRANSACTION.SUCCESS', provided, {}, { ...OURS, mchid: own }));
      expect(told.identifiers).toEqual([
        { kind: 'wechat_openid', scope: 'wxSp', value: 'oSp' },
        { kind: 'wechat_openid', scope: 'wxSub', value: 'oSub' },
        PAYMENT,
      ]);
    }
  });

  it('a joint payment is one event for each of its parts', () => {
    const part = (id: string, total: number) => ({
      ...{ mchid: OURS.mchid, transaction_id: id, out_trade_no: `o-${id}`, success_time: PAID.success_time },
      amount: { total_amount: total, payer_amount: total, currency: 'CNY' },
    });
    const joint = {
      ...{ combine_appid: 'wxJ', combine_mchid: '7', combine_payer_info: { openid: 'oJ' } },
      sub_orders: [part('42', 100), part('43', 250)],
    };
    const told = events(NAME, notify('TRANSACTION.SUCCESS', joint, {}, { ...OURS, countsAsOrder: true }));
    expect(told.map(({ id, order }) => [id, order?.id, order?.total])).toEqual([
      ['n-1', 'o-42', '1.00'],
      ['n-1#2', 'o-43', '2.50'],
    ]);
    expect(told[1]?.identifiers).toEqual([
      { kind: 'wechat_openid', scope: 'wxJ', value: 'oJ' },
      { kind: 'payment_id', scope: 'wechat-pay', value: '43' },
    ]);
  });

  it.each([
    ['amount', { amount: '259.00' }, 'resource.amount: string, not map'],
    ['total', { amount: { total: '2.59' } }, 'resource.amount.total: string, not integer'],
    ['payer', { payer: ['oPayer'] }, 'resource.payer: list, not map'],
    ['transaction_id', { transaction_id: { id: '42' } }, 'resource.transaction_id: map, not text'],
  ])('a changed %s is quarantined', (_, change, detail) => {
    expect(dropped(NAME, notify('TRANSACTION.SUCCESS', { ...PAID, ...change }))).toMatchObject({
      ...{ fate: 'quarantined', reason: 'field_type_changed', detail },
    });
  });

  it.each([
    ['no type', '', PAID, 'event_type'],
    ['no payment and no payer', 'TRANSACTION.SUCCESS', { mchid: OURS.mchid }, 'resource.transaction_id'],
    ['a negative amount', 'TRANSACTION.SUCCESS', { ...PAID, amount: { total: -5 } }, 'resource.amount'],
    [
      'an amount of 16 digits',
      'TRANSACTION.SUCCESS',
      { ...PAID, amount: { total: '1'.repeat(16) } },
      'resource.amount',
    ],
  ])('%s', (_, sent, resource, detail) => {
    const verdict = notify(sent, resource);
    expect(dropped(NAME, verdict)).toMatchObject({ fate: 'dead-letter', reason: 'event_malformed', detail });
  });

  it('without an id of its own a notification has that of what it speaks of', () => {
    const anonymous = { id: undefined };
    expect(event(NAME, notify('TRANSACTION.SUCCESS', PAID, anonymous)).id).toBe(PAID.transaction_id);
    expect(event(NAME, notify('REFUND.SUCCESS', { ...PAID, refund_id: '503' }, anonymous)).id).toBe('503');
  });
});
