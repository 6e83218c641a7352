import type { Ask, BadItem, Item } from '../channel.ts';
import { attempt, backoff, type Failure, passes } from './attempt.ts';
import { ANSWERED, askItem } from './marks.ts';

/** An ask of a source, with the members of the list of asks that want the same of the platform, oldest first. */
export type WaitingAsk = {
  ask: Ask;
  members: readonly [string, ...string[]];
  /** Failures so far, and the first of them in epoch ms. */
  tries: number;
  since: number | null;
};
export type AnswerEntry = { item: Item | BadItem; answers?: string };

/** What answering works with. `append` resolves once all entries are in the log, or none. */
export type AskHands = {
  answer(ask: Ask): Promise<(Item | BadItem)[]>;
  append(entries: readonly AnswerEntry[]): Promise<void>;
  /** Writes down that the ask is to be tried again at `due`. */
  postpone(waiting: WaitingAsk, again: { due: number; tries: number; since: number }): Promise<void>;
  dropTokens(): void;
  now(): number;
  stopped(): boolean;
};

/** What may pass by itself is tried so long, in ms. */
const PATIENCE_MS = 86_400_000;

/**
 * The entries of an answer. The last item of the first member takes it off the list: in the log, so that a rebuild
 * takes it off again, and asks nobody. Where the platform had nothing to say, and for the other members, an entry does
 * that which counts as nothing.
 */
export function answerEntries(items: readonly (Item | BadItem)[], members: WaitingAsk['members']): AnswerEntry[] {
  const [first, ...others] = members;
  const said: readonly (Item | BadItem)[] = items.length > 0 ? items : [ANSWERED];
  const last = said.length - 1;
  return [
    ...said.map((item, at): AnswerEntry => (at === last ? { item, answers: first } : { item })),
    ...others.map((answers): AnswerEntry => ({ item: ANSWERED, answers })),
  ];
}

/** Each member becomes a dead letter that can be replayed, and then asks again. */
function giveUp({ ask, members }: WaitingAsk, { why, detail }: Failure): AnswerEntry[] {
  const reason = why === 'failed' ? ('connector_failed' as const) : ('platform_failed' as const);
  const dead = { reason, detail: `ask ${ask.name}: ${why}: ${detail}` };
  return members.map((answers) => ({ item: { ...askItem(ask), dead }, answers }));
}

/**
 * Asks the platform once. Answers how long the source should be left alone, in ms: 0 where it answered, or said that
 * there is nothing.
 */
export async function answerAsk(hands: AskHands, waiting: WaitingAsk): Promise<number> {
  const got = await attempt(() => hands.answer(waiting.ask), hands.dropTokens);
  if (hands.stopped()) return 0;
  if (got.ok) {
    await hands.append(answerEntries(got.value, waiting.members));
    return 0;
  }
  const { failure } = got;
  const now = hands.now();
  const since = waiting.since ?? now;
  if (!passes(failure) || now - since >= PATIENCE_MS) {
    await hands.append(giveUp(waiting, failure));
    return 0;
  }
  const wait = backoff(failure, waiting.tries);
  await hands.postpone(waiting, { due: now + wait, tries: waiting.tries + 1, since });
  return wait;
}
