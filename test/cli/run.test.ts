import { describe, expect, it } from 'vitest';
import { cli } from './stand.ts';

const COMMANDS = ['serve', 'demo', 'import', 'source', 'channel', 'key', 'doctor', 'rebuild'];

describe('help', () => {
  it.each([[[]], [['help']], [['--help']], [['-h']]])('%j shows every command', async (argv) => {
    const { code, out } = await cli(argv);
    expect(code).toBe(0);
    for (const name of COMMANDS) expect(out).toMatch(new RegExp(`^ {2}${name} `, 'm'));
  });

  it.each(COMMANDS)('%s --help speaks English and Chinese and names every option', async (name) => {
    const english = await cli([name, '--help']);
    const chinese = await cli([name, '--help', '--lang', 'zh']);
    const local = await cli(['help', name], { LANG: 'zh_CN.UTF-8' });
    expect(english).toMatchObject({ code: 0, err: '', did: [] });
    expect(english.out).not.toMatch(/\p{Script=Han}/u);
    expect(chinese.out).toMatch(/\p{Script=Han}/u);
    expect(local.out).toBe(chinese.out);
    const options = (text: string): string[] => text.match(/^ {2}--[a-z]+/gm) ?? [];
    expect(options(english.out)).toEqual(options(chinese.out));
    expect(options(english.out)).toContain('  --help');
  });
});

describe('a wrong call', () => {
  it.each([
    [['imprt'], 'there is no command "imprt"'],
    [['import'], '<channel>/<source>'],
    [['import', 'pos/beijing'], 'name the file'],
    [['import', 'POS/beijing', 'x'], '"POS" can be no channel'],
    [['import', 'pos/a/b', 'x'], '<channel>/<source>'],
    [['import', 'pos/a', 'x', '--kind', 'sale'], '--kind takes auto, sales'],
    [['import', 'pos/a', 'x', '--knid', 'sales'], "'--knid'"],
    [['source'], 'list or put'],
    [['source', 'put', 'pos/a', 'brand'], '"brand" is no setting'],
    [['source', 'put', 'pos/a', 'kdt:=12345678901234567890'], 'too great to be exact'],
    [['key', 'create'], 'name the key'],
    [['key', 'create', 'crm', '--scopes', 'everything'], '--scopes takes'],
    [['rebuild', '--from', 'a'], '--from DIR and --to DIR'],
    [['rebuild', '--from', 'a', '--to', './a'], 'two directories'],
    [['demo', '--customers', '5'], "'--customers'"],
    [['demo', 'twice'], 'takes no argument'],
    [['source', 'list', '--url', 'ftp://x'], 'no http or https URL'],
  ])('%j ends 2 and says what is wrong', async (argv, says) => {
    const { code, err, did } = await cli(argv, { HUAXIANG_KEY: 'k' });
    expect(err).toContain(says);
    expect({ code, did }).toEqual({ code: 2, did: [] });
  });
});

describe('what main.ts does', () => {
  it('gets the options', async () => {
    expect((await cli(['serve'])).did).toEqual(['serve']);
    expect((await cli(['demo'])).did).toEqual([{ once: false }]);
    expect((await cli(['demo', '--once'])).did).toEqual([{ once: true }]);
    expect((await cli(['rebuild', '--from', 'a', '--to', 'b'])).did).toEqual([['a', 'b']]);
  });

  it('gives the exit code, and its defects are not swallowed', async () => {
    expect((await cli(['serve'], {}, { serve: async () => 7 })).code).toBe(7);
    const broken = cli(['serve'], {}, { serve: () => Promise.reject(new RangeError('defect')) });
    await expect(broken).rejects.toThrow('defect');
  });
});
