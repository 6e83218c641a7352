import { isPart, nameRelation } from '../schemas/names.ts';
import { compareText, type Run, SILENCE_MS } from './evidence.ts';

/**
 * Who held a mobile number when: CONTRACT §3 Tenure. A party is a set of identifiers known to be one person without the
 * number, or a name said with the number alone; the party null stands for uses that say no name either, which are
 * whoever's it is.
 */
export type Party = {
  id: string;
  /** False for a name alone: only a card or account of one's own proves that a number was never passed on. */
  own: boolean;
  names: readonly string[];
  /** Values of the one-per-customer kinds, by `kind@scope`. */
  ones: ReadonlyMap<string, string>;
  /** Member cards, by scope. */
  cards: ReadonlyMap<string, ReadonlySet<string>>;
};
export type Use = { party: string | null; run: Run };
export type Tenure = { from: number; parties: Set<string>; last: number };

/**
 * Two sets of names: agree when any pair does, contradict when some pair does and none agrees. Parts that are the same
 * (陈先生) outweigh no contradiction: a whole family shares them.
 */
export function namesRelation(a: readonly string[], b: readonly string[]): 'agree' | 'contradict' | 'neutral' {
  const found = new Set<'agree' | 'contradict' | 'neutral'>();
  for (const one of a) {
    for (const other of b) {
      const relation = nameRelation(one, other);
      if (relation === 'agree' && !isPart(one)) return 'agree';
      found.add(relation);
    }
  }
  return found.has('contradict') ? 'contradict' : found.has('agree') ? 'agree' : 'neutral';
}

/** Whether a name that is no mere part stands in both. */
export const shareName = (a: readonly string[], b: readonly string[]): boolean =>
  a.some((one) => !isPart(one) && b.some((other) => nameRelation(one, other) === 'agree'));

function nameOf(holder: readonly Party[], party: Party): 'agree' | 'contradict' | 'neutral' {
  if (party.names.length === 0) return 'neutral';
  return namesRelation([...new Set(holder.flatMap(({ names }) => names))], party.names);
}

/** After a silence: a clearly other name, or another one-per-customer value or card without an agreeing name. */
function isAnother(holder: readonly Party[], party: Party): boolean {
  const relation = nameOf(holder, party);
  if (relation !== 'neutral') return relation === 'contradict';
  return holder.some((one) => otherOne(one, party) || otherCard(one, party));
}

function otherOne(a: Party, b: Party): boolean {
  for (const [kind, value] of a.ones) {
    const other = b.ones.get(kind);
    if (other !== undefined && other !== value) return true;
  }
  return false;
}

function otherCard(a: Party, b: Party): boolean {
  for (const [scope, cards] of a.cards) {
    const others = b.cards.get(scope);
    if (others && ![...others].some((card) => cards.has(card))) return true;
  }
  return false;
}

/** At any time: what keeps two parties apart that bear the same contact. */
const contradicts = (holder: readonly Party[], party: Party): boolean =>
  nameOf(holder, party) === 'contradict' || holder.some((one) => otherOne(one, party));

/** A time at which a use is known to have happened; `registers`: the person registered the number then. */
type Moment = { time: number; registers: boolean; loses: boolean; use: Use };
/**
 * The latest silence since the holder's own last use: after which use it began, and the first use that followed it; or
 * what followed the report of a loss, from when on the number is whoever's uses it.
 */
type Gap = { after: number; until: number; reported: boolean };
type State = { tenures: Tenure[]; gap: Gap | null };

/**
 * Cuts the uses of one number into tenures, in order of time; the first begins before all time. Pure, total, and a
 * function of the set of uses. A tenure's `parties` are those whose use agreed with it; a party in none only slipped.
 */
export function tenuresOf(uses: readonly Use[], parties: ReadonlyMap<string, Party>): Tenure[] {
  const first: Tenure = { from: Number.NEGATIVE_INFINITY, parties: new Set(), last: Number.NEGATIVE_INFINITY };
  const known = new Set(uses.flatMap(({ party }) => (party !== null && parties.has(party) ? party : [])));
  // Nobody contradicts himself: most numbers have one party.
  if (known.size < 2 && !uses.some(({ run }) => run.lost !== undefined)) {
    return [{ ...first, parties: known, last: uses.reduce((last, { run }) => Math.max(last, run.end), first.last) }];
  }
  const moments = momentsOf(uses);
  const state: State = { tenures: [first], gap: null };
  for (const at of moments.keys()) take(state, moments, at, parties);
  return state.tenures;
}

