import { expect } from 'vitest';
import type { JobView, SourceView } from '../../api/port.ts';
import type { Store } from '../../identity/store/port.ts';
import { PULLS_JOB } from '../../main/pulls.ts';
import { customer, SETTINGS, type Till, ticket } from '../ingest/pull/pospal.ts';
import { openWhole, type Whole } from './house.ts';

/** A till's platform on the loopback, read through the whole house. */
export const PULL = { channel: 'pospal', source: 'main', name: 'tickets' };
export const LI = '900000000000000501';
export const WANG = '900000000000000502';
let turns = 0;

/** Tickets of two buyers on the last day of 2025; each call of the platform takes a second of the clock. */
export function stock(till: Till, count: number): void {
  till.pageSize = 3;
  till.tickets = Array.from({ length: count }, (_, at) =>
    ticket({
      ...{ sn: `S${at}`, uid: `9000000000000010${String(at).padStart(2, '0')}`, customerUid: at % 2 === 0 ? LI : WANG },
      ...{ datetime: `2025-12-31 12:${String(at).padStart(2, '0')}:00`, totalAmount: 100 + at },
    }),
  );
  till.customers.set(LI, customer({ uid: LI, number: '0000008901', name: '李思远', phone: '13900005501' }));
  till.customers.set(WANG, customer({ uid: WANG, number: '0000008902', name: '王思远', phone: '13900005502' }));
}

export async function begin(till: Till, wrap?: (store: Store) => Store): Promise<Whole> {
  const whole = await openWhole({ wrap });
  // The recurring job runs once at the start: before there is anything to do for it.
  await ended(whole, `every:${PULLS_JOB}`);
  await whole.services.sources.put('pospal', 'main', { settings: { ...SETTINGS, baseUrl: till.url, store: 'SH01' } });
  ticking(till, whole);
  return whole;
}

export function ticking(till: Till, { clock }: Whole): void {
  till.gate = async () => {
    clock.now += 1_000;
  };
}

export async function ended(whole: Whole, id: string): Promise<JobView> {
  for (;;) {
    const job = await whole.services.jobs.get(id);
    if (job && job.state !== 'queued' && job.state !== 'running') return job;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Runs the recurring job now, and lets the consumer catch up. */
export async function turn(whole: Whole): Promise<void> {
  turns += 1;
  await whole.house.jobs.add(PULLS_JOB, null, `turn-${turns}`);
  expect((await ended(whole, `turn-${turns}`)).state).toBe('done');
  await whole.services.events.accept([], 'applied');
}

/** So many turns that what was read and asked is there. */
export async function settle(whole: Whole): Promise<void> {
  for (let n = 0; n < 3; n += 1) {
    await turn(whole);
    whole.clock.now += 1_000;
  }
}

export async function sourceOf(whole: Whole): Promise<SourceView> {
  const [source] = await whole.services.sources.list();
  if (!source) throw new Error('no source');
  return source;
}
export const counts = async (whole: Whole): Promise<Record<string, number>> =>
  Object.fromEntries(
    (await whole.services.fates({})).items.map(({ fate, reason, count }) => [
      reason ? `${fate} ${reason}` : fate,
      count,
    ]),
  );
export async function ordersOf(whole: Whole, mobile: string): Promise<unknown> {
  const id = await whole.services.customers.find({ kind: 'mobile', value: mobile }, null);
  const view = id === null ? null : await whole.services.customers.get(id);
  return view && [view.metrics.orders, view.metrics.spend.CNY, view.traits.name?.value];
}
export const LATER = 301_000;
