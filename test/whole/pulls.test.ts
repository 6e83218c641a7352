import { describe, expect, it } from 'vitest';
import type { Store } from '../../identity/store/port.ts';
import { PULLS } from '../../main/pulls/states.ts';
import { PULLS_JOB } from '../../main/pulls.ts';
import { FAULTS, openTill, SETTINGS, ticket } from '../ingest/pull/pospal.ts';
import { openWhole, removeDirectory } from './house.ts';
import { begin, counts, ended, LATER, LI, ordersOf, PULL, settle, sourceOf, stock, ticking, turn } from './till.ts';

describe('a turn', () => {
  it('brings every ticket once, and the answer about its buyer joins card and mobile to it', async () => {
    const till = await openTill();
    stock(till, 7);
    till.pageSize = 100;
    const whole = await begin(till);
    await settle(whole);
    expect(await ordersOf(whole, '13900005501')).toEqual([4, '412.00', '李思远']);
    expect(await ordersOf(whole, '13900005502')).toEqual([3, '309.00', '王思远']);
    const byCard = { kind: 'member_card', scope: 'aurora', value: '0000008901' };
    const id = await whole.services.customers.find(byCard, null);
    expect(id).toBe(await whole.services.customers.find({ kind: 'mobile', value: '13900005501' }, null));
    // Four tickets of one buyer in a page are one call.
    expect(till.calls.filter(({ method }) => method === 'queryByUid')).toHaveLength(2);
    const source = await sourceOf(whole);
    expect(source.pulls).toMatchObject([{ name: 'tickets', ready: true, items: 7, error: null }]);
    expect(source.asks_waiting).toBeUndefined();
    expect(JSON.stringify(source)).not.toContain(SETTINGS.appKey);

    const before = await counts(whole);
    expect(before).toEqual({ accepted: 11 });
    whole.clock.now = Date.parse('2025-12-31T12:30:00+08:00');
    await whole.house.pulls.run(whole.house.jobs, PULL, { from: whole.clock.now - 3_600_000, to: whole.clock.now });
    whole.clock.now = Date.UTC(2026, 0, 1) + LATER;
    await settle(whole);
    expect(await counts(whole)).toEqual({ ...before, 'duplicate seen_before': 7 });
    expect(till.calls.filter(({ method }) => method === 'queryByUid')).toHaveLength(2);
    expect(await whole.services.metrics()).toContain(
      'huaxiang_pull_items{channel="pospal",source="main",name="tickets"} 7',
    );
    await whole.close();
    await removeDirectory(whole.directory);
  });

  it('waits where the platform is busy or away, and goes on from where it was', async () => {
    const till = await openTill();
    stock(till, 4);
    const whole = await begin(till);
    till.faults.push(FAULTS.busy);
    await turn(whole);
    expect((await sourceOf(whole)).pulls?.[0]).toMatchObject({ items: 0, error: { why: 'throttled' } });
    whole.clock.now += 1_000;
    till.faults.push(FAULTS.broken);
    await turn(whole);
    const away = (await sourceOf(whole)).pulls?.[0];
    expect(away?.error).toMatchObject({ why: 'unreachable', detail: 'ticketOpenApi/queryTicketPages: HTTP 502' });
    const calls = till.calls.length;
    await turn(whole);
    expect(till.calls).toHaveLength(calls);
    whole.clock.now = Date.parse(away?.next_turn ?? '');
    await settle(whole);
    expect((await sourceOf(whole)).pulls?.[0]).toMatchObject({ items: 4, error: null });
    expect(await whole.services.metrics()).toContain(
      'huaxiang_pull_errors{channel="pospal",source="main",name="tickets"} 2',
    );
    await whole.close();
    await removeDirectory(whole.directory);
  });

  it('with a wrong key says so, and is not tried again before its time', async () => {
    const till = await openTill();
    const whole = await begin(till);
    await whole.services.sources.put('pospal', 'main', {
      settings: { ...SETTINGS, appKey: 'wrong', baseUrl: till.url },
    });
    await settle(whole);
    const pull = (await sourceOf(whole)).pulls?.[0];
    expect(pull?.error).toMatchObject({ why: 'refused', detail: 'ticketOpenApi/queryTicketPages: error 1032' });
    expect(till.calls).toHaveLength(1);
    await whole.close();
    await removeDirectory(whole.directory);
  });
});

