import type { z } from 'zod';
import type { CustomerView } from '../../schemas/customer.ts';
import type { explainResult } from '../../schemas/wire/customer.ts';
import type { conflictView, timelineEvent } from '../../schemas/wire/evidence.ts';
import {
  APART,
  type Apart,
  accountsOf,
  CHEN,
  cardOf,
  FAMILY,
  type Known,
  OUYANG,
  ouyangOf,
  togetherOf,
} from './cast.ts';
import type { Client } from './client.ts';
import { DemoError } from './failure.ts';
import type { Secrets } from './samples.ts';

/** What the API answers about the people of the demo, and whether it is what a demo has to show. */
export type Event = z.infer<typeof timelineEvent>;
export type Conflict = z.infer<typeof conflictView>;
export type Explanation = z.infer<typeof explainResult>;
export type Facts = {
  customer: CustomerView;
  timeline: Event[];
  family: CustomerView[];
  /** What is held between the people of the family, and why they are not one. */
  conflicts: Conflict[];
  why: Explanation;
  /** Accounts of his that nothing ties to him. */
  apart: Untied[];
  /** Where 欧阳雨晴 is known, her card first, and her accounts that nothing ties to it. */
  ouyang: { together: Account[]; apart: Untied[] };
  /** Dead letters by source and reason. */
  dead: string[];
};
/** An account, and the id of the customer it belongs to. */
export type Account<T extends Known = Known> = T & { id: string | null };
/** An account of a person whom nothing ties to it, and how that is explained. */
export type Untied = [Account<Apart>, Explanation];

async function withIds<T extends Known>(client: Client, accounts: readonly T[]): Promise<Account<T>[]> {
  const found = await client.lookup(accounts.map(({ ref }) => ref));
  return accounts.map((account, at) => ({ ...account, id: found[at]?.id ?? null }));
}

export const readAccounts = (client: Client, secrets: Secrets): Promise<Account[]> =>
  withIds(client, accountsOf(secrets));

const readApart = async (client: Client, id: string, accounts: readonly Apart[]): Promise<Untied[]> =>
  Promise.all(
    (await withIds(client, accounts)).map(async (one): Promise<Untied> => [one, await client.explain(id, one.ref)]),
  );

async function readOuyang(client: Client, secrets: Secrets): Promise<Facts['ouyang']> {
  const together = await withIds(client, togetherOf(secrets));
  const id = together[0]?.id;
  if (!id) throw new DemoError(`${OUYANG.name} is not found by her card`);
  return { together, apart: await readApart(client, id, ouyangOf(secrets)) };
}

/** How each account is tied to the first one, where they belong to one customer. */
export async function readTies(client: Client, accounts: readonly Account[]): Promise<[Account, Explanation][]> {
  const [first, ...others] = accounts;
  if (!first?.id) return [];
  const id = first.id;
  return Promise.all(
    others.map(async (other): Promise<[Account, Explanation]> => [other, await client.explain(id, other.ref)]),
  );
}

/** Throws DemoError where a person of the demo is not found. */
export async function readFacts(client: Client, secrets: Secrets): Promise<Facts> {
  const refs = FAMILY.people.map(({ card }) => cardOf(card));
  const [customer, ...found] = await client.lookup([{ kind: 'mobile', value: CHEN.mobile }, ...refs]);
  const family = found.flatMap((person) => person ?? []);
  const [one, other] = [family[0], refs[1]];
  if (!customer || !one || !other || family.length < refs.length)
    throw new DemoError(`${CHEN.name} is not found by the mobile, or his neighbours not by their cards`);
  const held = new Set(family.flatMap(({ conflicts }) => conflicts));
  return {
    ...{ customer, family, timeline: await client.timeline(customer.id) },
    conflicts: (await client.conflicts()).filter(({ id }) => held.has(id)),
    why: await client.explain(one.id, other),
    apart: await readApart(client, customer.id, APART),
    ouyang: await readOuyang(client, secrets),
    dead: (await client.fates())
      .filter(({ fate }) => fate === 'dead-letter')
      .map(({ channel, source, reason }) => `${channel}/${source} ${reason}`),
  };
}

/** Every channel that bears him by something which evidence ties to him. */
const CHANNELS_WANTED = [
  ...['campaign', 'file', 'member-centre', 'pos', 'pospal', 'shopify', 'wechat-miniprogram', 'wechat-mp', 'wechat-pay'],
  ...['wecom', 'weibo', 'youzan'],
];
const ORDERS_WANTED = 3;
/** The message that was cut off. */
const DEAD_WANTED = 'wechat-mp/main unreadable';

/** What the demo ought to show and does not, in a sentence each. */
export function lacks(facts: Facts, accounts: readonly Account[]): string[] {
  const { customer, timeline, dead } = facts;
  const { metrics, traits, consents } = customer;
  const missing = CHANNELS_WANTED.filter((channel) => metrics.channels[channel] === undefined);
  const times = timeline.map(({ time }) => Date.parse(time));
  const checks: [boolean, string][] = [
    [missing.length === 0, `${CHEN.name} is not seen on ${missing.join(', ')}`],
    [accounts.every(({ id }) => id === customer.id), `the accounts of ${CHEN.name} are not one customer`],
    [traits.name?.value === CHEN.name, `the name in the golden record is not ${CHEN.name}`],
    [(traits.name?.others.length ?? 0) > 0, 'no losing value stands beside the name'],
    [metrics.orders >= ORDERS_WANTED && metrics.spend.CNY !== undefined, `only ${metrics.orders} orders are counted`],
    [consents.length > 0, 'there are no consents'],
    [timeline.length === metrics.events, `the timeline has ${timeline.length} events, the metrics ${metrics.events}`],
    [times.every((time, at) => at === 0 || time <= (times[at - 1] ?? time)), 'the timeline is not newest first'],
    [dead.join() === DEAD_WANTED, `dead letters: ${dead.join(', ') || 'none'}, not: ${DEAD_WANTED}`],
  ];
  return [...checks, ...nearbyChecks(facts)].flatMap(([holds, lack]) => (holds ? [] : [lack]));
}

function nearbyChecks({ family, conflicts, why, apart, ouyang }: Facts): [boolean, string][] {
  const tied = [...apart, ...ouyang.apart].filter(([{ id }, { same }]) => id === null || same);
  return [
    [new Set(family.map(({ id }) => id)).size === family.length && !why.same, 'the people of one number were merged'],
    [conflicts.length > 0 && why.because.length > 0, 'what holds the people of one number apart is not told'],
    [family.some(({ metrics }) => metrics.channels.woocommerce), 'the WooCommerce order is with neither of them'],
    [tied.length === 0, `absent, or tied by nothing that was told: ${tied.map(([{ en }]) => en).join(', ')}`],
    [new Set(ouyang.together.map(({ id }) => id)).size === 1, `the accounts of ${OUYANG.name} are not one customer`],
  ];
}
