import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHANNELS } from '../../ingest/channels.ts';
import { openWorkshop, type Workshop } from '../guide/workshop.ts';
import { SYNTAX_RULES } from '../tidy/syntax.ts';
import { TEXT_RULES } from '../tidy/text.ts';
import { parse } from '../tidy/tree.ts';
import { cli } from './stand.ts';

const SAMPLES = 'test/fixtures/channels';
const NEW = [
  ...['ingest/channels/loyalty-app.ts', 'test/ingest/channels/loyalty-app.sign.ts'],
  'test/ingest/channels/loyalty-app.test.ts',
];
const BODY = `${SAMPLES}/loyalty-app/sample.body.json`;
const SETTINGS = ['account=sample-account', 'secret=the secret of the samples'];
const ITEM = '{"id":"M1","kind":"joined","time":"2026-03-02 11:00:00","card":"0042","mobile":"139 0000 1234","age":7}';

let shop: Workshop;
beforeAll(async () => {
  shop = await openWorkshop();
});
afterAll(() => shop.close());

describe('channel list', () => {
  it('names every channel, what it takes, and its title in the language asked for', async () => {
    const { code, out } = await cli(['channel', 'list', '--lang', 'zh']);
    expect(code).toBe(0);
    expect(out.split('\n')).toHaveLength(CHANNELS.size);
    expect(out).toMatch(/^pos +files \(sales members refunds bill\) +门店/m);
    expect((await cli(['channel', 'list', '--lang', 'en'])).out).toMatch(/^weibo +webhook +Weibo/m);
  });
});

describe('a wrong call', () => {
  it.each([
    [[], 'list, new or try'],
    [['new'], 'name the channel'],
    [['new', 'Parking'], 'name the channel'],
    [['new', '../parking'], 'name the channel'],
    [['new', 'a'.repeat(65)], 'name the channel'],
    [['new', 'parking', '--title', 'a / b / c'], '--title takes'],
    [['try'], 'name the channel and the files'],
    [['try', 'parkng', 'x'], 'there is no channel parkng'],
    [['try', 'weibo', 'appSecret=x'], 'name the files'],
    [['try', 'weibo', 'package.json', '--meta', 'a=b'], '--meta goes with --item'],
    [['try', 'weibo', 'package.json', '--item', '--meta', 'a'], '"a" is no meta'],
    [['try', 'weibo', 'package.json', '--headers', 'README.md'], 'no JSON object of texts'],
  ])('channel %j ends 2', async (argv, says) => {
    const { code, err, did } = await cli(['channel', ...argv]);
    expect(err).toContain(says);
    expect({ code, did }).toEqual({ code: 2, did: [] });
  });

  it('a name that is taken, or a file that is not there, ends 1', async () => {
    expect(await cli(['channel', 'new', 'weibo'])).toMatchObject({ code: 1, err: 'the channel weibo is there' });
    expect(await cli(['channel', 'try', 'weibo', 'absent.json'])).toMatchObject({
      code: 1,
      err: 'absent.json cannot be read',
    });
  });
});

describe('channel new', () => {
  it('writes a connector, its signer, a sample, a test and two lines', async () => {
    const { code, out } = await shop.huaxiang(
      'channel',
      'new',
      'loyalty-app',
      '--title',
      "会员 App / Members' app",
      '--lang',
      'en',
    );
    expect(out).toContain('+ ingest/channels/loyalty-app.ts');
    expect(out).toContain('~ ingest/channels.ts');
    expect(code).toBe(0);
    expect(await shop.read('ingest/channels.ts')).toContain("import { loyaltyApp } from './channels/loyalty-app.ts';");
    expect((await shop.huaxiang('channel', 'list')).out).toContain('loyalty-app');
  });

  it('keeps to the rules of this repository', async () => {
    const paths = [...NEW, 'ingest/channels.ts', 'test/ingest/channels/sign.ts'];
    const texts = await Promise.all(
      paths.map(async (path): Promise<[string, string]> => [path, await shop.read(path)]),
    );
    const broken = [...parse(new Map(texts)).values()].flatMap((source) =>
      [...TEXT_RULES, ...SYNTAX_RULES]
        .filter((rule) => rule.applies(source.path))
        .flatMap((rule) => rule.find(source).map(({ line, what }) => `${source.path}:${line} ${rule.name}: ${what}`)),
    );
    expect(broken).toEqual([]);
    expect(await shop.tool('biome', 'check', ...paths)).toMatchObject({ code: 0 });
    const types = await shop.tool('tsc', '--noEmit');
    expect(types.out.split('\n').filter((line) => /loyalty|channels\.ts|sign\.ts/.test(line))).toEqual([]);
  });

  it('makes a test that fails until all is filled in, and says what to do', async () => {
    const { code, out } = await shop.tool('vitest', 'run', 'test/ingest/channels/loyalty-app.test.ts');
    expect(code).toBe(1);
    expect(out).toContain('ingest/channels/loyalty-app.ts:');
    expect(out).toContain('take FILL IN away');
    expect(out).toMatch(/3 failed \| 7 passed/);
  });

  it('overwrites nothing', async () => {
    const before = await shop.read('ingest/channels/loyalty-app.ts');
    const again = await shop.huaxiang('channel', 'new', 'loyalty-app');
    expect(again).toMatchObject({ code: 1, out: expect.stringContaining('is there') });
    await shop.write(`${SAMPLES}/kiosk/sample.body.json`, '{}');
    const half = await shop.huaxiang('channel', 'new', 'kiosk');
    expect(half).toMatchObject({ code: 1, out: expect.stringContaining('nothing was written') });
    expect(await shop.read('ingest/channels/loyalty-app.ts')).toBe(before);
    expect(await shop.read('ingest/channels.ts')).not.toContain('kiosk');
  });
});

