import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { drainPending } from 'chdb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAnalyticStore } from '../../profiles/store/clickhouse.ts';
import { context, customer, writes } from '../contract/analytic-rows.ts';

const WRITER = fileURLToPath(new URL('./writer.ts', import.meta.url));
const everybody = { where: null, fields: [], sort: [], limit: 1, after: null };
let path = '';

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'huaxiang-survival-'));
});
afterEach(async () => {
  await drainPending();
  await rm(path, { recursive: true });
});

/** Lets a child write until it has acknowledged some batches, kills it in the midst of the next; gives the last one. */
async function killedWriter(first: number, batches: number): Promise<number> {
  const child = spawn(process.execPath, ['--import', 'tsx', WRITER, path, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let last = first - 1;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'open') continue;
    last = Number(line);
    if (last - first + 1 === batches) child.kill('SIGKILL');
  }
  return last;
}

describe('what was acknowledged', () => {
  it('is there after closing and opening again', async () => {
    const first = await openAnalyticStore({ path });
    await first.write(writes({ customers: [customer('c1', { traits: { city: '上海' } })] }));
    await first.close();
    const again = await openAnalyticStore({ path });
    const where = { field: 'traits.city', op: 'eq', value: '上海' };
    expect((await again.query({ ...everybody, where }, context())).items).toEqual([{ id: 'c1' }]);
    await again.close();
  });

  it('is there after kill -9 during writes, whole and once', async () => {
    let batches = 0;
    for (const count of [3, 7, 5]) batches = (await killedWriter(batches, count)) + 1;
    const store = await openAnalyticStore({ path });
    const acknowledged = batches * 50;
    const deed = { did: 'scan', times: { eq: 1 } };
    const all = await store.query(everybody, context());
    expect(all.total).toBeGreaterThanOrEqual(acknowledged);
    expect((await store.query({ ...everybody, where: deed }, context())).total).toBe(all.total);
    await store.close();
  });

  it('keeps a second process out while one has the directory', async () => {
    const store = await openAnalyticStore({ path });
    const child = spawn(process.execPath, ['--import', 'tsx', WRITER, path], { stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    child.stderr.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
    const code = await new Promise((resolve) => child.on('exit', resolve));
    expect({ code, said: text.includes(`the analytic store at ${path} cannot be opened`) }).toEqual({
      code: 1,
      said: true,
    });
    await store.close();
  });
});
