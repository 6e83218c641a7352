import { Problem } from '../../schemas/errors.ts';
import type { Item } from '../channel.ts';
import { billOutcomes } from './bill.ts';
import { halfWidth } from './cell.ts';
import { decode, inspect } from './encoding.ts';
import { isJson, readReceipts } from './json-receipt.ts';
import { readLine } from './line.ts';
import { memberOutcomes } from './member.ts';
import { groupReceipts } from './receipts.ts';
import { refusedUnit } from './refused.ts';
import { type PosMeta, type PosSettings, posSettings } from './settings.ts';
import { openSheet, type Sheet, type SheetRow, sampleOf, sheetRows, type Text } from './sheet.ts';
import {
  type Encoding,
  failed,
  type ImportKind,
  type ImportUnit,
  isRefusal,
  malformed,
  type RowRecord,
  type Upload,
} from './unit.ts';

export type ImportOptions = {
  kind: 'auto' | ImportKind;
  /** The settings of the `pos` source, as they are kept; read with posSettings. */
  settings: unknown;
  /** Bytes that receipts may take which wait for further lines; 24 MiB if not said. The order of units rests on it. */
  budget?: number;
};

const BUDGET = 24 * 1024 * 1024;

function readSettings(settings: unknown): PosSettings {
  const parsed = posSettings.safeParse(settings);
  if (parsed.success) return parsed.data;
  const path = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new Problem('source_incomplete', `setting ${path} is missing or wrong`);
}

/**
 * The store's code: the file's, the code of the file's name for it, that name itself, else the store of the settings.
 */
function resolveStore(settings: PosSettings): (record: RowRecord) => void {
  const plain = (name: string): string => halfWidth(name).replace(/\s/g, '');
  const codes = new Map(Object.entries(settings.stores ?? {}).map(([name, code]) => [plain(name), code]));
  return ({ f }) => {
    const given = f.store_code ?? f.store_name;
    const store = given === undefined ? settings.store : (codes.get(plain(given)) ?? given);
    if (store) f.store_code = store;
  };
}

type Reading = { rows(): AsyncGenerator<SheetRow[]>; meta: PosMeta };

const itemOf = (meta: PosMeta, bodies: string[]): Item => ({ body: `{"lines":[${bodies.join(',')}]}`, meta });

/** Kinds in which each row stands for itself. */
async function* singleRows({ rows, meta }: Reading): AsyncGenerator<ImportUnit> {
  const read = meta.kind === 'members' ? memberOutcomes : billOutcomes;
  for await (const batch of rows()) {
    for (const row of batch) {
      if (!('record' in row)) {
        yield refusedUnit(row, meta);
        continue;
      }
      const item = itemOf(meta, [JSON.stringify(row.record)]);
      const outcomes = read(row.record, { channel: 'pos', source: '', received: 0, meta });
      if (isRefusal(outcomes)) yield { type: 'row', line: row.line, ...outcomes, item };
      else yield { type: 'unit', lines: [row.line], item };
    }
  }
}

/** A JSON file holds receipts; each object is a data row of its own, whatever the number of its lines. */
async function* jsonReceipts(
  text: Text,
  asked: ImportOptions['kind'],
  settings: PosSettings,
  { fileHash, encoding }: { fileHash: string; encoding: Encoding },
): AsyncGenerator<ImportUnit> {
  const receipts = asked === 'auto' || asked === 'sales' ? await readReceipts(text) : null;
  if (!receipts) return yield* failed({ reason: 'unreadable', detail: 'no JSON that holds receipts (kind sales)' });
  const resolve = resolveStore(settings);
  const { brand, timeZone, dayEndsAt, receiptNumbers } = settings;
  const meta: PosMeta = { kind: 'sales', brand, timeZone, dayEndsAt, receiptNumbers, file: fileHash };
  yield { type: 'head', kind: 'sales', encoding, fileHash, headerLine: 0 };
  for await (const receipt of receipts) {
    const { line } = receipt;
    if ('bad' in receipt) {
      yield refusedUnit({ line, refusal: malformed(receipt.bad), cells: [receipt.text] }, meta);
      continue;
    }
    for (const record of receipt.records) resolve(record);
    const item = itemOf(
      meta,
      receipt.records.map((record) => JSON.stringify(record)),
    );
    const refusal = receipt.records.map((record) => readLine(record, meta)).find(isRefusal);
    if (refusal) yield { type: 'row', line, ...refusal, item };
    else yield { type: 'unit', lines: [line], item };
  }
}

function readingOf(sheet: Sheet, settings: PosSettings, fileHash: string): Reading {
  const resolve = resolveStore(settings);
  const { brand, timeZone, dayEndsAt, receiptNumbers } = settings;
  return {
    meta: { kind: sheet.header.kind, brand, timeZone, dayEndsAt, receiptNumbers, file: fileHash },
    rows: async function* () {
      for await (const batch of sheetRows(sheet)) {
        for (const row of batch) if ('record' in row) resolve(row.record);
        yield batch;
      }
    },
  };
}

/**
 * Reads a CSV file of a till, a member system or WeChat Pay into units for the log: see ImportUnit for what comes and
 * in which order. The file is read three times or more as a stream, since only its last byte settles encoding and hash,
 * and only its last row ends a receipt: memory is bounded, whatever the size. Throws Problem `source_incomplete` for
 * settings that are none; what reading the file throws passes through.
 */
export async function* readImport(upload: Upload, options: ImportOptions): AsyncGenerator<ImportUnit> {
  const settings = readSettings(options.settings);
  const { fileHash, encoding } = await inspect(upload);
  if (typeof encoding !== 'string') return yield* failed(encoding);
  const text: Text = () => decode(upload.read(), encoding);
  if (isJson(await sampleOf(text))) return yield* jsonReceipts(text, options.kind, settings, { fileHash, encoding });
  const sheet = await openSheet(text, options.kind);
  if ('reason' in sheet) return yield* failed(sheet);
  const { kind } = sheet.header;
  yield { type: 'head', kind, encoding, fileHash, headerLine: sheet.headerLine };
  const reading = readingOf(sheet, settings, fileHash);
  if (kind === 'members' || kind === 'bill') return yield* singleRows(reading);
  const { rows, meta } = reading;
  const bodies = (rowsOfOne: string[]): Item => itemOf(meta, rowsOfOne);
  yield* groupReceipts({ rows, meta, itemOf: bodies, budget: options.budget ?? BUDGET });
}
