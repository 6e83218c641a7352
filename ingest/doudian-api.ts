import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { Ask, Item } from './channel.ts';
import { decodeUtf8, maxAge, optionalText, settingText, tryJson } from './door.ts';
import { type Fields, fieldsAt, firstOf, textAt } from './pick.ts';
import { type HttpAnswer, type Platform, PlatformError } from './platform.ts';

/**
 * Doudian's open API (op.jinritemai.com, API 调用指南): POST {base}/{method as a path}, the parameters as sorted JSON in
 * the body, all else in the query. The signature is HMAC-SHA256 under the app secret over the secret, the sorted
 * public parameters with param_json among them, and the secret again; the access token is not signed.
 */
const BASE = 'https://openapi-fxg.jinritemai.com';
export const DETAIL = 'order.orderDetail';

const choice = z.union([z.boolean(), z.enum(['true', 'false', '']).transform((text) => text === 'true')]).nullish();

export const doudianSettings = z.object({
  ...{ appKey: settingText, appSecret: settingText, shop: settingText, maxAge },
  ...{ accessToken: optionalText, shopId: optionalText, baseUrl: optionalText },
  ...{ askOrders: choice, decrypt: choice },
});
export type DoudianSettings = z.infer<typeof doudianSettings>;

/** Error codes: 平台基础错误码汇总. The sub code tells more than the code, and neither tells of a person. */
function failure(code: string, sub: string, method: string): PlatformError {
  const detail = `${method}: ${code} ${sub}`.trim();
  if (/access-token-(expired|no-existed|invalid)/.test(sub)) return new PlatformError('token_expired', detail);
  if (code === '60000' || /limit/.test(sub)) return new PlatformError('throttled', detail);
  if (sub.includes('token-generate-failed')) return new PlatformError('refused', detail);
  if (['20000', '50001', '90000', ''].includes(code)) return new PlatformError('unreachable', detail);
  if (code === '50002' && method === DETAIL) return new PlatformError('gone', detail);
  return new PlatformError('refused', detail);
}

function dataOf(answer: HttpAnswer, method: string): Fields {
  if (answer.status === 429) {
    const seconds = Number(answer.headers['retry-after']);
    throw new PlatformError('throttled', `${method}: 429`, seconds > 0 ? seconds * 1000 : undefined);
  }
  if (answer.status >= 500) throw new PlatformError('unreachable', `${method}: ${answer.status}`);
  const read = tryJson(decodeUtf8(answer.body) ?? '');
  if (!read.ok) throw new PlatformError('unreachable', `${method}: no JSON`);
  const code = textAt(read.value, 'code');
  if (code !== '10000') throw failure(code, textAt(read.value, 'sub_code'), method);
  return fieldsAt(read.value, 'data');
}

async function call(
  platform: Platform,
  settings: DoudianSettings,
  method: string,
  params: Fields,
  token: string | null,
): Promise<Fields> {
  const sorted = Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1));
  const body = JSON.stringify(Object.fromEntries(sorted));
  const timestamp = String(Math.floor(platform.now() / 1000));
  const { appKey, appSecret } = settings;
  const pattern = `app_key${appKey}method${method}param_json${body}timestamp${timestamp}v2`;
  const sign = createHmac('sha256', appSecret).update(`${appSecret}${pattern}${appSecret}`).digest('hex');
  const query = new URLSearchParams({
    ...{ method, app_key: appKey, timestamp, v: '2', sign, sign_method: 'hmac-sha256' },
    ...(token === null ? {} : { access_token: token }),
  });
  const base = firstOf(settings.baseUrl ?? '', BASE).replace(/\/+$/, '');
  const answer = await platform.http({
    ...{ method: 'POST', url: `${base}/${method.replaceAll('.', '/')}?${query}`, body },
    headers: { 'content-type': 'application/json' },
  });
  return dataOf(answer, method);
}

/** The token that was given, or one that a self-use application (自用型应用) makes for its shop. */
async function tokenFor(platform: Platform, settings: DoudianSettings, pushed: string): Promise<string> {
  if (settings.accessToken) return settings.accessToken;
  const named = /^\d+$/.test(settings.shop) ? settings.shop : '';
  const shop = firstOf(settings.shopId ?? '', pushed, named);
  if (shop === '') throw new PlatformError('refused', 'neither accessToken nor shopId is set');
  return platform.token(`access_token:${shop}`, async () => {
    const made = await call(
      platform,
      settings,
      'token.create',
      { code: '', grant_type: 'authorization_self', shop_id: shop },
      null,
    );
    const value = textAt(made, 'access_token');
    if (value === '') throw new PlatformError('refused', 'token.create: no access_token');
    return { value, seconds: Number(textAt(made, 'expires_in')) || 3600 };
  });
}

/** What order.batchDecrypt says of the receiver; a shop that may not decrypt still has its order. */
async function decrypted(platform: Platform, settings: DoudianSettings, order: Fields, token: string) {
  const texts = ['encrypt_post_tel', 'encrypt_post_receiver'].map((name) => textAt(order, name));
  const infos = texts
    .filter((text) => text !== '')
    .map((text) => ({ auth_id: textAt(order, 'order_id'), cipher_text: text }));
  if (settings.decrypt !== true || infos.length === 0) return {};
  try {
    const data = await call(platform, settings, 'order.batchDecrypt', { cipher_infos: infos }, token);
    return { decrypt_infos: data.decrypt_infos };
  } catch (error) {
    if (error instanceof PlatformError && error.why === 'refused') return {};
    throw error;
  }
}

/** Answers the ask for one order: `{ order, decrypt_infos? }` as they came. Throws PlatformError. */
export async function orderDetail(
  platform: Platform,
  settings: DoudianSettings,
  params: Ask['params'],
): Promise<Item[]> {
  const token = await tokenFor(platform, settings, params.shop ?? '');
  const data = await call(platform, settings, DETAIL, { shop_order_id: params.order ?? '' }, token);
  const order = fieldsAt(data, 'shop_order_detail');
  if (textAt(order, 'order_id') === '') throw new PlatformError('gone', `${DETAIL}: no such order`);
  const told = { order, ...(await decrypted(platform, settings, order, token)) };
  return [{ body: JSON.stringify(told), meta: { shop: settings.shop, api: DETAIL } }];
}
