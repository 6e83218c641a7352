import type { KeyObject } from 'node:crypto';
import type { Common } from '../../identity/match/common.ts';
import type { Hand, Input } from '../../identity/match/hand.ts';
import type { Keys } from '../../identity/match/keys.ts';
import type { Evidence, Model } from '../../identity/match/learn.ts';
import type { Pack } from '../../identity/match/pack.ts';

/** What a thread of the search is handed when it starts: keys to open with, which are never written anywhere. */
export type ThreadData = { keys: ReadonlyMap<string, KeyObject>; slots: number };
/** A hand that opens ciphertexts as well. */
export type Worked = Hand & {
  /** Rows of the analytic store, opened and packed: good until the next. Throws where one cannot be opened. */
  open(rows: Uint8Array): Promise<Pack>;
};

/** The pieces of work of a hand as messages. */
export type Task =
  | { what: 'open'; rows: Uint8Array }
  | { what: 'take'; input: Input }
  | { what: 'common'; field: number }
  | { what: 'blocks'; keys: Keys; most: number }
  | { what: 'ready'; common: readonly Common[]; shared: Keys }
  | { what: 'strangers'; seed: number }
  | { what: 'compare'; blocks: Uint32Array }
  | { what: 'counted' }
  | { what: 'learn'; evidence: Evidence }
  | { what: 'hope'; model: Model }
  | { what: 'suggested'; model: Model; min: number };
/** What a thread answers; `failed` tells nothing of what it worked on. */
export type Answer = { done: unknown } | { failed: string };

export function perform(hand: Worked, task: Task): Promise<unknown> {
  switch (task.what) {
    case 'open':
      return hand.open(task.rows);
    case 'take':
      return hand.take(task.input);
    case 'common':
      return hand.common(task.field);
    case 'blocks':
      return hand.blocks(task.keys, task.most);
    case 'ready':
      return hand.ready(task.common, task.shared);
    case 'strangers':
      return hand.strangers(task.seed);
    case 'compare':
      return hand.compare(task.blocks);
    case 'counted':
      return hand.counted();
    case 'learn':
      return hand.learn(task.evidence);
    case 'hope':
      return hand.hope(task.model);
    case 'suggested':
      return hand.suggested(task.model, task.min);
  }
}
