import type { LinkView } from '../../api/identity/port.ts';
import { columns } from '../../cli/place.ts';
import type { BadItem, Item } from '../../ingest/channel.ts';
import { entryOf } from '../../ingest/record.ts';
import type { CustomerView } from '../../schemas/customer.ts';
import { waitFor } from '../events.ts';
import type { House } from '../house.ts';
import { makeServices } from '../services.ts';
import type { Shown } from './shown.ts';
import type { Say } from './words.ts';

/** What identity makes of entries, as lines: the fate of each event, the customers, their links, what was held. */
type Telling = { say: Say; shown: Shown; out(line: string): void };
type Key = { channel: string; source: string; id: string };

/** An item that came in one way or another. */
export type Applied = { channel: string; source: string; item: Item | BadItem };

/** Puts items into the log in this order, waits until all are applied, and gives the keys of their events. */
export async function apply(house: House, items: readonly Applied[]): Promise<Key[]> {
  const keys: Key[] = [];
  for (const { channel, source, item } of items) {
    const make = (received: number) => entryOf(channel, source, received, item);
    await waitFor(house, await house.acceptor.take((received) => [make(received)]), 'applied');
    const entry = make(house.now());
    const steps = entry.kind === 'item' ? house.preparer.steps(entry) : [];
    keys.push(...steps.flatMap((step) => (step.kind === 'event' ? [step.prepared.event] : [])));
  }
  return keys;
}

export async function tellVerdicts(house: House, keys: readonly Key[], telling: Telling): Promise<void> {
  const { say, shown, out } = telling;
  const services = makeServices(house, '');
  const results = await services.events.lookup(keys);
  const ids = [...new Set(results.flatMap(({ customer_id: id }) => id ?? []))];
  const views: CustomerView[] = [];
  for (const id of ids) {
    const view = await services.customers.get(id);
    if (view) views.push(view);
  }
  const known = views.flatMap(({ identifiers }) => identifiers);
  out(say('verdicts'));
  for (const [at, { fate, reason, customer_id: id }] of results.entries()) {
    const whose = id ? say('one', { at: ids.indexOf(id) + 1 }) : say('nobody');
    const event = shown.id(keys[at]?.id ?? '', known);
    out(say('verdict', { id: event, fate, reason: reason ? ` ${reason}` : '', whose }));
  }
  for (const [at, view] of views.entries()) {
    out('');
    out(say('customer', { at: at + 1, id: view.id }));
    tellCustomer(view, telling);
    tellLinks((await services.customers.links(view.id))?.items ?? [], telling);
  }
  const { items } = await services.conflicts.list(null, { after: null, limit: 100 });
  if (items.length > 0) out('');
  for (const { rule, nodes } of items) {
    out(
      say('conflict', {
        rule,
        nodes: nodes.map(({ kind, value }) => `${kind} ${shown.identifier(kind, value)}`).join(', '),
      }),
    );
  }
}

function tellCustomer({ traits, identifiers, metrics }: CustomerView, { say, shown, out }: Telling): void {
  const told = Object.entries(traits).map(([name, { value, rule }]) => `${name}=${shown.trait(name, value)} (${rule})`);
  if (told.length > 0) out(`  ${told.join('  ')}`);
  const rows = identifiers.map(({ kind, scope, value, state }) => [
    ...[kind, shown.identifier(kind, value), scope === null ? '' : say('scope', { scope }), state],
  ]);
  for (const line of columns(rows)) out(`  ${line}`);
  const spend = Object.entries(metrics.spend).map(([currency, sum]) => `, ${sum} ${currency}`);
  out(say('metrics', { events: metrics.events, orders: metrics.orders, spend: spend.join('') }));
}

function tellLinks(links: readonly LinkView[], { say, shown, out }: Telling): void {
  const named = (one: { kind: string; value: string }): string =>
    `${one.kind} ${shown.identifier(one.kind, one.value)}`;
  for (const link of links) {
    for (const { with: other, rule, strength, count } of link.evidence) {
      if (`${link.kind} ${link.value}` > `${other.kind} ${other.value}`) continue;
      out(say('ties', { value: named(link), with: named(other), rule, strength, count }));
    }
  }
}
