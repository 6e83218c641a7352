import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { EventInput } from '../../schemas/event.ts';
import type { IdentifierRef } from '../../schemas/identifier.ts';
import { customerView, explainResult, lookupResult } from '../../schemas/wire/customer.ts';
import { conflictList, timelineList } from '../../schemas/wire/evidence.ts';
import { eventResults, importView, sourceList } from '../../schemas/wire/ingest.ts';
import { fatesResult, jobView, newKey } from '../../schemas/wire/ops.ts';
import { DemoError } from './failure.ts';

/** The calls the demo makes: over HTTP like anybody else's, with the key of an administrator. */
export type Client = ReturnType<typeof makeClient>;
type Call = { method?: string; key?: false; headers?: Record<string, string>; body?: RequestInit['body'] };

const TIMELINE = 1000;
const POLL_MS = 50;
/** For how long jobs and asks are waited for: far longer than they take. */
const PATIENCE_MS = 120_000;
const JSON_TYPE = { 'content-type': 'application/json' };
const problem = z.object({ code: z.string() });
const pulled = z.object({ items: z.number() });
const OPEN = new Set(['queued', 'running']);

async function until(what: string, done: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; !(await done()); waited += POLL_MS) {
    if (waited >= PATIENCE_MS) throw new DemoError(`${what} did not come to an end`);
    await delay(POLL_MS);
  }
}

/** What the platforms are asked goes on by itself; these tell when it is done and applied. */
function waits(
  read: <T>(path: string, schema: z.ZodType<T>) => Promise<T>,
  post: <T>(path: string, body: unknown, schema: z.ZodType<T>) => Promise<T>,
) {
  const applied = (): Promise<void> =>
    until('the log', async () => (await read('/v1/fates', fatesResult)).pending === 0);
  return {
    /** Reads from a platform, on or a part of the past; gives how many items it told, once they are applied. */
    pull: async (path: string, name: string, range: { from: string; to: string } | undefined): Promise<number> => {
      let job = await post(`/v1/sources/${path}/pulls/${name}`, range ?? {}, jobView);
      await until(`the pull ${name} of ${path}`, async () => {
        job = await read(`/v1/jobs/${job.id}`, jobView);
        return !OPEN.has(job.state);
      });
      if (job.state !== 'done') throw new DemoError(`the pull ${name} of ${path} is ${job.state}: ${job.error ?? ''}`);
      await applied();
      return pulled.parse(job.result).items;
    },
    /** Resolves once no platform is to be asked anything any more, and what they answered is applied. */
    answered: async (): Promise<void> => {
      await until('what platforms are asked', async () =>
        (await read('/v1/sources', sourceList)).items.every(({ asks_waiting }) => asks_waiting === undefined),
      );
      await applied();
    },
  };
}

export function makeClient(base: string, key: string) {
  const call = (path: string, { method = 'GET', headers = {}, body, key: mine }: Call = {}): Promise<Response> =>
    fetch(`${base}${path}`, {
      method,
      headers: { ...headers, ...(mine === false ? {} : { authorization: `Bearer ${key}` }) },
      body,
    });
  const read = async <T>(path: string, schema: z.ZodType<T>, options: Call = {}): Promise<T> => {
    const response = await call(path, options);
    const text = await response.text();
    if (!response.ok)
      throw new DemoError(`${options.method ?? 'GET'} ${path.split('?')[0]} answered ${response.status}: ${text}`);
    return schema.parse(JSON.parse(text));
  };
  const post = <T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T> =>
    read(path, schema, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) });
  return {
    base,
    /** A webhook. Its code where the door refused it, null where it took it. */
    door: async (
      path: string,
      sent: { query?: Record<string, string>; headers?: Record<string, string>; body: Buffer },
    ) => {
      const query = new URLSearchParams({ ...sent.query, wait: 'applied' });
      const { headers, body } = sent;
      const response = await call(`/v1/channels/${path}?${query}`, { method: 'POST', key: false, headers, body });
      const text = await response.text();
      return response.ok ? null : `${response.status} ${problem.parse(JSON.parse(text)).code}`;
    },
    importFile: (path: string, name: string, body: Buffer) =>
      read(`/v1/imports/${path}?${new URLSearchParams({ name })}`, importView, { method: 'POST', body }),
    events: async (events: readonly EventInput[]) =>
      (await post('/v1/events?wait=applied', { events }, eventResults)).results,
    fates: async () => (await read('/v1/fates', fatesResult)).items,
    ...waits(read, post),
    /** Customers in the order of the identifiers; null where nobody has one. */
    lookup: async (identifiers: readonly IdentifierRef[]) => {
      const { results } = await post('/v1/customers/lookup', { identifiers }, lookupResult);
      return results.map(({ customer }) => (customer === null ? null : customerView.parse(customer)));
    },
    timeline: async (id: string) => (await read(`/v1/customers/${id}/events?limit=${TIMELINE}`, timelineList)).items,
    /** Why a customer is, or is not, the one that bears an identifier. */
    explain: (id: string, { kind, scope, value }: IdentifierRef) => {
      const other = [kind, scope ?? '', value].map(encodeURIComponent).join(':');
      return read(`/v1/customers/${id}/explain?${new URLSearchParams({ with: other })}`, explainResult);
    },
    conflicts: async () => (await read(`/v1/conflicts?limit=${TIMELINE}`, conflictList)).items,
    makeKey: (name: string) => post('/v1/keys', { name, scopes: ['admin'] }, newKey),
    dropKey: async (id: string): Promise<void> => {
      await (await call(`/v1/keys/${id}`, { method: 'DELETE' })).text();
    },
  };
}
