import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Asked, cli, type Reply, stand } from './stand.ts';

const env = { HUAXIANG_ADMIN_KEY: 'an-admin-key-for-tests' };
const folder = mkdtempSync(join(tmpdir(), 'huaxiang-cli-'));
const file = join(folder, 'sales 门店.csv');
writeFileSync(file, `小票号,金额\n${'R1,12.00\n'.repeat(200_000)}`);

const view = (state: string, rows: number, more: object = {}) => ({
  ...{ id: 'im_1', state, kind: 'sales', encoding: 'utf-8', rows, channel: 'pos', source: 'a', name: 'sales.csv' },
  ...{ created: '2026-03-01T02:00:00.000Z', bytes: 2_097_152, read: state === 'done' ? 2_097_152 : 1_048_576 },
  ...{
    fates: { accepted: rows, 'dead-letter': 1 },
    reasons: { row_malformed: 1 },
    rejects: '/v1/imports/im_1/rejects',
  },
  ...more,
});

let close = async (): Promise<void> => {};
afterEach(() => close());

async function against(reply: (asked: Asked, at: number) => Reply) {
  const server = await stand(reply);
  close = server.close;
  return server;
}

describe('import', () => {
  it('streams the file to its source and prints fates, reasons and where the rejects are', async () => {
    const server = await against(() => ({ json: view('done', 9) }));
    const { code, out, err } = await cli(['import', 'pos/Beijing', file, '--url', `${server.url}/`], env);
    expect(code).toBe(0);
    expect(server.asked).toHaveLength(1);
    expect(server.asked[0]).toMatchObject({
      method: 'POST',
      path: '/v1/imports/pos/Beijing',
      query: { kind: 'auto', name: 'sales 门店.csv' },
      key: `Bearer ${env.HUAXIANG_ADMIN_KEY}`,
    });
    expect(server.asked[0]?.body.equals(readFileSync(file))).toBe(true);
    expect(err).toContain('sent 1.7 of 1.7 MiB');
    expect(out).toContain('import im_1: done, 9 rows (sales, utf-8)');
    expect(out).toMatch(/accepted {5}9\n {2}dead-letter {2}1/);
    expect(out).toContain('reasons: row_malformed 1');
    expect(out).toContain(`rejects: ${server.url}/v1/imports/im_1/rejects`);
  });

  it('follows a long import to its end and saves the rejects', async () => {
    const rejected = '{"line":4,"reason":"row_malformed","detail":"金额"}\n';
    const server = await against(({ path }, at) => {
      if (path.endsWith('/rejects')) return { text: rejected };
      return at < 3 ? { status: at === 0 ? 202 : 200, json: view('running', at * 100) } : { json: view('done', 300) };
    });
    const saved = join(folder, 'rejects.ndjson');
    const { code, out, err } = await cli(['import', 'pos/a', file, '--kind', 'sales', '--rejects', saved], {
      ...env,
      HUAXIANG_URL: server.url,
    });
    expect(code).toBe(0);
    expect(server.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/imports/pos/a',
      'GET /v1/imports/im_1',
      'GET /v1/imports/im_1',
      'GET /v1/imports/im_1',
      'GET /v1/imports/im_1/rejects',
    ]);
    expect(err).toContain('rows so far: 200 (reading 1.0 of 2.0 MiB)');
    expect(out).toContain('done, 300 rows');
    expect(readFileSync(saved, 'utf8')).toBe(rejected);
  });

  it('waits for a server that was away for a while', async () => {
    const server = await against((_, at) => {
      if (at === 0) return { status: 202, json: view('running', 1) };
      return at < 4 ? { status: 503, json: { code: 'not_ready', detail: 'starting' } } : { json: view('done', 2) };
    });
    const { code, err } = await cli(['import', 'pos/a', file, '--url', server.url], env);
    expect(err).toContain('import im_1: the server refused: 503 not_ready: starting; waiting for it');
    expect(code).toBe(0);
  });

  it('ends 1 when the file could not be read as any table', async () => {
    const failed = { kind: null, encoding: null, error: 'the file is empty' };
    const server = await against(() => ({ json: view('failed', 0, failed) }));
    const { code, out } = await cli(['import', 'pos/a', file, '--url', server.url], env);
    expect(code).toBe(1);
    expect(out).toContain('import im_1: failed, 0 rows\n');
    expect(out).toContain('why: the file is empty');
  });

  it.each([
    [
      'a problem',
      { status: 403, json: { code: 'scope_missing', detail: 'needs imports:write' } },
      'scope_missing: needs',
    ],
    ['a stranger', { status: 502, text: '<html>bad gateway' }, '502 <html>bad gateway'],
    ['another version', { json: { id: 1 } }, 'something else'],
  ])('ends 1 and says what %s answered', async (_, reply, says) => {
    const server = await against(() => reply);
    const { code, err } = await cli(['import', 'pos/a', file, '--url', server.url], env);
    expect(err).toContain(says);
    expect(code).toBe(1);
  });

  it('says when there is no file, no key, no server', async () => {
    expect(await cli(['import', 'pos/a', join(folder, 'none')], env)).toMatchObject({ code: 1 });
    expect((await cli(['import', 'pos/a', file])).err).toContain('set HUAXIANG_KEY');
    const gone = await stand(() => ({}));
    await gone.close();
    const { code, err } = await cli(['import', 'pos/a', file, '--url', gone.url], env);
    expect(code).toBe(1);
    expect(err).toContain(`no server answers at ${gone.url} (ECONNREFUSED); start one with: npm start`);
  });
});
