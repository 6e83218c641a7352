import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { Problem } from '../schemas/errors.ts';
import { BROKEN } from './body.ts';
import { problemBody, problemHeaders } from './fail.ts';

/** How long a refused sender may go on sending before the line is cut, ms. */
const LINGER_MS = 2000;

const TITLES: Record<number, string> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

function problemOf(code: string): Problem {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new Problem('headers_too_large', 'request line and headers are at most 16 KiB');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Problem('too_slow', 'the headers did not arrive in time');
  return new Problem('request_malformed', 'this is not HTTP/1.1');
}

function refuse(socket: Socket, problem: Problem): void {
  if (!socket.writable) return void socket.destroy();
  const body = problemBody(problem, 'none');
  const headers = {
    ...problemHeaders(problem),
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${problem.status} ${TITLES[problem.status] ?? 'Error'}\r\n${head.join('')}\r\n${body}`);
  // What is still on its way is read and dropped: closing over unread bytes would take the answer back.
  socket.on('error', () => {}).resume();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.on('close', () => clearTimeout(timer));
}

/** One connection: its requests without an answer, the latest of them, and what is to be told once all have theirs. */
type Line = { open: number; last: IncomingMessage; broken: boolean; problem: Problem | null };

export type ParserErrors = { onError(error: Error, socket: Socket): void; watch(server: Server): void };

/**
 * Errors of the HTTP parser as problems. Requests that came before the garbage on the same line are answered first:
 * their answers stand in order, and none is taken for another's. Garbage inside a body fails the request of that body.
 */
export function parserErrors(): ParserErrors {
  const lines = new WeakMap<Socket, Line>();
  const settle = (socket: Socket, line: Line): void => {
    line.open -= 1;
    if (line.open > 0 || !line.broken) return;
    if (line.problem) refuse(socket, line.problem);
    else socket.destroySoon();
  };
  return {
    onError(error, socket) {
      const code = 'code' in error ? String(error.code) : '';
      const line = lines.get(socket);
      if (code === 'ECONNRESET' || code === 'EPIPE') return void socket.destroy();
      if (!line || line.open === 0) return refuse(socket, problemOf(code));
      line.broken = true;
      if (line.last.complete) line.problem = problemOf(code);
      else line.last.emit(BROKEN);
    },
    watch(server) {
      server.on('request', (request: IncomingMessage, response) => {
        const { socket } = request;
        const line = lines.get(socket) ?? { open: 0, last: request, broken: false, problem: null };
        line.open += 1;
        line.last = request;
        lines.set(socket, line);
        response.once('close', () => settle(socket, line));
      });
    },
  };
}
