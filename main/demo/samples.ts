import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { DemoError } from './failure.ts';

/**
 * The sample payloads: those the channels' tests hold, byte for byte. There is one copy of them, so that the demo shows
 * just what is tested; hence it runs in a checkout and not where test/ was left out.
 */
const HOME = new URL('../../test/fixtures/channels/', import.meta.url);

/** The bytes of one sample. Throws DemoError where the samples are not at hand. */
export async function sample(path: string): Promise<Buffer> {
  try {
    return await readFile(new URL(path, HOME));
  } catch {
    throw new DemoError(
      `the demo sends the sample payloads of a checkout, and test/fixtures/channels/${path} is absent`,
    );
  }
}

const texts = z.record(z.string(), z.string());
const signed = z.object({ query: texts });

/** Headers that stand beside a sample. */
export const headersOf = async (path: string): Promise<Record<string, string>> =>
  texts.parse(JSON.parse(String(await sample(path))));

/** The signed query that stands beside a sample. */
export const queryOf = async (path: string): Promise<Record<string, string>> =>
  signed.parse(JSON.parse(String(await sample(path)))).query;

const secrets = z.object({
  wechatMp: z.object({ appid: z.string(), token: z.string(), encodingAESKey: z.string() }),
  weibo: z.object({ appKey: z.string(), appSecret: z.string() }),
  youzan: z.object({ client_id: z.string(), client_secret: z.string() }),
  shopify: z.object({ apiSecret: z.string() }),
});
export type Secrets = z.infer<typeof secrets>;

/** Invented throwaway secrets, which the samples are signed with. */
export const readSecrets = async (): Promise<Secrets> =>
  secrets.parse(JSON.parse(String(await sample('secrets.json'))));
