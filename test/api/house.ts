import { connect } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { expect, onTestFinished } from 'vitest';
import { z } from 'zod';
import { type ApiOptions, buildApp } from '../../api/app.ts';
import type { LogLine } from '../../api/log.ts';
import { checkComplexity, readJson } from '../../ingest/json.ts';
import { makeWorld, type World } from './services.ts';

export type House = World & {
  app: FastifyInstance;
  port: number;
  url: string;
  lines: LogLine[];
  /** A request with the admin's key unless another is given. */
  ask(path: string, init?: RequestInit & { key?: string | null }): Promise<Response>;
  post(path: string, body: unknown, key?: string | null): Promise<Response>;
  /** A key with just these scopes. */
  keyFor(...scopes: string[]): Promise<string>;
};

/** The API on a free port of the loopback, over services in memory; closed when the test is over. */
export async function openHouse(options: Partial<ApiOptions> = {}): Promise<House> {
  const world = makeWorld();
  const lines: LogLine[] = [];
  const app = buildApp(world.services, {
    bodyLimit: 10 << 20,
    rateLimit: 0,
    json: { readJson, checkComplexity },
    log: (line) => lines.push(line),
    closeGrace: 200,
    ...options,
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => app.close());
  const ask: House['ask'] = (path, { key = world.admin, headers, ...init } = {}) =>
    fetch(url + path, { ...init, headers: { ...(key !== null && { authorization: `Bearer ${key}` }), ...headers } });
  return {
    ...world,
    app,
    url,
    port: Number(new URL(url).port),
    lines,
    ask,
    post: (path, body, key) => ask(path, { method: 'POST', body: JSON.stringify(body), key }),
    keyFor: async (...scopes) => (await world.services.keys.create('test', scopes)).key,
  };
}

/** The head of a request as it goes over the wire. */
export function head(line: string, key: string, ...headers: string[]): string {
  return [`${line} HTTP/1.1`, 'Host: h', `Authorization: Bearer ${key}`, ...headers, '', ''].join('\r\n');
}

/** Writes these pieces on one connection and gives all that came back once the server closed it or fell silent. */
export function talk(port: number, pieces: readonly (string | Buffer)[], until: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let heard = '';
    const end = (): void => {
      socket.destroy();
      resolve(heard);
    };
    socket.on('data', (chunk) => {
      heard += chunk.toString();
      if (until.test(heard)) end();
    });
    socket.on('end', end);
    socket.on('error', reject);
    socket.on('connect', () => {
      for (const piece of pieces) socket.write(piece);
    });
  });
}

/** The JSON of an answer of 2xx, held against its documented schema: nothing missing, nothing untold. */
export async function read<T>(response: Response, schema: z.ZodType<T>): Promise<T> {
  const raw = await response.json();
  if (!response.ok) throw new Error(JSON.stringify(raw));
  const told = schema.parse(raw);
  expect(told).toEqual(raw);
  return told;
}

/** The problem of an answer, held against its status and type. */
export async function problemOf(response: Response): Promise<Record<string, unknown>> {
  const type = response.headers.get('content-type') ?? '';
  if (!type.startsWith('application/problem+json')) throw new Error(`${response.status} ${type}`);
  const body = z.record(z.string(), z.unknown()).parse(await response.json());
  if (body.status !== response.status) throw new Error(`status ${body.status} in an answer of ${response.status}`);
  return body;
}

export const EVENT = {
  id: 'E-0000008901',
  channel: 'pos',
  source: 'beijing',
  time: '2026-03-01T10:00:00+08:00',
  type: 'member_joined',
  identifiers: [
    { kind: 'mobile', value: '139 0000 1234' },
    { kind: 'member_card', scope: 'brand', value: '0000008901' },
    { kind: 'wechat_openid', scope: 'wx1', value: 'oOpenIdOfNobody0001' },
  ],
  traits: {
    name: '陈思远',
    email: 'siyuan@example.cn',
    birthday: '1990-05-12',
    city: '北京市',
    address: '北京市朝阳区建国路88号',
  },
  properties: { note: '请联系 13900001234', visits: 3 },
};
