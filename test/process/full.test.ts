import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { type Server, startServer } from './server.ts';

/**
 * A full disk, made of a limit on the size of files that the running process is given and later freed of (prlimit of
 * Linux): ingest answers 503 and takes nothing, reads go on, /readyz names the part; with room again it goes on by
 * itself.
 */
const hasLimits = spawnSync('prlimit', ['--version']).status === 0;
if (!hasLimits) process.stdout.write('no prlimit (util-linux) on this machine: the test of a full disk is skipped\n');

const limit = (server: Server, bytes: string): void => {
  const { status } = spawnSync('prlimit', ['--pid', String(server.child.pid), `--fsize=${bytes}`]);
  expect(status).toBe(0);
};

const batch = (at: number): string =>
  JSON.stringify({
    events: Array.from({ length: 200 }, (_, index) => ({
      ...{ id: `e${at}-${index}`, channel: 'web', source: 'shop', time: '2026-03-01T00:00:00Z', type: 'click' },
      ...{ identifiers: [{ kind: 'user_id', value: 'u1' }], properties: { text: 'x'.repeat(4_000) } },
    })),
  });

async function statusOf(
  server: Server,
  path: string,
  body?: string,
): Promise<{ status: number; code: string; text: string }> {
  const answer = await (body === undefined ? server.get(path) : server.post(path, body));
  const text = await answer.text();
  const { code = '' }: { code?: string } = JSON.parse(text);
  return { status: answer.status, code, text };
}

it.skipIf(!hasLimits)('a full disk refuses, reads on, and goes on with room again', { timeout: 120_000 }, async () => {
  const server = await startServer();
  expect((await statusOf(server, '/v1/events?wait=applied', batch(0))).status).toBe(200);
  limit(server, '4000000:');
  let refused = { status: 200, code: '', text: '' };
  let at = 1;
  for (; at < 60 && refused.status === 200; at++) refused = await statusOf(server, '/v1/events', batch(at));
  expect(refused).toMatchObject({ status: 503, code: 'storage_full' });
  const ready = await statusOf(server, '/readyz');
  expect(ready.status).toBe(503);
  expect(ready.text).toContain('log');
  expect((await statusOf(server, '/v1/customers?kind=user_id&value=u1')).status).toBe(200);

  limit(server, 'unlimited:');
  // Nothing of the refused batch was taken: it goes in whole now.
  const again = await statusOf(server, '/v1/events?wait=applied', batch(at - 1));
  expect(again.status).toBe(200);
  await server.post('/v1/events?wait=applied', '{"events":[]}');
  const until = performance.now() + 30_000;
  while ((await server.get('/readyz')).status !== 200 && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect((await server.get('/readyz')).status).toBe(200);
  const text = await (await server.get('/v1/customers?kind=user_id&value=u1')).text();
  const { metrics }: { metrics: { events: number } } = JSON.parse(text);
  // Every batch but the refused one once, and that one once: `at` batches of 200.
  expect(metrics.events).toBe(at * 200);
  expect(await server.stop()).toBe(0);
});
