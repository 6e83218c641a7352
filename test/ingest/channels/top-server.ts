import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Platform } from '../../../ingest/platform.ts';

/** A gateway of the kind that Taobao and JD have, on the loopback; and what a connector is handed to call it. */
export type Call = Record<string, string>;
export type Said = { status?: number; headers?: Record<string, string>; body: string };
export type Gateway = {
  url(): string;
  /** The calls that came since the test began. */
  calls: Call[];
  /** Answers the calls of the test that runs. */
  says(answer: (call: Call) => Said | string | object): void;
};

/** The signature as open.taobao.com and open.jd.com describe it, worked out by hand over the form as it came. */
function signed(form: URLSearchParams, secret: string): string {
  const pairs = [...form].filter(([name]) => name !== 'sign').sort(([a], [b]) => (a < b ? -1 : 1));
  const text = secret + pairs.map(([name, value]) => `${name}${value}`).join('') + secret;
  return createHash('md5').update(text, 'utf8').digest('hex').toUpperCase();
}

/** `unsigned` is what the platform answers to a call that is not signed with `secret`. */
export function gateway(secret: string, unsigned: object): Gateway {
  const calls: Call[] = [];
  let answer: (call: Call) => Said | string | object = () => ({});
  let server: Server | undefined;
  beforeAll(async () => {
    const started = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const form = new URLSearchParams(Buffer.concat(parts).toString('utf8'));
        const call = Object.fromEntries(form);
        calls.push(call);
        const holds = request.method === 'POST' && form.get('sign') === signed(form, secret);
        const said = holds ? answer(call) : unsigned;
        const whole: Said =
          typeof said === 'string' ? { body: said } : isSaid(said) ? said : { body: JSON.stringify(said) };
        response.writeHead(whole.status ?? 200, { 'content-type': 'application/json', ...whole.headers });
        response.end(whole.body);
      });
    });
    server = started;
    await new Promise<void>((ready) => started.listen(0, '127.0.0.1', ready));
  });
  afterAll(async () => {
    await new Promise((closed) => server?.close(closed));
  });
  beforeEach(() => {
    calls.length = 0;
  });
  return {
    calls,
    url: () => `http://127.0.0.1:${portOf(server?.address() ?? null)}/router`,
    says: (given) => {
      answer = given;
    },
  };
}

const portOf = (address: string | AddressInfo | null): number =>
  typeof address === 'object' && address !== null ? address.port : 0;
const isSaid = (said: object): said is Said => 'body' in said && typeof said.body === 'string';

/** Real calls over HTTP; only the clock is the test's. */
export function platformAt(now: number, range?: Platform['range']): Platform {
  return {
    http: async ({ method = 'GET', url, headers = {}, body }) => {
      const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
      return {
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: Buffer.from(await answer.arrayBuffer()),
      };
    },
    socket: () => Promise.reject(new Error('no socket')),
    token: async (_, make) => (await make()).value,
    now: () => now,
    ...(range ? { range } : {}),
  };
}
