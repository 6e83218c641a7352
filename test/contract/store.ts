import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Commit, Range, Store } from '../../identity/store/port.ts';

/**
 * What the suite opens: one store, and a second handle on the same one (of another process, where the store has
 * such).
 */
export type OpenStores = () => Promise<{ one: Store; other: Store; close(): Promise<void> }>;

const commitOf = (commit: Partial<Commit>): Commit => ({
  seen: new Map(),
  put: new Map(),
  add: [],
  remove: [],
  ...commit,
});

/** Keys of this run of this test alone: a server keeps what earlier ones left. */
let tests = 0;
const space = () => `t${tests}-${process.pid}/`;

/** The contract of identity/store/port.ts. */
export function storeContract(name: string, open: OpenStores): void {
  describe(name, () => {
    let one: Store;
    let other: Store;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ one, other, close } = await open());
    });
    afterAll(() => close());
    beforeEach(() => {
      tests += 1;
    });
    rows(() => one);
    texts(() => one);
    stale(
      () => one,
      () => other,
    );
    order(() => one);
    lists(() => one);
    large(() => one);
  });
}

function rows(store: () => Store): void {
  const put = (key: string, text: string | null) => store().commit(commitOf({ put: new Map([[key, text]]) }));

  test('a row is absent with stamp 0, and its stamp grows by one with each write', async () => {
    const key = `${space()}row`;
    expect(await store().read([key])).toEqual([{ text: null, stamp: 0 }]);
    expect(await put(key, 'a')).toBe('ok');
    expect(await store().read([key])).toEqual([{ text: 'a', stamp: 1 }]);
    for (let at = 0; at < 40; at++) await put(key, `b${at}`);
    expect(await store().read([key])).toEqual([{ text: 'b39', stamp: 41 }]);
  });

  test('rows come in the order of the keys asked for, one asked for twice comes twice', async () => {
    const at = space();
    await store().commit(
      commitOf({
        put: new Map([
          [`${at}b`, 'B'],
          [`${at}a`, 'A'],
        ]),
      }),
    );
    const found = await store().read([`${at}b`, `${at}none`, `${at}a`, `${at}b`]);
    expect(found.map(({ text }) => text)).toEqual(['B', null, 'A', 'B']);
    expect(await store().read([])).toEqual([]);
  });

  test('null removes a row; it is absent again', async () => {
    const key = `${space()}row`;
    await put(key, 'a');
    await put(key, null);
    expect(await store().read([key])).toEqual([{ text: null, stamp: 0 }]);
    expect(await put(key, null)).toBe('ok');
    await put(key, 'c');
    expect(await store().read([key])).toEqual([{ text: 'c', stamp: 1 }]);
  });
}

function texts(store: () => Store): void {
  test('texts are kept whatever is in them', async () => {
    const texts = [
      '',
      '|',
      '1|x',
      '王小明',
      '𠮷野家 👨‍👩‍👧',
      'a\0b\r\n\t',
      'é é',
      '\u{10ffff}\u2028',
      '"\\',
      `${'长'.repeat(100_000)}|`,
    ];
    const keys = texts.map((_, at) => `${space()}text${at}`);
    await store().commit(commitOf({ put: new Map(texts.map((text, at) => [keys[at] ?? '', text])) }));
    expect((await store().read(keys)).map(({ text }) => text)).toEqual(texts);
  });

  test('keys may be long and hold any ASCII', async () => {
    const keys = [
      `${space()}${'k'.repeat(1_000)}`,
      `${space()}a b{c}:d/e|f"g`,
      `${space()}a\tb`,
      `${space()}__proto__`,
    ];
    await store().commit(commitOf({ put: new Map(keys.map((key) => [key, key])) }));
    expect((await store().read(keys)).map(({ text }) => text)).toEqual(keys);
  });
}

