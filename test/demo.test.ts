import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHANNELS as ALL_CHANNELS } from '../ingest/channels.ts';
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

/** By source: what came, and how many events were accepted, duplicate, ignored, quarantined, dead letters. */
const FATES = {
  'campaign/spring-2026': '1 事件 events | 1 · · · ·',
  'doudian/live': '3 推送 pushed · 4 应答 answers | 5 · 1 · ·',
  'file/salon': '1 文件 files | 2 · 1 · ·',
  'jd/flagship': '1 拉取 pulled | 1 · · · ·',
  'member-centre/web': '2 事件 events | 2 · · · ·',
  'pdd/flagship': '3 拉取 pulled · 1 应答 answers | 4 · · · ·',
  'pos/beijing': '4 文件 files | 10 3 3 · ·',
  'pos/members': '1 文件 files | 14 · · · ·',
  'pos/shanghai': '1 文件 files | 4 · · · ·',
  'pospal/popup': '1 拉取 pulled · 1 应答 answers | 3 · · · ·',
  'shopify/cn': '3 推送 pushed | 2 · · · ·',
  'taobao/flagship': '4 拉取 pulled · 1 应答 answers | 4 1 · · ·',
  'wechat-miniprogram/main': '2 推送 pushed · 2 应答 answers | 3 · · · ·',
  'wechat-mp/main': '14 推送 pushed · 4 应答 answers | 16 1 · · 1',
  'wechat-pay/main': '2 推送 pushed | 2 · · · ·',
  'wecom/main': '4 推送 pushed · 2 应答 answers | 6 · · · ·',
  'weibo/main': '7 推送 pushed | 7 · · · ·',
  'woocommerce/nanjing': '2 推送 pushed | 2 · · · ·',
  'youzan/flagship': '6 推送 pushed | 6 · · · ·',
};

const fatesIn = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/^ {2}(\S+\/\S+) +(\S.*?) +([\d·]+(?: +[\d·]+){4})$/gm)].map(
      ([, place = '', came, counts = '']) => [place, `${came} | ${counts.replace(/ +/g, ' ')}`],
    ),
  );

/** The channels that bear him by something which evidence ties to him. */
const HIS_CHANNELS = [
  ...['门店 POS', '银豹收银', '通用文件', '微信公众号', '微信小程序', '微信支付', '企业微信', '微博', '有赞'],
  ...['Shopify', '活动页', '会员中心'],
];
/** By what each account is tied to his card. */
const TIES = [
  /银豹会员 +会员卡 member card ─ 自有账号 own account$/m,
  /Shopify 顾客 +会员卡 member card ─ 手机号 mobile ─ Shopify 顾客$/m,
  /公众号粉丝 +会员卡 member card ─ 手机号 mobile ─ 微信 OpenID$/m,
  /企微联系人 +会员卡 member card ─ 手机号 mobile ─ 微信 UnionID ─ 企微联系人 WeCom$/m,
  /微信支付付款人 +会员卡 member card ─ 手机号 mobile ─ .*微信 OpenID$/m,
  /微博粉丝 +会员卡 member card ─ 手机号 mobile ─ 微博 UID$/m,
  /有赞买家 +会员卡 member card ─ 手机号 mobile ─ 有赞 Youzan$/m,
];

/** Two whole runs, beside whatever else the machine does. */
const TWO_RUNS = { timeout: 240_000 };

