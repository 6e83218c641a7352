import type { IdentifierInput } from '../../schemas/event.ts';
import { formatAmount } from '../../schemas/money.ts';
import type { Outcome } from '../channel.ts';
import { label } from './aliases.ts';
import { cellOf, keyNumber, moneyOf } from './line.ts';
import type { PosMeta } from './settings.ts';
import { isRefusal, malformed, type Refusal, type RowRecord } from './unit.ts';
import { readLocal, rfc3339 } from './when.ts';

type Context = { channel: string; source: string; meta: Pick<PosMeta, 'timeZone'> };

const CURRENCY = 'CNY';
const STATES = new Map([
  ['', 'payment_received'],
  ['SUCCESS', 'payment_received'],
  ['REFUND', 'payment_refunded'],
  ['REVOKED', 'payment_refunded'],
]);
const PROPERTIES = ['mchid', 'out_trade_no', 'trade_state', 'out_refund_no', 'sale_type', 'item_name'] as const;
const QUERYABLE = ['amount', 'currency', 'mchid', 'out_trade_no', 'trade_state', 'out_refund_no', 'trade_type'];

function amountOf(record: RowRecord, refund: boolean): bigint | Refusal {
  const fields = refund ? (['refund_amount'] as const) : (['bill_amount', 'receipt_total', 'amount'] as const);
  for (const field of fields) {
    const units = moneyOf(record, field);
    if (units !== null) return units;
  }
  return malformed(`${label(fields[0])}: missing`);
}

/**
 * A bill of WeChat Pay calls by 交易类型 how it was paid (JSAPI, MICROPAY): `trade_type` in the API of the same service.
 */
const nameOf = (field: (typeof PROPERTIES)[number]): string =>
  field === 'sale_type' ? 'trade_type' : field === 'item_name' ? 'product' : field;

/**
 * A row of a WeChat Pay bill: payment_received `{transaction id}`, or payment_refunded `{refund id}` (`{transaction
 * id}#2` where the bill names none), with the payer's openid in the scope of the bill's appid. No order;
 * `properties.amount` in yuan.
 */
export function billOutcomes(record: RowRecord, context: Context): Outcome[] | Refusal {
  const payment = keyNumber(record, 'transaction_id');
  if (isRefusal(payment)) return payment;
  const type = STATES.get(cellOf(record, 'trade_state').toUpperCase());
  if (!type)
    return {
      fate: 'ignored',
      reason: 'type_not_used',
      detail: `${label('trade_state')}: not a payment made or given back`,
    };
  const local = readLocal(cellOf(record, 'trade_time') || cellOf(record, 'trade_date'));
  if (!local) return malformed(`${label('trade_time')}: not a time`);
  const refund = type === 'payment_refunded';
  const amount = amountOf(record, refund);
  if (isRefusal(amount)) return amount;
  const openid = cellOf(record, 'openid');
  const payer: IdentifierInput[] =
    openid === '' ? [] : [{ kind: 'wechat_openid', scope: cellOf(record, 'appid') || null, value: openid }];
  const kept = PROPERTIES.map((field): [string, string] => [nameOf(field), cellOf(record, field)]);
  return [
    {
      kind: 'event',
      event: {
        id: refund ? cellOf(record, 'refund_id') || `${payment}#2` : payment,
        channel: context.channel,
        source: context.source,
        time: rfc3339(local, context.meta.timeZone),
        type,
        identifiers: [...payer, { kind: 'payment_id', scope: 'wechat-pay', value: payment }],
        properties: {
          ...Object.fromEntries(record.o),
          ...Object.fromEntries(kept.filter(([, value]) => value !== '')),
          amount: formatAmount(amount < 0n ? -amount : amount, CURRENCY),
          currency: CURRENCY,
        },
      },
      queryable: QUERYABLE,
    },
  ];
}
