import { createCipheriv, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { Verdict } from '../../../ingest/channel.ts';
import { bytes, headersOf, send, texts } from './door.ts';

export const NAME = 'wechat-pay';
export const PUBLIC = bytes(`${NAME}/platform-public-key.pem`).toString();
export const SETTINGS = { ...texts('secrets.json', 'wechatPay'), platformPublicKey: PUBLIC };
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const pem = (key: KeyObject): string => String(key.export({ type: 'spki', format: 'pem' }));
/** A source of another merchant, whose platform is this test. */
export const OURS = {
  mchid: '1600000001',
  apiV3Key: '0123456789ABCDEF0123456789abcdef',
  platformPublicKey: pem(publicKey),
};

export const sample = (name: string, settings: unknown = SETTINGS): Verdict =>
  send(NAME, settings, {
    body: bytes(`${NAME}/${name}.body.json`),
    headers: headersOf(`${NAME}/${name}.headers.json`),
  });

type Sealing = { key?: string; nonce?: string; aad?: string };
export function seal(
  plain: string | Buffer,
  { key = OURS.apiV3Key, nonce = '0123456789ab', aad = 'about' }: Sealing = {},
) {
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key), Buffer.from(nonce)).setAAD(Buffer.from(aad));
  const sealed = Buffer.concat([cipher.update(Buffer.from(plain)), cipher.final(), cipher.getAuthTag()]);
  return {
    ...{ algorithm: 'AEAD_AES_256_GCM', original_type: 'transaction', nonce, associated_data: aad },
    ciphertext: sealed.toString('base64'),
  };
}

export function signed(body: string | Buffer, headers: Record<string, string> = {}, settings: object = OURS): Verdict {
  const [timestamp, nonce] = [headers['wechatpay-timestamp'] ?? '1772420000', randomBytes(16).toString('base64')];
  const text = Buffer.concat([Buffer.from(`${timestamp}\n${nonce}\n`), Buffer.from(body), Buffer.from('\n')]);
  const own = {
    ...{ 'wechatpay-timestamp': timestamp, 'wechatpay-nonce': nonce, 'wechatpay-serial': 'PUB_KEY_ID_1' },
    'wechatpay-signature': sign('RSA-SHA256', text, privateKey).toString('base64'),
  };
  return send(NAME, settings, { body, headers: { ...own, ...headers } });
}

export const ENVELOPE = { id: 'n-1', create_time: '2026-04-01T10:00:05+08:00', resource_type: 'encrypt-resource' };
export function notify(sent: string, resource: unknown, more: object = {}, settings: object = OURS): Verdict {
  const plain = typeof resource === 'string' ? resource : JSON.stringify(resource);
  const body = { summary: '通知', ...more, resource: seal(plain), event_type: sent, ...ENVELOPE, ...more };
  return signed(JSON.stringify(body, null, 1), {}, settings);
}
export const PAID = {
  amount: { payer_currency: 'CNY', currency: 'CNY', total: 1, payer_total: 0 },
  ...{ payer: { openid: 'oPayer_-1' }, transaction_id: '4200009999202604010000000001', appid: 'wxOther' },
  ...{ out_trade_no: 'T-9', mchid: OURS.mchid, trade_type: 'MICROPAY', success_time: '2026-04-01T10:00:00+08:00' },
};
export const PAYMENT = { kind: 'payment_id', scope: 'wechat-pay', value: PAID.transaction_id };
export const PAYER = { kind: 'wechat_openid', scope: 'wxOther', value: 'oPayer_-1' };

export const PRIVATE = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
