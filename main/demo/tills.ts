import type { Delivery, Stop } from './delivery.ts';
import { sample } from './samples.ts';

/** Files of the tills and the member system, as shops export them: encodings, quirks and overlaps included. */
const FILES: [source: string, file: string, zh: string, en: string][] = [
  ['members', 'members-gbk.csv', '会员资料（GBK）', 'member cards, in GBK'],
  ['beijing', 'sales-gb18030.csv', '朝阳门店流水（GB18030）', 'receipts, in GB18030'],
  ['beijing', 'sales-gbk-plain.csv', '重叠导出的流水', 'an export that overlaps'],
  ['beijing', 'refunds-semicolon.csv', '退货单（分号分隔）', 'a refund, by semicolons'],
  ['beijing', 'wechatpay-bill.csv', '微信支付账单', 'the bill of WeChat Pay'],
  ['shanghai', 'sales-utf8-bom.csv', '徐汇店流水（金额为分）', 'in fen; one mobile masked, one doubled'],
];

export async function tillStops(): Promise<Stop[]> {
  const stops = new Map<string, Stop>();
  for (const [source, file, zh, en] of FILES) {
    const stop = stops.get(source) ?? { channel: 'pos', source, deliveries: [] };
    const delivery: Delivery = { to: 'import', file, zh, en, body: await sample(`pos/${file}`) };
    stops.set(source, { ...stop, deliveries: [...stop.deliveries, delivery] });
  }
  return [...stops.values()];
}
