import type { IncomingMessage } from 'node:http';
import { type Readable, Transform } from 'node:stream';
import { createGunzip, gunzip } from 'node:zlib';
import { Problem } from '../schemas/errors.ts';
import type { JsonReader } from './port.ts';

/** Limits in bytes after inflating; times in ms. */
export type BodyLimits = { bytes: number; ms: number };

/** Event of a request whose body can come to no end any more: the parser gave up inside it. */
export const BROKEN = 'broken';

const DECODER = new TextDecoder('utf-8', { fatal: true });

const tooLarge = (bytes: number): Problem =>
  new Problem('body_too_large', `at most ${bytes} bytes are taken`, { limit: bytes });
const tooSlow = (ms: number): Problem => new Problem('too_slow', `the body did not arrive within ${ms / 1000} s`);
const cutOff = (): Problem => new Problem('request_malformed', 'the body is cut off or broken');
const badGzip = (): Problem => new Problem('body_malformed', 'the body is not what Content-Encoding gzip says');

/** True for gzip, false for none; throws `encoding_unsupported` for any other. */
function isGzip(request: IncomingMessage): boolean {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === '') return false;
  if (encoding === 'gzip' || encoding === 'x-gzip') return true;
  throw new Problem('encoding_unsupported', 'Content-Encoding is gzip or none');
}

/** Compressed bytes may be a little more than what they hold, never much. */
const wireLimit = (bytes: number, zipped: boolean): number => (zipped ? bytes + (bytes >> 6) + 1024 : bytes);

/** Refuses what says itself that it is too large, before a byte of it is read. */
function checkLength(request: IncomingMessage, limit: number, told: number): void {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(told);
}

/** The bytes as they came. On a refusal the rest is left to flow off unread, so that the sender gets to the answer. */
function collect(request: IncomingMessage, limit: number, { bytes, ms }: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = (): void => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onCut).off('error', onCut).off(BROKEN, onCut);
    };
    const refuse = (problem: Problem): void => {
      stop();
      request.on('error', () => {}).resume();
      reject(problem);
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > limit) refuse(tooLarge(bytes));
      else chunks.push(chunk);
    };
    const onEnd = (): void => {
      stop();
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size));
    };
    const onCut = (): void => refuse(cutOff());
    const timer = setTimeout(() => refuse(tooSlow(ms)), ms);
    request.on('data', onData).on('end', onEnd).on('close', onCut).on('error', onCut).on(BROKEN, onCut);
  });
}

function inflate(zipped: Buffer, bytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    gunzip(zipped, { maxOutputLength: bytes }, (error, plain) => {
      if (!error) resolve(plain);
      else reject('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(bytes) : badGzip());
    });
  });
}

/**
 * The whole body, inflated. Throws Problem body_too_large, too_slow, encoding_unsupported, body_malformed (bad gzip),
 * request_malformed (cut off).
 */
export async function readBytes(request: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  const zipped = isGzip(request);
  const limit = wireLimit(limits.bytes, zipped);
  checkLength(request, limit, limits.bytes);
  const body = await collect(request, limit, limits);
  return zipped ? inflate(body, limits.bytes) : body;
}

/** Bytes to a value: the limits of JSON first, for they guard the reader. Throws json_too_complex, body_malformed. */
export function parseJson(bytes: Buffer, reader: JsonReader): unknown {
  if (bytes.length === 0) throw new Problem('body_malformed', 'the body is empty, this route takes JSON');
  reader.checkComplexity(bytes);
  try {
    return reader.readJson(DECODER.decode(bytes));
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem('body_malformed', 'the body is not JSON in UTF-8');
  }
}

/** Lets an unread rest flow off for at most `ms`, then cuts the line: closing at once would lose the answer. */
export function drain(request: IncomingMessage, ms: number): void {
  const { socket } = request;
  const timer = setTimeout(() => socket.destroy(), ms).unref();
  const done = (): void => clearTimeout(timer);
  request
    .on('error', () => {})
    .on('end', done)
    .on('close', done)
    .resume();
}

/** Fails `sink` when no byte came for `ms` while some were wanted, and when the line is cut. */
function watch(request: IncomingMessage, sink: Transform, ms: number): void {
  const timer = setInterval(() => {
    if (!request.isPaused()) sink.destroy(tooSlow(ms));
  }, ms);
  const again = (): void => {
    timer.refresh();
  };
  const stop = (): void => clearInterval(timer);
  const onCut = (): void => {
    if (!request.complete) sink.destroy(cutOff());
  };
  request.on('data', again).on('resume', again).on('end', stop).on('close', onCut).on('error', onCut).on(BROKEN, onCut);
  sink.on('close', stop);
}

/**
 * The body as a stream, inflated, never held. It fails with a Problem: body_too_large, body_malformed (bad gzip),
 * request_malformed (cut off), too_slow (no byte for `ms`; a reader of ours that takes its time is not the sender's
 * fault). Once it is destroyed the rest of the body flows off unread.
 */
export function streamBody(request: IncomingMessage, { bytes, ms }: BodyLimits): Readable {
  const zipped = isGzip(request);
  checkLength(request, wireLimit(bytes, zipped), bytes);
  let size = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > bytes) done(tooLarge(bytes));
      else done(null, chunk);
    },
  });
  count.on('error', () => {});
  const unzip = zipped ? createGunzip() : null;
  const head = unzip ?? count;
  unzip?.on('error', () => count.destroy(badGzip())).pipe(count);
  watch(request, count, ms);
  request.pipe(head);
  count.on('close', () => {
    request.unpipe(head);
    unzip?.destroy();
    if (!request.complete) drain(request, ms);
  });
  return count;
}
