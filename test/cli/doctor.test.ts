import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli, stand } from './stand.ts';

const folder = mkdtempSync(join(tmpdir(), 'huaxiang-cli-'));
const ready = () => stand(({ path }) => (path === '/readyz' || path === '/ping' ? { text: 'Ok.\n' } : { status: 404 }));
/** A port of this machine on which nothing listens any more. */
async function silent(): Promise<number> {
  const server = await ready();
  await server.close();
  return server.port;
}

describe('doctor', () => {
  it('finds nothing wrong with the embedded engines and a ready server', async () => {
    const server = await ready();
    const data = join(folder, 'not', 'made');
    const { code, out } = await cli(['doctor', '--url', server.url], { HUAXIANG_DATA: data });
    await server.close();
    expect(out).toContain(`ok    Node.js ${process.versions.node}`);
    expect(out).toContain(`ok    data directory ${data} will be made`);
    expect(out).toContain('ok    chDB loads');
    expect(out).toContain('ok    LMDB loads');
    expect(out).toContain(`ok    the server at ${server.url} is ready`);
    expect(out).toMatch(/nothing is wrong$/);
    expect(code).toBe(0);
  });

  it('reaches the servers that are named, and says which does not answer and what mends it', async () => {
    const server = await ready();
    const port = await silent();
    const env = {
      HUAXIANG_DATA: folder,
      KAFKA_BROKERS: `127.0.0.1:${server.port},127.0.0.1:${port}`,
      REDIS_URL: `redis://127.0.0.1:${port}`,
      CLICKHOUSE_URL: server.url,
    };
    const { code, out } = await cli(['doctor', '--url', server.url], env);
    await server.close();
    expect(out).toContain(`ok    Kafka listens at 127.0.0.1:${server.port}`);
    expect(out).toContain(`WRONG Kafka does not answer at 127.0.0.1:${port} (ECONNREFUSED)`);
    expect(out).toContain(
      `WRONG Redis does not answer at 127.0.0.1:${port} (ECONNREFUSED)\n      → start it, or mend REDIS_URL`,
    );
    expect(out).toContain(`ok    ClickHouse answers at ${server.url}`);
    expect(out).not.toMatch(/LMDB|chDB/);
    expect(out).toMatch(/2 wrong$/);
    expect(code).toBe(1);
  });

  it('tells wrong values, misspelt names, and no secret', async () => {
    const env = { PORT: 'eighty', HUAXIANG_ADMIN_KEY: 'too short', HUAXIANG_SOUCES: 'x.json' };
    const { code, out } = await cli(['doctor', '--url', `http://127.0.0.1:${await silent()}`], env);
    expect(out).toContain('WRONG PORT got "eighty"; it takes a whole number from 0 to 65535');
    expect(out).toContain('WRONG HUAXIANG_ADMIN_KEY got a value of 9 characters');
    expect(out).toContain('WRONG HUAXIANG_SOUCES is set, and no variable has this name');
    expect(out).not.toContain('too short');
    expect(out).toContain('note  no server answers at');
    expect(code).toBe(1);
  });

  it('tells a data directory that is a file, and one that is in use', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const url = `http://127.0.0.1:${await silent()}`;
    const wrong = await cli(['doctor', '--url', url], { HUAXIANG_DATA: join(file, 'data') });
    expect(wrong.out).toContain(`WRONG ${file} is a file, no directory`);
    const used = await cli(['doctor', '--url', url], { HUAXIANG_DATA: folder }, { held: async () => true });
    expect(used.out).toContain(`note  ${folder} is in use by a running huaxiang`);
  });

  it('hands on what a server that is not ready says', async () => {
    const body = { code: 'not_ready', detail: 'log: the disk is full' };
    const server = await stand(() => ({ status: 503, json: body }));
    const { code, out } = await cli(['doctor', '--url', server.url], { HUAXIANG_DATA: folder });
    await server.close();
    expect(out).toContain('is not ready: {"code":"not_ready","detail":"log: the disk is full"}');
    expect(code).toBe(1);
  });
});