function stale(store: () => Store, other: () => Store): void {
  test('a commit that saw an older stamp is refused as a whole', async () => {
    const at = space();
    const [seen, fresh, list] = [`${at}seen`, `${at}fresh`, `${at}list`];
    await store().commit(commitOf({ put: new Map([[seen, '1']]), add: [{ list, member: 'm', value: 'v' }] }));
    await other().commit(commitOf({ seen: new Map([[seen, 1]]), put: new Map([[seen, '2']]) }));
    const late = commitOf({
      seen: new Map([[seen, 1]]),
      put: new Map([
        [seen, '3'],
        [fresh, '3'],
      ]),
      add: [{ list, member: 'n', value: 'w' }],
      remove: [{ list, member: 'm' }],
    });
    expect(await store().commit(late)).toBe('stale');
    expect(await store().read([seen, fresh])).toEqual([
      { text: '2', stamp: 2 },
      { text: null, stamp: 0 },
    ]);
    expect(await store().range(list, { limit: 9 })).toEqual([{ member: 'm', value: 'v' }]);
  });

  test('a row seen as absent must still be absent, and one seen must not be gone', async () => {
    const [key, note] = [`${space()}row`, `${space()}note`];
    const seen = (stamp: number) => commitOf({ seen: new Map([[key, stamp]]), put: new Map([[note, 'n']]) });
    expect(await store().commit(seen(0))).toBe('ok');
    await other().commit(commitOf({ put: new Map([[key, 'x']]) }));
    expect(await store().commit(seen(0))).toBe('stale');
    expect(await store().commit(seen(1))).toBe('ok');
    await other().commit(commitOf({ put: new Map([[key, null]]) }));
    expect(await store().commit(seen(1))).toBe('stale');
    expect((await store().read([note]))[0]?.stamp).toBe(2);
  });

  test('of commits made side by side on one row each counts exactly once', async () => {
    const key = `${space()}counter`;
    const increment = async (handle: Store): Promise<void> => {
      const [row] = await handle.read([key]);
      const text = String(Number(row?.text ?? 0) + 1);
      const done = await handle.commit(
        commitOf({ seen: new Map([[key, row?.stamp ?? 0]]), put: new Map([[key, text]]) }),
      );
      if (done === 'stale') await increment(handle);
    };
    await Promise.all(Array.from({ length: 40 }, (_, at) => increment(at % 2 === 0 ? store() : other())));
    expect(await store().read([key])).toEqual([{ text: '40', stamp: 40 }]);
  });

  test('what is committed is seen by every handle, and flushed resolves', async () => {
    const key = `${space()}row`;
    await store().commit(commitOf({ put: new Map([[key, 'x']]) }));
    expect((await other().read([key]))[0]?.text).toBe('x');
    await store().flushed();
  });
}

const fill = async (store: Store, list: string, members: readonly string[]) => {
  await store.commit(commitOf({ add: members.map((member) => ({ list, member, value: `v-${member}` })) }));
};
const members = async (store: Store, list: string, range: Range) =>
  (await store.range(list, range)).map(({ member }) => member);

function order(store: () => Store): void {
  test('members are in the order of their bytes, both ways, between exclusive bounds', async () => {
    const list = `${space()}list`;
    await fill(store(), list, ['b', 'a', 'B', '10', '9', 'aa', 'a~', 'a/', '_', '~']);
    expect(await members(store(), list, { limit: 99 })).toEqual(['10', '9', 'B', '_', 'a', 'a/', 'aa', 'a~', 'b', '~']);
    expect(await members(store(), list, { limit: 3, reverse: true })).toEqual(['~', 'b', 'a~']);
    expect(await members(store(), list, { limit: 99, after: 'a', before: 'b' })).toEqual(['a/', 'aa', 'a~']);
    expect(await members(store(), list, { limit: 99, after: 'a', before: 'b', reverse: true })).toEqual([
      'a~',
      'aa',
      'a/',
    ]);
    expect(await members(store(), list, { limit: 2, after: 'a' })).toEqual(['a/', 'aa']);
    expect(await members(store(), list, { limit: 2, before: 'a', reverse: true })).toEqual(['_', 'B']);
    expect(await members(store(), list, { limit: 2, after: 'a0', before: 'az' })).toEqual(['aa']);
    expect(await members(store(), list, { limit: 2, after: '~' })).toEqual([]);
    expect(await members(store(), list, { limit: 2, before: '10', reverse: true })).toEqual([]);
    expect(await members(store(), list, { limit: 0 })).toEqual([]);
    expect(await members(store(), list, { limit: 9, after: 'b', before: 'a' })).toEqual([]);
  });

  test('a list is read page by page without loss', async () => {
    const list = `${space()}list`;
    const all = Array.from({ length: 2_500 }, (_, at) => String(at).padStart(6, '0'));
    await fill(store(), list, all.toReversed());
    const found: string[] = [];
    for (let page = await members(store(), list, { limit: 1_100 }); page.length > 0; ) {
      found.push(...page);
      page = await members(store(), list, { limit: 1_100, after: found.at(-1) });
    }
    expect(found).toEqual(all);
  });
}

