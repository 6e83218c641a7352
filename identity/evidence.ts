/**
 * The evidence that `cluster` is a function of. It is built only by operations that commute, so the order in which
 * events arrive makes no difference. Times are epoch ms.
 */

/** Orders events by when we came to know them: `received`, then event time, then event key. */
export type Stamp = { received: number; time: number; key: string };

/** A node as one anchor bears it. `strength` is the greatest with which any of its events bore it. */
export type AnchorNode = { node: string; kind: string; scope: string; strength: number };

/**
 * Use of an anchor without a silence of 90 days or more. `registered` is the latest time within it at which the person
 * registered or the platform verified the contact; null when it was only mentioned. `lost`: the latest at which its
 * loss was reported; absent when it never was.
 */
export type Run = {
  start: number;
  end: number;
  registered: number | null;
  /** The earliest such time, where it is not the latest: the holder may have come back between the two. */
  registeredFirst?: number;
  lost?: number;
  first: Stamp;
};

/**
 * One anchor: its joining nodes, the runs of its use by the name given with them (`''` for none), its earliest events.
 */
export type AnchorEvidence = {
  anchor: string;
  nodes: readonly AnchorNode[];
  first: Stamp;
  /** The earliest by event time, ties by event key. */
  early: { time: number; key: string };
  uses: readonly { name: string; runs: readonly Run[] }[];
  /** How often it was used, by `windowOf` the time; sends by us are no uses. Absent: never. */
  windows?: Readonly<Record<string, number>>;
  /** True where an event told that one of its OpenIDs became the other: the account moved. */
  migrates?: boolean;
  /** For a payer (see payers.ts): the anchors that named the same payments. */
  paid?: readonly PaidFor[];
};

/** An anchor that named a payment too, with the time it first did, and since when both are known (epoch ms). */
export type PaidFor = { anchor: string; time: number; known: number };

/** What a person decided. Decisions name anchors and nodes as they stood, never customers. */
export type Decision =
  | {
      id: string;
      received: number;
      what: 'link';
      anchors: [string, string];
      /** Times at which the anchors are meant, where they bear a number that changed hands. */
      times: [number, number];
    }
  | { id: string; received: number; what: 'apart'; sides: [DecisionSide, DecisionSide] };
export type DecisionSide = { anchors: readonly string[]; nodes: readonly string[] };

/** The silence after which a number may have passed to another holder: 90 days, 《电信服务规范》 by FORMATS §5. */
export const SILENCE_MS = 90 * 24 * 3_600_000;

/**
 * Rates of use are counted in fixed windows, so that a count only grows, whatever comes when. 30 days: a busy day of a
 * good customer is no clerk's, a busy month is.
 */
const RATE_WINDOW_MS = 30 * 24 * 3_600_000;
export const windowOf = (time: number): string => Math.floor(time / RATE_WINDOW_MS).toString();

export function compareStamps(a: Stamp, b: Stamp): number {
  return a.received - b.received || a.time - b.time || compareText(a.key, b.key);
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function earlierStamp(a: Stamp, b: Stamp): Stamp {
  return compareStamps(a, b) <= 0 ? a : b;
}

const firstRegistered = ({ registered, registeredFirst }: Run): number =>
  registeredFirst ?? registered ?? Number.POSITIVE_INFINITY;

function joinRuns(a: Run, b: Run): Run {
  const registered = Math.max(a.registered ?? Number.NEGATIVE_INFINITY, b.registered ?? Number.NEGATIVE_INFINITY);
  const earliest = Math.min(firstRegistered(a), firstRegistered(b));
  const lost = Math.max(a.lost ?? Number.NEGATIVE_INFINITY, b.lost ?? Number.NEGATIVE_INFINITY);
  return {
    start: Math.min(a.start, b.start),
    end: Math.max(a.end, b.end),
    registered: registered === Number.NEGATIVE_INFINITY ? null : registered,
    ...(earliest < registered ? { registeredFirst: earliest } : {}),
    ...(lost === Number.NEGATIVE_INFINITY ? {} : { lost }),
    first: earlierStamp(a.first, b.first),
  };
}

/** Adds a use to runs that are sorted and at least 90 days apart; the result is so again. */
export function addRun(runs: readonly Run[], added: Run): Run[] {
  const out: Run[] = [];
  let run = added;
  for (const other of runs) {
    if (other.end + SILENCE_MS <= run.start) out.push(other);
    else if (run.end + SILENCE_MS <= other.start) {
      out.push(run);
      run = other;
    } else run = joinRuns(run, other);
  }
  out.push(run);
  return out;
}
