import { createHmac, randomInt } from 'node:crypto';
import { sortedSha1 } from '../../ingest/signature.ts';
import { weiboTime } from '../../ingest/time.ts';
import { aesKey, messageSignature, sealMessage } from '../../ingest/wechat-crypto.ts';
import { DemoError } from './failure.ts';
import type { Secrets } from './samples.ts';

/** What the platforms do on their side, for samples that come unsigned. */
export type Signed = { query: Record<string, string>; body: Buffer };

const RECEIVER = /<ToUserName>.*?<\/ToUserName>/s;
const CREATED = /<CreateTime>(\d+)<\/CreateTime>/;

type Lock = { token: string; encodingAESKey: string; receiver: string };

function sealed(xml: string, { token, encodingAESKey, receiver }: Lock): Signed {
  const key = aesKey(encodingAESKey);
  if (!key) throw new DemoError('the sample encodingAESKey is none');
  const timestamp = CREATED.exec(xml)?.[1] ?? '';
  const nonce = randomInt(100_000_000, 1_000_000_000).toString();
  const encrypted = sealMessage(key, receiver, xml);
  const query = { timestamp, nonce, msg_signature: messageSignature(token, timestamp, nonce, encrypted) };
  const to = RECEIVER.exec(xml)?.[0] ?? '';
  return { query, body: Buffer.from(`<xml>${to}<Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`) };
}

/** A plain message of WeChat as the platform sends it in secure mode: sealed, and signed at the message's own time. */
export function sealedForWechat(xml: string, { appid, token, encodingAESKey }: Secrets['wechatMp']): Signed {
  const { query, body } = sealed(xml, { token, encodingAESKey, receiver: appid });
  const { timestamp = '', nonce = '' } = query;
  return { query: { ...query, encrypt_type: 'aes', signature: sortedSha1([token, timestamp, nonce]) }, body };
}

/** The same of WeCom, which signs the sealed message alone. */
export const sealedForWecom = (xml: string, { corpid, token, encodingAESKey }: Secrets['wecom']): Signed =>
  sealed(xml, { token, encodingAESKey, receiver: corpid });

/** What a mini-programme's own back end sends, signed with the app's secret. */
export const signedByBackEnd = (
  body: Buffer,
  appSecret: string,
): { headers: Record<string, string>; body: Buffer } => ({
  headers: { 'x-huaxiang-signature': createHmac('sha256', appSecret).update(body).digest('hex') },
  body,
});

/** A message of Weibo's fans service, signed over app secret, timestamp and nonce. */
export function signedForWeibo(body: Buffer, { appSecret }: Secrets['weibo']): Signed {
  const sent = Date.parse(weiboTime(/"created_at":\s*"([^"]+)"/.exec(String(body))?.[1] ?? '') ?? '');
  const timestamp = Math.trunc(sent / 1000).toString();
  const nonce = randomInt(10_000_000, 100_000_000).toString();
  return { query: { timestamp, nonce, signature: sortedSha1([appSecret, timestamp, nonce]) }, body };
}
