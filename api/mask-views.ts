import type { CustomerView } from '../schemas/customer.ts';
import type { ConflictView, ExplainView, HistoryView, LinkView } from './identity/port.ts';
import { HIDDEN, maskIdentifier, maskText, maskTrait } from './mask.ts';
import type { TimelineEvent } from './port.ts';

/** Whole answers as a key without `pii:read` sees them. Nothing is changed in place: views may be shared. */
type Ref = { kind: string; value: string };
/** Clear values of a customer and what is shown for them: event ids are made of such values now and then. */
export type Clear = readonly (readonly [clear: string, shown: string])[];

const SHORTEST = 4;

/** The clear spellings of these identifiers, longest first, so that `+86139…` goes before `139…`. */
export function clearValues(refs: Iterable<Ref>): Clear {
  const pairs: [string, string][] = [];
  for (const { kind, value } of refs) {
    const shown = maskIdentifier(kind, value);
    if (shown === value || value.length < SHORTEST) continue;
    pairs.push([value, shown]);
    if (value.startsWith('+')) pairs.push([value.slice(1), shown]);
    if (value.startsWith('+86')) pairs.push([value.slice(3), shown]);
  }
  return pairs.sort((a, b) => b[0].length - a[0].length);
}

/** An event id with the clear values in it hidden. */
function maskId(id: string, clear: Clear): string {
  let shown = id;
  for (const [value, mask] of clear) if (shown.includes(value)) shown = shown.replaceAll(value, mask);
  return /(?<!\d)1[3-9]\d{9}(?!\d)|@/.test(shown) ? maskText(shown) : shown;
}

const maskRef = <T extends Ref>(ref: T): T => ({ ...ref, value: maskIdentifier(ref.kind, ref.value) });

/** Builds the copy entry by entry: a trait named `__proto__` stays a trait. */
function mapValues<T, U>(bag: Record<string, T>, change: (name: string, value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(bag).map(([name, value]) => [name, change(name, value)]));
}

export function maskCustomer(view: CustomerView): CustomerView {
  const clear = clearValues(view.identifiers);
  return {
    ...view,
    identifiers: view.identifiers.map(maskRef),
    traits: mapValues(view.traits, (name, trait) => ({
      ...trait,
      value: maskTrait(name, trait.value),
      event: maskId(trait.event, clear),
      others: trait.others.map((other) => ({ ...other, value: maskTrait(name, other.value) })),
    })),
    consents: view.consents.map((consent) => ({ ...consent, event: maskId(consent.event, clear) })),
  };
}

/** `clear` holds the values of the customer; those of the event itself are added. */
export function maskEvent(event: TimelineEvent, clear: Clear): TimelineEvent {
  const own = clearValues(event.identifiers ?? []);
  const { traits, consent, properties } = event;
  return {
    ...event,
    id: maskId(event.id, [...own, ...clear]),
    identifiers: event.identifiers?.map(maskRef),
    traits: traits && mapValues(traits, maskTrait),
    consent: consent && { ...consent, evidence: consent.evidence && HIDDEN },
    properties: properties && mapValues(properties, () => HIDDEN),
  };
}

export function maskLinks(links: readonly LinkView[]): LinkView[] {
  const clear = clearValues(links.flatMap((link) => [link, ...link.evidence.map((item) => item.with)]));
  return links.map((link) => ({
    ...maskRef(link),
    evidence: link.evidence.map((item) => ({
      ...item,
      with: maskRef(item.with),
      events: item.events.map((id) => maskId(id, clear)),
    })),
  }));
}

const maskIds = (ids: readonly string[], clear: Clear): string[] => ids.map((id) => maskId(id, clear));

export function maskHistory(items: readonly HistoryView[], clear: Clear): HistoryView[] {
  return items.map((item) => ({ ...item, evidence: maskIds(item.evidence, clear) }));
}

export function maskExplain(view: ExplainView, clear: Clear): ExplainView {
  const known = [...clearValues(view.path ?? []), ...clear];
  return {
    ...view,
    because: view.because.map((because) => ({
      ...because,
      text: maskText(maskId(because.text, known)),
      evidence: maskIds(because.evidence, known),
    })),
    ...(view.path && { path: view.path.map(maskRef) }),
    ...(view.held && { held: maskIds(view.held, known) }),
  };
}

export function maskConflict(view: ConflictView, clear: Clear): ConflictView {
  const known = [...clearValues(view.nodes), ...clear];
  return {
    ...view,
    nodes: view.nodes.map(maskRef),
    evidence: view.evidence.map((item) => ({ ...item, event: maskId(item.event, known) })),
  };
}

/** A cell of a set: text and lists of text are masked, counts and flags stay. */
function maskCell(mask: (text: string) => unknown, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => maskCell(mask, item));
  if (typeof value === 'string') return mask(value);
  return typeof value === 'object' && value !== null ? HIDDEN : value;
}

/** A row of `query` or `aggregate`: its keys are the fields as they were asked for. */
export function maskRow(row: Record<string, unknown>): Record<string, unknown> {
  return mapValues(row, (field, value) => {
    const [group = '', name = ''] = field.split(/\.(.*)/s);
    if (group === 'identifiers') return maskCell((text) => maskIdentifier(name, text), value);
    if (group === 'properties') return maskCell(() => HIDDEN, value);
    if (group === 'traits')
      return typeof value === 'number' ? maskTrait(name, value) : maskCell((text) => maskTrait(name, text), value);
    return value;
  });
}
