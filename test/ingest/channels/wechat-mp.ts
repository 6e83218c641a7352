import type { Verdict } from '../../../ingest/channel.ts';
import { send, sha1Of, texts } from './door.ts';

/** Pushes to an official account, signed as WeChat signs them. */
export const NAME = 'wechat-mp';
export const APP = 'wx2c5f0d9a1b3e4f60';
export const P1 = 'oR0lNbXEEi7QKolr8BvqQ_Q58L1u';
const secret = texts('secrets.json', 'wechatMp');
export const TOKEN = secret.token ?? '';
export const SECURE = { ...secret };
export const PLAIN = { appid: secret.appid, token: secret.token };
export const OWN = { appid: 'wxother', token: 'another token', openPlatform: 'group' };

export const signed = (token = TOKEN, timestamp = '1772420410', nonce = '77') => ({
  ...{ timestamp, nonce },
  signature: sha1Of(token, timestamp, nonce),
});

export function plain(
  body: string | Buffer,
  settings: unknown = PLAIN,
  query: Record<string, string> = signed(),
): Verdict {
  return send(NAME, settings, { body, query });
}

export const own = (body: string): Verdict => plain(body, OWN, signed(OWN.token, '1767225600', 'abc'));

/** A message in WeChat's XML; what is not given is the click of somebody. */
export function message(fields: Record<string, string>): string {
  const all = { ToUserName: 'gh_1', FromUserName: 'oOther_1', CreateTime: '1767225600', MsgType: 'event', ...fields };
  const elements = Object.entries(all).map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`);
  return `<xml>${elements.join('')}</xml>`;
}
