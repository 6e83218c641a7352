import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Batch, Log, LogRecord, Position } from '../../ingest/log/port.ts';

/** A new, empty log, and what opens the same one again after `close`. */
export type OpenLog = () => Promise<{ log: Log; reopen(): Promise<Log> }>;

export const item = (text: string, key = 'k') => ({ key, value: Buffer.from(text) });
export const textsOf = (records: readonly LogRecord[]) => records.map(({ value }) => value.toString());

/** Collects what a log hands over, from the positions given on; resolves `seen(n)` when n records have come. */
export function collector(from: (partition: number) => number = () => 0) {
  const batches: Batch[] = [];
  const failures: unknown[] = [];
  const waiting: { count: number; resolve(): void }[] = [];
  const all = () => batches.flatMap(({ records }) => records);
  const look = () => {
    for (const { count, resolve } of waiting) if (all().length >= count) resolve();
  };
  return {
    batches,
    failures,
    all,
    seen: (count: number) =>
      new Promise<void>((resolve) => {
        waiting.push({ count, resolve });
        look();
      }),
    consumer: {
      start: async (partition: number) => from(partition),
      handle: async (batch: Batch) => {
        batches.push(batch);
        look();
      },
      failed: (error: unknown) => {
        failures.push(error);
      },
    },
  };
}

/** Every record of every partition by plain reading, in pages. */
export async function readAll(log: Log, page = 1_000): Promise<LogRecord[]> {
  const found: LogRecord[] = [];
  for (const [partition, end] of await log.ends()) {
    for (let from = 0; from < end; ) {
      const records = await log.read(partition, from, page);
      found.push(...records);
      from = (records.at(-1)?.offset ?? end - 1) + 1;
    }
  }
  return found;
}

/** The contract of ingest/log/port.ts. The tests build on one another: they share one log, as a process would. */
export function logContract(name: string, open: OpenLog): void {
  describe(name, () => {
    let log: Log;
    let reopen: () => Promise<Log>;
    beforeAll(async () => {
      ({ log, reopen } = await open());
    });
    afterAll(() => log.close());
    appending(() => log);
    consuming(() => log);
    stopping(() => log);
    failing(() => log);

    test('opened again, the log holds what it held and goes on behind it', async () => {
      const before = byPosition(await readAll(log));
      const ends = await log.ends();
      await log.close();
      log = await reopen();
      expect(await log.ends()).toEqual(ends);
      expect(byPosition(await readAll(log))).toEqual(before);
      const [position] = await log.append([item('after')]);
      expect(position?.offset).toBeGreaterThanOrEqual(ends.get(position?.partition ?? -1) ?? -1);
    });
  });
}

