import type { z } from 'zod';
import type { CustomerView } from '../../schemas/customer.ts';
import type { conflictView, timelineEvent } from '../../schemas/wire/evidence.ts';
import { accountsOf, CHEN, cardOf, FAMILY } from './cast.ts';
import type { Client } from './client.ts';
import { DemoError } from './failure.ts';
import type { Secrets } from './samples.ts';

/** What the API answers about the people of the demo, and whether it is what a demo has to show. */
export type Event = z.infer<typeof timelineEvent>;
export type Conflict = z.infer<typeof conflictView>;
export type Facts = {
  customer: CustomerView;
  timeline: Event[];
  family: CustomerView[];
  /** Open conflicts between the people of the family; empty where the server does not list them. */
  conflicts: Conflict[];
};
/** An account of 陈思远 and the id of the customer it belongs to. */
export type Account = { zh: string; en: string; id: string | null };

export async function readAccounts(client: Client, secrets: Secrets): Promise<Account[]> {
  const accounts = accountsOf(secrets);
  const found = await client.lookup(accounts.map(({ ref }) => ref));
  return accounts.map(({ zh, en }, at) => ({ zh, en, id: found[at]?.id ?? null }));
}

/** Throws DemoError where the number leads to nobody. */
export async function readFacts(client: Client): Promise<Facts> {
  const [customer, ...family] = await client.lookup([
    { kind: 'mobile', value: CHEN.mobile },
    ...FAMILY.people.map(({ card }) => cardOf(card)),
  ]);
  if (!customer) throw new DemoError(`nobody is found by the mobile of ${CHEN.name}`);
  const people = family.flatMap((person) => person ?? []);
  const held = new Set(people.flatMap(({ conflicts }) => conflicts));
  return {
    customer,
    timeline: await client.timeline(customer.id),
    family: people,
    conflicts: (await client.conflicts().catch(() => [])).filter(({ id }) => held.has(id)),
  };
}

const CHANNELS_WANTED = 5;
const ORDERS_WANTED = 3;

/** What the demo ought to show and does not, in a sentence each. */
export function lacks({ customer, timeline, family }: Facts, accounts: readonly Account[]): string[] {
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
    [new Set(family.map(({ id }) => id)).size === FAMILY.people.length, 'the people of one number were merged'],
    [family.every(({ conflicts }) => conflicts.length > 0), 'no conflict is held between the people of one number'],
  ];
  return checks.flatMap(([holds, lack]) => (holds ? [] : [lack]));
}
