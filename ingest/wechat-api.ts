import { z } from 'zod';
import type { Item } from './channel.ts';
import { decodeUtf8, tryJson } from './door.ts';
import { type Fields, isFields, textAt } from './pick.ts';
import { type HttpCall, type Platform, PlatformError } from './platform.ts';

/**
 * Calls to api.weixin.qq.com and qyapi.weixin.qq.com: JSON with `errcode` beside the answer, absent or 0 where all is
 * well. developers.weixin.qq.com, "global return codes"; developer.work.weixin.qq.com, "global error codes".
 */
export const WEIXIN = 'https://api.weixin.qq.com';
export const WECOM = 'https://qyapi.weixin.qq.com';

/** The setting `baseUrl`: where the platform is, should it not be at its own address. */
export const baseUrl = z.union([z.literal(''), z.url({ protocol: /^https?$/ })]).nullish();
export const baseOf = (given: string | null | undefined, otherwise: string): string =>
  (given || otherwise).replace(/\/+$/, '');

/** `body`: the answer as it came; `errcode` 0 where all is well. */
export type Answer = { body: string; answer: Fields; errcode: number };

/** A server busy or a minute's share used up asks for a moment, a day's share for longer. ms. */
const WAITS = new Map([
  [-1, 2_000],
  [45009, 600_000],
  [45011, 60_000],
  [45033, 5_000],
]);
const EXPIRED = new Set([40001, 40014, 42001]);
/**
 * Nothing there under the id that was asked for: an OpenID of another account, no such person, a card code that is
 * unknown, not a member card, or no longer its holder's; at WeCom a contact that is no customer of the corporation.
 */
const GONE = new Set([40003, 46004, 40056, 40071, 40078, 40099, 40127, 40096, 84061]);

/** GET without `body`, else POST of JSON. Throws PlatformError where no answer of the platform's own came. */
export async function askWechat(platform: Platform, what: string, url: string, body?: Fields): Promise<Answer> {
  const call: HttpCall =
    body === undefined
      ? { url }
      : { method: 'POST', url, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const { status, headers, body: bytes } = await platform.http(call);
  if (status === 429) {
    const seconds = Number(headers['retry-after']);
    throw new PlatformError('throttled', `${what}: HTTP 429`, seconds > 0 ? seconds * 1000 : undefined);
  }
  if (status >= 500) throw new PlatformError('unreachable', `${what}: HTTP ${status}`);
  if (status >= 400) throw new PlatformError('refused', `${what}: HTTP ${status}`);
  const text = decodeUtf8(bytes) ?? '';
  const read = tryJson(text);
  if (!read.ok || !isFields(read.value)) throw new PlatformError('unreachable', `${what}: an answer that is no JSON`);
  const { value: answer } = read;
  return { body: text, answer, errcode: Number(textAt(answer, 'errcode')) };
}

/** Throws the PlatformError that an errcode stands for; 0 is none. `errmsg` may quote what was sent and is left out. */
export function judgeCode(what: string, errcode: number): void {
  if (errcode === 0) return;
  const detail = `${what}: errcode ${errcode}`;
  const wait = WAITS.get(errcode);
  if (wait !== undefined) throw new PlatformError('throttled', detail, wait);
  if (EXPIRED.has(errcode)) throw new PlatformError('token_expired', detail);
  if (GONE.has(errcode)) throw new PlatformError('gone', detail);
  throw new PlatformError('refused', detail);
}

/** What a token is taken to live where WeChat does not say, s. */
const LEAST_S = 60;

async function fetchToken(platform: Platform, what: string, url: string, body?: Fields) {
  const { answer, errcode } = await askWechat(platform, what, url, body);
  // Of the call that makes tokens, 40001 says that the secret is wrong: a new token would not mend it.
  if (EXPIRED.has(errcode)) throw new PlatformError('refused', `${what}: errcode ${errcode}`);
  judgeCode(what, errcode);
  const value = textAt(answer, 'access_token');
  if (value === '') throw new PlatformError('refused', `${what}: no access_token`);
  const seconds = Number(textAt(answer, 'expires_in'));
  return { value, seconds: seconds > 0 ? seconds : LEAST_S };
}

export type App = { base: string; appid: string; secret: string };

/**
 * The access token of an official account or mini program. The stable one: asking for it leaves the one alive that the
 * brand's other systems use.
 */
export const weixinToken = (platform: Platform, { base, appid, secret }: App): Promise<string> =>
  platform.token('access_token', () =>
    fetchToken(platform, 'stable_token', `${base}/cgi-bin/stable_token`, {
      ...{ grant_type: 'client_credential', appid, secret },
    }),
  );

/** The access token of a WeCom secret; `appid` is the corpid. */
export const wecomToken = (platform: Platform, { base, appid, secret }: App): Promise<string> =>
  platform.token('access_token', () =>
    fetchToken(platform, 'gettoken', `${base}/cgi-bin/gettoken?${query({ corpid: appid, corpsecret: secret })}`),
  );

export const query = (fields: Record<string, string>): string => new URLSearchParams(fields).toString();

/** A call with a token, whose answer is an item. `path` begins with a slash. */
export async function askWithToken(
  platform: Platform,
  call: { base: string; token: string; path: string; query?: Record<string, string>; body?: Fields },
  meta: Item['meta'],
): Promise<Item & { answer: Fields }> {
  const url = `${call.base}${call.path}?${query({ access_token: call.token, ...call.query })}`;
  const { body, answer, errcode } = await askWechat(platform, call.path, url, call.body);
  judgeCode(call.path, errcode);
  return { body, meta, answer };
}
