import { parentPort, workerData } from 'node:worker_threads';
import { makeHand } from '../../identity/match/hand.ts';
import { makePacker } from '../../identity/match/pack.ts';
import { makeOpener } from '../../schemas/sealed.ts';
import { openRows } from './open-rows.ts';
import { type Answer, perform, type Task, type ThreadData, type Worked } from './tasks.ts';

/** A thread of the search for duplicates: does one piece of work after another, and answers each. */
const { keys, slots }: ThreadData = workerData;
const open = makeOpener(keys);
const packer = makePacker(slots);
const hand: Worked = { ...makeHand(), open: async (rows) => openRows(rows, packer, open) };

/** Messages of errors may quote what was worked on; only of what cannot be opened it is known what to do about it. */
function reasonOf(task: Task, error: unknown): string {
  if (task.what === 'open')
    return 'what is compared of a customer cannot be opened: its key is not on the ring, or it was changed';
  return `the search for duplicates failed at ${task.what} (${error instanceof Error ? error.name : 'no error'})`;
}

parentPort?.on('message', async (task: Task) => {
  const answer: Answer = await perform(hand, task).then(
    (done) => ({ done }),
    (error: unknown) => ({ failed: reasonOf(task, error) }),
  );
  parentPort?.postMessage(answer);
});
