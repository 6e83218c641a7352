import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { BODY_MS, CLOSE_GRACE_MS, CLOSE_STEP_MS, HEADER_BYTES, HEADERS_MS, rateLimiter } from './limits.ts';
import type { Log } from './log.ts';
import { openApi } from './openapi.ts';
import type { JsonReader, Services } from './port.ts';
import { ROUTES } from './routes.ts';
import { answerProblem, type House, onRequest, pattern, serve, unknownRoute } from './serve.ts';
import { parserErrors } from './sockets.ts';

export type ApiOptions = {
  /** Bytes of a JSON body after inflating. */
  bodyLimit: number;
  /** Requests per second and key; 0 for none. */
  rateLimit: number;
  json: JsonReader;
  log?: Log;
  /** Shown in OpenAPI. */
  version?: string;
  /** ms; the contract's 10 s and 60 s unless given. */
  headersTimeout?: number;
  bodyTimeout?: number;
  /** ms after `close()` at which lines still busy are cut; 7 s unless given. */
  closeGrace?: number;
};

function bare(options: ApiOptions, onError: (error: Error, socket: Socket) => void): FastifyInstance {
  const boot = randomBytes(6).toString('hex');
  let count = 0;
  const headersTimeout = options.headersTimeout ?? HEADERS_MS;
  return Fastify({
    http: {
      maxHeaderSize: HEADER_BYTES,
      headersTimeout,
      requestTimeout: 0,
      connectionsCheckingInterval: Math.min(1000, headersTimeout),
      // A missing Host is refused in onRequest, as a problem.
      requireHostHeader: false,
    },
    // Bodies have a deadline of their own, which an import passed on in our own pace does not run into.
    requestTimeout: 0,
    return503OnClosing: false,
    genReqId: () => `${boot}-${(++count).toString(36)}`,
    routerOptions: { maxParamLength: HEADER_BYTES },
    clientErrorHandler: onError,
    frameworkErrors: answerProblem,
  });
}

/** While the server closes, lines are closed as they fall idle, and those still busy after `graceMs` are cut. */
function wait(server: Server, graceMs: number): void {
  const idle = setInterval(() => server.closeIdleConnections(), CLOSE_STEP_MS).unref();
  const grace = setTimeout(() => server.closeAllConnections(), graceMs).unref();
  server.once('close', () => {
    clearInterval(idle);
    clearTimeout(grace);
  });
}

/** The whole HTTP API over `services`; the caller listens and closes. Time comes from `services.now`. */
export function buildApp(services: Services, options: ApiOptions): FastifyInstance {
  const sockets = parserErrors();
  const app = bare(options, sockets.onError);
  let description: string | null = null;
  const house: House = {
    services,
    json: options.json,
    bodyLimit: options.bodyLimit,
    log: options.log,
    bodyMs: options.bodyTimeout ?? BODY_MS,
    limit: rateLimiter(options.rateLimit, () => services.now()),
    closers: new Set(),
    openapi: () => {
      description ??= JSON.stringify(openApi(ROUTES, options.version ?? '0'));
      return description;
    },
  };
  sockets.watch(app.server);
  // Node answers an expectation it does not know by itself, without a problem: onRequest refuses it instead.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  app.decorateRequest('found', null);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _body, done) => done(null));
  app.addHook('onRequest', (request, reply, done) => {
    onRequest(house, request, reply);
    done();
  });
  app.addHook('preClose', (done) => {
    for (const close of house.closers) close();
    wait(app.server, options.closeGrace ?? CLOSE_GRACE_MS);
    done();
  });
  app.setErrorHandler(answerProblem);
  app.setNotFoundHandler(unknownRoute);
  for (const route of ROUTES) {
    app.route({
      method: route.method,
      url: pattern(route.url),
      handler: async (request, reply) => {
        try {
          return await serve(house, route, request, reply);
        } catch (error) {
          return answerProblem(error, request, reply);
        }
      },
    });
  }
  return app;
}
