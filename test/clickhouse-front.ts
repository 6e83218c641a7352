import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createChdbConnection } from 'chdb/connection';
import { z } from 'zod';

/**
 * For tests only, no part of the product: as much of ClickHouse's HTTP interface over chDB as @clickhouse/client
 * speaks, so that the path by URL runs where no server is. Statements come in the body or as `query`, parameters as
 * `param_<name>` in the URL or a multipart body, an INSERT's rows in the body; exceptions go out as text with a code.
 */
export type Front = { url: string; close(): Promise<void> };

type Ask = { sql: string; params: Record<string, unknown>; settings: Map<string, string> };
const OWN = new Set(['query', 'query_id', 'database', 'session_id', 'default_format']);
const HTTP_SETTINGS = new Set(['wait_end_of_query', 'enable_http_compression', 'send_progress_in_http_headers']);

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** Fields of a multipart body, each of text. */
function multipart(body: string, boundary: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const part of body.split(`--${boundary}`).slice(1, -1)) {
    const [head = '', ...rest] = part.split('\r\n\r\n');
    const name = /name="([^"]+)"/.exec(head)?.[1];
    if (name !== undefined) fields.set(name, rest.join('\r\n\r\n').replace(/\r\n$/, ''));
  }
  return fields;
}

const ESCAPES: Record<string, string> = { t: '\t', n: '\n', r: '\r', '0': '\0', b: '\b', f: '\f' };
const unescaped = (text: string): string => text.replace(/\\(.)/gs, (_, char: string) => ESCAPES[char] ?? char);

/** A parameter as HTTP writes it, as the value that it was: by the type its placeholder declares. */
function paramValue(text: string, type: string): unknown {
  if (text === '\\N') return null;
  if (!type.startsWith('Array(')) return unescaped(text);
  return [...text.matchAll(/'((?:[^'\\]|\\.)*)'/gs)].map((match) => unescaped(match[1] ?? ''));
}

async function askOf(request: IncomingMessage): Promise<Ask> {
  const url = new URL(request.url ?? '/', 'http://front');
  const body = await bodyOf(request);
  const boundary = /boundary=(.+)$/.exec(request.headers['content-type'] ?? '')?.[1];
  const fields = boundary ? multipart(body.toString('utf8'), boundary) : new Map<string, string>();
  const text = boundary ? '' : body.toString('utf8');
  const statement = fields.get('query') ?? url.searchParams.get('query');
  const sql = statement ? [statement, text].join('\n') : text;
  const types = new Map([...sql.matchAll(/\{(\w+):([^{}]+)\}/g)].map((match) => [match[1] ?? '', match[2] ?? '']));
  const params: Record<string, unknown> = {};
  const settings = new Map<string, string>();
  for (const [name, value] of [...url.searchParams, ...fields]) {
    const param = name.startsWith('param_') ? name.slice('param_'.length) : null;
    if (param !== null) params[param] = paramValue(value, types.get(param) ?? 'String');
    else if (!OWN.has(name) && !HTTP_SETTINGS.has(name)) settings.set(name, value);
  }
  return { sql, params, settings };
}

/** What chDB throws: its class is a copy of the client's, so it is known by its shape. */
const exception = z.object({ code: z.string().regex(/^\d+$/), type: z.string() });

function refuse(response: ServerResponse, error: unknown): void {
  const known = exception.safeParse(error).data;
  const code = known?.code ?? '1002';
  const message = error instanceof Error ? error.message : String(error);
  response.writeHead(code === '516' ? 403 : 500, {
    'Content-Type': 'text/plain; charset=UTF-8',
    'X-ClickHouse-Exception-Code': code,
  });
  response.end(`Code: ${code}. DB::Exception: ${message} (${known?.type ?? 'UNKNOWN_EXCEPTION'}) (version 26.7.2.1)\n`);
}

/** Serves the chDB directory at `path` on a free port of loopback. */
export async function openFront(path: string): Promise<Front> {
  const connection = createChdbConnection({ path });
  const set = new Map<string, string>();
  const run = async ({ sql, params, settings }: Ask): Promise<Buffer> => {
    for (const [name, value] of settings) {
      if (set.get(name) === value) continue;
      await connection.command({ query: ['SET', name, '=', `'${value.replaceAll("'", "''")}'`].join(' ') });
      set.set(name, value);
    }
    const answer = await connection.query({ query: sql, query_params: params });
    const chunks: Buffer[] = [];
    for await (const chunk of answer.stream) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  };
  const server = createServer(async (request, response) => {
    try {
      if (request.url?.startsWith('/ping')) return response.end('Ok.\n');
      const bytes = await run(await askOf(request));
      response.writeHead(200, { 'X-ClickHouse-Format': 'JSONCompactEachRow', 'X-ClickHouse-Summary': '{}' });
      return response.end(bytes);
    } catch (error) {
      return refuse(response, error);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await connection.close();
    },
  };
}
