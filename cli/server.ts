import type { z } from 'zod';
import { type Call, CallError, type Deps, type Option, option, UsageError } from './deps.ts';

const LOCAL = 'http://127.0.0.1:8080';

export const URL_OPTION: Record<'url', Option> = {
  url: {
    type: 'string',
    takes: 'URL',
    zh: `服务地址（默认取 HUAXIANG_URL，否则 ${LOCAL}）`,
    en: `address of the server (else HUAXIANG_URL, else ${LOCAL})`,
  },
};

/** The address of the server without a final slash. Throws UsageError. */
export function serverUrl(call: Call, deps: Deps): string {
  const text = option(call, 'url') || deps.env.HUAXIANG_URL || LOCAL;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw new UsageError(`${JSON.stringify(text)} is no http or https URL`);
  return text.replace(/\/+$/, '');
}

function key(deps: Deps): string {
  const found = deps.env.HUAXIANG_KEY || deps.env.HUAXIANG_ADMIN_KEY;
  if (!found) throw new CallError('no key: set HUAXIANG_KEY, or HUAXIANG_ADMIN_KEY, to a key of the server');
  return found;
}

export type Ask = { method?: string; query?: Record<string, string>; type?: string; body?: RequestInit['body'] };
export type Send = (path: string, ask?: Ask) => Promise<Response>;

/**
 * Calls to the server with the caller's key. What is not 2xx becomes a CallError with the code and the detail of the
 * problem; so does a server that does not answer.
 */
export function server(call: Call, deps: Deps): Send {
  const base = serverUrl(call, deps);
  const authorization = `Bearer ${key(deps)}`;
  return async (path, ask = {}) => {
    const query = new URLSearchParams(ask.query).toString();
    const address = `${base}${path}${query === '' ? '' : `?${query}`}`;
    const headers = { authorization, ...(ask.type !== undefined && { 'content-type': ask.type }) };
    const request: RequestInit = { method: ask.method ?? 'GET', headers, body: ask.body };
    const response = await reach(deps.fetch(address, { ...request, duplex: 'half' }), base);
    if (!response.ok) throw new CallError(await refusal(response));
    return response;
  };
}

/** Waits for an answer; a server that gives none becomes a CallError which says how to start one. */
export async function reach(answer: Promise<Response>, base: string): Promise<Response> {
  try {
    return await answer;
  } catch (error) {
    throw new CallError(`no server answers at ${base} (${causeOf(error)}); start one with: npm start`);
  }
}

/** The innermost reason of a failed request, in a word where there is one. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.cause === undefined ? error.message : causeOf(error.cause);
}

async function refusal(response: Response): Promise<string> {
  const text = await response.text();
  const problem = readJson(text);
  const said = [field(problem, 'code'), field(problem, 'detail')].filter((part) => part !== undefined);
  return `the server refused: ${response.status} ${said.length > 0 ? said.join(': ') : text.slice(0, 200)}`;
}

function field(value: unknown, name: string): string | undefined {
  const found =
    typeof value === 'object' && value !== null ? Object.entries(value).find(([at]) => at === name) : undefined;
  return typeof found?.[1] === 'string' ? found[1] : undefined;
}

export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The body of an answer, held against its schema. */
export async function answer<T>(response: Response, schema: z.ZodType<T>): Promise<T> {
  const read = schema.safeParse(readJson(await response.text()));
  if (!read.success) throw new CallError('the server answered something else than this version expects');
  return read.data;
}
