import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { DemoError } from './failure.ts';

/**
 * The payloads of the demo. Where the channels' tests hold the same sample it is theirs byte for byte, which the test
 * of the demo sees to; the others tell more of the same people.
 */
const HOME = new URL('./fixtures/', import.meta.url);

/** The bytes of one payload. Throws DemoError where it is not at hand. */
export async function sample(path: string): Promise<Buffer> {
  try {
    return await readFile(new URL(path, HOME));
  } catch {
    throw new DemoError(`main/demo/fixtures/${path} is absent: the demo sends the payloads of a whole checkout`);
  }
}

/** A payload as text, its numbers as they are written: some ids are longer than a float holds. */
export const sampleText = async (path: string): Promise<string> => String(await sample(path)).trim();

const texts = z.record(z.string(), z.string());
const signed = z.object({ query: texts });

/** Headers that stand beside a sample. */
export const headersOf = async (path: string): Promise<Record<string, string>> =>
  texts.parse(JSON.parse(await sampleText(path)));

/** The signed query that stands beside a sample. */
export const queryOf = async (path: string): Promise<Record<string, string>> =>
  signed.parse(JSON.parse(await sampleText(path))).query;

const wechatKeys = { token: z.string(), encodingAESKey: z.string() };
const secrets = z.object({
  wechatMp: z.object({ appid: z.string(), ...wechatKeys }),
  wechatPay: z.object({ mchid: z.string(), apiV3Key: z.string(), serial: z.string() }),
  wecom: z.object({ corpid: z.string(), ...wechatKeys }),
  weibo: z.object({ appKey: z.string(), appSecret: z.string() }),
  youzan: z.object({ client_id: z.string(), client_secret: z.string() }),
  doudian: z.object({ app_key: z.string(), app_secret: z.string() }),
  shopify: z.object({ apiSecret: z.string() }),
  woocommerce: z.object({ secret: z.string() }),
  pospal: z.object({ appId: z.string(), appKey: z.string() }),
});
export type Secrets = z.infer<typeof secrets> & { wechatPay: { platformPublicKey: string } };

/** Invented throwaway secrets, which the samples are signed with. */
export async function readSecrets(): Promise<Secrets> {
  const given = secrets.parse(JSON.parse(await sampleText('secrets.json')));
  const platformPublicKey = await sampleText('wechat-pay/platform-public-key.pem');
  return { ...given, wechatPay: { ...given.wechatPay, platformPublicKey } };
}
