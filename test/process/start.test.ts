import { spawn } from 'node:child_process';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { jobList } from '../../schemas/wire/ops.ts';
import { environment } from './env.ts';
import { freshDirectory, startServer } from './server.ts';

const directories: string[] = [];
async function fresh(): Promise<string> {
  const directory = await freshDirectory();
  directories.push(directory);
  return directory;
}
afterEach(async () => {
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true, force: true });
});

/** Starts a process that is expected to end by itself; gives its exit code and all it said. */
function run(env: Record<string, string>): Promise<{ code: number | null; text: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'main.ts', 'serve'], {
      env: environment({ PORT: '0', ...env }),
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
    child.once('exit', (code) => resolve({ code, text }));
  });
}

describe('starting and ending', () => {
  it('drains and ends 0 on SIGTERM, and starts again on the same directory', async () => {
    const data = await fresh();
    for (let round = 0; round < 2; round++) {
      const server = await startServer({ data });
      expect((await server.get('/readyz')).status).toBe(200);
      expect(await server.stop()).toBe(0);
    }
  });

  it('refuses a second process on the same directory, naming the path', async () => {
    const server = await startServer({ data: await fresh() });
    const second = await run({ HUAXIANG_DATA: server.data });
    expect(second.code).toBe(1);
    expect(second.text).toContain(server.data);
    expect((await server.get('/readyz')).status).toBe(200);
    await server.stop();
  });

  it('the lock dies with its holder', async () => {
    const data = await fresh();
    await (await startServer({ data })).kill();
    const next = await startServer({ data });
    expect(await next.stop()).toBe(0);
  });

  it('follows a file of rules, and says what in one does not parse', async () => {
    const data = await fresh();
    const rules = join(await fresh(), 'rules.json');
    await writeFile(rules, JSON.stringify({ preset: 'retail-cn', kinds: { member_card: { one: true } } }));
    for (let round = 0; round < 2; round++) {
      const server = await startServer({ data, env: { HUAXIANG_RULES: rules } });
      const job = async (): Promise<string> => {
        const list = jobList.parse(await (await server.get('/v1/jobs')).json());
        return list.items.find(({ kind }) => kind === 'rules-apply')?.state ?? 'none';
      };
      while ((await job()) !== 'done') await new Promise((resolve) => setTimeout(resolve, 20));
      const answer = await (await server.get('/v1/identity/rules')).json();
      expect(answer).toMatchObject({ version: 1, document: { kinds: { member_card: { one: true } } } });
      expect(await server.stop()).toBe(0);
    }
    await writeFile(rules, JSON.stringify({ preset: 'retail-cn', kinds: { device: { one: true } } }));
    const { code, text } = await run({ HUAXIANG_DATA: data, HUAXIANG_RULES: rules });
    expect([code, text]).toEqual([1, expect.stringContaining('kinds.device: this kind joins nobody')]);
  });

  it('says which variable does not parse, what it got and what it takes', async () => {
    const { code, text } = await run({ HUAXIANG_DATA: await fresh(), PORT: 'eighty' });
    expect(code).toBe(1);
    expect(text).toMatch(/PORT got "eighty"; it takes/);
  });

  it('says which file of sources does not parse', async () => {
    const data = await fresh();
    const file = join(data, 'sources.json');
    await writeFile(file, '{"sources":[{"channel":"Bad Name"}]}');
    const { code, text } = await run({ HUAXIANG_DATA: join(data, 'd'), HUAXIANG_SOURCES: file });
    expect(code).toBe(1);
    expect(text).toContain('HUAXIANG_SOURCES');
  });

  it('a directory that cannot be made ends the start with its path', async () => {
    const data = await fresh();
    await writeFile(join(data, 'file'), '');
    const { code, text } = await run({ HUAXIANG_DATA: join(data, 'file', 'below') });
    expect(code).toBe(1);
    expect(text).toContain(join(data, 'file'));
  });

  it('a ring that is gone is told, not replaced', async () => {
    const data = await fresh();
    await mkdir(join(data, 'd'));
    const { code, text } = await run({ HUAXIANG_DATA: join(data, 'd'), HUAXIANG_KEYRING: join(data, 'none.json') });
    expect(code).toBe(1);
    expect(text).toContain('HUAXIANG_KEYRING');
    await chmod(data, 0o700);
  });
});
