import { createCipheriv, createHmac, createSign, generateKeyPairSync } from 'node:crypto';
import { hmacOf, md5Of, sha1Of, texts } from './door.ts';
import type { Around, Signed, Signer } from './signer.ts';

/** How each platform signs, by channel: a line per channel that has a webhook. Facts: FORMATS §1 to §3. */
const TIME = '1772420400';
const NONCE = '77';
const OTHER = 'what somebody else would guess';
const secretsOf = (platform: string): Around => texts('secrets.json', platform);

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/** AES-256-CBC as WeChat and WeCom seal messages; any bytes, so that hostile ones can be sealed too. */
function seal(encodingAESKey: string, receiver: string, message: Buffer): string {
  const key = Buffer.from(`${encodingAESKey}=`, 'base64');
  const bare = Buffer.concat([Buffer.alloc(16, 'r'), uint32(message.length), message, Buffer.from(receiver)]);
  const pad = 32 - (bare.length % 32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(Buffer.concat([bare, Buffer.alloc(pad, pad)])), cipher.final()]).toString(
    'base64',
  );
}

/** A message in the sealed envelope that both use; `receiver` is the appid or corpid. */
function sealed({ token = '', encodingAESKey = '' }: Around, receiver: string, body: Buffer, forged: boolean): Signed {
  const encrypted = seal(encodingAESKey, receiver, body);
  const key = forged ? OTHER : token;
  const query = {
    ...{ timestamp: TIME, nonce: NONCE, encrypt_type: 'aes', signature: sha1Of(key, TIME, NONCE) },
    msg_signature: sha1Of(key, TIME, NONCE, encrypted),
  };
  const envelope = `<xml><ToUserName>gh_1</ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`;
  return { body: Buffer.from(envelope), query };
}

const PUSHED_XML = /^(event-.*|text.*)\.xml$|^event-.*\.json$/;
const wechatMp = secretsOf('wechatMp');
const wechatMpSigner: Signer = {
  name: 'wechat-mp',
  settings: wechatMp,
  arounds: [{}],
  pushed: PUSHED_XML,
  sign: (body, _, forged) => sealed(wechatMp, wechatMp.appid ?? '', body, forged),
};
const wechatMpPlainSigner: Signer = {
  ...wechatMpSigner,
  settings: { appid: wechatMp.appid, token: wechatMp.token },
  sign: (body, _, forged) => {
    const signature = sha1Of(forged ? OTHER : (wechatMp.token ?? ''), TIME, NONCE);
    return { body, query: { timestamp: TIME, nonce: NONCE, signature } };
  },
};

const wecom = secretsOf('wecom');
const wecomSigner: Signer = {
  name: 'wecom',
  settings: wecom,
  arounds: [{}],
  pushed: PUSHED_XML,
  sign: (body, _, forged) => sealed(wecom, wecom.corpid ?? '', body, forged),
};

/** A mini-programme's own server sends here, and signs with the app secret. */
const miniSecret = 'the app secret of the samples';
const wechatMiniprogramSigner: Signer = {
  name: 'wechat-miniprogram',
  settings: { appid: 'wx7b1e9c4d2a6f8350', appSecret: miniSecret },
  arounds: [{}],
  sign: (body, _, forged) => {
    const hmac = createHmac('sha256', forged ? OTHER : miniSecret).update(body);
    return { body, headers: { 'x-huaxiang-signature': hmac.digest('hex') } };
  },
};

const weibo = secretsOf('weibo');
const weiboSigner: Signer = {
  name: 'weibo',
  settings: weibo,
  arounds: [{}],
  pushed: /^(event-|mention|position|text)(?!.*query).*/,
  sign: (body, _, forged) => {
    const signature = sha1Of(forged ? OTHER : (weibo.appSecret ?? ''), TIME, NONCE);
    return { body, query: { timestamp: TIME, nonce: NONCE, signature } };
  },
};

const youzan = secretsOf('youzan');
const youzanTypes = ['trade_TradePaid', 'youzan_trade_RefundSuccess', 'SCRM_CUSTOMER_EVENT', 'other'];
const youzanSigner: Signer = {
  name: 'youzan',
  settings: { clientId: youzan.client_id, clientSecret: youzan.client_secret, kdtId: '90000123', wechatAppid: 'wx1' },
  arounds: [{}, ...youzanTypes.map((type) => ({ type }))],
  pushed: /\.decoded\.json$/,
  aroundOf: (file) => ({ type: file.split('.')[0] ?? '' }),
  sign: (given, { type, ...headers }, forged) => {
    const msg = encodeURIComponent(given.toString('utf8'));
    const push = { msg, type, msg_id: 'm1', client_id: youzan.client_id, kdt_id: 90000123, id: 'E1', test: false };
    const body = type === undefined ? given : Buffer.from(JSON.stringify(push));
    const sign = md5Of(youzan.client_id ?? '', body, forged ? OTHER : (youzan.client_secret ?? ''));
    return { body, headers: { ...headers, 'event-sign': sign } };
  },
};

