import type { Item } from '../channel.ts';
import { decode, inspect } from './encoding.ts';
import { textLines } from './lines.ts';
import { columnsOf, type FileSettings, mappingOf } from './mapping.ts';
import { sampleOf, type Text } from './sheet.ts';
import { openTable, tableRows } from './table.ts';
import { failed, type ImportUnit, malformed, type Refusal, type RefusedBody, type Upload } from './unit.ts';

/** What the body of an item is: a row as a JSON object, a line of NDJSON as it came, or cells that make no row. */
export type FileMeta = { kind: 'row' | 'line' | 'canonical'; mapping: string } | { kind: 'refused' };

function refused(line: number, refusal: Refusal, cells: string[]): ImportUnit {
  const body: RefusedBody = { ...refusal, cells };
  return { type: 'row', line, ...refusal, item: { body: JSON.stringify(body), meta: { kind: 'refused' } } };
}

/** A JSON object begins with `{`; no header of a table does. */
async function isNdjson(text: Text): Promise<boolean> {
  return (await sampleOf(text)).trimStart().startsWith('{');
}

async function* csv(text: Text, meta: Item['meta'], settings: FileSettings): AsyncGenerator<ImportUnit | number> {
  const table = await openTable(text, columnsOf(mappingOf(settings)));
  if ('reason' in table) return yield { type: 'failed', ...table };
  yield table.headerLine;
  for await (const batch of tableRows(table)) {
    for (const row of batch) {
      if ('refusal' in row) yield refused(row.line, row.refusal, row.raw);
      else {
        const body = JSON.stringify(Object.fromEntries(row.cells));
        yield { type: 'unit', lines: [row.line], item: { body, meta } };
      }
    }
  }
}

async function* ndjson(text: Text, meta: Item['meta']): AsyncGenerator<ImportUnit> {
  for await (const batch of textLines(text)) {
    for (const { line, text: body, whole } of batch) {
      if (whole) yield { type: 'unit', lines: [line], item: { body, meta } };
      else yield refused(line, malformed('the line is longer than 1,048,576 characters'), [body]);
    }
  }
}

/**
 * Reads a CSV or NDJSON file of any system, by the mapping of its source, into units for the log: one a row. The
 * mapping travels in each item's `meta`. A file that lacks a column of the mapping has failed as a whole.
 */
export async function* readFile(upload: Upload, settings: FileSettings): AsyncGenerator<ImportUnit> {
  const { fileHash, encoding } = await inspect(upload);
  if (typeof encoding !== 'string') return yield* failed(encoding);
  const text: Text = () => decode(upload.read(), encoding);
  const canonical = settings.mapping === 'canonical';
  const lines = canonical || settings.format === 'ndjson' || (settings.format === 'auto' && (await isNdjson(text)));
  const mapping = canonical ? '' : JSON.stringify(mappingOf(settings));
  const head = { type: 'head' as const, encoding, fileHash };
  if (lines) {
    if ((await sampleOf(text)).trimStart().startsWith('[')) {
      return yield* failed({ reason: 'unreadable', detail: 'the file is a JSON array; NDJSON has one object a line' });
    }
    const kind = canonical ? 'canonical' : 'line';
    yield { ...head, kind: canonical ? 'canonical' : 'ndjson', headerLine: 0 };
    return yield* ndjson(text, { kind, mapping });
  }
  for await (const unit of csv(text, { kind: 'row', mapping }, settings)) {
    if (typeof unit === 'number') yield { ...head, kind: 'csv', headerLine: unit };
    else yield unit;
  }
}
