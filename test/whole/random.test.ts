import { expect, it } from 'vitest';
import { faultsBetween } from './long.ts';

/** A share of the long run. */
it('a few random histories stand every check', async () => {
  expect(await faultsBetween(1_000, 3)).toEqual([]);
}, 300_000);
