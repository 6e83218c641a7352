import { z } from 'zod';
import { channelName, sourceName } from './event.ts';
import { ROLES, type Role, VARIABLES, type Variable, type VariableText } from './variables.ts';

const UNITS = new Map([
  ['', 1],
  ['b', 1],
  ['k', 1024],
  ['kb', 1000],
  ['kib', 1024],
  ['m', 1024 ** 2],
  ['mb', 1000 ** 2],
  ['mib', 1024 ** 2],
  ['g', 1024 ** 3],
  ['gb', 1000 ** 3],
  ['gib', 1024 ** 3],
]);
const MAX_BODY = 1024 ** 3;

/** `1048576`, `10MiB`, `512 kB` to bytes; NaN where it is no size. */
export function parseBytes(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,12})\s*([a-z]*)$/i.exec(text) ?? [];
  const scale = UNITS.get(unit.toLowerCase());
  return number === '' || scale === undefined ? Number.NaN : Number(number) * scale;
}

const HOST_NAME = /^(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*\.?$/i;
const BROKER = /^([a-z0-9.-]+|\[[0-9a-f:.]+\]):(\d{1,5})$/i;

const isPort = (text: string): boolean => /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
const isHost = (text: string): boolean =>
  HOST_NAME.test(text) ? !/^[\d.]+$/.test(text) || z.ipv4().safeParse(text).success : z.ipv6().safeParse(text).success;
const isBroker = (text: string): boolean => isPort(BROKER.exec(text)?.[2] ?? '');
const list = (text: string): string[] => text.split(',').map((part) => part.trim());
const isRole = (text: string): text is Role => ROLES.some((role) => role === text);

const given = (takes: (text: string) => boolean) => z.string().refine(takes);
const path = given((text) => !text.includes('\0')).optional();
const url = (...protocols: string[]) =>
  given((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol)).optional();

/** One key per variable. An empty string counts as absent: that is what Compose makes of a variable nobody set. */
const environment = z.object({
  PORT: given(isPort).default('8080').transform(Number),
  HOST: given(isHost).default('127.0.0.1'),
  HUAXIANG_DATA: path.default('./data'),
  HUAXIANG_ADMIN_KEY: given((text) => /^[\x20-\x7e]{16,200}$/.test(text) && text.trim() === text).optional(),
  HUAXIANG_KEYRING: path,
  HUAXIANG_SOURCES: path,
  HUAXIANG_RULES: path,
  HUAXIANG_BODY_LIMIT: given((text) => parseBytes(text) >= 1 && parseBytes(text) <= MAX_BODY)
    .default('10MiB')
    .transform(parseBytes),
  HUAXIANG_RATE_LIMIT: given((text) => /^([1-9]\d{0,6}(\/s)?|none)$/.test(text))
    .default('600')
    .transform((text) => (text === 'none' ? null : Number(text.replace('/s', '')))),
  KAFKA_BROKERS: given((text) => list(text).every(isBroker))
    .transform(list)
    .optional(),
  REDIS_URL: url('redis:', 'rediss:'),
  CLICKHOUSE_URL: url('http:', 'https:'),
  HUAXIANG_ROLES: given((text) => list(text).every(isRole))
    .default(ROLES.join(','))
    .transform((text) => new Set(list(text).filter(isRole))),
} satisfies Record<Variable, z.ZodType>);

/** Absent variables are undefined. `bodyLimit` in bytes; `rateLimit` in requests per second and key, null: no limit. */
export type Config = {
  port: number;
  host: string;
  data: string;
  adminKey: string | undefined;
  keyring: string | undefined;
  sources: string | undefined;
  rules: string | undefined;
  bodyLimit: number;
  rateLimit: number | null;
  kafkaBrokers: string[] | undefined;
  redisUrl: string | undefined;
  clickhouseUrl: string | undefined;
  roles: ReadonlySet<Role>;
};

/** The environment cannot be read. The message has one line per variable and no secret in it. */
export class ConfigError extends Error {}

const SHOWN = 200;
const TEXTS: ReadonlyMap<string, VariableText> = new Map(Object.entries(VARIABLES));

/** A value as a message may show it: secrets, and URLs that may bear a password, by their length alone. */
function shown(text: VariableText, value: string): string {
  if (text.secret || value.includes('@')) return `a value of ${value.length} characters`;
  return JSON.stringify(value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value);
}

/** One line: the variable, what it got, what it takes. */
function complaint(name: string, value: string): string {
  const text = TEXTS.get(name);
  return text ? `${name} got ${shown(text, value)}; it takes ${text.takes}` : `${name} is wrong`;
}

/** Reads the environment; main.ts hands it in. Throws ConfigError when a value does not parse. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const read = environment.safeParse(present);
  if (!read.success) {
    const names = [...new Set(read.error.issues.map((issue) => String(issue.path[0])))];
    throw new ConfigError(names.map((name) => complaint(name, env[name] ?? '')).join('\n'));
  }
  const values = read.data;
  return {
    port: values.PORT,
    host: values.HOST,
    data: values.HUAXIANG_DATA,
    adminKey: values.HUAXIANG_ADMIN_KEY,
    keyring: values.HUAXIANG_KEYRING,
    sources: values.HUAXIANG_SOURCES,
    rules: values.HUAXIANG_RULES,
    bodyLimit: values.HUAXIANG_BODY_LIMIT,
    rateLimit: values.HUAXIANG_RATE_LIMIT,
    kafkaBrokers: values.KAFKA_BROKERS,
    redisUrl: values.REDIS_URL,
    clickhouseUrl: values.CLICKHOUSE_URL,
    roles: values.HUAXIANG_ROLES,
  };
}

/**
 * What `HUAXIANG_SOURCES` holds: accounts and their settings, secrets in clear. What the settings must be is the
 * channel's to say; keys of any name are kept as they stand.
 */
export const sourcesFile = z
  .object({
    sources: z.array(
      z.object({
        channel: channelName,
        source: sourceName,
        title: z.string().max(200).nullish(),
        settings: z.custom<Record<string, unknown>>(
          (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
          'an object',
        ),
      }),
    ),
  })
  .refine(
    ({ sources }) => new Set(sources.map(({ channel, source }) => `${channel}/${source}`)).size === sources.length,
    { message: 'two entries have the same channel and source', path: ['sources'] },
  );
export type SourcesFile = z.infer<typeof sourcesFile>;