describe('a process that ends in the middle', () => {
  it('goes on where it was: closed during a call', async () => {
    const till = await openTill();
    stock(till, 7);
    const first = await begin(till);
    let hanging = (): void => undefined;
    const hangs = new Promise<void>((resolve) => {
      hanging = resolve;
    });
    till.gate = async () => {
      if (till.calls.length === 3) {
        hanging();
        await new Promise(() => undefined);
      }
    };
    await first.house.jobs.add(PULLS_JOB, null, 'interrupted');
    await hangs;
    await first.close();
    const second = await openWhole({ directory: first.directory });
    ticking(till, second);
    second.clock.now += LATER;
    await settle(second);
    expect(await ordersOf(second, '13900005501')).toEqual([4, '412.00', '李思远']);
    expect((await counts(second)).accepted).toBe(11);
    expect(till.calls.filter(({ method }) => method === 'queryTicketPages').length).toBeGreaterThan(3);
    await second.close();
    await removeDirectory(second.directory);
  });

  it('reads a page again whose cursor was not saved, and its events are repeats', async () => {
    const till = await openTill();
    stock(till, 5);
    let failing = false;
    const wrap = (store: Store): Store => ({
      ...store,
      commit: (commit) => {
        if (failing && commit.add.some(({ list }) => list === PULLS)) return Promise.reject(new Error('gone'));
        return store.commit(commit);
      },
    });
    const first = await begin(till, wrap);
    // Days without tickets come first; the store fails once there are some.
    till.gate = async () => {
      failing = String(till.calls.at(-1)?.body.endTime) > '2025-12-31 12';
    };
    await turn(first);
    expect((await counts(first)).accepted).toBe(3);
    await first.close();
    failing = false;
    const second = await openWhole({ directory: first.directory });
    ticking(till, second);
    second.clock.now += LATER;
    await settle(second);
    const { accepted, 'duplicate seen_before': repeats } = await counts(second);
    expect(accepted).toBe(9);
    expect(repeats).toBeGreaterThanOrEqual(3);
    expect(await ordersOf(second, '13900005501')).toEqual([3, '306.00', '李思远']);
    await second.close();
    await removeDirectory(second.directory);
  });
});

describe('a pull that is asked for', () => {
  it('reads a part of the past and leaves the ordinary one where it is', async () => {
    const till = await openTill();
    stock(till, 2);
    till.tickets.push(
      ticket({ sn: 'OLD', uid: '900000000000002000', datetime: '2025-06-18 10:00:00', customerUid: LI }),
    );
    const whole = await begin(till);
    await settle(whole);
    const before = (await sourceOf(whole)).pulls;
    const range = { from: Date.parse('2025-06-18T00:00:00+08:00'), to: Date.parse('2025-06-20T00:00:00+08:00') };
    const job = await whole.services.pulls.run('pospal', 'main', 'tickets', range);
    expect(await ended(whole, job.id)).toMatchObject({ kind: 'pull:pospal', state: 'done', result: { items: 1 } });
    await settle(whole);
    expect(await ordersOf(whole, '13900005501')).toEqual([2, '537.00', '李思远']);
    expect((await sourceOf(whole)).pulls).toEqual(before);
    await whole.close();
    await removeDirectory(whole.directory);
  });

  it('that fails says why; of what is not there, or not set, none is made', async () => {
    const till = await openTill();
    const whole = await begin(till);
    await settle(whole);
    till.faults.push(FAULTS.forbidden);
    const range = { from: whole.clock.now - 1_000, to: null };
    const job = await whole.services.pulls.run('pospal', 'main', 'tickets', range);
    expect(await ended(whole, job.id)).toMatchObject({
      ...{ state: 'failed', error: 'refused: ticketOpenApi/queryTicketPages: error 1011' },
    });
    const { run } = whole.services.pulls;
    const none = { from: null, to: null };
    await expect(run('pospal', 'other', 'tickets', none)).rejects.toMatchObject({ code: 'source_unknown' });
    await expect(run('pospal', 'main', 'members', none)).rejects.toMatchObject({ code: 'source_unknown' });
    await expect(run('pospal', 'main', 'tickets', { from: 2, to: 1 })).rejects.toMatchObject({
      code: 'body_malformed',
    });
    await expect(run('pospal', 'main', 'tickets', { from: null, to: 1 })).rejects.toMatchObject({
      code: 'body_malformed',
    });
    await whole.services.sources.put('pospal', 'main', { settings: SETTINGS });
    await expect(run('pospal', 'main', 'tickets', none)).rejects.toMatchObject({ code: 'source_incomplete' });
    await whole.close();
    await removeDirectory(whole.directory);
  });
});
