import { describe, expect, it } from 'vitest';
import { ConfigError, parseBytes, readConfig, sourcesFile } from '../../schemas/config.ts';
import { VARIABLES, type Variable, type VariableText } from '../../schemas/variables.ts';

const SECRET = 'a-key-which-is-long-enough';

/** What the reader says of one variable; undefined when it takes the value. */
function complaint(name: string, value: string): string | undefined {
  try {
    readConfig({ [name]: value });
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

const GOOD: Record<Variable, string[]> = {
  PORT: ['0', '8080', '65535'],
  HOST: ['127.0.0.1', '0.0.0.0', '::', 'localhost', 'huaxiang.internal'],
  HUAXIANG_DATA: ['/var/lib/huaxiang', './data', '数据'],
  HUAXIANG_ADMIN_KEY: [SECRET, 'x'.repeat(16), 'x'.repeat(200)],
  HUAXIANG_KEYRING: ['ring.json'],
  HUAXIANG_SOURCES: ['sources.json'],
  HUAXIANG_RULES: ['rules.json'],
  HUAXIANG_BODY_LIMIT: ['1', '1048576', '10MiB', '512 kB', '1g'],
  HUAXIANG_RATE_LIMIT: ['1', '600', '600/s', 'none'],
  KAFKA_BROKERS: ['localhost:9092', 'a:9092, b:9093', '[::1]:9092'],
  REDIS_URL: ['redis://127.0.0.1:6379', 'rediss://u:p@h:6380/1'],
  CLICKHOUSE_URL: ['http://localhost:8123', 'https://u:p@ch.example/db'],
  HUAXIANG_ROLES: ['ingest', 'ingest,resolve, api,jobs'],
};
const BAD: Record<Variable, string[]> = {
  PORT: ['-1', '65536', '80.5', '0x50', 'http', ' 80'],
  HOST: ['a b', 'http://x', '999.1.1.1', '[::1]', '-x', '8080'],
  HUAXIANG_DATA: ['a\0b'],
  HUAXIANG_ADMIN_KEY: ['x'.repeat(15), 'x'.repeat(201), '密'.repeat(16), `${SECRET}\n`, ` ${SECRET}`],
  HUAXIANG_KEYRING: ['a\0b'],
  HUAXIANG_SOURCES: ['a\0b'],
  HUAXIANG_RULES: ['a\0b'],
  HUAXIANG_BODY_LIMIT: ['0', '-1', '10 megabytes', '1.5MiB', '2GiB', 'MiB'],
  HUAXIANG_RATE_LIMIT: ['0', '-5', '10/m', '1e3', 'off'],
  KAFKA_BROKERS: ['localhost', 'a:9092,', 'a:99999', 'kafka://a:9092'],
  REDIS_URL: ['localhost:6379', 'http://h', 'redis'],
  CLICKHOUSE_URL: ['localhost:8123', 'clickhouse://h', 'tcp://h:9000'],
  HUAXIANG_ROLES: ['all', 'ingest,', 'api;jobs'],
};
const cases = (table: Record<string, string[]>): [string, string][] =>
  Object.entries(table).flatMap(([name, values]) => values.map((value): [string, string] => [name, value]));

describe('readConfig', () => {
  it('gives the defaults of the contract for an empty environment', () => {
    expect(readConfig({})).toMatchObject({
      port: 8080,
      host: '127.0.0.1',
      data: './data',
      bodyLimit: 10 * 1024 * 1024,
      rateLimit: 600,
      roles: new Set(['ingest', 'resolve', 'api', 'jobs']),
    });
    expect(readConfig({}).kafkaBrokers).toBeUndefined();
  });

  it('takes an empty value for an absent one and leaves foreign variables alone', () => {
    expect(readConfig({ PORT: '', REDIS_URL: '', PATH: '/bin', __proto__: '1' })).toEqual(readConfig({}));
  });

  it.each(cases(GOOD))('%s takes %j', (name, value) => {
    expect(complaint(name, value)).toBeUndefined();
  });

  it.each(cases(BAD))('%s refuses %j and says what it takes', (name, value) => {
    const text: VariableText | undefined = Object.entries(VARIABLES).find(([known]) => known === name)?.[1];
    const message = complaint(name, value);
    expect(message).toContain(`${name} got `);
    expect(message).toContain(`it takes ${text?.takes}`);
  });

  it('shows what it got, but neither secrets nor passwords in URLs', () => {
    expect(complaint('PORT', 'eighty')).toContain('"eighty"');
    expect(complaint('HUAXIANG_ADMIN_KEY', 'short')).not.toContain('short');
    expect(complaint('HUAXIANG_ADMIN_KEY', 'short')).toContain('5 characters');
    expect(complaint('REDIS_URL', 'http://me:hidden@h')).not.toContain('hidden');
  });

  it('names every wrong variable in its one message', () => {
    const read = () => readConfig({ PORT: 'x', HUAXIANG_ROLES: 'x' });
    expect(read).toThrow(/PORT got "x"[\s\S]*HUAXIANG_ROLES got "x"/);
  });

  it('shows the default it has in the docs', () => {
    for (const [name, text] of Object.entries(VARIABLES)) {
      if (text.otherwise !== '') expect(readConfig({ [name]: text.otherwise })).toEqual(readConfig({}));
    }
  });
});

describe('parseBytes', () => {
  it.each([
    ['7', 7],
    ['10MiB', 10_485_760],
    ['10 MB', 10_000_000],
    ['2k', 2048],
    ['1GiB', 1_073_741_824],
  ])('%s is %d', (text, bytes) => expect(parseBytes(text)).toBe(bytes));
  it.each(['', 'MiB', '1.5k', '-1', '1 parsec'])('%j is no size', (text) => expect(parseBytes(text)).toBeNaN());
});

describe('sourcesFile', () => {
  const entry = { channel: 'wechat-mp', source: 'main', title: '品牌公众号', settings: { appid: 'wx1' } };

  it('takes the example of the contract and keeps keys of any name', () => {
    const settings: unknown = JSON.parse('{"__proto__":"x","constructor":"y"}');
    const read = sourcesFile.parse({ sources: [entry, { channel: 'pos', source: 'Beijing.1', settings }] });
    expect(JSON.stringify(read.sources[1]?.settings)).toBe('{"__proto__":"x","constructor":"y"}');
  });

  it.each([
    ['a channel in capitals', { ...entry, channel: 'WeChat' }],
    ['no settings', { channel: 'pos', source: 'a' }],
    ['settings that are a list', { ...entry, settings: [] }],
  ])('refuses %s', (_, bad) => {
    expect(sourcesFile.safeParse({ sources: [bad] }).success).toBe(false);
  });

  it('refuses two entries of one source', () => {
    expect(sourcesFile.safeParse({ sources: [entry, entry] }).success).toBe(false);
  });
});