function lists(store: () => Store): void {
  test('a member added again replaces its value, also within one commit; a removed one is gone', async () => {
    const list = `${space()}list`;
    await fill(store(), list, ['a', 'b', 'c']);
    const twice = [
      { list, member: 'b', value: 'first' },
      { list, member: 'b', value: '第二' },
    ];
    await store().commit(
      commitOf({
        add: twice,
        remove: [
          { list, member: 'a' },
          { list, member: 'none' },
        ],
      }),
    );
    expect(await store().range(list, { limit: 9 })).toEqual([
      { member: 'b', value: '第二' },
      { member: 'c', value: 'v-c' },
    ]);
  });

  test('what is removed and added in one commit is there', async () => {
    const list = `${space()}list`;
    await fill(store(), list, ['a']);
    await store().commit(commitOf({ add: [{ list, member: 'a', value: 'new' }], remove: [{ list, member: 'a' }] }));
    expect(await store().range(list, { limit: 9 })).toEqual([{ member: 'a', value: 'new' }]);
  });

  test('lists are apart, though one name begins like the other, and rows are no lists', async () => {
    const name = `${space()}l`;
    await fill(store(), name, ['x']);
    await fill(store(), `${name}l`, ['y']);
    await store().commit(commitOf({ put: new Map([[name, 'row']]) }));
    expect(await members(store(), name, { limit: 9 })).toEqual(['x']);
    expect(await members(store(), name, { limit: 9, reverse: true })).toEqual(['x']);
    expect(await members(store(), `${name}l`, { limit: 9 })).toEqual(['y']);
    expect(await members(store(), `${name}-none`, { limit: 9 })).toEqual([]);
    expect((await store().read([name]))[0]?.text).toBe('row');
  });
}

function large(store: () => Store): void {
  test('20,000 rows go in one commit, are seen, changed and removed in another', async () => {
    const at = space();
    const keys = Array.from({ length: 20_000 }, (_, index) => `${at}row${index}`);
    const text = '画像'.repeat(40);
    const put = new Map(keys.map((key) => [key, text]));
    expect(await store().commit(commitOf({ seen: new Map(keys.map((key) => [key, 0])), put }))).toBe('ok');
    const found = await store().read(keys);
    expect(found.every((row) => row.stamp === 1 && row.text === text)).toBe(true);
    const seen = new Map(keys.map((key) => [key, 1]));
    expect(await store().commit(commitOf({ seen: new Map([...seen, [`${at}row19999`, 2]]), put }))).toBe('stale');
    const half = new Map(keys.map((key, index) => [key, index % 2 === 0 ? 'changed' : null]));
    const add = keys.map((member) => ({ list: `${at}list`, member, value: 'v' }));
    expect(await store().commit(commitOf({ seen, put: half, add }))).toBe('ok');
    const after = await store().read(keys);
    expect(after.filter((row) => row.text === 'changed' && row.stamp === 2).length).toBe(10_000);
    expect(after.filter((row) => row.text === null && row.stamp === 0).length).toBe(10_000);
    expect((await store().range(`${at}list`, { limit: 30_000 })).length).toBe(20_000);
  });
}
