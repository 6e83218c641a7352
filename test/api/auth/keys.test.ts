import { describe, expect, it } from 'vitest';
import { ROUTES } from '../../../api/routes.ts';
import { SCOPES } from '../../../schemas/wire/common.ts';
import { keyList, newKey } from '../../../schemas/wire/ops.ts';
import { openHouse, problemOf, read } from '../house.ts';

const GUARDED = ROUTES.filter((route) => route.scope !== null);
const pathOf = (url: string): string => url.replaceAll(/\{\w+\}/g, 'x');

describe('401', () => {
  it.each(GUARDED)('$method $url wants a key, and one that exists', async ({ method, url }) => {
    const { ask } = await openHouse();
    const none = await ask(pathOf(url), { method, key: null });
    expect(none.headers.get('www-authenticate')).toBe('Bearer');
    expect(await problemOf(none)).toMatchObject({ status: 401, code: 'key_missing' });
    const unknown = await ask(pathOf(url), { method, key: 'no-such-key-at-all' });
    expect(await problemOf(unknown)).toMatchObject({ status: 401, code: 'key_unknown' });
  });

  it.each(['Basic dXNlcjpwYXNz', 'Bearer', 'Bearer ', 'bearer two words'])(
    'key_missing for %o',
    async (authorization) => {
      const { ask } = await openHouse();
      const answer = await ask('/v1/keys', { key: null, headers: { authorization } });
      expect((await problemOf(answer)).code).toBe('key_missing');
    },
  );

  it('takes the scheme in any case', async () => {
    const { ask, admin } = await openHouse();
    expect((await ask('/v1/keys', { key: null, headers: { authorization: `bearer ${admin}` } })).status).toBe(200);
  });

  it('refuses a key after it was revoked', async () => {
    const { ask, post } = await openHouse();
    const made = await post('/v1/keys', { name: 'till', scopes: ['ops:read'] });
    const { id, key } = await read(made, newKey);
    expect((await ask('/v1/fates', { key })).status).toBe(200);
    const list = await read(await ask('/v1/keys'), keyList);
    expect(list).toMatchObject({ items: [{ id, name: 'till', scopes: ['ops:read'] }], next: null });
    expect(JSON.stringify(list)).not.toContain(key);
    expect((await ask(`/v1/keys/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await problemOf(await ask('/v1/fates', { key }))).code).toBe('key_unknown');
    expect((await problemOf(await ask(`/v1/keys/${id}`, { method: 'DELETE' }))).code).toBe('key_id_unknown');
  });

  it('refuses a key with a scope that does not exist', async () => {
    const { post } = await openHouse();
    const answer = await post('/v1/keys', { name: 'till', scopes: ['everything'] });
    expect(await problemOf(answer)).toMatchObject({ status: 400, code: 'body_malformed' });
  });
});

describe('403 scope_missing', () => {
  it.each(GUARDED)('$method $url names the scope $scope', async ({ method, url, scope }) => {
    const { ask, keyFor } = await openHouse();
    const others = SCOPES.filter((other) => other !== scope && other !== 'admin');
    const answer = await ask(pathOf(url), { method, key: await keyFor(...others) });
    const problem = await problemOf(answer);
    expect(problem).toMatchObject({ status: 403, code: 'scope_missing', scope });
    expect(problem.detail).toContain(scope);
  });

  it('is never the answer to the scope itself, nor to admin', async () => {
    const { ask, keyFor } = await openHouse();
    for (const scopes of [['ops:read'], ['admin']]) {
      expect((await ask('/v1/fates', { key: await keyFor(...scopes) })).status).toBe(200);
    }
  });
});

describe('no key', () => {
  it.each(['/healthz', '/readyz', '/metrics', '/openapi.json', '/docs'])('is asked for at %s', async (path) => {
    const { ask } = await openHouse();
    expect((await ask(path, { key: null })).status).toBe(200);
  });
});

describe('429 rate_limited', () => {
  it('holds each key to its own allowance and tells how much is left', async () => {
    const { ask, keyFor, clock } = await openHouse({ rateLimit: 3 });
    const [one, two] = [await keyFor('ops:read'), await keyFor('ops:read')];
    const left: (string | null)[] = [];
    for (let n = 0; n < 3; n += 1) left.push((await ask('/v1/fates', { key: one })).headers.get('ratelimit-remaining'));
    expect(left).toEqual(['2', '1', '0']);
    const over = await ask('/v1/fates', { key: one });
    expect(over.headers.get('retry-after')).toBe('1');
    expect(over.headers.get('ratelimit-limit')).toBe('3');
    expect(over.headers.get('ratelimit-reset')).toBe('1');
    expect(await problemOf(over)).toMatchObject({ status: 429, code: 'rate_limited', retry: 'later' });
    expect((await ask('/v1/fates', { key: two })).status).toBe(200);
    clock.ms += 400;
    expect((await ask('/v1/fates', { key: one })).status).toBe(200);
    expect((await ask('/v1/fates', { key: one })).status).toBe(429);
    clock.ms -= 10_000;
    expect((await ask('/v1/fates', { key: one })).status).toBe(429);
  });

  it('holds neither the admin key nor the routes without key', async () => {
    const { ask } = await openHouse({ rateLimit: 1 });
    for (let n = 0; n < 5; n += 1) {
      const answer = await ask('/v1/fates');
      expect(answer.status).toBe(200);
      expect(answer.headers.get('ratelimit-limit')).toBeNull();
      expect((await ask('/healthz', { key: null })).status).toBe(200);
    }
  });
});