const doudian = secretsOf('doudian');
const doudianSigner: Signer = {
  name: 'doudian',
  settings: { appKey: doudian.app_key, appSecret: doudian.app_secret, shop: '4000017' },
  arounds: [{}, { tag: '101' }, { tag: '206' }],
  sign: (given, { tag, ...headers }, forged) => {
    const push = [{ tag, msg_id: 'm1', data: given.toString('utf8') }];
    const body = tag === undefined ? given : Buffer.from(JSON.stringify(push));
    const sign = md5Of(doudian.app_key ?? '', body, forged ? OTHER : (doudian.app_secret ?? ''));
    return { body, headers: { ...headers, 'app-id': doudian.app_key ?? '', 'event-sign': sign } };
  },
};

const shopifyTopics = [
  'orders/create',
  'orders/cancelled',
  'refunds/create',
  'customers/update',
  'customers/redact',
  'x y',
];
const shopifySecret = secretsOf('shopify').apiSecret ?? '';
const shopifySigner: Signer = {
  name: 'shopify',
  settings: { shop: 'sample-brand-cn.myshopify.com', apiSecret: shopifySecret },
  arounds: shopifyTopics.map((topic) => ({ 'x-shopify-topic': topic, 'x-shopify-event-id': 'e1' })),
  sign: (body, around, forged) => ({
    body,
    headers: { ...around, 'x-shopify-hmac-sha256': hmacOf(forged ? OTHER : shopifySecret, body) },
  }),
};

const wooTopics = ['order.created', 'order.updated', 'customer.updated', 'product.deleted', 'action.x'];
const wooSecret = secretsOf('woocommerce').secret ?? '';
const woocommerceSigner: Signer = {
  name: 'woocommerce',
  settings: { shop: 'shop.example.cn', secret: wooSecret },
  arounds: wooTopics.map((topic) => ({ 'x-wc-webhook-topic': topic, 'x-wc-webhook-delivery-id': 'd1' })),
  sign: (body, around, forged) => ({
    body,
    headers: { ...around, 'x-wc-webhook-signature': hmacOf(forged ? OTHER : wooSecret, body) },
  }),
};

/** Keys of the day: the platform's own private key stands in no fixture. */
const payKeys = [0, 1].map(() => generateKeyPairSync('rsa', { modulusLength: 1024 }));
const wechatPay = secretsOf('wechatPay');
const payTypes = ['TRANSACTION.SUCCESS', 'REFUND.SUCCESS', 'REFUND.CLOSED'];

/** The body in a resource as WeChat Pay seals it. */
function payEnvelope(event_type: string, resource: Buffer): Buffer {
  const nonce = 'abcdefghijkl';
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(wechatPay.apiV3Key ?? ''), Buffer.from(nonce));
  cipher.setAAD(Buffer.from('transaction'));
  const ciphertext = Buffer.concat([cipher.update(resource), cipher.final(), cipher.getAuthTag()]).toString('base64');
  const sealedPart = { algorithm: 'AEAD_AES_256_GCM', ciphertext, nonce, associated_data: 'transaction' };
  const envelope = { id: 'n1', create_time: '2026-03-02T11:00:00+08:00', event_type, resource: sealedPart };
  return Buffer.from(JSON.stringify(envelope));
}

const wechatPaySigner: Signer = {
  name: 'wechat-pay',
  settings: {
    ...wechatPay,
    platformPublicKey: payKeys[0]?.publicKey.export({ type: 'spki', format: 'pem' }),
  },
  arounds: [{}, ...payTypes.map((type) => ({ type }))],
  pushed: /\.decrypted\.json$/,
  ours: /^mchid is /,
  aroundOf: (file) => ({ type: file.startsWith('refund') ? 'REFUND.SUCCESS' : 'TRANSACTION.SUCCESS' }),
  sign: (given, { type }, forged) => {
    const body = type === undefined ? given : payEnvelope(type, given);
    const signer = createSign('RSA-SHA256').update(`${TIME}\n${NONCE}\n`).update(body).update('\n');
    const key = payKeys[forged ? 1 : 0]?.privateKey;
    const headers = {
      ...{ 'wechatpay-timestamp': TIME, 'wechatpay-nonce': NONCE, 'wechatpay-serial': wechatPay.serial ?? '' },
      'wechatpay-signature': key ? signer.sign(key, 'base64') : '',
    };
    return { body, headers };
  },
};

export const SIGNERS: readonly Signer[] = [
  doudianSigner,
  shopifySigner,
  wechatMiniprogramSigner,
  wechatMpPlainSigner,
  wechatMpSigner,
  wechatPaySigner,
  wecomSigner,
  weiboSigner,
  woocommerceSigner,
  youzanSigner,
];
