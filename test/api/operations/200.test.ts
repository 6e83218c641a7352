import { describe, expect, it, vi } from 'vitest';
import { conflictList, conflictView } from '../../../schemas/wire/evidence.ts';
import { sourceFields, sourceList, sourceView } from '../../../schemas/wire/ingest.ts';
import {
  changesResult,
  deadLetterList,
  deadLetterWhole,
  fatesResult,
  healthResult,
  replayResult,
} from '../../../schemas/wire/ops.ts';
import { EVENT, openHouse, problemOf, read } from '../house.ts';

describe('health', () => {
  it('/healthz lives while parts are down, /readyz names them', async () => {
    const { ask, down } = await openHouse();
    expect(await read(await ask('/readyz'), healthResult)).toEqual({ status: 'ready' });
    down.push('log', 'profiles');
    const answer = await ask('/readyz');
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await problemOf(answer)).toMatchObject({ status: 503, code: 'not_ready', down: ['log', 'profiles'] });
    expect((await ask('/healthz')).status).toBe(200);
  });

  it('/metrics is the text of Prometheus', async () => {
    const { ask } = await openHouse();
    const answer = await ask('/metrics', { key: null });
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await answer.text()).toContain('up 1');
  });
});

describe('changes', () => {
  it('are read on from the last next', async () => {
    const { ask, post } = await openHouse();
    const empty = await read(await ask('/v1/changes'), changesResult);
    expect(empty).toEqual({ items: [], next: '0' });
    await post('/v1/events', { events: [EVENT] });
    const first = await read(await ask(`/v1/changes?after=${empty.next}`), changesResult);
    expect(first.items).toMatchObject([{ seq: '1', what: 'created', id: 'c1' }]);
    expect((await read(await ask(`/v1/changes?after=${first.next}`), changesResult)).items).toEqual([]);
  });

  it('are waited for', async () => {
    const { ask, post } = await openHouse();
    const waiting = ask('/v1/changes?wait=30');
    await post('/v1/events', { events: [EVENT] });
    expect((await read(await waiting, changesResult)).items).toHaveLength(1);
  });

  it('a wait ends with an answer when the server closes', async () => {
    const { ask, app, services } = await openHouse();
    const asked = vi.spyOn(services, 'changes');
    const waiting = ask('/v1/changes?after=0&wait=30');
    await vi.waitUntil(() => asked.mock.calls.length > 0);
    const closed = app.close();
    expect(await read(await waiting, changesResult)).toEqual({ items: [], next: '0' });
    await closed;
  });

  it('400 for a wait over 30 s and for a cursor of another', async () => {
    const { ask } = await openHouse();
    expect((await problemOf(await ask('/v1/changes?wait=31'))).detail).toMatch(/^query\.wait: /);
    expect((await problemOf(await ask('/v1/changes?after=x'))).code).toBe('cursor_invalid');
  });
});

describe('what failed', () => {
  it('is listed by reason, counted and replayed', async () => {
    const { ask, post } = await openHouse();
    const list = await read(await ask('/v1/deadletters?reason=unreadable&limit=1'), deadLetterList);
    expect(list).toMatchObject({ items: [{ id: 'd0', reason: 'unreadable' }], next: '1' });
    expect((await problemOf(await ask('/v1/deadletters?fate=lost'))).status).toBe(400);
    const ids = list.items.map((letter) => letter.id);
    expect(await read(await post('/v1/deadletters/replay', { ids }), replayResult)).toEqual({ 'dead-letter': 1 });
    const where = { channel: 'pos' };
    expect(await read(await post('/v1/deadletters/replay', { where }), replayResult)).toEqual({ 'dead-letter': 3 });
    expect((await problemOf(await post('/v1/deadletters/replay', {}))).code).toBe('body_malformed');
    expect(await read(await ask('/v1/fates?channel=pos'), fatesResult)).toEqual({ items: [], pending: 0 });
  });

  it('is replayed by ids or by what it bears, and by nothing else', async () => {
    const { post } = await openHouse();
    const replay = (body: unknown): Promise<Response> => post('/v1/deadletters/replay', body);
    for (const where of [{}, { source: 'beijing', fate: 'dead-letter' }]) {
      expect(await read(await replay({ where }), replayResult)).toEqual({ 'dead-letter': 3 });
    }
    const slips = [
      { where: { chanel: 'pos' } },
      { where: { fate: 'lost' } },
      { ids: 'd0' },
      { ids: [], where: {} },
      [],
    ];
    for (const body of slips) expect((await problemOf(await replay(body))).code).toBe('body_malformed');
  });

  it('is looked at one by one, with what a replay would make of it', async () => {
    const { ask } = await openHouse();
    const found = await read(await ask('/v1/deadletters/d0'), deadLetterWhole);
    expect(found).toMatchObject({ id: 'd0', encoding: 'text', now: [{ fate: 'accepted', type: 'order_paid' }] });
    for (const id of ['d9', '%20']) {
      expect((await problemOf(await ask(`/v1/deadletters/${id}`))).code).toBe('deadletter_unknown');
    }
  });
});

describe('fields that drift', () => {
  it('are told of each source there is', async () => {
    const { ask } = await openHouse();
    const found = await read(await ask('/v1/sources/weibo/main/fields'), sourceFields);
    expect(found).toEqual({ items: [], changed: [] });
    for (const path of ['weibo/other', 'weibo/%20']) {
      expect((await problemOf(await ask(`/v1/sources/${path}/fields`))).code).toBe('source_unknown');
    }
  });
});

describe('conflicts', () => {
  it('are listed by state and decided once with a reason', async () => {
    const { ask, post } = await openHouse();
    const open = await read(await ask('/v1/conflicts?state=open'), conflictList);
    expect(open.items).toMatchObject([{ id: 'f1', state: 'open' }]);
    const decided = await post('/v1/conflicts/f1', { decision: 'keep_apart', reason: 'two people' });
    expect((await read(decided, conflictView)).state).toBe('kept_apart');
    expect((await read(await ask('/v1/conflicts?state=open'), conflictList)).items).toEqual([]);
    const none = await post('/v1/conflicts/f2', { decision: 'later', reason: 'x' });
    expect((await problemOf(none)).code).toBe('conflict_unknown');
    expect((await problemOf(await post('/v1/conflicts/f1', { decision: 'later' }))).detail).toMatch(/^body\.reason: /);
  });
});

describe('sources', () => {
  it('are set and listed, secrets never shown', async () => {
    const { ask } = await openHouse();
    const body = JSON.stringify({ title: '品牌公众号', settings: { appid: 'wx1', token: 'very secret' } });
    const put = await read(await ask('/v1/sources/wechat-mp/main', { method: 'PUT', body }), sourceView);
    expect(put).toMatchObject({ channel: 'wechat-mp', source: 'main', settings: { appid: 'wx1', token: '***' } });
    expect((await read(await ask('/v1/sources'), sourceList)).items).toEqual([put]);
  });

  it('404 for a channel there is none of, 400 for what is no source', async () => {
    const { ask } = await openHouse();
    const put = (path: string, body: unknown): Promise<Response> =>
      ask(`/v1/sources/${path}`, { method: 'PUT', body: JSON.stringify(body) });
    expect((await problemOf(await put('nothing/main', { settings: {} }))).code).toBe('source_unknown');
    expect((await problemOf(await put('wechat-mp/main', { settings: [] }))).detail).toMatch(/^body\.settings: /);
    expect((await problemOf(await put('wechat-mp/%20', { settings: {} }))).detail).toMatch(/^path\.source: /);
  });
});
