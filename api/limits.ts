import type { KeyGrant } from './port.ts';

/** HTTP limits that no setting changes. Bytes and ms. */
export const DOOR_BYTES = 1 << 20;
export const IMPORT_BYTES = 1 << 30;
export const HEADER_BYTES = 16 << 10;
export const HEADERS_MS = 10_000;
export const BODY_MS = 60_000;
/** Ten seconds are there from SIGTERM to the end: the stores behind us need some of them. */
export const CLOSE_GRACE_MS = 7000;
export const CLOSE_STEP_MS = 50;

/**
 * What is left of a key's allowance: `RateLimit-*` of draft-ietf-httpapi-ratelimit-headers-03, times in s.
 * `wait` is 0 where the request may go on, else the seconds after which the next may.
 */
export type Allowance = { limit: number; remaining: number; reset: number; wait: number };
export type RateLimit = (grant: KeyGrant) => Allowance | null;

/** A token bucket per key: `perSecond` tokens, filled within a second. Null where no limit holds: for the admin key. */
export function rateLimiter(perSecond: number, now: () => number): RateLimit {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return (grant) => {
    if (perSecond <= 0 || grant.admin) return null;
    const time = now();
    let bucket = buckets.get(grant.id);
    if (!bucket) {
      bucket = { tokens: perSecond, at: time };
      buckets.set(grant.id, bucket);
    }
    // A clock set back gives no tokens and takes none.
    bucket.tokens = Math.min(perSecond, bucket.tokens + (Math.max(0, time - bucket.at) / 1000) * perSecond);
    bucket.at = time;
    const taken = bucket.tokens >= 1;
    if (taken) bucket.tokens -= 1;
    return {
      limit: perSecond,
      remaining: Math.floor(bucket.tokens),
      reset: Math.ceil((perSecond - bucket.tokens) / perSecond),
      wait: taken ? 0 : Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond)),
    };
  };
}
