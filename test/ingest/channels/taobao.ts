import type { Verdict } from '../../../ingest/channel.ts';
import { bytes } from './door.ts';

/** Messages and trades of Taobao as its connector finds them in the log, and the ids of their buyers. */
const META = { appKey: '23000017', shop: 'flagship', brand: 'sample' };
const taken = (api: string, body: unknown): Verdict => ({
  verdict: 'taken',
  items: [{ body: typeof body === 'string' ? body : JSON.stringify(body), meta: { api, ...META } }],
  reply: { status: 200, contentType: 'text/plain', body: '' },
});
export const message = (body: unknown): Verdict => taken('message', body);
export const trade = (body: unknown): Verdict => taken('trade', body);
export const sample = (name: string): string => bytes(`taobao/${name}.json`).toString('utf8');

export const ouid = (value: string) => ({ kind: 'taobao_ouid', scope: 'flagship', value });
export const omid = (value: string) => ({ kind: 'taobao_omid', scope: 'sample', value });
export const openUid = (value: string) => ({ kind: 'taobao_buyer_open_uid', scope: '23000017', value });
export const OUID = ouid('AAHHxBJ5D0rDygseeUAEYCPx');
export const OPEN_UID = openUid('AAGM6SzYOutIAF73RZsXlJXD');

/** The trade of a sample, as its text has it: a 64-bit id is read by nobody before the connector. */
export function tradeText(name: string): string {
  const text = sample(name);
  const from = text.indexOf('"trade": {') + '"trade": '.length;
  return text.slice(from, text.lastIndexOf('"request_id"')).replace(/,\s*$/, '');
}
