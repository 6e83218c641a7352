import { nameRelation } from '../schemas/names.ts';
import { type Run, SILENCE_MS } from './evidence.ts';

/**
 * Who held a mobile number when: CONTRACT §3 Tenure. A party is a set of identifiers known to be one person without the number;
 * the party null stands for uses that bear nothing but the number, which are whoever's it is.
 */
export type Party = {
  id: string;
  names: readonly string[];
  /** Values of the one-per-customer kinds, by `kind@scope`. */
  ones: ReadonlyMap<string, string>;
  /** Member cards, by scope. */
  cards: ReadonlyMap<string, ReadonlySet<string>>;
};
export type Use = { party: string | null; run: Run };
export type Tenure = { from: number; parties: Set<string>; last: number };

/** Two sets of names: agree when any pair does, contradict when some pair does and none agrees. */
export function namesRelation(a: readonly string[], b: readonly string[]): 'agree' | 'contradict' | 'neutral' {
  let found: 'contradict' | 'neutral' = 'neutral';
  for (const one of a) {
    for (const other of b) {
      const relation = nameRelation(one, other);
      if (relation === 'agree') return 'agree';
      if (relation === 'contradict') found = 'contradict';
    }
  }
  return found;
}

/** After a silence: a clearly other name, or another one-per-customer value or card without an agreeing name. */
function isAnother(holder: readonly Party[], party: Party): boolean {
  const relation = namesRelation(
    holder.flatMap((one) => one.names),
    party.names,
  );
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

/** Without a silence: what keeps two parties apart that bear the same contact. */
function contradicts(holder: readonly Party[], party: Party): boolean {
  const relation = namesRelation(
    holder.flatMap((one) => one.names),
    party.names,
  );
  return relation === 'contradict' || holder.some((one) => otherOne(one, party));
}

type Step = { time: number; registration: boolean; use: Use };
type State = { tenures: Tenure[]; gap: { after: number; until: number } | null };

/**
 * Cuts the uses of one number into tenures, in order of time; the first begins before all time. Pure, total, and a function of
 * the set of uses. A tenure's `parties` are those whose use agreed with it; a party in none only slipped.
 */
export function tenuresOf(uses: readonly Use[], parties: ReadonlyMap<string, Party>): Tenure[] {
  const steps = uses
    .flatMap((use): Step[] => [
      { time: use.run.start, registration: false, use },
      ...(use.run.registered !== null && use.run.registered > use.run.start
        ? [{ time: use.run.registered, registration: true, use }]
        : []),
    ])
    .sort((a, b) => a.time - b.time || compareUses(a.use, b.use));
  const state: State = {
    tenures: [{ from: Number.NEGATIVE_INFINITY, parties: new Set(), last: Number.NEGATIVE_INFINITY }],
    gap: null,
  };
  for (const step of steps) take(state, step, parties);
  return state.tenures;
}

function compareUses(a: Use, b: Use): number {
  if (a.party === b.party) return 0;
  if (a.party === null) return -1;
  if (b.party === null) return 1;
  return a.party < b.party ? -1 : 1;
}

function take(state: State, step: Step, parties: ReadonlyMap<string, Party>): void {
  const current = state.tenures[state.tenures.length - 1];
  if (!current) return;
  const { party, run } = step.use;
  if (party === null) {
    if (current.last !== Number.NEGATIVE_INFINITY && step.time - current.last >= SILENCE_MS) {
      state.gap = { after: current.last, until: step.time };
    }
    current.last = Math.max(current.last, run.end);
    return;
  }
  const self = parties.get(party);
  if (!self) return;
  const holder = [...current.parties].flatMap((id) => parties.get(id) ?? []);
  const silent = current.last !== Number.NEGATIVE_INFINITY && step.time - current.last >= SILENCE_MS;
  if (current.parties.has(party) || holder.length === 0 || !isAnotherNow(holder, self, silent || state.gap !== null)) {
    current.parties.add(party);
    current.last = Math.max(current.last, step.registration ? step.time : run.end);
    state.gap = null;
    return;
  }
  if (startTenure(state, current, step, party)) return;
  const earlier = state.tenures.findIndex((tenure) => tenure.parties.has(party));
  // The earlier holder bears it again without having got it back: it was never passed on, all of them share it.
  if (earlier >= 0) collapse(state, earlier, step);
}

function isAnotherNow(holder: readonly Party[], party: Party, silent: boolean): boolean {
  return silent ? isAnother(holder, party) || contradicts(holder, party) : contradicts(holder, party);
}

/** A registration after a silence of the holder begins a tenure with the first use after that silence. */
function startTenure(state: State, current: Tenure, step: Step, party: string): boolean {
  const registered = step.use.run.registered;
  if (registered === null) return false;
  const quietUntil = current.last + SILENCE_MS;
  const from = state.gap ? state.gap.until : Math.max(step.use.run.start, quietUntil);
  if (!(state.gap ? registered >= state.gap.until : step.time >= quietUntil && registered >= quietUntil)) return false;
  if (state.gap) current.last = state.gap.after;
  state.tenures.push({ from, parties: new Set([party]), last: Math.max(from, step.use.run.end) });
  state.gap = null;
  return true;
}

function collapse(state: State, at: number, step: Step): void {
  const joined = state.tenures.splice(at);
  const first = joined[0];
  if (!first) return;
  for (const tenure of joined.slice(1)) {
    for (const party of tenure.parties) first.parties.add(party);
    first.last = Math.max(first.last, tenure.last);
  }
  first.last = Math.max(first.last, step.use.run.end);
  state.tenures.push(first);
  state.gap = null;
}
