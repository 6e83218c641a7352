import { add, fatesOf, fateTexts, grown } from './fates.ts';
import { line, type Teller } from './stream.ts';
import { CHANNELS, say } from './words.ts';

/** What platforms are asked because of what came, by source: the jobs do it, and nobody has to call them. */
const ASKED = [
  ['wechat-mp/main', '关注者是谁、卡的表单', 'who follows; the form of the card'],
  ['wecom/main', '联系人详情：含 UnionID', 'contact details, with the UnionID'],
  ['wechat-miniprogram/main', '登录与手机号码的兑换', 'the codes of the login'],
  ['pospal/popup', '小票上的会员是谁', 'who the member on the receipts is'],
  ['doudian/live', '订单详情：含买家标识', 'order details, with the buyer’s id'],
  ['taobao/flagship', '付款的那张订单的全文', 'the paid trade in full'],
  ['pdd/flagship', '消息所说的订单', 'the order that the messages name'],
] as const;

/** Lets the platforms answer, waits until nothing is left to be asked, and tells what the answers became. */
export async function tellAnswers(teller: Teller): Promise<void> {
  const { client, standIn, came, out, paint } = teller;
  const before = await Promise.all(ASKED.map(([place]) => fatesOf(client, place)));
  standIn.open();
  await client.answered();
  const calls = standIn.calls();
  for (const [at, [place, zh, en]] of ASKED.entries()) {
    const [channel = ''] = place.split('/');
    const many = calls.get(channel) ?? 0;
    if (many === 0) continue;
    add(came, place, 'answer', many);
    const counts = grown(before[at] ?? new Map(), await fatesOf(client, place));
    out(`  ${paint.strong(say(CHANNELS, channel))}  ${paint.faint(place)}`);
    out(`    ${line({ zh, en }, fateTexts(counts, paint), paint)}`);
  }
}
