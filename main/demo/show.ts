import { bridgeStops } from './bridges.ts';
import { type Account, type Facts, lacks, readAccounts, readFacts, readTies } from './facts.ts';
import { DemoError } from './failure.ts';
import { countPeople, family, people, ties } from './nearby.ts';
import { platformStops } from './platforms.ts';
import type { Secrets } from './samples.ts';
import { sendAll, type Teller, tellFates } from './stream.ts';
import { heading, type Paint, titleLine } from './text.ts';
import { tillStops } from './tills.ts';
import { timeline } from './timeline.ts';
import { bought, channels, consents, golden, identifiers, who } from './view.ts';

/**
 * What the demo shows, act by act. Gives the id of the customer it was about, or null where it was stopped on the way.
 * Throws DemoError where something lacks.
 */
export async function show(teller: Teller, secrets: Secrets, stopped: () => boolean): Promise<string | null> {
  const { client, out, paint } = teller;
  out(heading('一、各渠道从各自的门进来', '1. Every channel comes in by its own door', paint));
  await sendAll(teller, [...(await tillStops()), ...(await platformStops(secrets))], stopped);
  if (stopped()) return null;
  const before = await readAccounts(client, secrets);
  out(heading('二、搭桥：五个账号，是几个人？', '2. Bridges: five accounts, but how many people?', paint));
  tellPeople(teller, ['搭桥之前', 'before'], before);
  const [zh, en] = countPeople(before) > 1 ? APART : KNOWN;
  out(`    ${zh}`);
  out(`    ${paint.faint(en)}`);
  out('');
  await sendAll(teller, bridgeStops(secrets), stopped);
  if (stopped()) return null;
  const after = await readAccounts(client, secrets);
  tellPeople(teller, ['搭桥之后', 'after'], after);
  out(titleLine('凭什么相连', 'what ties each to the member card', paint));
  for (const text of ties(await readTies(client, after), paint)) out(text);
  const facts = await readFacts(client);
  for (const text of [...viewOf(facts, paint), ...nearbyOf(facts, paint)]) out(text);
  out(heading('五、每条数据的去向', '5. What became of every event, as /v1/fates tells it', paint));
  await tellFates(teller);
  out(paint.faint('  文件导入按行计，此表按事件计：一张小票可占几行 imports count rows, this table events'));
  const lacking = lacks(facts, after);
  if (lacking.length > 0) throw new DemoError(`the demo does not show what it ought to:\n  ${lacking.join('\n  ')}`);
  return facts.customer.id;
}

const APART = [
  '会员卡与官网订单登记了同一手机号，已是一人；其余账号没有手机号可认。',
  'The card and the web order bear one mobile: one person already. The other accounts bear none.',
] as const;
const KNOWN = [
  '这个数据目录里的上一次演示已经搭过桥。',
  'An earlier demo in this data directory has built the bridges already.',
] as const;

function tellPeople({ out, paint }: Teller, [zh, en]: [string, string], accounts: readonly Account[]): void {
  const many = countPeople(accounts);
  out('');
  out(titleLine(`${zh}：${many} 位顾客`, `${en}: ${many} ${many === 1 ? 'customer' : 'customers'}`, paint));
  for (const text of people(accounts, paint)) out(text);
}

function viewOf({ customer, timeline: events }: Facts, paint: Paint): string[] {
  const groups = [
    who(customer, paint),
    channels(customer, paint),
    bought(customer, events, paint),
    golden(customer, paint),
    identifiers(customer, paint),
    consents(customer, paint),
    timeline(events, paint),
  ];
  return [
    heading('三、单一顾客视图', '3. The single customer view', paint),
    ...groups.flatMap((group) => ['', ...group]),
  ];
}

function nearbyOf(facts: Facts, paint: Paint): string[] {
  const head = heading(
    '四、近旁：同一个号码，两个人，没有合并',
    '4. Nearby: one number, two people, not merged',
    paint,
  );
  return [head, '', ...family(facts, paint)];
}
