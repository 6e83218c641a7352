import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Asked, cli, type Reply, stand } from './stand.ts';

const env = { HUAXIANG_KEY: 'a-key', HUAXIANG_ADMIN_KEY: 'another-key-of-the-admin' };
const folder = mkdtempSync(join(tmpdir(), 'huaxiang-cli-'));

let close = async (): Promise<void> => {};
afterEach(() => close());

async function against(reply: (asked: Asked) => Reply) {
  const server = await stand(reply);
  close = server.close;
  return server;
}

describe('source put', () => {
  const echo = ({ body }: Asked): Reply => ({
    json: {
      channel: 'wechat-mp',
      source: 'main',
      title: null,
      settings: { token: '***' },
      ...JSON.parse(String(body)),
    },
  });

  it('sends settings of a file, of arguments and of files named by arguments; the last one wins', async () => {
    const settings = join(folder, 'settings.json');
    const token = join(folder, 'token.txt');
    writeFileSync(settings, '{"appid":"wx0","maxAge":300,"__proto__":"plain"}');
    writeFileSync(token, 'secret=of the platform\n');
    const server = await against(echo);
    const argv = ['source', 'put', 'wechat-mp/main', '--settings', settings, '--title', '公众号', '--url', server.url];
    const { code } = await cli(
      [...argv, 'appid=wx1', `token=@${token}`, 'maxAge:=60', 'kdtId=12345678901234567890'],
      env,
    );
    expect(code).toBe(0);
    expect(server.asked[0]).toMatchObject({ method: 'PUT', path: '/v1/sources/wechat-mp/main', key: 'Bearer a-key' });
    const sent = [
      '"appid":"wx1","maxAge":60,"__proto__":"plain"',
      '"token":"secret=of the platform"',
      '"kdtId":"12345678901234567890"',
    ];
    expect(String(server.asked[0]?.body)).toBe(`{"title":"公众号","settings":{${sent.join(',')}}}`);
  });

  it.each([
    ['a list', '[]', 'no JSON object'],
    ['no JSON', '{appid:1}', 'is not JSON'],
    ['a number that JSON.parse changes', '{"shops":[{"id":12345678901234567890}]}', 'put it in quotes'],
  ])('refuses a file with %s before it asks the server', async (_, text, says) => {
    const settings = join(folder, 'wrong.json');
    writeFileSync(settings, text);
    const server = await against(echo);
    const argv = ['source', 'put', 'pos/a', '--settings', settings, '--url', server.url];
    expect((await cli(argv, env)).err).toContain(says);
    expect(server.asked).toEqual([]);
  });

  it('says which file is missing', async () => {
    const { code, err } = await cli(['source', 'put', 'pos/a', `token=@${folder}/none`], env);
    expect({ code, err }).toEqual({ code: 1, err: `${folder}/none cannot be read` });
  });
});

describe('source list', () => {
  it('shows sources with the names of their settings', async () => {
    const items = [
      { channel: 'pos', source: 'beijing', title: '北京', settings: { brand: 'acme', dayEndsAt: '04:00' } },
      { channel: 'wechat-mp', source: 'main', title: null, settings: { token: '***' } },
    ];
    const server = await against(() => ({ json: { items, next: null } }));
    const { code, out } = await cli(['source', 'list', '--url', server.url], env);
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual(['pos/beijing     北京  brand dayEndsAt', 'wechat-mp/main      token']);
  });
});

describe('key', () => {
  it('makes one and prints it alone on the standard output', async () => {
    const server = await against(() => ({ status: 201, json: { id: 'k_1', key: 'hx_secret' } }));
    const argv = ['key', 'create', 'call centre', '--scopes', 'customers:read, pii:read', '--url', server.url];
    expect(await cli(argv, env)).toMatchObject({ code: 0, out: 'hx_secret' });
    expect(JSON.parse(String(server.asked[0]?.body))).toEqual({
      name: 'call centre',
      scopes: ['customers:read', 'pii:read'],
    });
  });

  it('lists and removes them', async () => {
    const item = { id: 'k_1', name: 'crm', scopes: ['query:read'], created: '2025-01-01T00:00:00Z' };
    const server = await against(({ method }) => (method === 'GET' ? { json: { items: [item], next: null } } : {}));
    const listed = await cli(['key', 'list', '--url', server.url], env);
    expect(listed.out).toBe('k_1  2025-01-01T00:00:00Z  crm  query:read');
    expect((await cli(['key', 'remove', 'k_1', '--url', server.url], env)).code).toBe(0);
    expect(server.asked[1]).toMatchObject({ method: 'DELETE', path: '/v1/keys/k_1' });
  });
});
