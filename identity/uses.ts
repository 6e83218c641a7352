import type { SourceRef } from '../schemas/customer.ts';
import type { CanonicalEvent } from '../schemas/event.ts';
import type { Ring } from '../schemas/ring.ts';
import type { AnchorRow, EventRow } from './port.ts';
import { padTime } from './spans.ts';
import type { ListMember, Range, Store } from './store/port.ts';
import type { Reader } from './tables.ts';

/** The events behind an anchor, within one of its spans: what the explanations show as evidence. */

/** Event ids that an answer shows for one piece of evidence. */
export const SAMPLES = 3;
/** Events of one anchor that are read to tell its sources apart. */
const MAX_READ = 1_000;
const PAD = 16;

/** An event as evidence shows it. `time` in epoch ms. */
export type Sample = SourceRef & { id: string; time: number };
/** The events of one source: how many, from when to when, and the first of them. */
export type Use = { source: SourceRef; first: number; last: number; count: number; samples: Sample[] };

/** Clear parts of a stored event. */
export function openSample(ring: Ring, row: EventRow): Sample {
  const { id, channel, source }: CanonicalEvent = JSON.parse(ring.openText(row.body));
  return { id, channel, source, time: row.time };
}

export const hashOfMember = ({ member }: ListMember): string => member.slice(PAD);

/** The members of an anchor's list of events that fall into the span which begins at `from`, as bounds of a range. */
export function withinSpan(row: AnchorRow, from: number): Pick<Range, 'after' | 'before'> {
  const at = row.spans.findIndex((span) => span.from === from);
  const until = row.spans[at + 1]?.from;
  return {
    ...(at > 0 ? { after: padTime(from) } : {}),
    ...(at >= 0 && until !== undefined ? { before: padTime(until) } : {}),
  };
}

export type Uses = {
  /** Earliest events of an anchor within a span, at most `limit`. */
  earliest(anchor: string, row: AnchorRow, from: number, limit: number): Promise<Sample[]>;
  /** One Use per source. Where an anchor has several sources, only its first 1,000 events are counted. */
  bySource(anchor: string, row: AnchorRow, from: number): Promise<Use[]>;
};

export function makeUses(store: Store, ring: Ring, reader: Reader): Uses {
  const earliest: Uses['earliest'] = async (anchor, row, from, limit) => {
    const members = await store.range(`l:${anchor}`, { ...withinSpan(row, from), limit });
    const events = await reader.events(members.map(hashOfMember));
    return events.flatMap((event) => (event ? [openSample(ring, event)] : []));
  };
  return {
    earliest,
    bySource: async (anchor, row, from) => {
      const fragment = row.fragments[row.spans.findIndex((span) => span.from === from)];
      const [only, ...more] = row.sources;
      if (only && more.length === 0 && fragment && fragment.events > 0) {
        const [channel, source] = only;
        const samples = await earliest(anchor, row, from, SAMPLES);
        const { first, last, events } = fragment;
        return [{ source: { channel, source }, first, last, count: events, samples }];
      }
      return groupSamples(await earliest(anchor, row, from, MAX_READ));
    },
  };
}

/** Uses of events that are sorted by time. */
export function groupSamples(samples: readonly Sample[]): Use[] {
  const uses = new Map<string, Use>();
  for (const sample of samples) {
    const { channel, source, time } = sample;
    const use: Use = { source: { channel, source }, first: time, last: time, count: 1, samples: [sample] };
    const key = `${channel}/${source}`;
    const known = uses.get(key);
    uses.set(key, known ? addUses(known, use) : use);
  }
  return [...uses.values()];
}

/** Two uses by one source as one. */
export function addUses(a: Use, b: Use): Use {
  const samples = [...a.samples, ...b.samples].sort((x, y) => x.time - y.time || (x.id < y.id ? -1 : 1));
  return {
    source: a.source,
    first: Math.min(a.first, b.first),
    last: Math.max(a.last, b.last),
    count: a.count + b.count,
    samples: samples.slice(0, SAMPLES),
  };
}