function appending(log: () => Log): void {
  test('a new log is empty', async () => {
    expect([...(await log().ends()).values()].every((end) => end === 0)).toBe(true);
    expect(await log().read(0, 0, 10)).toEqual([]);
    expect(await log().append([])).toEqual([]);
  });

  test('calls made one after the other stand in that order, the records of one side by side', async () => {
    const calls = Array.from({ length: 300 }, (_, call) =>
      log().append(Array.from({ length: 1 + (call % 7) }, (_, at) => item(`order ${call} ${at}`))),
    );
    const positions = (await Promise.all(calls)).flat();
    const [first] = positions;
    expect(positions.every(({ partition }) => partition === first?.partition)).toBe(true);
    const offsets = positions.map(({ offset }) => offset);
    expect(offsets.every((offset, at) => at === 0 || offset > (offsets[at - 1] ?? 0))).toBe(true);
    const records = await log().read(first?.partition ?? 0, first?.offset ?? 0, 5_000);
    expect(records.map(({ offset }) => offset)).toEqual(offsets);
    const expected = calls.flatMap((_, call) =>
      Array.from({ length: 1 + (call % 7) }, (_, at) => `order ${call} ${at}`),
    );
    expect(textsOf(records)).toEqual(expected);
  });

  test('an append made when the last one has just been answered is taken as well', async () => {
    const offsets: number[] = [];
    for (let at = 0; at < 50; at++) offsets.push((await log().append([item(`one by one ${at}`)]))[0]?.offset ?? -1);
    expect(offsets.every((offset, at) => at === 0 || offset > (offsets[at - 1] ?? 0))).toBe(true);
  });

  test('values are kept byte for byte, the empty and the large ones too', async () => {
    const values = [Buffer.alloc(0), Buffer.from([0, 255, 10, 13, 0]), Buffer.alloc(3 << 20, 7), Buffer.from('画像')];
    const positions = await log().append(values.map((value) => ({ key: 'bytes', value })));
    const { partition, offset } = positions[0] ?? { partition: 0, offset: 0 };
    const records = await log().read(partition, offset, 4);
    expect(records.map(({ value }, at) => value.equals(values[at] ?? Buffer.from('none')))).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  test('reading begins where it is told and ends at the limit', async () => {
    const positions = await log().append(['a', 'b', 'c', 'd'].map((text) => item(text)));
    const { partition, offset } = positions[1] ?? { partition: 0, offset: 0 };
    expect(textsOf(await log().read(partition, offset, 2))).toEqual(['b', 'c']);
    const end = (await log().ends()).get(partition) ?? 0;
    expect(end).toBe((positions[3]?.offset ?? 0) + 1);
    expect(await log().read(partition, end, 2)).toEqual([]);
    expect(await log().read(partition, offset, 0)).toEqual([]);
  });
}

function consuming(log: () => Log): void {
  test('a consumer gets everything once, in order, in batches of at most 1,000, one at a time', async () => {
    await Promise.all(Array.from({ length: 5 }, (_, call) => log().append(many(`bulk ${call}`, 900))));
    const all = await readAll(log());
    const got = collector();
    let inside = 0;
    const handle = async (batch: Batch) => {
      inside += 1;
      expect(inside).toBe(1);
      await got.consumer.handle(batch);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    };
    const { stop } = await log().consume({ ...got.consumer, handle });
    await got.seen(all.length);
    await stop();
    expect(got.failures).toEqual([]);
    expect(got.batches.every(({ records }) => records.length > 0 && records.length <= 1_000)).toBe(true);
    expect(byPosition(got.all())).toEqual(byPosition(all));
    for (const { partition, records } of got.batches)
      expect(records.every((record) => record.partition === partition)).toBe(true);
    expect(grows(got.all())).toBe(true);
  });

  test('a consumer begins where start says, whatever was consumed before', async () => {
    const ends = await log().ends();
    const from = new Map([...ends].map(([partition, end]) => [partition, Math.max(0, end - 3)]));
    const got = collector((partition) => from.get(partition) ?? 0);
    const { stop } = await log().consume(got.consumer);
    const expected = (await readAll(log())).filter(({ partition, offset }) => offset >= (from.get(partition) ?? 0));
    await got.seen(expected.length);
    await stop();
    expect(byPosition(got.all())).toEqual(byPosition(expected));
  });
}

function stopping(log: () => Log): void {
  test('an append wakes the consumer that waits at the end', async () => {
    const ends = await log().ends();
    const got = collector((partition) => ends.get(partition) ?? 0);
    const { stop } = await log().consume(got.consumer);
    const appended: Position[] = [];
    for (let at = 1; at <= 5; at++) {
      appended.push(...(await log().append([item(`wake ${at}`)])));
      await got.seen(at);
    }
    await stop();
    await log().append([item('after stop')]);
    expect(textsOf(got.all())).toEqual(['wake 1', 'wake 2', 'wake 3', 'wake 4', 'wake 5']);
    expect(got.all().map(({ partition, offset }) => ({ partition, offset }))).toEqual(appended);
  });

  test('stop resolves when the batch in hand is done', async () => {
    const got = collector();
    let release: () => void = () => undefined;
    let done = false;
    const handle = async (batch: Batch) => {
      await got.consumer.handle(batch);
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      done = true;
    };
    const { stop } = await log().consume({ ...got.consumer, handle });
    await got.seen(1);
    const stopped = stop();
    setTimeout(() => release(), 50);
    await stopped;
    expect(done).toBe(true);
    expect(got.batches.length).toBe(1);
  });
}

function failing(log: () => Log): void {
  test('a handler that rejects stops the consumer, and the same records come again at the next start', async () => {
    const error = new Error('no room in the store');
    const tried: Batch[] = [];
    const failed = await new Promise((resolve, reject) => {
      const handle = async (batch: Batch) => {
        tried.push(batch);
        throw error;
      };
      log()
        .consume({ start: async () => 0, handle, failed: resolve })
        .catch(reject);
    });
    expect(failed).toBe(error);
    expect(tried.length).toBe(1);
    const got = collector();
    const { stop } = await log().consume(got.consumer);
    await got.seen((await readAll(log())).length);
    await stop();
    expect(byPosition(got.all())).toEqual(byPosition(await readAll(log())));
  });
}

const many = (text: string, count: number) => Array.from({ length: count }, (_, at) => item(`${text} ${at}`, text));

function byPosition(records: readonly LogRecord[]): string[] {
  const sorted = records.toSorted((a, b) => a.partition - b.partition || a.offset - b.offset);
  return sorted.map(
    ({ partition, offset, value }) => `${partition}/${offset} ${value.length > 99 ? value.length : value}`,
  );
}

function grows(records: readonly LogRecord[]): boolean {
  const last = new Map<number, number>();
  return records.every(({ partition, offset }) => {
    const before = last.get(partition) ?? -1;
    last.set(partition, offset);
    return offset > before;
  });
}
