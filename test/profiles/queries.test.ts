import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drainPending } from 'chdb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAnalyticStore } from '../../profiles/store/clickhouse.ts';
import { openClient } from '../../profiles/store/connection.ts';
import { composed, select, translate } from '../../profiles/store/queries.ts';
import { openFront } from '../clickhouse-front.ts';

type Client = Awaited<ReturnType<typeof openClient>>;
let path = '';
let front: Awaited<ReturnType<typeof openFront>>;
const clients = new Map<string, Client>();

beforeAll(async () => {
  path = await mkdtemp(join(tmpdir(), 'huaxiang-queries-'));
  front = await openFront(path);
  clients.set('chDB', await openClient({ path }));
  clients.set('HTTP', await openClient({ url: front.url }));
});
afterAll(async () => {
  for (const client of clients.values()) await client.close();
  await front.close();
  await drainPending();
  await rm(path, { recursive: true });
});

const run = async (engine: string, text: string, params: Record<string, string | string[]> = {}): Promise<unknown> => {
  const client = clients.get(engine);
  return client ? select(client, composed(text), params) : null;
};

describe.each(['chDB', 'HTTP'])('statements over %s', (engine) => {
  it('bring every text there and back', async () => {
    const texts = [
      "o'k",
      'a\\b',
      '\t\n\r\b\f',
      '\\N',
      '',
      '💥',
      "'; DROP TABLE t; --",
      '{p:String}',
      'x'.repeat(9000),
      '&=%00+ ',
    ];
    for (const text of texts) {
      const rows = await run(engine, 'SELECT {p:String}, arrayElement({a:Array(String)}, 1)', {
        p: text,
        a: [text, 'z'],
      });
      expect(rows).toEqual([[text, text]]);
    }
  });

  it('say overloaded when a question takes too long', async () => {
    const slow =
      'SELECT toString(count()) FROM numbers(100000000000) WHERE sipHash64(number) = 1 SETTINGS max_execution_time = 1';
    await expect(run(engine, slow)).rejects.toMatchObject({ code: 'overloaded' });
  });

  it('tell the code of a fault and nothing of the statement', async () => {
    const wrong = run(engine, "SELECT toInt32({p:String}), '13900001234'", { p: '陈思远' });
    await expect(wrong).rejects.toThrow(/^the analytic store failed \(\d+\)$/);
  });
});

describe('what stands in the way', () => {
  it('is told as not_ready when no server answers, and as storage_full when the disk is', async () => {
    await expect(openAnalyticStore({ url: 'http://127.0.0.1:1' })).rejects.toMatchObject({ code: 'not_ready' });
    const full = Object.assign(new Error('Cannot write: No space left on device'), { code: '75' });
    expect(translate(full)).toMatchObject({ code: 'storage_full' });
    expect(translate(Object.assign(new Error('x'), { code: '243' }))).toMatchObject({ code: 'storage_full' });
  });

  it('is no text of a caller: no SQL in our sources is made by interpolation', async () => {
    const root = new URL('../../profiles/', import.meta.url);
    const files = ['segments.ts', ...(await folder(root, 'filter/')), ...(await folder(root, 'store/'))];
    expect(files.length).toBeGreaterThan(15);
    for (const file of files) {
      const text = await readFile(new URL(file, root), 'utf8');
      const templates = text.match(/`[^`]*\$\{[^`]*`/g) ?? [];
      const suspect = templates.filter((one) =>
        /\b(SELECT|FROM|WHERE|JOIN|INSERT|ALTER|SET|ORDER BY|GROUP BY|AND|OR|NOT)\b/.test(one),
      );
      expect({ file, suspect }).toEqual({ file, suspect: [] });
    }
  });
});

async function folder(root: URL, name: string): Promise<string[]> {
  return (await readdir(new URL(name, root))).filter((file) => file.endsWith('.ts')).map((file) => name + file);
}
