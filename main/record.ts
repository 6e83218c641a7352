import type { Acceptor } from '../ingest/accept.ts';
import type { DecisionEntry } from '../ingest/port.ts';
import type { Progress } from '../ingest/progress.ts';
import { Problem } from '../schemas/errors.ts';

const APPLY_MS = 10_000;

/**
 * Puts a decision into the log, where a rebuild finds it, and resolves once it is applied. `make` is given the stamp.
 * Throws Problem `overloaded` where that takes longer than 10 s: the decision is kept and will be applied.
 */
export const recorder =
  (house: { acceptor: Acceptor; progress: Progress }) =>
  async (make: (received: number) => DecisionEntry, ms = APPLY_MS): Promise<void> => {
    const taken = await house.acceptor.take((received) => [{ kind: 'decision', received, decision: make(received) }]);
    if (!(await house.progress.reached(taken.positions, ms)))
      throw new Problem('overloaded', 'the decision is kept and will be applied');
  };
