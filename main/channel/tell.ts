import { columns } from '../../cli/place.ts';
import type { Channel, Item, MapContext, Outcome } from '../../ingest/channel.ts';
import { Unreadable } from '../../ingest/door.ts';
import type { Normaliser } from '../../ingest/identify.ts';
import { malformed } from '../../ingest/prepare.ts';
import { type CanonicalEvent, eventInput } from '../../schemas/event.ts';
import { strengthName } from '../../schemas/identifier.ts';
import type { Shown } from './shown.ts';
import type { Say } from './words.ts';

/** What one item becomes, step by step, as lines for a person. */
export type Teller = { say: Say; shown: Shown; normaliser: Normaliser; out(line: string): void };
type Context = Omit<MapContext, 'meta'>;

/** False where something of the item is set aside or dead. */
export function tellItem(teller: Teller, channel: Channel, item: Item, context: Context): boolean {
  const { say, out } = teller;
  try {
    const { outcomes, unknown } = channel.judge(item, context);
    if (unknown.length > 0) out(say('unknown', { paths: unknown.join(', ') }));
    if (outcomes.length === 0) out(say('nothing'));
    return outcomes.map((outcome) => tellOutcome(teller, outcome)).every((fine) => fine);
  } catch (error) {
    if (error instanceof Unreadable)
      return tellOutcome(teller, { kind: 'drop', fate: 'dead-letter', reason: error.reason, detail: error.message });
    out(say('threw', { what: whereThrown(error, teller.shown) }));
    return false;
  }
}

/** The message may quote the payload; the place in our own files never does. */
function whereThrown(error: unknown, shown: Shown): string {
  if (!(error instanceof Error)) return typeof error;
  const place = /\/((?:ingest|schemas|node_modules)\/[^\s)]+:\d+):\d+/.exec(error.stack ?? '')?.[1] ?? '';
  return `${error.name}: ${shown.text(error.message)}${place === '' ? '' : ` (${place})`}`;
}

function tellOutcome(teller: Teller, outcome: Outcome): boolean {
  const { say, shown, out } = teller;
  if (outcome.kind === 'drop') {
    const { fate, reason, detail } = outcome;
    out(say('drop', { fate, reason, detail }));
    return fate === 'ignored';
  }
  if (outcome.kind === 'ask') {
    const { name, params, afterMs } = outcome.ask;
    const told = Object.entries(params).map(([key, value]) => ` ${key}=${shown.text(value)}`);
    out(say('ask', { name, params: told.join(''), after: afterMs ? say('after', { ms: afterMs }) : '' }));
    return true;
  }
  const parsed = eventInput.safeParse(outcome.event);
  if (parsed.success) tellEvent(teller, { ...parsed.data, id: outcome.event.id }, outcome.queryable);
  else out(say('malformed', { what: malformed(parsed.error) }));
  return parsed.success;
}

const pairs = (bag: object, show: (name: string, value: unknown) => string): string =>
  Object.entries(bag)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${name}=${show(name, value)}`)
    .join('  ');

function tellEvent({ say, shown, normaliser, out }: Teller, event: CanonicalEvent, queryable: readonly string[]): void {
  const given = event.identifiers ?? [];
  out(say('event', { id: shown.id(event.id, given), type: event.type, time: event.time }));
  const { identifiers, refused } = normaliser.event(given, event.type);
  const rows = identifiers.map(({ kind, scope, value, role, strength, verified }) => [
    ...[kind, shown.identifier(kind, value), scope === null ? '' : say('scope', { scope })],
    ...[role, strengthName(strength), verified ? 'verified' : ''],
  ]);
  const not = refused.map(({ index, reason }) => [
    ...[given[index]?.kind ?? '', shown.identifier(given[index]?.kind ?? '', given[index]?.value ?? '')],
    ...[given[index]?.scope ? say('scope', { scope: given[index].scope }) : '', say('not', { reason })],
  ]);
  out(say(rows.length + not.length === 0 ? 'none' : 'identifiers'));
  for (const line of columns([...rows, ...not])) out(`      ${line}`);
  const parts = (bag: object | null | undefined): object | null => (bag && Object.keys(bag).length > 0 ? bag : null);
  const traits = parts(event.traits);
  if (traits) out(say('traits', { text: pairs(traits, shown.trait) }));
  if (event.order) out(say('order', { text: pairs(event.order, (_, value) => JSON.stringify(value)) }));
  if (event.consent)
    out(say('consent', { text: pairs({ ...event.consent, evidence: null }, (_, value) => `${value}`) }));
  const properties = Object.entries(parts(event.properties) ?? {});
  const isOpen = ([name]: [string, unknown]): boolean => queryable.includes(name);
  const open = properties.filter(isOpen);
  const sealed = properties.filter((property) => !isOpen(property));
  const show = (_: string, value: unknown): string => shown.property(value);
  if (open.length > 0)
    out(say('queryable', { text: pairs(Object.fromEntries(open), (_, value) => shown.text(JSON.stringify(value))) }));
  if (sealed.length > 0) out(say('sealed', { text: pairs(Object.fromEntries(sealed), show) }));
}
