import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../schemas/errors.ts';
import { authenticate, demand, mayDo, NOBODY } from './auth.ts';
import { drain, parseJson, readBytes, streamBody } from './body.ts';
import { asProblem, placeOf, sendProblem } from './fail.ts';
import type { RateLimit } from './limits.ts';
import type { Log, LogLine } from './log.ts';
import type { JsonReader, KeyGrant, Services } from './port.ts';
import type { Call, Route } from './route.ts';
import { allowedMethods, ROUTES } from './routes.ts';

type Found = Pick<LogLine, 'code' | 'error' | 'at'> & { key: string | null; streaming: boolean };

declare module 'fastify' {
  interface FastifyRequest {
    /** What the log line of this request tells beside route and status. */
    found: Found | null;
  }
}

/** What all routes of one app share. */
export type House = {
  services: Services;
  json: JsonReader;
  bodyLimit: number;
  bodyMs: number;
  log: Log | undefined;
  limit: RateLimit;
  closers: Set<() => void>;
  openapi: () => string;
};

const found = (request: FastifyRequest): Found => {
  request.found ??= { key: null, streaming: false };
  return request.found;
};

function makeCall(house: House, request: FastifyRequest, grant: KeyGrant): Call {
  const { services, bodyLimit, bodyMs, closers } = house;
  const { raw } = request;
  return {
    services,
    grant,
    pii: mayDo(grant, 'pii:read'),
    request: raw,
    params: request.params,
    query: request.query,
    json: async () => parseJson(await readBytes(raw, { bytes: bodyLimit, ms: bodyMs }), house.json),
    bytes: (limit) => readBytes(raw, { bytes: limit, ms: bodyMs }),
    stream: (limit) => {
      const stream = streamBody(raw, { bytes: limit, ms: bodyMs });
      found(request).streaming = true;
      return stream;
    },
    closing: () => {
      let stop = (): void => {};
      const closed = new Promise<void>((resolve) => {
        closers.add(resolve);
        stop = () => closers.delete(resolve);
      });
      return { closed, stop };
    },
    openapi: house.openapi,
  };
}

/** Throws rate_limited; the headers tell either way. */
function allow(house: House, grant: KeyGrant, reply: FastifyReply): void {
  const allowance = house.limit(grant);
  if (!allowance) return;
  const { limit, remaining, reset, wait } = allowance;
  reply.header('ratelimit-limit', limit).header('ratelimit-remaining', remaining).header('ratelimit-reset', reset);
  if (wait > 0) throw new Problem('rate_limited', `this key may ask ${limit} times a second`, { retry_after: wait });
}

/** Key, then allowance, then scope, then the handler: nothing of the body is read for whom it is not. */
export async function serve(
  house: House,
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  let grant = NOBODY;
  if (route.scope !== null) {
    const checked = authenticate(house.services, request.headers.authorization);
    grant = checked instanceof Promise ? await checked : checked;
    found(request).key = grant.id;
    allow(house, grant, reply);
    demand(grant, route.scope);
  }
  const answer = await route.run(makeCall(house, request, grant));
  reply.code(answer.status).header('cache-control', 'no-store');
  if (answer.type !== '') reply.header('content-type', answer.type);
  return reply.send(answer.body);
}

export function answerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = asProblem(error);
  const line = found(request);
  line.code = problem.code;
  if (problem.code === 'internal') Object.assign(line, placeOf(error));
  return sendProblem(reply, problem);
}

export function unknownRoute(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const [path = ''] = request.raw.url?.split('?') ?? [];
  const methods = allowedMethods(path);
  if (methods.length === 0) throw new Problem('route_unknown', 'there is no such route; /openapi.json lists all');
  reply.header('allow', methods.join(', '));
  throw new Problem('method_wrong', `this route takes ${methods.join(', ')}`);
}

/** Before anything else of a request. */
export function onRequest(house: House, request: FastifyRequest, reply: FastifyReply): void {
  // The close of an answer tells of cut lines too, of which fastify's hooks know nothing.
  reply.raw.once('close', () => onClose(house, request, reply));
  // The type of a body never decides how it is read: fastify must not judge it. The raw headers keep it.
  if (request.method !== 'GET') request.headers = { 'content-type': undefined };
  if (request.raw.httpVersion === '1.1' && request.raw.headers.host === undefined) {
    throw new Problem('request_malformed', 'HTTP/1.1 wants a Host header');
  }
  const { expect } = request.raw.headers;
  if (expect !== undefined && expect.toLowerCase() !== '100-continue') {
    throw new Problem('request_malformed', 'Expect takes nothing but 100-continue');
  }
}

/** After an answer is out, or the line was cut: by whoever asked, or by us because the server closes. */
function onClose(house: House, request: FastifyRequest, reply: FastifyReply): void {
  const { key = null, streaming = false, ...more } = request.found ?? {};
  const { raw } = request;
  // An answer written to a line that was cut already passes for finished.
  const cut = !reply.raw.writableFinished || (raw.destroyed && !raw.complete);
  if (!raw.complete && !streaming) drain(raw, house.bodyMs);
  house.log?.({
    route: ROUTE_OF_PATTERN.get(request.routeOptions.url ?? '') ?? null,
    method: request.method,
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime),
    key,
    request: request.id,
    ...(cut && { cut }),
    ...more,
  });
}

/** `/v1/customers/{id}` as fastify writes it. */
export const pattern = (url: string): string => url.replaceAll(/\{(\w+)\}/g, ':$1');
const ROUTE_OF_PATTERN = new Map(ROUTES.map(({ url }): [string, string] => [pattern(url), url]));
