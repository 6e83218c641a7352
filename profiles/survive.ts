import type { Claim, Claims } from '../identity/port.ts';
import type { ConsentView, TraitView } from '../schemas/customer.ts';
import { splitEventKey } from '../schemas/event.ts';
import { isPartName } from '../schemas/names.ts';
import { later } from './fold.ts';

/**
 * Survivorship: which claim wins per trait, and why. Verified, then registered by the person over mentioned, then the
 * source that ranks before the other, then for names a full one over a part, then the latest time at which a source
 * began to say it, then the greater event key: CONTRACT §3 Traits.
 */
export function surviveTraits(parts: readonly Claims[], sourceRank: SourceRank): Record<string, TraitView> {
  const all = new Map<string, Claim[]>();
  for (const { traits } of parts) {
    for (const [trait, claims] of Object.entries(traits)) all.set(trait, [...(all.get(trait) ?? []), ...claims]);
  }
  const out: [string, TraitView][] = [];
  for (const [trait, claims] of all) {
    const view = surviveOne(trait, joinRuns(claims), sourceRank);
    if (view) out.push([trait, view]);
  }
  return Object.fromEntries(out.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const began = (claim: Claim) => ({ time: claim.first, key: claim.firstKey });
const ended = (claim: Claim) => ({ time: claim.last, key: claim.lastKey });

/** Runs of one source that lie in several anchors are one run where no other value of that source came between. */
function joinRuns(claims: readonly Claim[]): Claim[] {
  const streams = new Map<string, Claim[]>();
  for (const claim of claims) {
    const stream = JSON.stringify([claim.channel, claim.source, claim.rank]);
    streams.set(stream, [...(streams.get(stream) ?? []), claim]);
  }
  return [...streams.values()].flatMap((runs) => {
    const points = runs
      .flatMap((run) =>
        run.first === run.last && run.firstKey === run.lastKey
          ? [run]
          : [run, { ...run, first: run.last, firstKey: run.lastKey }],
      )
      .sort((a, b) => (later(began(a), began(b)) ? 1 : -1));
    const joined: Claim[] = [];
    for (const point of points) {
      const run = joined[joined.length - 1];
      if (run && run.value === point.value) {
        if (later(ended(point), ended(run))) Object.assign(run, { last: point.last, lastKey: point.lastKey });
      } else joined.push({ ...point, last: point.first, lastKey: point.firstKey });
    }
    return joined;
  });
}

/** Place of a source in the rules; smaller is more trusted. */
export type SourceRank = (channel: string, source: string) => number;
type Rule = { rule: string; compare(a: Claim, b: Claim): number };

/** The rules in order; a positive number prefers `a`. */
function rulesFor(trait: string, sourceRank: SourceRank): Rule[] {
  const rankOf = ({ channel, source }: Claim): number => sourceRank(channel, source);
  const full = (claim: Claim): number => (typeof claim.value === 'string' && isPartName(claim.value) ? 0 : 1);
  return [
    { rule: 'verified', compare: (a, b) => Number(a.rank === 2) - Number(b.rank === 2) },
    { rule: 'registered', compare: (a, b) => a.rank - b.rank },
    { rule: 'source_rank', compare: (a, b) => rankOf(b) - rankOf(a) },
    ...(trait === 'name' ? [{ rule: 'full_name', compare: (a: Claim, b: Claim) => full(a) - full(b) }] : []),
    { rule: 'latest', compare: (a, b) => a.first - b.first },
    { rule: 'event_key', compare: (a, b) => (a.firstKey < b.firstKey ? -1 : a.firstKey > b.firstKey ? 1 : 0) },
  ];
}

function surviveOne(trait: string, claims: readonly Claim[], sourceRank: SourceRank): TraitView | null {
  const rules = rulesFor(trait, sourceRank);
  const prefer = (a: Claim, b: Claim): number => {
    for (const { compare } of rules) {
      const sign = compare(b, a);
      if (sign !== 0) return sign;
    }
    return 0;
  };
  const [winner, ...rest] = [...claims].sort(prefer);
  if (!winner) return null;
  const others = rest.filter(({ value }) => value !== winner.value);
  const rival = others[0];
  const rule = rival ? (rules.find(({ compare }) => compare(winner, rival) !== 0)?.rule ?? 'event_key') : 'only';
  const latest = new Map<Claim['value'], Claim>();
  for (const claim of others) {
    const known = latest.get(claim.value);
    if (!known || later(began(claim), began(known))) latest.set(claim.value, claim);
  }
  return {
    value: winner.value,
    channel: winner.channel,
    source: winner.source,
    event: eventIdOf(winner.firstKey),
    time: isoTime(winner.first),
    rule,
    others: [...latest.values()]
      .sort((a, b) => (later(began(a), began(b)) ? 1 : -1))
      .map(({ value, channel, source, first }) => ({ value, channel, source, time: isoTime(first) })),
  };
}

export const isoTime = (time: number): string => new Date(time).toISOString();
const eventIdOf = (key: string): string => splitEventKey(key).id;

/**
 * Consents: the person's latest word per purpose and channel. An unfollow withdraws marketing on its channel; a later
 * follow lifts that withdrawal and no other.
 */
export function surviveConsents(parts: readonly Claims[]): ConsentView[] {
  const consents = new Map<string, { time: number; key: string; state: 'granted' | 'withdrawn' }>();
  for (const part of parts) {
    for (const [at, told] of Object.entries(part.consents)) {
      const known = consents.get(at);
      if (!known || later(told, known)) consents.set(at, told);
    }
  }
  for (const [at, told] of latestFollows(parts)) {
    if (told.follows) continue;
    const marketing = `marketing|${at.slice(0, at.indexOf('|'))}`;
    const known = consents.get(marketing);
    if (!known || later(told, known)) consents.set(marketing, { time: told.time, key: told.key, state: 'withdrawn' });
  }
  return [...consents]
    .map(([at, { time, key, state }]): ConsentView => {
      const cut = at.indexOf('|');
      return {
        purpose: at.slice(0, cut),
        channel: at.slice(cut + 1) || null,
        state,
        time: isoTime(time),
        event: eventIdOf(key),
      };
    })
    .sort((a, b) => compare(a.purpose, b.purpose) || compare(a.channel ?? '', b.channel ?? ''));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function latestFollows(parts: readonly Claims[]): Map<string, Claims['follows'][string]> {
  const follows = new Map<string, Claims['follows'][string]>();
  for (const part of parts) {
    for (const [at, told] of Object.entries(part.follows)) {
      const known = follows.get(at);
      if (!known || later(told, known)) follows.set(at, told);
    }
  }
  return follows;
}

/** Channel to whether the customer follows any source of it. */
export function surviveFollowing(parts: readonly Claims[]): Record<string, boolean> {
  const following: Record<string, boolean> = {};
  for (const [at, { follows }] of latestFollows(parts)) {
    const channel = at.slice(0, at.indexOf('|'));
    following[channel] = following[channel] === true || follows;
  }
  return following;
}
