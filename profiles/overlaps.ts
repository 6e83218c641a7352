import type { AnchorRow, Claim, Claims, EventRow, Told } from '../identity/port.ts';
import type { ListMember, Range } from '../identity/store/port.ts';
import type { Ring } from '../schemas/ring.ts';
import { readEvent } from './apply.ts';
import { claimsOf, later } from './fold.ts';
import { padTime, unpadTime } from './totals.ts';

/**
 * A source that repeats its own value keeps the time at which it began to say it. An anchor keeps only the ends of such
 * a run, so where another anchor of the same customer has the source say something else in between, the events
 * themselves tell at which of them it began anew. That is rare, and few events are read.
 */
type Owned = { anchor: string; row: AnchorRow; from: number };
export type OverlapSource = {
  range(list: string, range: Range): Promise<ListMember[]>;
  events(ids: readonly string[]): Promise<(EventRow | null)[]>;
};

type Run = Claim & { trait: string; anchor: string };

const CHUNK = 50;
const HASH_AT = 16;
const began = (run: Claim): Told => ({ time: run.first, key: run.firstKey });
const ended = (run: Claim): Told => ({ time: run.last, key: run.lastKey });
const streamOf = (trait: string, { channel, source, rank }: Claim): string =>
  JSON.stringify([trait, channel, source, rank]);

/** The same rows; claims that overlap are replaced by the latest beginning of each value. */
export async function settleOverlaps<Rows extends { anchors: Owned[] }>(
  rows: Rows,
  source: OverlapSource,
  ring: Ring,
): Promise<Rows> {
  if (rows.anchors.length < 2) return rows;
  const streams = new Map<string, Run[]>();
  for (const { anchor, row, from } of rows.anchors) {
    for (const [trait, claims] of Object.entries(claimsWithin(row, from)?.traits ?? {})) {
      for (const claim of claims) {
        const stream = streamOf(trait, claim);
        const runs = streams.get(stream);
        if (runs) runs.push({ ...claim, trait, anchor });
        else streams.set(stream, [{ ...claim, trait, anchor }]);
      }
    }
  }
  const settled = new Map<string, Run[]>();
  for (const [stream, runs] of streams) {
    if (overlap(runs)) settled.set(stream, await settle(runs, source, ring));
  }
  return settled.size === 0
    ? rows
    : { ...rows, anchors: rows.anchors.map((one, at) => replace(one, settled, at === 0)) };
}

const spanOf = (row: AnchorRow, from: number): number => row.spans.findIndex((span) => span.from === from);
const claimsWithin = (row: AnchorRow, from: number): Claims | undefined => row.claims[spanOf(row, from)];

/** Takes settled claims out of the span, and puts their settled form in where it is the first. */
function replace(one: Owned, settled: ReadonlyMap<string, Run[]>, first: boolean): Owned {
  const { row, from } = one;
  const span = spanOf(row, from);
  const claims = row.claims.map((old, at): Claims => {
    if (at !== span) return old;
    const traits = new Map(
      Object.entries(old.traits).map(([trait, list]): [string, Claim[]] => [
        trait,
        list.filter((claim) => !settled.has(streamOf(trait, claim))),
      ]),
    );
    for (const { trait, anchor: _, ...claim } of first ? [...settled.values()].flat() : [])
      traits.set(trait, [...(traits.get(trait) ?? []), claim]);
    return { ...old, traits: Object.fromEntries(traits) };
  });
  return { ...one, row: { ...row, claims } };
}

/** Whether a run began while another value was being said. */
function overlap(runs: readonly Run[]): boolean {
  const ends = new Map<Claim['value'], Told>();
  for (const run of [...runs].sort((a, b) => (later(began(a), began(b)) ? 1 : -1))) {
    for (const [value, end] of ends) if (value !== run.value && later(end, began(run))) return true;
    const known = ends.get(run.value);
    if (!known || later(ended(run), known)) ends.set(run.value, ended(run));
  }
  return false;
}

/** For each value the beginning of its last run: the first time it was said after the last time another was. */
async function settle(runs: readonly Run[], source: OverlapSource, ring: Ring): Promise<Run[]> {
  const settled: Run[] = [];
  for (const value of new Set(runs.map((run) => run.value))) {
    const mine = runs.filter((run) => run.value === value);
    const last = mine.map(ended).reduce((a, b) => (later(b, a) ? b : a));
    let other: Told | null = null;
    for (const run of runs) {
      if (run.value === value || !later(last, began(run))) continue;
      const said = later(last, ended(run)) ? ended(run) : await latestBefore(run, last, source, ring);
      if (!other || later(said, other)) other = said;
    }
    let first = last;
    for (const run of mine) {
      if (other && !later(ended(run), other)) continue;
      const inside = other !== null && !later(began(run), other);
      const said = inside && other ? await earliestAfter(run, other, source, ring) : began(run);
      if (later(first, said)) first = said;
    }
    const [one] = mine;
    if (one) settled.push({ ...one, first: first.time, firstKey: first.key, last: first.time, lastKey: first.key });
  }
  return settled;
}

/** The last time within a run, before a given one, at which its value was said. */
async function latestBefore(run: Run, limit: Told, source: OverlapSource, ring: Ring): Promise<Told> {
  let found = began(run);
  for (let before = padTime(limit.time + 1); ; ) {
    const members = await source.range(`l:${run.anchor}`, { before, limit: CHUNK, reverse: true });
    for (const said of await saidIn(run, members, source, ring))
      if (later(limit, said) && later(said, found)) found = said;
    const last = members[members.length - 1];
    if (!last || unpadTime(last.member) < found.time) return found;
    before = last.member;
  }
}

/** The first time within a run, after a given one, at which its value was said. */
async function earliestAfter(run: Run, limit: Told, source: OverlapSource, ring: Ring): Promise<Told> {
  let found = ended(run);
  for (let after = padTime(limit.time); ; ) {
    const members = await source.range(`l:${run.anchor}`, { after, limit: CHUNK });
    for (const said of await saidIn(run, members, source, ring))
      if (later(said, limit) && later(found, said)) found = said;
    const last = members[members.length - 1];
    if (!last || unpadTime(last.member) > found.time) return found;
    after = last.member;
  }
}

/** When the events of some members said the value of a run, by its source. */
async function saidIn(run: Run, members: readonly ListMember[], source: OverlapSource, ring: Ring): Promise<Told[]> {
  const rows = await source.events(members.map(({ member }) => member.slice(HASH_AT)));
  return rows.flatMap((row) => {
    if (!row) return [];
    const event = readEvent(ring, row);
    const said = claimsOf(event).some(
      ({ trait, value, channel, source: by, rank }) =>
        trait === run.trait && value === run.value && channel === run.channel && by === run.source && rank === run.rank,
    );
    return said ? [{ time: event.time, key: event.key }] : [];
  });
}