describe('npm run demo -- --once', TWO_RUNS, () => {
  it('shows one person of many channels, and the same again on a directory that was kept', async () => {
    const data = await mkdtemp(join(tmp, 'kept-'));
    const first = await runOnce({ HUAXIANG_DATA: data });
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(part(first.out, 2)).toMatch(/before: 7 customers[\s\S]*after: 1 customer$/m);
    for (const tie of TIES) expect(part(first.out, 2)).toMatch(tie);

    const view = part(first.out, 3);
    expect(view).toMatch(/陈思远 {2}男 male · 1990-06-18 · 金卡 · 北京市朝阳区/);
    expect(view).toContain('on 12 channels');
    for (const place of HIS_CHANNELS) expect(view).toMatch(new RegExp(`^ {4}${place}.*个事件 events`, 'm'));
    expect(view).toContain('净消费 net spend CNY 1064.00 · 订单 orders 4 · 退款 refunds 3');
    expect(view).toMatch(/姓名 name +陈思远 +\S+\/\S+ .*full_name.*\n +× 陈先生 +campaign\/spring-2026/);
    expect(view).toMatch(/手机号 mobile +\+8613900001234 +有效 active +✓/);
    expect(view).toMatch(/营销 marketing +电话 call +撤回 withdrawn/);
    expect(view).toContain('newest first, 44 events');

    const apart = part(first.out, 4);
    expect(apart.match(/no event has brought the two together/g)).toHaveLength(5);
    for (const one of ['京东买家', '抖店买家', '淘宝买家', '微博粉丝', '企微联系人'])
      expect(apart).toMatch(new RegExp(`^ {4}c_\\S+ {2}${one} `, 'm'));

    const nearby = part(first.out, 5);
    expect(nearby).toMatch(/王建国 .*共用 shared +门店 POS、WooCommerce 分站 +CNY 59\.00/);
    expect(nearby).toMatch(/刘芳 .*共用 shared +门店 POS +CNY 177\.00/);
    expect(nearby).toMatch(/names_differ +等人决定 open/);
    expect(fatesIn(part(first.out, 6))).toEqual(FATES);

    const again = await runOnce({ HUAXIANG_DATA: data });
    expect(again).toMatchObject({ code: 0, err: '' });
    expect(again.out).toContain('重复 duplicate 9 seen_before');
    expect(part(again.out, 1)).not.toMatch(/收下 accepted/);
    expect(part(again.out, 3)).toBe(view);
    expect(part(again.out, 4)).toBe(apart);
    expect(part(again.out, 5)).toBe(nearby);

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

describe('npm run demo', TWO_RUNS, () => {
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
    ...{ timeline: [], family: [], conflicts: [], why: { same: true, because: [] }, apart: [] },
    ...{ ouyang: { together: [], apart: [] }, dead: ['jd/flagship platform_failed'] },
  };

  it('is told point by point', () => {
    const account = { zh: '', en: '', ref: { kind: 'mobile', value: '' }, id: 'c_2' };
    const told = lacks(nobody, [account]).join('\n');
    expect(told).toMatch(/is not seen on campaign, file, .*, pospal, .*, wechat-pay, wecom, weibo, youzan/);
    expect(told).toMatch(/are not one customer/);
    expect(told).toMatch(/the timeline has 0 events, the metrics 2/);
    expect(told).toMatch(/were merged/);
    expect(told).toMatch(/dead letters: jd\/flagship platform_failed, not: wechat-mp\/main unreadable/);
  });

  it('is told of an account that was tied to somebody without evidence', () => {
    const account = {
      zh: '',
      en: 'JD buyer',
      ref: { kind: 'jd_open_id', value: '' },
      id: 'c_1',
      why: ['', ''],
    } as const;
    const tied = { ...nobody, apart: [[account, { same: true, because: [] }]] } satisfies Facts;
    expect(lacks(tied, []).join('\n')).toMatch(/tied by nothing that was told: JD buyer/);
  });
});

describe('what the demo sends', () => {
  const OWN = [
    ...['doudian/order.orderDetail-unpaid.json', 'file/salon-signups.csv', 'pospal/tickets.json'],
    ...['taobao/trades.sold.increment.get.json', 'wechat-miniprogram/login-ouyang.body.json'],
    'wechat-mp/api-user-info-ouyang.json',
  ];

  it('is what the channels are tested with, byte for byte, but for what only the demo tells', async () => {
    const home = new URL('../main/demo/fixtures/', import.meta.url);
    const entries = await readdir(home, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((one) => one.isFile())
      .map((one) => relative(fileURLToPath(home), join(one.parentPath, one.name)));
    const own: string[] = [];
    for (const file of files) {
      const tested = await readFile(new URL(`fixtures/channels/${file}`, import.meta.url)).catch(() => null);
      if (!tested) own.push(file);
      else expect((await readFile(new URL(file, home))).equals(tested), file).toBe(true);
    }
    expect(own.sort()).toEqual(OWN);
  });

  it('comes by every channel there is', () => {
    const places = new Set(Object.keys(FATES).map((place) => place.split('/')[0]));
    expect([...ALL_CHANNELS.keys()].filter((name) => !places.has(name))).toEqual([]);
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
