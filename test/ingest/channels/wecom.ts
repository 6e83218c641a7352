import type { Verdict } from '../../../ingest/channel.ts';
import { aesKey, messageSignature, sealMessage } from '../../../ingest/wechat-crypto.ts';
import { bytes, send, texts } from './door.ts';

/** Pushes to a corporation, sealed and signed as WeCom does. */
export const NAME = 'wecom';
export const SECRET = texts('secrets.json', 'wecom');
export const CORP = SECRET.corpid ?? '';
export const P1 = 'wmVg2LRuTDOoHChEy_cnuHP6I7lEwT09';
export const OWN = { corpid: 'ww1', token: 'own token', encodingAESKey: `${'Q'.repeat(42)}A` };
export const contact = (value: string, scope = CORP) => ({ kind: 'wecom_external_userid', scope, value });

type Given = { settings?: Record<string, unknown>; receiver?: string; around?: (encrypted: string) => string };
export const envelope = (e: string): string => `<xml><ToUserName>x</ToUserName><Encrypt>${e}</Encrypt></xml>`;
/** Pushes a message as WeCom does: sealed with the key, signed with the token, of the settings. */
export function push(
  inner: string,
  { settings = SECRET, receiver, around = envelope }: Given = {},
  timestamp = '1772423400',
) {
  const [token, key] = [String(settings.token), aesKey(String(settings.encodingAESKey)) ?? Buffer.alloc(32)];
  const encrypted = sealMessage(key, receiver ?? String(settings.corpid), inner);
  const query = { timestamp, nonce: '77', msg_signature: messageSignature(token, timestamp, '77', encrypted) };
  return send(NAME, settings, { body: around(encrypted), query });
}
export const own = (fields: Record<string, string>, settings: Record<string, unknown> = OWN): Verdict => {
  const base = { ToUserName: 'ww1', FromUserName: 'sys', CreateTime: '1767225600', MsgType: 'event' };
  const all = { ...base, Event: 'change_external_contact', ...fields };
  const elements = Object.entries(all).map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`);
  return push(`<xml>\n ${elements.reverse().join('\n ')}</xml>`, { settings });
};
export const sample = (name: string, settings: Record<string, unknown> = SECRET): Verdict =>
  push(bytes(`${NAME}/event-${name}.xml`).toString('utf8'), { settings });
