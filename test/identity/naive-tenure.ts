import { compareText, type Run, SILENCE_MS } from '../../identity/evidence.ts';
import { isPartName, nameRelation } from '../../schemas/names.ts';

/**
 * Who held a number when, told again from CONTRACT §3 Tenure without regard to cost: every question is answered by
 * reading the diary of the present holder from its first line.
 */
export type NaiveParty = {
  id: string;
  /** It has a card or an account, not a name alone. */
  own: boolean;
  names: string[];
  /** `kind@scope` and value of the one-per-customer kinds. */
  ones: [string, string][];
  /** Scope and card. */
  cards: [string, string][];
};
export type NaiveUse = { party: NaiveParty | null; run: Run };
export type NaiveTenure = { from: number; members: string[] };

type Entry = { time: number; end: number; by: 'holder' | 'nobody' | 'other' | 'report' };
type Chapter = { from: number; members: NaiveParty[]; diary: Entry[] };
type Silence = { after: number; until: number; reported?: boolean };
type Moment = { time: number; registers: boolean; reports: boolean; party: NaiveParty | null; run: Run };

export function sayOfNames(a: readonly string[], b: readonly string[]): 'agree' | 'contradict' | 'neutral' {
  const pairs = a.flatMap((one) => b.map((other) => ({ relation: nameRelation(one, other), part: isPartName(one) })));
  const says = (what: string): boolean => pairs.some(({ relation }) => relation === what);
  if (pairs.some(({ relation, part }) => relation === 'agree' && !part)) return 'agree';
  return says('contradict') ? 'contradict' : says('agree') ? 'agree' : 'neutral';
}

/** The moments of all uses that are known: begin, registration, end. One that is due is picked by looking at all. */
function inOrder(uses: readonly NaiveUse[]): Moment[] {
  const left = uses.flatMap(({ party, run }) =>
    [...new Set([run.start, run.registeredFirst, run.registered, run.lost, run.end])].flatMap((time): Moment[] => {
      const registers = [run.registeredFirst, run.registered].includes(time);
      return time == null ? [] : [{ time, registers, reports: time === run.lost, party, run }];
    }),
  );
  const isBefore = (a: Moment, b: Moment): boolean => {
    if (a.time !== b.time) return a.time < b.time;
    const names = compareText(a.party?.id ?? '', b.party?.id ?? '');
    if (names !== 0) return names < 0;
    if (a.run.start !== b.run.start) return a.run.start < b.run.start;
    return a.run.end !== b.run.end ? a.run.end < b.run.end : b.reports && !a.reports;
  };
  const order: Moment[] = [];
  while (left.length > 0) {
    let next = 0;
    for (const at of left.keys()) {
      const [a, b] = [left[at], left[next]];
      if (a && b && isBefore(a, b)) next = at;
    }
    order.push(...left.splice(next, 1));
  }
  return order;
}

/**
 * The silence that lies between the holder's last use and now: what ended it first. Uses that say nothing may be his
 * own.
 */
function silenceBefore(diary: readonly Entry[], now: number): Silence | null {
  const seen: { last: number; silence: Silence | null } = { last: Number.POSITIVE_INFINITY, silence: null };
  for (const { time, end, by } of [...diary, { time: now, end: now, by: 'other' as const }]) {
    const { last, silence } = seen;
    if (silence?.reported) {
      if (by === 'holder') seen.silence = null;
      else if (time > silence.after) silence.until = Math.min(silence.until, time);
    }
    if (by === 'report') {
      seen.silence = { after: time, until: Number.POSITIVE_INFINITY, reported: true };
      continue;
    }
    if (!seen.silence?.reported && time - last >= SILENCE_MS && silence?.after !== last)
      seen.silence = { after: last, until: time };
    if (by === 'holder') seen.silence = null;
    if (by !== 'other') seen.last = last === Number.POSITIVE_INFINITY ? end : Math.max(last, end);
  }
  return seen.silence;
}

const clash = (a: readonly [string, string][], b: readonly [string, string][]): boolean =>
  a.some(([kind, value]) => b.some(([other, held]) => other === kind && held !== value));

/** Cards of one brand on both sides, and none of them on both. */
function otherCards(a: NaiveParty, b: NaiveParty): boolean {
  const brands = [...a.cards, ...b.cards].map(([brand]) => brand);
  return brands.some((brand) => {
    const [left, right] = [a, b].map((party) =>
      party.cards.filter(([scope]) => scope === brand).map(([, card]) => card),
    );
    return left?.length && right?.length && !left.some((card) => right.includes(card));
  });
}

