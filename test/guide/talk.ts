import { afterAll, beforeAll } from 'vitest';
import { ADMIN_KEY, type Server, startServer } from '../process/server.ts';

/** What the chapters share: a server of their own, started as `npm start` does it, and calls to it over HTTP. */
export type Told<T> = { status: number; text: string; body: T };
type Body = string | Buffer | object;
export type Talk = {
  get<T>(path: string, key?: string): Promise<Told<T>>;
  /** An object goes as JSON; text and bytes go as they are. */
  post<T>(path: string, body: Body, key?: string): Promise<Told<T>>;
  put<T>(path: string, body: Body, key?: string): Promise<Told<T>>;
};
/** The form of every error; docs/errors.md lists the codes. */
export type Problem = { code: string; status: number; retry: string; detail: string; nearest?: string[] };

const JSON_TYPE = /^application\/(problem\+)?json/;

function bytesOf(body: Body): string | Uint8Array<ArrayBuffer> {
  if (typeof body === 'string') return body;
  return Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body);
}

/** Starts a server before the chapter and ends it after. `key` is the admin key unless named; an empty one is none. */
export function talkToServer(): Talk {
  let server: Server | undefined;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(async () => {
    await server?.stop();
  });
  const call = async <T>(method: string, path: string, sent?: Body, key = ADMIN_KEY): Promise<Told<T>> => {
    const headers = key === '' ? undefined : { authorization: `Bearer ${key}` };
    const body = sent === undefined ? undefined : bytesOf(sent);
    const response = await fetch(`${server?.url}${path}`, { method, headers, body });
    const text = await response.text();
    const isJson = JSON_TYPE.test(response.headers.get('content-type') ?? '');
    return { status: response.status, text, body: JSON.parse(isJson ? text : 'null') };
  };
  return {
    get: (path, key) => call('GET', path, undefined, key),
    post: (path, body, key) => call('POST', path, body, key),
    put: (path, body, key) => call('PUT', path, body, key),
  };
}
