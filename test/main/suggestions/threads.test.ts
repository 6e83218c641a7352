import { describe, expect, it } from 'vitest';
import { makeHand } from '../../../identity/match/hand.ts';
import { match } from '../../../identity/match/matcher.ts';
import { idAt, makePacker } from '../../../identity/match/pack.ts';
import { RETAIL_FIELDS } from '../../../identity/match/retail.ts';
import { findDuplicates } from '../../../main/suggestions/find.ts';
import { openRows } from '../../../main/suggestions/open-rows.ts';
import type { Worked } from '../../../main/suggestions/tasks.ts';
import { withThreads } from '../../../main/suggestions/threads.ts';
import { birthdayForm, joinSlots, nameForm, SLOTS, slotTexts } from '../../../schemas/compared.ts';
import { makeRing, newRing, type Ring } from '../../../schemas/ring.ts';

const ring = makeRing(newRing());
const NAMES = ['欧阳思远', 'Siyuan Ouyang', '陈静', '王伟', '李秀英', '张建国'];

/** Rows as ClickHouse gives them in RowBinary: all lengths are below 128, or take two bytes. */
function rowBinary(count: number, by: Ring): Buffer {
  const length = (size: number): Buffer => Buffer.from(size < 0x80 ? [size] : [(size & 0x7f) | 0x80, size >> 7]);
  return Buffer.concat(
    Array.from({ length: count }, (_, at) => {
      const name = [nameForm(NAMES[at % NAMES.length] ?? '')];
      const birthday = [birthdayForm(`19${60 + (at % 30)}-0${1 + (at % 9)}-11`)];
      const texts = slotTexts({ name, birthday, mobile: [], email: [], place: [], address: [] });
      const [id, sealed] = [Buffer.from(`p${at}`), by.seal(Buffer.from(joinSlots(texts)))];
      const keys = Buffer.from(Uint32Array.of(at % 40, 1_000 + (at % 9)).buffer);
      return Buffer.concat([length(id.length), id, length(2), keys, length(sealed.length), sealed]);
    }),
  );
}

/** A store of one page. */
const storeOf = (rows: Uint8Array, count: number) => ({
  compared: { count: async () => count, page: async () => ({ rows, next: null }) },
});
const go = async (): Promise<void> => undefined;

describe('a search in threads', () => {
  it('finds what one thread alone finds', async () => {
    const rows = rowBinary(300, ring);
    const found = await findDuplicates(storeOf(rows, 300), ring, 0, go);
    const pack = openRows(rows, makePacker(SLOTS.length), ring.open);
    const options = { most: 200, seed: 1 };
    const alone = await match({ ...pack, fields: RETAIL_FIELDS }, options, [makeHand()], go);
    expect(found.compared).toBeGreaterThan(300);
    expect({ count: found.count, compared: found.compared }).toEqual({ count: 300, compared: alone.compared });
    expect(found.model).toEqual(alone.model);
    expect(found.suggested).toEqual(await alone.suggested(0));
    expect(idAt(found.ids, 299)).toBe('p299');
  });

  it('says what is the matter where a row cannot be opened, and nothing of what is in it', async () => {
    const finding = findDuplicates(storeOf(rowBinary(3, makeRing(newRing())), 3), ring, 0, go);
    await expect(finding).rejects.toThrow(
      /^what is compared of a customer cannot be opened: its key is not on the ring/,
    );
  });

  it('names no more than the kind of any other error', async () => {
    const failing = withThreads(1, { keys: ring.keys, slots: SLOTS.length }, async ([hand]) => hand?.common(0));
    await expect(failing).rejects.toThrow('the search for duplicates failed at common (Error)');
  });

  it('ends its threads when it is told to stop, and where a thread has ended says so', async () => {
    const held: Worked[] = [];
    const stopped = withThreads(2, { keys: ring.keys, slots: SLOTS.length }, async (hands) => {
      held.push(...hands);
      await hands[0]?.open(rowBinary(1, ring));
      throw new Error('paused');
    });
    await expect(stopped).rejects.toThrow('paused');
    expect(held).toHaveLength(2);
    for (const hand of held) await expect(hand.counted()).rejects.toThrow('has ended');
  });

  it('lets the reason to stop through, at whatever step', async () => {
    const rows = rowBinary(300, ring);
    for (const step of [1, 2, 3]) {
      let steps = 0;
      const finding = findDuplicates(storeOf(rows, 300), ring, 0, async () => {
        steps += 1;
        if (steps === step) throw new Error('paused');
      });
      await expect(finding).rejects.toThrow('paused');
    }
  });
});