describe('channel try', () => {
  const tryIt = (...argv: string[]) => shop.huaxiang('channel', 'try', ...argv, '--lang', 'en');

  it('shows each step from the door to the customer, and hides what is personal', async () => {
    const samples = ['customers-redact', 'orders-create'].map((name) => `${SAMPLES}/shopify/${name}.body.json`);
    const { code, out } = await tryIt('shopify', ...samples, ...(await shopSettings()));
    expect(out).toContain('the signature holds');
    expect(out).toMatch(/mobile +\+86139\*{4}1234 +joining +typed/);
    expect(out).toMatch(/shopify_customer .*scope sample-brand-cn\.myshopify\.com +joining +verified/);
    expect(out).toContain('accepted → customer 1');
    expect(out).toMatch(/2 events, 1 orders, 478\.00 CNY/);
    expect(out).not.toContain('13900001234');
    expect(code).toBe(0);
  });

  it('shows the clear values where asked to, in Chinese too', async () => {
    const argv = ['channel', 'try', 'shopify', `${SAMPLES}/shopify/orders-create.body.json`, ...(await shopSettings())];
    const { out } = await shop.huaxiang(...argv, '--clear', '--lang', 'zh');
    expect(out).toContain('+8613900001234');
    expect(out).toContain('认人的结果');
  });

  it('says why the door refuses, and ends 1', async () => {
    const { code, out } = await tryIt('shopify', `${SAMPLES}/shopify/orders-create.body.json`, 'shop=a', 'apiSecret=b');
    expect(out).toContain('refused signature_wrong');
    expect(code).toBe(1);
  });

  it('takes the body of an item, and says that no signature was checked', async () => {
    await shop.write('item.json', ITEM);
    const { code, out } = await tryIt('loyalty-app', 'item.json', '--item', '--meta', 'account=a1');
    expect(out).toContain('no signature was checked');
    expect(out).toContain('fields that the table does not list: age');
    expect(out).toMatch(/member_card +\*{4} +scope a1 +joining +registered/);
    expect(code).toBe(0);
  });

  it('shows a type that changed, what cannot be read, and ends 1 for both', async () => {
    await shop.write('changed.json', ITEM.replace('"139 0000 1234"', '{}'));
    await shop.write('broken.json', '{');
    const { code, out } = await tryIt('loyalty-app', 'changed.json', 'broken.json', 'item.json', '--item');
    expect(out).toContain('quarantined: field_type_changed (mobile: map, not text)');
    expect(out).toContain('dead-letter: unreadable');
    expect(out).toContain('no key: scope_missing');
    expect(code).toBe(1);
  });

  it('reads the files of a channel that takes files', async () => {
    const { code, out } = await tryIt('pos', `${SAMPLES}/pos/members-gbk.csv`, 'brand=sample-brand');
    expect(out).toMatch(/file: members, gb18030, header in line 1/);
    expect(out).toMatch(/member_card .*scope sample-brand +joining +registered/);
    expect(out).toContain('held, not merged');
    expect(code).toBe(0);
  });

  it('signs the sample of the template as its own test does', async () => {
    const signed = await shop.tool('tsx', '-e', SIGN);
    await shop.write('signed.headers.json', signed.out);
    const { code, out } = await tryIt('loyalty-app', BODY, '--headers', 'signed.headers.json', ...SETTINGS);
    expect(out).toContain('event M1  member_joined');
    expect(code).toBe(0);
  });

  const SIGN = [
    `import('./test/ingest/channels/loyalty-app.sign.ts').then(({ loyaltyAppSigner: signer }) => {`,
    `const body = require('node:fs').readFileSync('${BODY}');`,
    'console.log(JSON.stringify(signer.sign(body, signer.arounds[0], false).headers)); })',
  ].join('\n');

  async function shopSettings(): Promise<string[]> {
    const { shopify } = JSON.parse(await shop.read(`${SAMPLES}/secrets.json`));
    return ['shop=sample-brand-cn.myshopify.com', `apiSecret=${shopify.apiSecret}`];
  }
});
