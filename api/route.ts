import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { ProblemCode } from '../schemas/errors.ts';
import type { Scope } from '../schemas/wire/common.ts';
import { parsed } from './fail.ts';
import type { KeyGrant, Services } from './port.ts';

/** What one request gives its handler. Bodies are read only when a handler asks for them. */
export type Call = {
  services: Services;
  grant: KeyGrant;
  /** The key holds `pii:read`: nothing is masked. */
  pii: boolean;
  request: IncomingMessage;
  params: unknown;
  query: unknown;
  json(): Promise<unknown>;
  bytes(limit: number): Promise<Buffer>;
  stream(limit: number): Readable;
  /** Resolves when the server is about to close: long polls end then. `stop` forgets it. */
  closing(): { closed: Promise<void>; stop: () => void };
  openapi(): string;
};

export type Answer = { status: number; type: string; body: string | Buffer | Readable };
export type Reply<R> = { status: number; body: R };
export const ok = <R>(body: R): Reply<R> => ({ status: 200, body });
export const accepted = <R>(body: R): Reply<R> => ({ status: 202, body });

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
export type ResponseDocs = { description: string; type?: string; schema?: z.ZodType; example?: unknown };
export type BodyDocs = { type: string; schema?: z.ZodType; example?: unknown };

/** One route, its types taken off: what the server, the 405 table and OpenAPI need of it. */
export type Route = {
  method: Method;
  /** In the form of OpenAPI: `/v1/customers/{id}`. */
  url: string;
  tag: string;
  /** Null: no key is asked for. */
  scope: Scope | null;
  summary: { zh: string; en: string };
  params: z.ZodType | null;
  query: z.ZodType | null;
  body: BodyDocs | null;
  responses: Record<number, ResponseDocs>;
  problems: readonly ProblemCode[];
  run(call: Call): Promise<Answer> | Answer;
};

type Common<P, Q> = {
  method: Method;
  url: string;
  tag: string;
  scope: Scope | null;
  summary: { zh: string; en: string };
  params?: z.ZodType<P>;
  query?: z.ZodType<Q>;
  problems?: readonly ProblemCode[];
  /** Parameters of the path that cannot be right are answered with this: such a thing does not exist. */
  absent?: ProblemCode;
};
type Input<P, Q, B> = { params: P; query: Q; body: B; call: Call; services: Services; pii: boolean };

type JsonRoute<P, Q, B, R> = Common<P, Q> & {
  body?: { schema: z.ZodType<B>; docs?: z.ZodType; example: unknown };
  ok: z.ZodType<R>;
  example: unknown;
  /** Further statuses with the same body. */
  also?: Record<number, string>;
  handler(input: Input<P, Q, B>): Promise<Reply<R>> | Reply<R>;
};

const JSON_TYPE = 'application/json';

function common<P, Q>(definition: Common<P, Q>): Omit<Route, 'body' | 'responses' | 'run'> {
  const { method, url, tag, scope, summary, problems = [], absent } = definition;
  const { params = null, query = null } = definition;
  const codes = absent && !problems.includes(absent) ? [...problems, absent] : problems;
  return { method, url, tag, scope, summary, params, query, problems: codes };
}

/** A route that takes JSON or nothing and answers JSON. `R` holds handler and documentation together. */
export function jsonRoute<P, Q, B, R>(definition: JsonRoute<P, Q, B, R>): Route {
  const { body, ok: schema, example, also = {}, handler, absent } = definition;
  const responses: Record<number, ResponseDocs> = { 200: { description: 'OK', schema, example } };
  for (const [status, description] of Object.entries(also)) responses[Number(status)] = { description, schema };
  return {
    ...common(definition),
    body: body ? { type: JSON_TYPE, schema: body.docs ?? body.schema, example: body.example } : null,
    responses,
    async run(call) {
      const reply = await handler({
        params: parsed(definition.params, call.params, 'path', absent),
        query: parsed(definition.query, call.query, 'query'),
        body: parsed(body?.schema, body ? await call.json() : undefined, 'body'),
        call,
        services: call.services,
        pii: call.pii,
      });
      return { status: reply.status, type: JSON_TYPE, body: JSON.stringify(reply.body) };
    },
  };
}

type RawRoute<P, Q> = Common<P, Q> & {
  body?: BodyDocs;
  responses: Record<number, ResponseDocs>;
  handler(input: Omit<Input<P, Q, never>, 'body'>): Promise<Answer> | Answer;
};

/** A route that reads its body itself or answers something else than JSON. */
export function rawRoute<P, Q>(definition: RawRoute<P, Q>): Route {
  const { body = null, responses, handler, absent } = definition;
  return {
    ...common(definition),
    body,
    responses,
    run: (call) =>
      handler({
        params: parsed(definition.params, call.params, 'path', absent),
        query: parsed(definition.query, call.query, 'query'),
        call,
        services: call.services,
        pii: call.pii,
      }),
  };
}
