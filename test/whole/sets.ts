import { makeDice } from '../profiles/population.ts';
import type { Pair } from './checks.ts';
import { compare, type Fact, factsOf, type Owned } from './facts.ts';
import type { Told } from './history.ts';
import type { Whole } from './house.ts';
import { type Recount, recount } from './recount.ts';
import { type Counted, countOrders } from './recount-orders.ts';
import { ownedEvents } from './views.ts';

/** What the analytic store says of all customers, against the same recount that views are held against. */
const CHANNELS = ['pos', 'wechat-mp', 'weibo', 'youzan'];
const CURRENCIES = ['CNY', 'JPY', 'USD'];
const CLEAR = ['gender', 'city', 'province', 'level', 'points'];
const PURPOSES = ['marketing', 'messages'];
const CONSENT_CHANNELS = ['sms', 'wechat-mp', 'weibo'];

type Row = Record<string, unknown>;
const under = <T>(names: readonly string[], prefix: string, value: (name: string) => T): Record<string, T> =>
  Object.fromEntries(names.map((name): [string, T] => [`${prefix}${name}`, value(name)]));

/** The fields of one customer as a query gives them, by the recount. */
function rowOf(id: string, one: Recount): Row {
  const { metrics, following } = one;
  const birthday = String(one.traits.birthday?.value ?? '');
  const said = (purpose: string, channel: string | null): unknown =>
    one.consents.find((consent) => consent.purpose === purpose && consent.channel === channel)?.state ?? null;
  return {
    id,
    ...{ created: one.created, first_seen: one.first_seen, last_seen: one.last_seen, type: 'person' },
    ...{ 'metrics.events': metrics.events, 'metrics.orders': metrics.orders, 'metrics.refunds': metrics.refunds },
    ...{ 'metrics.first_order': metrics.first_order, 'metrics.last_order': metrics.last_order },
    ...under(CURRENCIES, 'metrics.spend.', (currency) => metrics.spend[currency] ?? null),
    ...Object.assign({}, ...CHANNELS.map((channel) => channelRow(channel, metrics.channels[channel]))),
    ...under(CLEAR, 'traits.', (trait) => textOf(one.traits[trait]?.value)),
    'traits.birth_year': /^\d{4}-/.test(birthday) ? birthday.slice(0, 4) : null,
    'traits.birth_month_day': birthday === '' ? null : birthday.slice(-5),
    ...Object.assign(
      {},
      ...PURPOSES.map((purpose) => under(CONSENT_CHANNELS, `consents.${purpose}.`, (at) => said(purpose, at))),
    ),
    ...under(CHANNELS, 'following.', (channel) => following[channel] ?? null),
  };
}

const channelRow = (channel: string, told: Recount['metrics']['channels'][string] | undefined): Row => ({
  [`metrics.channels.${channel}.events`]: told?.events ?? null,
  [`metrics.channels.${channel}.orders`]: told?.orders ?? null,
  [`metrics.channels.${channel}.last_seen`]: told?.last_seen ?? null,
});
const textOf = (value: unknown): string | null => (value === undefined ? null : String(value));

/** Queries, sums and deeds of a house whose all is queryable. */
export async function setsRecounted(whole: Whole, history: readonly Told[], seed: number): Promise<Pair[]> {
  const owned = await ownedEvents(whole, history);
  const rows = [...recount(owned)]
    .map(([id, one]) => rowOf(id, one))
    .sort((a, b) => compare(String(a.id), String(b.id)));
  const fields = Object.keys(rows[0] ?? {}).filter((field) => field !== 'id');
  const found = await everything(whole, { where: { all: [] }, fields });
  return [
    { name: 'all fields', found: found.map(({ id, ...row }) => ({ id, ...row })), expected: rows },
    await byLevel(whole, rows),
    ...(await deedsRecounted(whole, owned, seed)),
  ];
}

/** All pages of a query, sorted by id. */
export async function everything({ services }: Whole, query: { where: unknown; fields: string[] }): Promise<Row[]> {
  const items: Row[] = [];
  for (let after: string | null = null; ; ) {
    const page: Awaited<ReturnType<typeof services.sets.query>> = await services.sets.query(
      { ...query, after, limit: 3 },
      true,
    );
    items.push(...page.items);
    if (!page.next) return items.sort((a, b) => compare(String(a.id), String(b.id)));
    after = page.next;
  }
}

async function byLevel({ services }: Whole, rows: readonly Row[]): Promise<Pair> {
  const query = { where: { all: [] }, group_by: ['traits.level'], measures: ['count', 'sum:metrics.spend.CNY'] };
  const found = (await services.sets.aggregate(query, true)).rows.map((row) => ({
    ...row,
    'sum:metrics.spend.CNY': Number(row['sum:metrics.spend.CNY']).toFixed(4),
  }));
  const levels = [...new Set(rows.map((row) => row['traits.level']))];
  const expected = levels.map((level) => {
    const mine = rows.filter((row) => row['traits.level'] === level);
    const sum = mine.reduce((all, row) => all + Number(row['metrics.spend.CNY'] ?? 0), 0);
    return { 'traits.level': level, count: mine.length, 'sum:metrics.spend.CNY': sum.toFixed(4) };
  });
  const sorted = (list: Row[]): Row[] =>
    list.sort((a, b) => compare(String(a['traits.level']), String(b['traits.level'])));
  return { name: 'sums by level', found: sorted(found), expected: sorted(expected) };
}

const DEEDS = [
  'order_paid',
  'order_refunded',
  'order_completed',
  'follow',
  'view',
  'member_updated',
  'order_cancelled',
];

/** Random `did` conditions: how often, in which shop, worth how much net of what was given back. */
async function deedsRecounted(whole: Whole, owned: readonly Owned[], seed: number): Promise<Pair[]> {
  const dice = makeDice(seed);
  const facts = factsOf(owned);
  const orders = countOrders(facts);
  const pairs: Pair[] = [];
  for (let turn = 0; turn < 12; turn += 1) {
    const [did, times] = [dice.pick(DEEDS), dice.below(4)];
    const channel = dice.chance(0.4) ? dice.pick(CHANNELS) : null;
    const worth = dice.chance(0.5)
      ? { currency: dice.pick(CURRENCIES), gte: dice.pick(['0', '19.9', '100', '1299']) }
      : null;
    const where = {
      ...{ did, times: { gte: times } },
      ...(channel ? { where: { field: 'channel', op: 'eq', value: channel } } : {}),
      ...(worth ? { sum: { field: 'order.total', ...worth } } : {}),
    };
    const found = (await everything(whole, { where, fields: [] })).map(({ id }) => id);
    const ids = [...new Set(facts.flatMap(({ owner }) => owner ?? []))].sort();
    const expected = ids.filter((id) => {
      const mine = facts.filter(
        ({ owner, event }) => owner === id && event.type === did && (channel === null || event.channel === channel),
      );
      return mine.length >= times && (worth === null || worthOf(id, mine, orders, worth.currency) >= Number(worth.gte));
    });
    pairs.push({ name: JSON.stringify(where), found, expected });
  }
  return pairs;
}

/** What the orders that some events speak of are worth, those that count with this customer. */
function worthOf(id: string, mine: readonly Fact[], orders: readonly Counted[], currency: string): number {
  const named = orders.filter(
    ({ facts, owner, counts }) => counts && owner === id && facts.some((fact) => mine.includes(fact)),
  );
  const units = named.filter((order) => order.currency === currency).reduce((sum, { worth }) => sum + (worth ?? 0), 0);
  return units / 10_000;
}
