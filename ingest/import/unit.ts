import { z } from 'zod';
import type { Reason } from '../../schemas/fate.ts';

/** As channel.ts has it: said again here, since a channel knows of files and not the other way round. */
type Item = { body: string; meta: Record<string, string> };

export const IMPORT_KINDS = ['sales', 'members', 'refunds', 'bill'] as const;
/** What the rows of a file tell of: receipts, member cards, returned goods, or the payments of a WeChat Pay bill. */
export type ImportKind = (typeof IMPORT_KINDS)[number];

export type Encoding = 'utf-8' | 'gb18030' | 'utf-16le' | 'utf-16be';

/** A file that was taken in whole and can be read as often as needed. */
export type Upload = { bytes: number; read(): AsyncIterable<Buffer> };

/**
 * What a file becomes, in this order: one `head`, then `unit`s and `row`s in any order; or one `failed` alone. The same
 * file gives the same units in the same order, so that a reading that was cut off can be taken up again. The unit
 * of fates is the data row, so that the rows of a file are the `lines` of all units plus one for each `row`. Lines are
 * physical ones, 1-based, the first of them where a row has line breaks inside quotes. Header, blank lines and whatever
 * stands above the header are no data rows.
 */
export type ImportUnit =
  /** `fileHash`: first 16 hex digits of the SHA-256 of the raw bytes. `headerLine`: physical line of the header. */
  | { type: 'head'; kind: string; encoding: Encoding; fileHash: string; headerLine: number }
  /**
   * A receipt or refund with all its rows, or one member or bill row. Its rows share the fate of the first outcome of
   * `map`.
   */
  | { type: 'unit'; lines: number[]; item: Item }
  /**
   * A row that makes no event. `map(item)` gives the same verdict as a drop, or an event should the mapping have
   * learned to read it meanwhile: so it can be logged like any other item, and replayed.
   */
  | ({ type: 'row'; line: number; item: Item } & Refusal)
  /** The file as a whole cannot be read: no rows, one dead letter. */
  | ({ type: 'failed' } & Failure);

export type Failure = { reason: 'encoding_unknown' | 'unreadable'; detail: string };
export async function* failed(failure: Failure): AsyncGenerator<ImportUnit> {
  yield { type: 'failed', ...failure };
}

/** Why a row makes no event. `detail` names the column and the problem, never a value. */
export type Refusal = {
  fate: 'ignored' | 'dead-letter';
  reason: Extract<Reason, 'row_malformed' | 'total_row' | 'type_not_used'>;
  detail: string;
};

export const malformed = (detail: string): Refusal => ({ fate: 'dead-letter', reason: 'row_malformed', detail });
export const isRefusal = (value: unknown): value is Refusal =>
  typeof value === 'object' && value !== null && 'fate' in value;

/**
 * A row by our names: `f` the cells of known columns, cleaned and not empty; `o` all other cells under their own
 * header.
 */
export const rowRecord = z.object({
  f: z.record(z.string(), z.string()),
  o: z.array(z.tuple([z.string(), z.string()])),
});
export type RowRecord = z.infer<typeof rowRecord>;

/** Body of an item whose rows are to be mapped. */
export const linesBody = z.object({ lines: z.array(rowRecord).min(1) });

/** Body of an item whose row is none that any mapping could read: it keeps the cells and the verdict. */
export const refusedBody = z.object({
  fate: z.enum(['ignored', 'dead-letter']),
  reason: z.enum(['row_malformed', 'total_row', 'type_not_used']),
  detail: z.string(),
  cells: z.array(z.string()),
});
export type RefusedBody = z.infer<typeof refusedBody>;
