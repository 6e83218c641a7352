import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Facts } from '../main/demo/facts.ts';
import { lacks } from '../main/demo/facts.ts';
import { cut, pad, table, width } from '../main/demo/text.ts';

/** The demo as a person starts it: a process of its own, judged by what it prints. */
const HOME = fileURLToPath(new URL('..', import.meta.url));
const PERSONAL = /1390000|1370000|1860000|陈思远|siyuan|8800012345|oR0lNbXEEi|hx_demo/;

let tmp = '';
beforeAll(async () => {
  tmp = await mkdtemp(join(tmpdir(), 'demo-test-'));
});
afterAll(() => rm(tmp, { recursive: true, force: true }));

type Run = { child: ChildProcess; text: { out: string; err: string }; ended: Promise<unknown[]> };

function start(args: string[], env: Record<string, string>): Run {
  const child = spawn(process.execPath, ['--import', 'tsx', 'main.ts', 'demo', ...args], {
    cwd: HOME,
    env: { TMPDIR: tmp, PORT: '0', ...env },
  });
  const text = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text.out += piece;
  });
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    text.err += piece;
  });
  return { child, text, ended: once(child, 'close') };
}

async function runOnce(env: Record<string, string>): Promise<{ code: unknown; out: string; err: string }> {
  const { text, ended } = start(['--once'], env);
  const [code] = await ended;
  return { code, ...text };
}

/** The part of the output under a heading. */
function part(out: string, number: number): string {
  const parts = out.split(/^─+\n/m);
  return parts.find((one) => one.split('\n')[0]?.includes(` ${number}. `)) ?? '';
}

describe('npm run demo -- --once', () => {
  it('shows one person of many channels, and the same again on a directory that was kept', async () => {
    const data = await mkdtemp(join(tmp, 'kept-'));
    const first = await runOnce({ HUAXIANG_DATA: data });
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(part(first.out, 2)).toMatch(/before: 4 customers[\s\S]*after: 1 customer$/m);

    const view = part(first.out, 3);
    expect(view).toMatch(/陈思远 {2}男 male · 1990-06-18 · 金卡 · 北京市朝阳区/);
    expect(view).toContain('on 8 channels');
    for (const place of ['门店 POS', '微信公众号', '微信小程序', '微博', '有赞', 'Shopify'])
      expect(view).toContain(place);
    expect(view).toContain('净消费 net spend CNY 717.00 · 订单 orders 3 · 退款 refunds 3');
    expect(view).toMatch(/姓名 name +陈思远 +pos\/members .*full_name.*\n +× 陈先生 +campaign\/spring-2026/);
    expect(view).toMatch(/手机号 mobile +\+8613900001234 +有效 active +✓/);
    expect(view).toMatch(/营销 marketing +电话 call +撤回 withdrawn/);
    expect(view).toContain('newest first, 31 events');

    const nearby = part(first.out, 4);
    expect(nearby).toMatch(/王建国 .*共用 shared +CNY 59\.00[\s\S]*刘芳 .*共用 shared +CNY 177\.00/);
    expect(nearby).toMatch(/names_differ +等人决定 open/);
    expect(part(first.out, 5)).toMatch(/wechat-mp\/main +12 +1 +· +· +1$/m);

    const again = await runOnce({ HUAXIANG_DATA: data });
    expect(again).toMatchObject({ code: 0, err: '' });
    expect(again.out).toContain('重复 duplicate 9 seen_before');
    expect(part(again.out, 3)).toBe(view);
    expect(part(again.out, 4)).toBe(nearby);

    const log = await readFile(join(data, 'requests.log'), 'utf8');
    expect(log).toContain('"/v1/channels/{channel}/{source}"');
    expect(log).not.toMatch(PERSONAL);
  });

  it('turns away what is forged or meant for another, and keeps what is broken', async () => {
    const { code, out } = await runOnce({});
    expect(code).toBe(0);
    expect(out.match(/拒绝 refused 401 signature_wrong/g)).toHaveLength(2);
    expect(out).toContain('死信 dead-letter 1 unreadable');
    expect(out).toContain('重复 duplicate 1 seen_before');
  });

  it('puts nobody made up into a directory that holds something else', async () => {
    const data = await mkdtemp(join(tmp, 'foreign-'));
    await writeFile(join(data, 'precious'), '');
    const { code, out, err } = await runOnce({ HUAXIANG_DATA: data });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(data);
    expect(await readdir(data)).toEqual(['precious']);
  });
});

describe('npm run demo', () => {
  it('takes a free port, stays up with a key that works, and leaves nothing behind', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const known = 'a-key-that-the-caller-set';
    const { child, text, ended } = start([], { PORT: String(port), HUAXIANG_ADMIN_KEY: known });
    while (!text.out.includes('Ctrl-C') && child.exitCode === null) await once(child.stdout ?? child, 'data');
    expect(text.out).toContain(`port ${port} is not free`);
    expect(text.out).not.toContain(known);

    const lines = [...text.out.matchAll(/^ {2}curl -s -H 'Authorization: Bearer (\S+)' '(\S+)'$/gm)];
    expect(lines).toHaveLength(3);
    for (const [, key, url] of lines) {
      const answer = await fetch(url ?? '', { headers: { authorization: `Bearer ${key}` } });
      expect(answer.status).toBe(200);
    }
    const docs = /(http:\S+)\/docs$/m.exec(text.out)?.[1];
    for (const path of ['/docs', '/openapi.json']) expect((await fetch(`${docs}${path}`)).status).toBe(200);

    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    taken.close();
    expect((await readdir(tmp)).filter((name) => name.startsWith('huaxiang-demo-'))).toEqual([]);
  });
});

describe('what the demo demands of itself', () => {
  const nobody: Facts = {
    customer: {
      ...{ id: 'c_1', aliases: [], type: 'person', created: '', updated: '', first_seen: '', last_seen: '' },
      ...{ identifiers: [], traits: {}, consents: [], conflicts: [] },
      metrics: { events: 2, orders: 0, refunds: 0, spend: {}, first_order: null, last_order: null, channels: {} },
    },
    ...{ timeline: [], family: [], conflicts: [], why: { same: true, because: [] } },
  };

  it('is told point by point', () => {
    const account = { zh: '', en: '', ref: { kind: 'mobile', value: '' }, id: 'c_2' };
    const told = lacks(nobody, [account]).join('\n');
    expect(told).toMatch(/on 0 channels, not on 5 or more/);
    expect(told).toMatch(/are not one customer/);
    expect(told).toMatch(/the timeline has 0 events, the metrics 2/);
    expect(told).toMatch(/were merged/);
  });
});

describe('columns of a terminal', () => {
  it('count Chinese characters as two and colours as none', () => {
    expect(width('画像 ab，')).toBe(9);
    expect(width('\u001b[1m画\u001b[0m')).toBe(2);
    expect(pad('画', 4)).toBe('画  ');
    expect(cut('画像画像', 5)).toBe('画像…');
    expect(cut('abc', 3)).toBe('abc');
    expect(table([['画', 'x'], ['abc']], '')).toEqual(['画   x', 'abc']);
  });
});
