import type { ImportUnit, Upload } from '../../ingest/import/unit.ts';
import type { Entry } from '../../ingest/port.ts';

/**
 * Units in one batch, and characters after which it is full sooner. The same file gives the same batches: what has been
 * in the log before a crash is told by the number of the last one.
 */
const BATCH = 500;
const BATCH_CHARS = 4 * 1024 * 1024;

export type Batch = { number: number; units: Taken[] };
export type Taken = Extract<ImportUnit, { type: 'unit' | 'row' }>;
export type Step = Extract<ImportUnit, { type: 'head' | 'failed' }> | { type: 'batch'; batch: Batch };

/** Gathers units into batches, numbered from 1 on. */
export async function* inBatches(units: AsyncIterable<ImportUnit>): AsyncGenerator<Step> {
  let number = 1;
  let held: Taken[] = [];
  let chars = 0;
  for await (const unit of units) {
    if (unit.type === 'head' || unit.type === 'failed') {
      yield unit;
      continue;
    }
    held.push(unit);
    chars += unit.item.body.length;
    if (held.length < BATCH && chars < BATCH_CHARS) continue;
    yield { type: 'batch', batch: { number: number++, units: held } };
    held = [];
    chars = 0;
  }
  if (held.length > 0) yield { type: 'batch', batch: { number, units: held } };
}

type Names = { channel: string; source: string };

/** The entries of a batch for the log. A row that is refused already bears its verdict. */
export function entriesOf(id: string, { channel, source }: Names, { number, units }: Batch, received: number): Entry[] {
  return units.map((unit): Entry => {
    const lines = unit.type === 'unit' ? unit.lines : [unit.line];
    const part = { id, batch: number, lines };
    const base = { kind: 'item' as const, received, channel, source, item: unit.item, import: part };
    if (unit.type === 'unit') return base;
    const { fate, reason, detail } = unit;
    return { ...base, dead: { fate, reason, detail } };
  });
}

/** A file that cannot be read at all is one dead letter and no row. */
export function unreadable(
  id: string,
  { channel, source }: Names,
  { reason, detail }: Extract<ImportUnit, { type: 'failed' }>,
  received: number,
): Entry[] {
  const item = { body: '', meta: {} };
  const dead = { fate: 'dead-letter' as const, reason, detail };
  return [{ kind: 'item', received, channel, source, item, dead, import: { id, batch: 1, lines: [] } }];
}

/** The same upload, which tells how many bytes of the reading under way have been read. */
export function watched(upload: Upload, tell: (read: number) => void): Upload {
  return {
    bytes: upload.bytes,
    read: async function* () {
      let read = 0;
      for await (const block of upload.read()) {
        read += block.length;
        tell(read);
        yield block;
      }
    },
  };
}
