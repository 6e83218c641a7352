import { z } from 'zod';
import type { Ask, Item } from '../channel.ts';

/**
 * Items of the runner's own in the log, of whatever channel: told from those of a platform by a name in `meta` that no
 * connector writes.
 */
const MARK = '@huaxiang';
const asked = z.object({ name: z.string(), params: z.record(z.string(), z.string()) });

/** An ask that could not be answered, as it stands among the dead letters: replaying it asks again. */
export const askItem = ({ name, params }: Ask): Item => ({
  body: JSON.stringify({ name, params }),
  meta: { [MARK]: 'ask' },
});

/** Ends an ask to which the platform had nothing to say: it counts as nothing. */
export const ANSWERED: Item = { body: '', meta: { [MARK]: 'answered' } };

export const isAskItem = ({ meta }: Item): boolean => meta[MARK] === 'ask';
export const isAnswered = ({ meta }: Item): boolean => meta[MARK] === 'answered';

/** The ask of an item that `askItem` made. Throws where it is none. */
export const askOf = ({ body }: Item): Ask => asked.parse(JSON.parse(body));
