import { createHmac } from 'node:crypto';
import type { Verdict } from '../../../ingest/channel.ts';
import { json, send } from './door.ts';

/** What a mini program's back end sends, signed as the page of the channel says. */
export const NAME = 'wechat-miniprogram';
export const APP = 'wx7b1e9c4d2a6f8350';
export const SETTINGS = { appid: APP, appSecret: 'app secret of the sample' };
export const P1 = 'o_q4S-jOalDjAMe39xYv6Ihh6IVQ';
export const UNION = 'os6WufHc5fI5po2U25QhHMa6UWrK';
export const KEY = '5SxSHFntJhiXFGwn5EYJIQ==';
export const session = json(`${NAME}/code2session.json`);
export const phoneCn = json(`${NAME}/getuserphonenumber-cn.json`);
export const phoneHk = json(`${NAME}/getuserphonenumber-hk.json`);
export const expired = json(`${NAME}/getuserphonenumber-code-expired.json`);
export const openid = (value = P1) => ({ kind: 'wechat_openid', scope: APP, value });
export const unionid = (value = UNION) => ({ kind: 'wechat_unionid', scope: 'default', value });
export const mobile = (value: string) => ({ kind: 'mobile', value, verified: true });

export const sign = (body: string | Buffer, secret = SETTINGS.appSecret): Record<string, string> => ({
  'x-huaxiang-signature': createHmac('sha256', secret).update(body).digest('hex'),
});
export function post(body: unknown, settings: Record<string, unknown> = SETTINGS): Verdict {
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return send(NAME, settings, { body: text, headers: sign(text, String(settings.appSecret)) });
}
/** Every byte that would be kept of a request. */
export const kept = (verdict: Verdict): string => JSON.stringify(verdict.verdict === 'taken' ? verdict.items : []);
