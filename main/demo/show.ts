import { tellAnswers } from './answers.ts';
import { apart } from './apart.ts';
import { bridgeStops } from './bridges.ts';
import type { Stop } from './delivery.ts';
import { doorStops } from './doors.ts';
import { type Account, type Facts, lacks, readAccounts, readFacts, readTies } from './facts.ts';
import { DemoError } from './failure.ts';
import { fatesTable } from './fates.ts';
import { countPeople, family, people, ties } from './nearby.ts';
import { platformStops } from './platforms.ts';
import { againStops, pulledStops } from './pulled.ts';
import type { Secrets } from './samples.ts';
import { sendAll, type Teller } from './stream.ts';
import { heading, type Paint, titleLine } from './text.ts';
import { tillStops } from './tills.ts';
import { timeline } from './timeline.ts';
import { bought, channels, consents, golden, identifiers, who } from './view.ts';

/**
 * What the demo shows, act by act. Gives the id of the customer it was about, or null where it was stopped on the way.
 * Throws DemoError where something lacks.
 */
export async function show(teller: Teller, secrets: Secrets, stopped: () => boolean): Promise<string | null> {
  const { client, came, out, paint } = teller;
  out(heading('一、各渠道从各自的门进来', '1. Every channel comes in by its own door', paint));
  await sendAll(teller, await openingStops(teller, secrets), stopped);
  if (stopped()) return null;
  const before = await readAccounts(client, secrets);
  out(heading('二、搭桥：八个账号，是几个人？', '2. Bridges: eight accounts, but how many people?', paint));
  tellPeople(teller, ['搭桥之前', 'before'], before);
  for (const text of countPeople(before) > 1 ? ALONE : KNOWN) out(`    ${text}`);
  out('');
  await bridge(teller, secrets, stopped);
  if (stopped()) return null;
  const after = await readAccounts(client, secrets);
  tellPeople(teller, ['搭桥之后', 'after'], after);
  out(titleLine('凭什么相连', 'what ties each to the member card', paint));
  for (const text of ties(await readTies(client, after), paint)) out(text);
  const facts = await readFacts(client, secrets);
  for (const text of [...viewOf(facts, paint), ...nearbyOf(facts, paint)]) out(text);
  out(heading('六、每条数据的去向', '6. What became of everything, as /v1/fates tells it', paint));
  for (const text of await fatesTable(client, came, paint)) out(text);
  for (const text of LEGEND) out(paint.faint(`  ${text}`));
  const lacking = lacks(facts, after);
  if (lacking.length > 0) throw new DemoError(`the demo does not show what it ought to:\n  ${lacking.join('\n  ')}`);
  return facts.customer.id;
}

const openingStops = async ({ standIn }: Teller, secrets: Secrets): Promise<Stop[]> => [
  ...(await tillStops()),
  ...(await platformStops(secrets)),
  ...(await doorStops(secrets)),
  ...pulledStops(standIn),
];

async function bridge(teller: Teller, secrets: Secrets, stopped: () => boolean): Promise<void> {
  const { standIn, out, paint } = teller;
  out(titleLine('平台一经询问便说的', 'what platforms tell once they are asked', paint));
  await tellAnswers(teller);
  await sendAll(teller, againStops(), stopped);
  out('');
  out(titleLine('手机号与平台账号同时出现', 'where a mobile is given together with an account', paint));
  standIn.hold();
  await sendAll(teller, await bridgeStops(secrets), stopped);
  if (!stopped()) await tellAnswers(teller);
}

const LEGEND = [
  '来了什么：推送的请求、导入的文件、标准事件、拉到的记录、被询问的平台给的应答；其余各列按事件计（一张小票可占几行）',
  'what came: requests pushed, files, events, records pulled, answers of platforms; all other columns count events',
];

const ALONE = [
  '会员卡与官网订单登记了同一手机号，已是一人；其余账号各说各的标识，没有手机号可认。',
  'The card and the web order bear one mobile: one person already. Each other account bears an id of its own alone.',
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
  return [
    heading('四、没有相连的，以及为什么', '4. What stays apart, and why', paint),
    ...['', ...apart(facts, paint)],
    heading('五、近旁：同一个号码，两个人，没有合并', '5. Nearby: one number, two people, not merged', paint),
    ...['', ...family(facts, paint)],
  ];
}
