import { sampleText } from '../samples.ts';

/** A call to a platform: its path without that of the platform, its query, its body as text. */
export type Called = { path: string; query: URLSearchParams; body: string };

/**
 * What the demo steers the platforms by. Answers to asks wait until it opens: the pushes that lead to them are told
 * first. Messages wait on a shelf until they are put out.
 */
export type Desk = {
  /** Answers wait from here on, and are counted anew. */
  hold(): void;
  open(): void;
  /** Of what a channel asked: waits until it may be told, counts it, and reads the sample. */
  asked(channel: string, path: string): Promise<string>;
  /** Calls that were answered, by channel. */
  calls(): ReadonlyMap<string, number>;
  putOut(platform: string, ids: readonly string[]): void;
  /** The messages on the shelf, by id. */
  shelf(platform: string): ReadonlySet<string>;
  takeOff(platform: string, id: string): void;
};

/** Answers a call with JSON; null where there is no such call. */
export type Play = (called: Called, desk: Desk) => Promise<string | null>;

export function makeDesk(): Desk {
  const shelves = new Map<string, Set<string>>();
  const calls = new Map<string, number>();
  const waiting = new Set<() => void>();
  let held = true;
  const opened = (): Promise<void> => (held ? new Promise((go) => waiting.add(go)) : Promise.resolve());
  return {
    hold: () => {
      held = true;
      calls.clear();
    },
    open: () => {
      held = false;
      for (const go of waiting) go();
      waiting.clear();
    },
    asked: async (channel, path) => {
      await opened();
      calls.set(channel, (calls.get(channel) ?? 0) + 1);
      return sampleText(path);
    },
    calls: () => calls,
    putOut: (platform, ids) => shelves.set(platform, new Set(ids)),
    shelf: (platform) => shelves.get(platform) ?? new Set(),
    takeOff: (platform, id) => void shelves.get(platform)?.delete(id),
  };
}

/** Whether a moment falls into a window, all written alike. */
export const within = (moment: string, from: string | null, to: string | null): boolean =>
  (from ?? '') <= moment && moment <= (to ?? '');
