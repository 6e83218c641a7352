import type { Page, PageQuery } from '../../api/port.ts';
import { Problem } from '../../schemas/errors.ts';

/** One page of a list; the cursor is the number of items before it. */
export function pageOf<T>(all: readonly T[], { after, limit }: PageQuery): Page<T> {
  const from = after === null ? 0 : Number(after);
  if (!Number.isInteger(from)) throw new Problem('cursor_invalid', 'not a cursor of ours');
  const items = all.slice(from, from + limit);
  return { items, next: from + limit < all.length ? String(from + limit) : null };
}
