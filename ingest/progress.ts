import type { Position } from './log/port.ts';

/**
 * How far the log was applied: who waits for a position is told by the consumer of this process, or finds it in the
 * store.
 */
export type Progress = {
  advance(partition: number, next: number): void;
  /** False when `ms` passed first. */
  reached(positions: readonly Position[], ms: number): Promise<boolean>;
};

const POLL_MS = 25;

export function makeProgress(stored: (partition: number) => Promise<number>, consumesHere: boolean): Progress {
  const next = new Map<number, number>();
  const waiting = new Set<() => void>();
  const behind = (positions: readonly Position[]): Position[] =>
    positions.filter(({ partition, offset }) => (next.get(partition) ?? 0) <= offset);
  const refresh = async (positions: readonly Position[]): Promise<void> => {
    for (const partition of new Set(positions.map((position) => position.partition))) {
      next.set(partition, Math.max(next.get(partition) ?? 0, await stored(partition)));
    }
  };
  return {
    advance: (partition, to) => {
      next.set(partition, Math.max(next.get(partition) ?? 0, to));
      for (const wake of [...waiting]) wake();
    },
    reached: (positions, ms) =>
      new Promise((resolve) => {
        if (behind(positions).length === 0) return resolve(true);
        const done = (reached: boolean): void => {
          waiting.delete(wake);
          clearTimeout(timer);
          clearInterval(poll);
          resolve(reached);
        };
        const wake = (): void => {
          if (behind(positions).length === 0) done(true);
        };
        const timer = setTimeout(() => done(false), ms);
        // Where another process consumes, nobody wakes us: the stored position is asked for.
        const poll = consumesHere ? undefined : setInterval(() => void refresh(behind(positions)).then(wake), POLL_MS);
        waiting.add(wake);
        void refresh(behind(positions)).then(wake);
      }),
  };
}
