import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Item, MappedEvent, Outcome } from '../../../ingest/channel.ts';
import { pos } from '../../../ingest/channels/pos.ts';
import { type ImportOptions, readImport } from '../../../ingest/import/read.ts';
import type { ImportUnit, Upload } from '../../../ingest/import/unit.ts';
import { eventInput } from '../../../schemas/event.ts';

/** Reads files as the import route does and follows their units through the mapping. */
export const RECEIVED = Date.parse('2026-03-05T12:00:00+08:00');
const FIXTURES = new URL('../../fixtures/channels/pos/', import.meta.url);

export const sample = (name: string): Buffer => readFileSync(new URL(name, FIXTURES));

export async function* chunks(bytes: Buffer, size = 64 * 1024): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export const uploadOf = (bytes: Buffer, chunk?: number): Upload => ({
  bytes: bytes.length,
  read: () => chunks(bytes, chunk),
});

type Options = Partial<Omit<ImportOptions, 'settings'>> & { settings?: object; chunk?: number };

export async function read(file: Buffer | string, options: Options = {}): Promise<ImportUnit[]> {
  const { settings, chunk, ...more } = options;
  const all: ImportUnit[] = [];
  const given = { kind: 'auto' as const, settings: { brand: 'b1', ...settings }, ...more };
  for await (const unit of readImport(uploadOf(Buffer.from(file), chunk), given)) all.push(unit);
  return all;
}

type Of<T extends ImportUnit['type']> = Extract<ImportUnit, { type: T }>;
export const headOf = (all: ImportUnit[]): Of<'head'> | undefined => all.find((unit) => unit.type === 'head');
export const unitsOf = (all: ImportUnit[]): Of<'unit'>[] => all.filter((unit) => unit.type === 'unit');
export const rowsOf = (all: ImportUnit[]): Of<'row'>[] => all.filter((unit) => unit.type === 'row');
/** Line, fate and reason of each row that makes no event. */
export const refusals = (all: ImportUnit[]): [number, string, string][] =>
  rowsOf(all).map(({ line, fate, reason }) => [line, fate, reason]);
export const linesOf = (all: ImportUnit[]): number[] =>
  [...unitsOf(all).flatMap((unit) => unit.lines), ...rowsOf(all).map((row) => row.line)].sort((a, b) => a - b);

/** What `map` makes of an item that has been through a log: bytes of JSON and back. */
export function outcomes(item: Item, source = 'bj'): Outcome[] {
  const logged: Item = JSON.parse(JSON.stringify(item));
  return pos.map(logged, { received: RECEIVED, channel: 'pos', source });
}

/** The events of a file, each held against the schema that the consumer holds it against. */
export function eventsOf(all: ImportUnit[], source = 'bj'): MappedEvent[] {
  return unitsOf(all).flatMap((unit) =>
    outcomes(unit.item, source).map((outcome) => {
      if (outcome.kind !== 'event') throw new Error(`a unit gave no event: ${JSON.stringify(outcome)}`);
      expect(eventInput.safeParse(outcome.event).error?.issues ?? []).toEqual([]);
      return outcome.event;
    }),
  );
}

/** The one event of a file that has one. */
export function eventOf(all: ImportUnit[]): MappedEvent {
  const [event, ...more] = eventsOf(all);
  if (!event || more.length > 0) throw new Error(`${more.length + 1} events, not one`);
  return event;
}

const HEAD = '小票号,门店编码,销售时间,会员卡号,手机号,姓名,商品编码,数量,单价,金额,原小票号';
/** A sales file of rows in the columns of HEAD. */
export const sales = (...rows: string[]): string => [HEAD, ...rows, ''].join('\n');
