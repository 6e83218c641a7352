import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Item, Outcome } from './channel.ts';
import { drop } from './door.ts';
import { failed, type ImportUnit, malformed, type Upload } from './import/unit.ts';

/**
 * A file of OpenIDs of the account that moved here, one a line or in the first column. Which of them became which is
 * for WeChat to say; it is asked for 100 at a time.
 */
export const OPENID_FILE = 'openids';
export const MOST_OPENIDS = 100;
const OPENID = /^[A-Za-z0-9_-]{20,64}$/;
const DETAIL = 'no OpenID in the first column';

type Row = { line: number; cell: string };

/** The first cell of each line that has one. Lines are counted from 1. */
async function* rowsOf(upload: Upload): AsyncGenerator<Row> {
  let line = 0;
  const lines = createInterface({ input: Readable.from(upload.read()), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const text of lines) {
    line += 1;
    const cell = (/^\uFEFF?\s*["']?([^,;\t"']*)/.exec(text)?.[1] ?? '').trim();
    if (cell !== '') yield { line, cell };
  }
}

/** First 16 hex digits of the SHA-256 of the file, and its first row. */
async function lookInto(upload: Upload): Promise<{ fileHash: string; first: Row | null }> {
  const hash = createHash('sha256');
  for await (const chunk of upload.read()) hash.update(chunk);
  const fileHash = hash.digest('hex').slice(0, 16);
  for await (const first of rowsOf(upload)) return { fileHash, first };
  return { fileHash, first: null };
}

/** What is one call is one unit. The first row is a header where it is no OpenID. */
export async function* openidUnits(upload: Upload, meta: Item['meta']): AsyncGenerator<ImportUnit> {
  const { fileHash, first } = await lookInto(upload);
  if (!first) return yield* failed({ reason: 'unreadable', detail: 'no row in the file' });
  const headerLine = OPENID.test(first.cell) ? 0 : first.line;
  yield { type: 'head', kind: OPENID_FILE, encoding: 'utf-8', fileHash, headerLine };
  const item = (openids: string[]): Item => ({
    body: JSON.stringify({ openids }),
    meta: { ...meta, api: OPENID_FILE },
  });
  let rows: Row[] = [];
  const unit = (): ImportUnit => ({
    type: 'unit',
    lines: rows.map(({ line }) => line),
    item: item(rows.map(({ cell }) => cell)),
  });
  for await (const row of rowsOf(upload)) {
    if (row.line === headerLine) continue;
    if (!OPENID.test(row.cell)) yield { type: 'row', line: row.line, ...malformed(DETAIL), item: item([row.cell]) };
    else rows.push(row);
    if (rows.length < MOST_OPENIDS) continue;
    yield unit();
    rows = [];
  }
  if (rows.length > 0) yield unit();
}

const unitBody = z.object({ openids: z.array(z.string()).min(1) });

/** Rows of such a file to the call that is made for them. */
export function openidOutcomes(value: unknown): Outcome[] {
  const { openids } = unitBody.parse(value);
  if (!openids.every((openid) => OPENID.test(openid))) return drop('dead-letter', 'row_malformed', DETAIL);
  return [{ kind: 'ask', ask: { name: 'changeopenid', params: { openids: openids.join(',') } } }];
}
