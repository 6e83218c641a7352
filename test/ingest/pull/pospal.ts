import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import { readJson } from '../../../ingest/json.ts';
import { fieldsAt, textAt } from '../../../ingest/pick.ts';
import { bytes, json } from '../channels/door.ts';

/** A till's platform on the loopback: it signs nothing away, pages what it has, and fails when it is told to. */
export const SETTINGS = { appId: 'A1B2C3D4E5F60718293A4B5C6D7E8F90', appKey: '900000000000000017', brand: 'aurora' };

/** How one call is to be answered instead of being answered. */
export type Fault = (answer: ServerResponse) => void;
const send = (answer: ServerResponse, status: number, text: string, headers = {}): void => {
  answer.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
};
const error =
  (code: number, message: string): Fault =>
  (answer) =>
    send(answer, 200, JSON.stringify({ status: 'error', messages: [message], errorCode: code }));
export const FAULTS = {
  busy: error(2001, '接口访问过于频繁'),
  tooMany: (answer: ServerResponse) => send(answer, 429, '', { 'retry-after': '1' }),
  broken: (answer: ServerResponse) => send(answer, 502, 'bad gateway'),
  cut: (answer: ServerResponse) => {
    answer.writeHead(200, { 'content-length': 500 });
    answer.write('{"sta', () => answer.destroy());
  },
  forbidden: error(1011, '没有权限'),
  absent: error(1012, '会员不存在'),
};

export type Till = {
  url: string;
  /** Each with its `datetime`; texts, so that long numbers stay bare numbers. */
  tickets: string[];
  customers: Map<string, string>;
  /** The first one is used up by each call. */
  faults: Fault[];
  /** Awaited before each answer. */
  gate: (() => Promise<void>) | null;
  calls: { method: string; body: Record<string, unknown>; text: string }[];
  pageSize: number;
};

const read = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
};

const when = (ticket: string): string => /"datetime":\s*"([^"]+)"/.exec(ticket)?.[1] ?? '';

function pageOf(till: Till, body: unknown): string {
  const [from, to] = [textAt(body, 'startTime'), textAt(body, 'endTime')];
  const inside = till.tickets.filter((ticket) => when(ticket) >= from && when(ticket) <= to);
  const at = Number(textAt(body, 'postBackParameter', 'parameterValue') || '0');
  const page = inside.slice(at, at + till.pageSize);
  const post = JSON.stringify({ parameterType: 'abs(ticket.sysUpdateTime)', parameterValue: String(at + page.length) });
  return `{"postBackParameter":${post},"result":[${page.join(',')}],"pageSize":${till.pageSize}}`;
}

export async function openTill(): Promise<Till> {
  const till: Till = {
    ...{ url: '', tickets: [], customers: new Map(), faults: [], gate: null, calls: [], pageSize: 100 },
  };
  const handle = async (request: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const text = await read(request);
    const method = (request.url ?? '').split('/').pop() ?? '';
    const body = fieldsAt(readJson(text));
    till.calls.push({ method, body, text });
    await till.gate?.();
    const fault = till.faults.shift();
    if (fault) return fault(answer);
    const ought = createHash('md5').update(SETTINGS.appKey).update(text).digest('hex').toUpperCase();
    if (request.headers['data-signature'] !== ought) return error(1032, '签名错误')(answer);
    if (method === 'queryTicketPages') return send(answer, 200, `{"status":"success","data":${pageOf(till, body)}}`);
    const customer = till.customers.get(textAt(body, 'customerUid'));
    return customer ? send(answer, 200, `{"status":"success","data":${customer}}`) : FAULTS.absent(answer);
  };
  const server = createServer((request, answer) => {
    handle(request, answer).catch(() => answer.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  till.url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  return till;
}

/** A ticket as the sample has it, with other values in some of its fields; numbers are written as they are given. */
export function ticket(more: Record<string, string | number> = {}): string {
  let [, text = ''] =
    /"result": \[\s*(\{[\s\S]*?\n {6}\})/.exec(bytes('pospal/queryTicketPages.response.json').toString()) ?? [];
  for (const [name, value] of Object.entries(more)) {
    const written = typeof value === 'number' || /^\d{17,}$/.test(value) ? String(value) : JSON.stringify(value);
    text = text.replace(new RegExp(`\\n {8}"${name}": [^\\n]*?(,?)\\n`), `\n        "${name}": ${written}$1\n`);
  }
  return text;
}

/** The data of a customer, a bare number for its uid. */
export function customer(more: Record<string, string | number> & { uid: string }): string {
  const { uid, ...rest } = more;
  const data = { ...fieldsAt(json('pospal/customer.json').data), customerUid: 0, ...rest };
  return JSON.stringify(data).replace('"customerUid":0', `"customerUid":${uid}`);
}
