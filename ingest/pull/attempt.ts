import { PlatformError } from '../platform.ts';

/**
 * Why a call to a platform came to nothing. `failed`: the connector itself threw. `detail` holds codes and hosts: it is
 * shown.
 */
export type Failure = {
  why: Exclude<PlatformError['why'], 'token_expired'> | 'failed';
  detail: string;
  /** ms that the platform asked to wait. */
  afterMs?: number;
};
export type Attempt<T> = { ok: true; value: T } | { ok: false; failure: Failure };

const DETAIL = 200;

function failureOf(error: unknown): Failure {
  // What a connector throws beside that may quote what it read.
  if (!(error instanceof PlatformError)) return { why: 'failed', detail: 'the connector could not go on' };
  const { why, message, afterMs } = error;
  const detail = message.slice(0, DETAIL);
  return why === 'token_expired' ? { why: 'refused', detail } : { why, detail, afterMs };
}

/** Calls once; where the token has expired, once more with a new one. */
export async function attempt<T>(call: () => Promise<T>, dropTokens: () => void): Promise<Attempt<T>> {
  const once = async (): Promise<Attempt<T>> => ({ ok: true, value: await call() });
  try {
    return await once().catch((error: unknown) => {
      if (!(error instanceof PlatformError) || error.why !== 'token_expired') throw error;
      dropTokens();
      return once();
    });
  } catch (error) {
    return { ok: false, failure: failureOf(error) };
  }
}

/** Whether trying again by itself may help. */
export const passes = ({ why }: Failure): boolean => why === 'throttled' || why === 'unreachable';

const FIRST_MS = 1_000;
const LONGEST_MS = 300_000;
const DAY_MS = 86_400_000;

/** How long to wait before the next try, in ms; `tries` so many failed before this one. */
export function backoff({ afterMs }: Failure, tries: number): number {
  if (afterMs !== undefined) return Math.min(Math.max(afterMs, 0), DAY_MS);
  return Math.min(FIRST_MS * 2 ** Math.min(tries, 30), LONGEST_MS);
}
