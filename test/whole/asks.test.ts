import { describe, expect, it } from 'vitest';
import { rebuild } from '../../main/rebuild.ts';
import { customer, openTill, SETTINGS } from '../ingest/pull/pospal.ts';
import { newDirectory, openWhole, removeDirectory } from './house.ts';
import { begin, counts, ended, LI, ordersOf, settle, sourceOf, stock } from './till.ts';

describe('an ask', () => {
  it('that the platform cannot answer is a dead letter, and asks again when it is replayed', async () => {
    const till = await openTill();
    stock(till, 1);
    till.customers.clear();
    const whole = await begin(till);
    await settle(whole);
    const { items } = await whole.services.deadletters.list({}, { after: null, limit: 10 });
    expect(items).toMatchObject([{ reason: 'platform_failed', channel: 'pospal', source: 'main' }]);
    expect(items[0]?.detail).toBe('ask customer: gone: customerOpenApi/queryByUid: error 1012');
    expect((await sourceOf(whole)).asks_waiting).toBeUndefined();

    till.customers.set(LI, customer({ uid: LI, name: '李思远', phone: '13900005501' }));
    expect(await whole.services.deadletters.replay({ where: { reason: 'platform_failed' } })).toEqual({ accepted: 1 });
    expect((await sourceOf(whole)).asks_waiting).toEqual({ customer: 1 });
    await settle(whole);
    expect(await ordersOf(whole, '13900005501')).toEqual([1, '100.00', '李思远']);
    expect((await whole.services.deadletters.list({}, { after: null, limit: 10 })).items).toEqual([]);
    await whole.close();
    await removeDirectory(whole.directory);
  });

  it('waits, and is seen to wait, while its source lacks a setting', async () => {
    const till = await openTill();
    stock(till, 2);
    const whole = await begin(till);
    const job = await whole.services.pulls.run('pospal', 'main', 'tickets', { from: null, to: null });
    expect((await ended(whole, job.id)).result).toEqual({ items: 2 });
    await whole.services.events.accept([], 'applied');
    await whole.services.sources.put('pospal', 'main', { settings: { ...SETTINGS, store: 'SH01' } });
    await settle(whole);
    expect((await sourceOf(whole)).asks_waiting).toEqual({ customer: 2 });
    expect(await whole.services.metrics()).toContain(
      'huaxiang_asks_waiting{channel="pospal",source="main",name="customer"} 2',
    );
    await whole.services.sources.put('pospal', 'main', { settings: { ...SETTINGS, baseUrl: till.url } });
    await settle(whole);
    expect(await ordersOf(whole, '13900005502')).toEqual([1, '101.00', '王思远']);
    await whole.close();
    await removeDirectory(whole.directory);
  });

  it('is answered in a rebuild by what the log holds: nobody is called', async () => {
    const till = await openTill();
    stock(till, 3);
    const first = await begin(till);
    await settle(first);
    const answers = [await counts(first), await ordersOf(first, '13900005501')];
    const shown = (await sourceOf(first)).pulls;
    await first.close();
    const calls = till.calls.length;
    const to = await newDirectory();
    const say = (): void => undefined;
    const now = (): number => Date.UTC(2027, 0, 1);
    expect(await rebuild({ from: first.directory, to, env: {}, now, out: say, err: say })).toBe(0);
    expect(till.calls).toHaveLength(calls);
    const second = await openWhole({ directory: to });
    expect([await counts(second), await ordersOf(second, '13900005501')]).toEqual(answers);
    expect((await sourceOf(second)).asks_waiting).toBeUndefined();
    expect((await sourceOf(second)).pulls).toEqual(shown);
    await second.close();
    for (const directory of [first.directory, to]) await removeDirectory(directory);
  });
});
