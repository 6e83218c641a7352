import type { z } from 'zod';
import type { CustomerView } from '../../schemas/customer.ts';
import type { IdentifierRef } from '../../schemas/identifier.ts';
import type { explainResult } from '../../schemas/wire/customer.ts';
import type { conflictView, timelineEvent } from '../../schemas/wire/evidence.ts';
import { accountsOf, CHEN, cardOf, FAMILY } from './cast.ts';
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
};
/** An account of 陈思远 and the id of the customer it belongs to. */
export type Account = { zh: string; en: string; ref: IdentifierRef; id: string | null };

export async function readAccounts(client: Client, secrets: Secrets): Promise<Account[]> {
  const accounts = accountsOf(secrets);
  const found = await client.lookup(accounts.map(({ ref }) => ref));
  return accounts.map((account, at) => ({ ...account, id: found[at]?.id ?? null }));
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
export async function readFacts(client: Client): Promise<Facts> {
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
  };
}

const CHANNELS_WANTED = 5;
const ORDERS_WANTED = 3;

/** What the demo ought to show and does not, in a sentence each. */
export function lacks(facts: Facts, accounts: readonly Account[]): string[] {
  const { customer, timeline, family, conflicts, why } = facts;
  const { metrics, traits, consents } = customer;
  const channels = Object.keys(metrics.channels).length;
  const times = timeline.map(({ time }) => Date.parse(time));
  const checks: [boolean, string][] = [
    [channels >= CHANNELS_WANTED, `${CHEN.name} is seen on ${channels} channels, not on ${CHANNELS_WANTED} or more`],
    [accounts.every(({ id }) => id === customer.id), `the accounts of ${CHEN.name} are not one customer`],
    [traits.name?.value === CHEN.name, `the name in the golden record is not ${CHEN.name}`],
    [(traits.name?.others.length ?? 0) > 0, 'no losing value stands beside the name'],
    [metrics.orders >= ORDERS_WANTED && metrics.spend.CNY !== undefined, `only ${metrics.orders} orders are counted`],
    [consents.length > 0, 'there are no consents'],
    [timeline.length === metrics.events, `the timeline has ${timeline.length} events, the metrics ${metrics.events}`],
    [times.every((time, at) => at === 0 || time <= (times[at - 1] ?? time)), 'the timeline is not newest first'],
    [new Set(family.map(({ id }) => id)).size === family.length && !why.same, 'the people of one number were merged'],
    [conflicts.length > 0 && why.because.length > 0, 'what holds the people of one number apart is not told'],
  ];
  return checks.flatMap(([holds, lack]) => (holds ? [] : [lack]));
}
