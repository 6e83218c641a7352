/**
 * Events in the log that are not applied yet, with their content: a repeat of one is a duplicate already at the door.
 * Where other processes apply them nobody tells us, so what is older than a minute is let go there: a later repeat is
 * then found by the consumer, as ever.
 */
export type Flying = {
  get(hash: string): string | undefined;
  has(hash: string): boolean;
  add(hash: string, content: string): void;
  remove(hashes: readonly string[]): void;
  /** How many wait. */
  size(): number;
};

const FORGOTTEN_MS = 60_000;

export function makeFlying(appliedHere: boolean, now: () => number): Flying {
  const flying = new Map<string, { content: string; at: number }>();
  /** A Map keeps the order in which its keys came: the oldest stand first. */
  const forget = (): void => {
    const before = now() - FORGOTTEN_MS;
    for (const [hash, { at }] of flying) {
      if (at > before) return;
      flying.delete(hash);
    }
  };
  return {
    get: (hash) => flying.get(hash)?.content,
    has: (hash) => flying.has(hash),
    add: (hash, content) => {
      if (!appliedHere) forget();
      flying.delete(hash);
      flying.set(hash, { content, at: now() });
    },
    remove: (hashes) => {
      for (const hash of hashes) flying.delete(hash);
    },
    // What others apply is no backlog that this process could know.
    size: () => (appliedHere ? flying.size : 0),
  };
}
