/**
 * What LMDB answers where the disk takes no more: ENOSPC, EFBIG, EDQUOT, MDB_MAP_FULL; EIO for a write that went half
 * through, and MDB_BAD_TXN for what followed a failure in the same transaction.
 */
const FULL = new Set([28, 27, 122, 5, -30792, -30782]);

/** The error behind a commit that LMDB refused. Its `code` is `ENOSPC` where the disk takes no more. */
export async function lmdbFailure(error: unknown): Promise<unknown> {
  const cause = await rootOf(error);
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (typeof code !== 'number' || !FULL.has(code)) return cause;
  return diskFull(cause);
}

/** lmdb-js rejects with a general error and gives the reason as a promise, which rejects in its turn. */
async function rootOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (reason) {
    return reason;
  }
}

export function diskFull(cause?: unknown): Error {
  return Object.assign(new Error('the disk takes no more', { cause }), { code: 'ENOSPC' });
}
