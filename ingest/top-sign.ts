import { createHash } from 'node:crypto';
import { decodeUtf8, tryJson } from './door.ts';
import { type Fields, isFields } from './pick.ts';
import { type HttpAnswer, type Platform, PlatformError } from './platform.ts';

/** The call that Taobao's TOP gateway invented and JD's took over: form fields, signed with MD5 over all of them. */

/** MD5 in upper-case hex over the secret, every name with its value in order of the names, and the secret again. */
export function topSign(params: Readonly<Record<string, string>>, secret: string): string {
  const hash = createHash('md5').update(secret);
  for (const name of Object.keys(params).sort()) hash.update(name).update(params[name] ?? '');
  return hash.update(secret).digest('hex').toUpperCase();
}

/** Leaves out what is not given: an empty field is no part of what is signed. */
export function given(params: Readonly<Record<string, string | null | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

const SECONDS = /^\d{1,6}$/;

function httpError({ status, headers }: HttpAnswer): PlatformError {
  const after = headers['retry-after'] ?? '';
  if (status === 429) {
    return new PlatformError('throttled', 'HTTP 429', SECONDS.test(after) ? Number(after) * 1000 : undefined);
  }
  return new PlatformError(status >= 500 ? 'unreachable' : 'refused', `HTTP ${status}`);
}

/**
 * Calls the gateway at `url` and gives the map it answers; 64-bit ids in it are text. Throws PlatformError: `throttled`
 * at HTTP 429, `unreachable` at 5xx and where the answer is no JSON, `refused` at every other status that is no
 * success, unless the gateway says in `error_response` what is wrong: that is for the caller to judge.
 */
export async function callTop(
  platform: Platform,
  url: string,
  params: Readonly<Record<string, string>>,
  secret: string,
): Promise<Fields> {
  const answer = await platform.http({
    ...{ method: 'POST', url },
    headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
    body: new URLSearchParams({ ...params, sign: topSign(params, secret) }).toString(),
  });
  const text = decodeUtf8(answer.body);
  const read = text === null ? null : tryJson(text);
  const value = read?.ok && isFields(read.value) ? read.value : null;
  const success = answer.status >= 200 && answer.status < 300;
  if (value && (success || isFields(value.error_response))) return value;
  throw success ? new PlatformError('unreachable', 'an answer that is no JSON') : httpError(answer);
}

/** What may be told of a code that a platform gave: codes are words, and a person's data is none. */
export const safeCode = (code: string): string => (/^[\w.:-]{1,80}$/.test(code) ? code : '');
