import { ALIASES, FIELDS, type Field, MONEY } from './aliases.ts';
import { cleanCell, halfWidth } from './cell.ts';
import type { ImportKind, RowRecord } from './unit.ts';

/** One column: the field it is (with `_fen` behind money in fen), or null where only its header is known. */
type Column = { key: string | null; header: string };
export type Header = { kind: ImportKind; columns: Column[]; cells: string[] };

const UNIT_YUAN = /[(（](元|¥|￥|rmb|cny|yuan)[)）]/g;
const UNIT_FEN = /[(（](分|fen)[)）]/g;

/** The form in which headers are compared. */
function plain(header: string): string {
  const text = halfWidth(cleanCell(header)).toLowerCase();
  return text
    .replace(UNIT_YUAN, '')
    .replace(UNIT_FEN, 'fen')
    .replace(/\([^)]*\)/g, '')
    .replace(/[\s_\-*:.]/g, '');
}

type Rank = { field: Field; rank: number };
const BY_ALIAS = new Map<string, Rank>(
  FIELDS.flatMap((field) => ALIASES[field].map((alias, rank): [string, Rank] => [plain(alias), { field, rank }])),
);

type Found = Rank & { key: string; at: number };

function find(header: string, at: number): Found | null {
  const text = plain(header);
  const whole = BY_ALIAS.get(text);
  if (whole) return { ...whole, key: whole.field, at };
  const inFen = text.endsWith('fen') ? BY_ALIAS.get(text.slice(0, -3)) : undefined;
  return inFen && MONEY.has(inFen.field) ? { ...inFen, key: `${inFen.field}_fen`, at } : null;
}

/** The columns of a header row: each field once, the better alias first, then the one further left. */
function columnsOf(cells: string[]): Column[] {
  const best = new Map<string, Found>();
  for (const [at, cell] of cells.entries()) {
    const found = find(cell, at);
    const known = found && best.get(found.key);
    if (found && (!known || found.rank < known.rank)) best.set(found.key, found);
  }
  const keyAt = new Map([...best.values()].map(({ at, key }) => [at, key]));
  const seen = new Map<string, number>();
  return cells.map((cell, at) => {
    const text = cleanCell(cell) || `column ${at + 1}`;
    const times = (seen.get(text) ?? 0) + 1;
    seen.set(text, times);
    return { key: keyAt.get(at) ?? null, header: times === 1 ? text : `${text} #${times}` };
  });
}

type Has = (field: Field) => boolean;
const hasOf = (columns: Column[]): Has => {
  const keys = new Set(columns.map((column) => column.key));
  return (field) => keys.has(field) || keys.has(`${field}_fen`);
};

/**
 * English headers that say one thing in one file and another in the next: what they are depends on the other columns.
 */
const AMBIGUOUS: { header: string; as: Field; when: (has: Has) => boolean }[] = [
  {
    header: 'transactionid',
    as: 'receipt',
    when: (has) =>
      !(['receipt', 'refund_no', 'openid', 'trade_state'] as const).some(has) &&
      (['amount', 'sku', 'price', 'receipt_total'] as const).some(has),
  },
  { header: 'name', as: 'item_name', when: (has) => has('sku') && !has('item_name') },
  {
    header: 'createdat',
    as: 'trade_time',
    when: (has) =>
      (has('receipt') || has('refund_no')) && !(['trade_time', 'trade_date', 'refund_time'] as const).some(has),
  },
];

function settle(columns: Column[]): Column[] {
  let settled = columns;
  for (const { header, as, when } of AMBIGUOUS) {
    const at = settled.findIndex((column) => column.key !== null && plain(column.header) === header);
    if (at >= 0 && when(hasOf(settled)))
      settled = settled.map((column, i) => (i === at ? { ...column, key: as } : column));
  }
  return settled;
}

const MEMBER_FIELDS: Field[] = ['name', 'mobile', 'gender', 'birthday', 'opened', 'level', 'points'];

/** What each kind cannot do without. */
function serves(kind: ImportKind, has: Has): boolean {
  if (kind === 'sales') return has('receipt');
  if (kind === 'refunds') return has('refund_no') || has('receipt');
  if (kind === 'members') return has('card');
  return has('transaction_id') && (has('openid') || has('trade_state'));
}

function kindOf(has: Has): ImportKind | null {
  const anyAmount = has('amount') || has('price') || has('receipt_total');
  if (has('receipt')) return has('refund_amount') && !anyAmount ? 'refunds' : 'sales';
  if (serves('bill', has) && has('appid')) return 'bill';
  if (has('refund_no')) return 'refunds';
  return has('card') && MEMBER_FIELDS.some(has) ? 'members' : null;
}

/**
 * Takes a row as header if it names what a file of this kind needs (of any kind with `auto`); null where it does not.
 * Empty columns at the end are no columns.
 */
export function readHeader(row: string[], asked: ImportKind | 'auto'): Header | null {
  const width = row.findLastIndex((cell) => cleanCell(cell) !== '') + 1;
  const cells = row.slice(0, width);
  const columns = settle(columnsOf(cells));
  const has = hasOf(columns);
  const kind = asked === 'auto' ? kindOf(has) : serves(asked, has) ? asked : null;
  return kind && width >= 2 ? { kind, columns, cells } : null;
}

/** What a header must name, for the detail of a file that has none. */
export const NEEDED: Record<ImportKind | 'auto', string> = {
  auto: 'a receipt number (小票号, receipt_no), a refund number (退货单号), a member card (会员卡号) or a WeChat Pay bill (微信订单号)',
  sales: 'a receipt number (小票号, receipt_no)',
  refunds: 'a refund number (退货单号, refund_no)',
  members: 'a member card (会员卡号, member_card_no)',
  bill: 'a payment (微信订单号, transaction_id) and its payer (用户标识) or state (交易状态)',
};

/** A row by our names, of cleaned cells, at least as many as the columns. Empty cells are left out. */
export function recordOf(header: Header, cells: string[]): RowRecord {
  const record: RowRecord = { f: {}, o: [] };
  for (const [at, column] of header.columns.entries()) {
    const value = cells[at] ?? '';
    if (value === '') continue;
    if (column.key === null) record.o.push([column.header, value]);
    else record.f[column.key] = value;
  }
  return record;
}
