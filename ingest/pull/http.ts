import { type HttpAnswer, type HttpCall, PlatformError } from '../platform.ts';

/** One HTTP call over Node's fetch, within bounds. Error texts name host and code, never a path, a query or a body. */
export const CALL_MS = 30_000;
export const ANSWER_BYTES = 32 << 20;
const REDIRECTS = 3;

/** The address, where it is one that may be called. Throws PlatformError `refused`. */
export function addressOf(url: string, ...protocols: readonly string[]): URL {
  const address = URL.canParse(url) ? new URL(url) : null;
  if (!address || !protocols.includes(address.protocol) || address.username !== '' || address.password !== '')
    throw new PlatformError('refused', `the address is no ${protocols.join('// or ')}// URL`);
  return address;
}

/** The code of what went wrong, wherever in the chain of causes it stands. */
export function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  const code = 'code' in error ? String(error.code) : '';
  if (/^[A-Z][A-Z0-9_]{1,40}$/.test(code)) return code;
  return error.cause instanceof Error ? faultOf(error.cause) : 'failed';
}

async function bodyOf(answer: Response, host: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > ANSWER_BYTES) throw new PlatformError('refused', `${host}: the answer is over ${ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Where an answer sends the call on to, within the same origin; null where it is an answer. */
function onward(answer: Response, from: URL): URL | null {
  const to = answer.headers.get('location');
  if (![301, 302, 303, 307, 308].includes(answer.status) || to === null) return null;
  const next = URL.canParse(to, from.href) ? new URL(to, from) : null;
  // What we send is signed and holds secrets: it is for this host alone.
  if (next?.origin !== from.origin) throw new PlatformError('refused', `${from.host}: sends calls on to another host`);
  return next;
}

async function call(request: HttpCall, address: URL, signal: AbortSignal, hops: number): Promise<HttpAnswer> {
  const { method = request.body === undefined ? 'GET' : 'POST', headers, body } = request;
  const answer = await fetch(address.href, { method, headers, body, redirect: 'manual', signal });
  const next = onward(answer, address);
  if (next) {
    await answer.body?.cancel();
    if (hops === 0) throw new PlatformError('refused', `${address.host}: sends calls on and on`);
    const bare = method === 'POST' && answer.status < 307;
    return call(bare ? { ...request, method: 'GET', body: undefined } : request, next, signal, hops - 1);
  }
  const answered = await bodyOf(answer, address.host);
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body: answered };
}

/** Throws PlatformError: `unreachable` for a broken or slow connection, `refused` for what waiting does not mend. */
export async function callHttp(request: HttpCall, stop: AbortSignal, ms: number = CALL_MS): Promise<HttpAnswer> {
  const address = addressOf(request.url, 'https:', 'http:');
  const late = AbortSignal.timeout(ms);
  try {
    return await call(request, address, AbortSignal.any([late, stop]), REDIRECTS);
  } catch (error) {
    if (error instanceof PlatformError) throw error;
    const why = stop.aborted ? 'stopped' : late.aborted ? `no answer within ${ms} ms` : faultOf(error);
    throw new PlatformError('unreachable', `${address.host}: ${why}`);
  }
}
