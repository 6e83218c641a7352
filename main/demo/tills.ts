import type { Delivery, Stop } from './delivery.ts';
import { sample } from './samples.ts';

/** Files as shops export them, of the tills, the member system and a form: encodings, quirks and overlaps included. */
const FILES: [channel: string, source: string, file: string, zh: string, en: string][] = [
  ['pos', 'members', 'members-gbk.csv', '会员资料（GBK）', 'member cards, in GBK'],
  ['pos', 'beijing', 'sales-gb18030.csv', '朝阳门店流水（GB18030）', 'receipts, in GB18030'],
  ['pos', 'beijing', 'sales-gbk-plain.csv', '重叠导出的流水', 'an export that overlaps'],
  ['pos', 'beijing', 'refunds-semicolon.csv', '退货单（分号分隔）', 'a refund, by semicolons'],
  ['pos', 'beijing', 'wechatpay-bill.csv', '微信支付账单', 'the bill of WeChat Pay'],
  ['pos', 'shanghai', 'sales-utf8-bom.csv', '徐汇店流水（金额为分）', 'in fen; one mobile masked, one doubled'],
  ['file', 'salon', 'salon-signups.csv', '沙龙报名表（任意表头）', 'sign-ups; settings name the columns'],
];

export async function tillStops(): Promise<Stop[]> {
  const stops = new Map<string, Stop>();
  for (const [channel, source, file, zh, en] of FILES) {
    const stop = stops.get(source) ?? { channel, source, deliveries: [] };
    const delivery: Delivery = { to: 'import', file, zh, en, body: await sample(`${channel}/${file}`) };
    stops.set(source, { ...stop, deliveries: [...stop.deliveries, delivery] });
  }
  return [...stops.values()];
}
