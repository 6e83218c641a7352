import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares a signature that came with the one that ought to be, in a time that tells nothing about either. */
export function sameText(came: string, ought: string): boolean {
  // Hashed first: timingSafeEqual wants equal lengths, and the length of what came must not matter.
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(came), digest(ought));
}

/** WeChat's, WeCom's and Weibo's signature: SHA-1 in hex over the parts, sorted by code unit and joined. */
export function sortedSha1(parts: readonly string[]): string {
  return createHash('sha1')
    .update([...parts].sort().join(''))
    .digest('hex');
}

/**
 * True when a signed time is older than the source takes. `signed` and `now` in epoch ms, `maxAge` in s; absent: no
 * limit. What is no time at all is stale wherever there is a limit.
 */
export function isStale(signed: number, maxAge: number | null | undefined, now: number): boolean {
  return maxAge != null && !(signed >= now - maxAge * 1000);
}