function momentsOf(uses: readonly Use[]): Moment[] {
  const moments = uses.flatMap((use): Moment[] => {
    const { start, end, registered, registeredFirst, lost } = use.run;
    const times = new Set([start, registeredFirst ?? start, registered ?? start, lost ?? start, end]);
    const registers = (time: number): boolean => time === registered || time === registeredFirst;
    return [...times].map((time) => ({ time, registers: registers(time), loses: time === lost, use }));
  });
  return moments.sort(
    (a, b) =>
      a.time - b.time ||
      compareText(a.use.party ?? '', b.use.party ?? '') ||
      a.use.run.start - b.use.run.start ||
      a.use.run.end - b.use.run.end ||
      Number(a.loses) - Number(b.loses),
  );
}

function take(state: State, moments: readonly Moment[], at: number, parties: ReadonlyMap<string, Party>): void {
  hold(state, moments, at, parties);
  const [moment, current] = [moments[at], state.tenures[state.tenures.length - 1]];
  const party = moment?.use.party ?? null;
  if (!moment?.loses || !current || (party !== null && !current.parties.has(party))) return;
  state.gap = { after: moment.time, until: Number.POSITIVE_INFINITY, reported: true };
}

function hold(state: State, moments: readonly Moment[], at: number, parties: ReadonlyMap<string, Party>): void {
  const moment = moments[at];
  const current = state.tenures[state.tenures.length - 1];
  if (!moment || !current) return;
  const { party, run } = moment.use;
  noteSilence(state, current, moment.time);
  if (party === null) {
    current.last = Math.max(current.last, run.end);
    return;
  }
  const self = parties.get(party);
  if (!self) return;
  if (state.gap?.reported && !current.parties.has(party) && startTenure(state, current, moment.use, self)) return;
  const known = current.parties.has(party) || current.parties.size === 0;
  const holder = known ? [] : [...current.parties].flatMap((id) => parties.get(id) ?? []);
  const another = contradicts(holder, self) || (state.gap !== null && isAnother(holder, self));
  if (known || !another) {
    current.parties.add(party);
    current.last = Math.max(current.last, run.end);
    state.gap = null;
    return;
  }
  const passed = state.gap !== null && isAnother(holder, self) && registersNext(moments, at, current);
  if (passed && startTenure(state, current, moment.use, self)) return;
  const earlier = self.own ? state.tenures.findIndex((tenure) => tenure.parties.has(party)) : -1;
  // The earlier holder bears it again without having got it back: it was never passed on, all of them share it.
  if (earlier >= 0) collapse(state, earlier, run);
}

function noteSilence(state: State, current: Tenure, time: number): void {
  const { last } = current;
  if (state.gap?.reported) {
    if (time > state.gap.after) state.gap.until = Math.min(state.gap.until, time);
    return;
  }
  if (last === Number.NEGATIVE_INFINITY || time - last < SILENCE_MS || state.gap?.after === last) return;
  state.gap = { after: last, until: time, reported: false };
}

/** Whether the party of a moment registers the number, then or later, before its holder bears it again. */
function registersNext(moments: readonly Moment[], at: number, current: Tenure): boolean {
  const coming = moments.slice(at);
  const { party } = coming[0]?.use ?? { party: null };
  const registration = coming.find(({ use, registers }) => registers && use.party === party);
  if (!registration) return false;
  return !coming.some(({ time, use }) => time <= registration.time && use.party && current.parties.has(use.party));
}

/** The new tenure starts with the first use after the silence. False where a name alone cannot begin one. */
function startTenure(state: State, current: Tenure, { run }: Use, self: Party): boolean {
  const { gap } = state;
  if (!gap || gap.until === Number.POSITIVE_INFINITY) return false;
  // Events of a name alone go by time: those of one run must not be cut in two.
  if (!self.own && run.start <= gap.after) return false;
  const from = self.own ? gap.until : Math.min(gap.until, run.start);
  const last = Math.max(from, run.end, current.last);
  current.last = gap.after;
  state.tenures.push({ from, parties: new Set([self.id]), last });
  state.gap = null;
  return true;
}

function collapse(state: State, at: number, run: Run): void {
  const joined = state.tenures.splice(at);
  const first = joined[0];
  if (!first) return;
  for (const tenure of joined.slice(1)) {
    for (const party of tenure.parties) first.parties.add(party);
    first.last = Math.max(first.last, tenure.last);
  }
  first.last = Math.max(first.last, run.end);
  state.tenures.push(first);
  state.gap = null;
}