function isOther(members: readonly NaiveParty[], party: NaiveParty): boolean {
  const names = sayOfNames(
    members.flatMap((member) => member.names),
    party.names,
  );
  return names === 'contradict' || members.some((member) => clash(member.ones, party.ones));
}

/** "a clearly other name, or another value of a one-per-customer kind or another card and no agreeing name" */
function mayHaveGotIt(members: readonly NaiveParty[], party: NaiveParty): boolean {
  const names = sayOfNames(
    members.flatMap((member) => member.names),
    party.names,
  );
  if (names === 'contradict') return true;
  return names === 'neutral' && members.some((one) => clash(one.ones, party.ones) || otherCards(one, party));
}

function registersBeforeHolder(coming: readonly Moment[], party: NaiveParty, members: readonly NaiveParty[]): boolean {
  const signs = coming.filter((moment) => moment.party?.id === party.id && moment.registers).map(({ time }) => time);
  const bears = coming.filter((moment) => members.some(({ id }) => id === moment.party?.id)).map(({ time }) => time);
  return Math.min(...signs) < Math.min(...bears);
}

export function naiveTenures(uses: readonly NaiveUse[]): NaiveTenure[] {
  const chapters: Chapter[] = [{ from: Number.NEGATIVE_INFINITY, members: [], diary: [] }];
  const moments = inOrder(uses);
  for (const [at, moment] of moments.entries()) {
    live(chapters, moments, at);
    const last = chapters.at(-1);
    const isHolders = !moment.party || last?.members.some(({ id }) => id === moment.party?.id);
    if (moment.reports && isHolders) last?.diary.push({ time: moment.time, end: moment.time, by: 'report' });
  }
  return chapters.map(({ from, members }) => ({ from, members: members.map(({ id }) => id) }));
}

function live(chapters: Chapter[], moments: readonly Moment[], at: number): void {
  for (const { time, party, run } of moments.slice(at, at + 1)) {
    const chapter = chapters.at(-1);
    if (!chapter) break;
    const { members, diary } = chapter;
    if (!party) {
      diary.push({ time, end: run.end, by: 'nobody' });
      continue;
    }
    const silence = silenceBefore(diary, time);
    if (silence?.reported && silence.until < Number.POSITIVE_INFINITY && !members.some(({ id }) => id === party.id)) {
      if (party.own || run.start > silence.after) {
        turnPage(chapters, chapter, silence, { time, party, run });
        continue;
      }
    }
    const other = isOther(members, party) || (silence !== null && mayHaveGotIt(members, party));
    if (members.length === 0 || members.some(({ id }) => id === party.id) || !other) {
      if (!members.some(({ id }) => id === party.id)) members.push(party);
      diary.push({ time, end: run.end, by: 'holder' });
      continue;
    }
    const passes = silence !== null && silence.until < Number.POSITIVE_INFINITY && mayHaveGotIt(members, party);
    if (passes && registersBeforeHolder(moments.slice(at), party, members)) {
      if (party.own || run.start > silence.after) {
        turnPage(chapters, chapter, silence, { time, party, run });
        continue;
      }
    }
    const earlier = chapters.findIndex((old) => party.own && old.members.some(({ id }) => id === party.id));
    if (earlier >= 0) neverPassedOn(chapters, earlier, { time, end: run.end, by: 'holder' });
    else diary.push({ time, end: run.end, by: 'other' });
  }
}

function turnPage(
  chapters: Chapter[],
  chapter: Chapter,
  silence: Silence,
  { time, party, run }: { time: number; party: NaiveParty; run: Run },
): void {
  const { diary } = chapter;
  const from = party.own ? silence.until : Math.min(silence.until, run.start);
  // What nobody signed after the silence is the new holder's.
  const since = diary.filter((entry) => entry.by === 'nobody' && entry.time >= silence.until);
  chapter.diary = diary.filter((entry) => !since.includes(entry));
  chapters.push({ from, members: [party], diary: [...since, { time, end: run.end, by: 'holder' }] });
}

function neverPassedOn(chapters: Chapter[], earlier: number, entry: Entry): void {
  const all = chapters.splice(earlier);
  chapters.push({
    from: all[0]?.from ?? Number.NEGATIVE_INFINITY,
    members: all.flatMap(({ members }) => members),
    diary: [...all.flatMap(({ diary }) => diary), entry],
  });
}
