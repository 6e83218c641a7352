/** What a process can do; all of it by default. */
export const ROLES = ['ingest', 'resolve', 'api', 'jobs'] as const;
export type Role = (typeof ROLES)[number];

/** What people read about a variable. `takes` completes "takes …"; `otherwise` is the text shown for its default. */
export type VariableText = { zh: string; en: string; takes: string; otherwise: string; secret?: true };

/** Every variable huaxiang reads, in the order the docs show them. */
export const VARIABLES = {
  PORT: {
    zh: '监听端口；0 表示任选一个空闲端口',
    en: 'Port to listen on; 0 picks a free one',
    takes: 'a whole number from 0 to 65535',
    otherwise: '8080',
  },
  HOST: {
    zh: '监听地址；默认只接受本机访问',
    en: 'Address to listen on; the default takes calls from this machine alone',
    takes: 'a host name or an IP address',
    otherwise: '127.0.0.1',
  },
  HUAXIANG_DATA: {
    zh: '内嵌引擎的数据目录，不存在时自动创建',
    en: 'Directory of the embedded engines, made if absent',
    takes: 'a directory this process may write',
    otherwise: './data',
  },
  HUAXIANG_ADMIN_KEY: {
    zh: '拥有全部权限的管理密钥；未设置时首次启动生成，只保存其散列，只显示一次',
    en: 'The key with every scope; else one is made at the first start, kept hashed and shown once',
    takes: '16 to 200 printable ASCII characters',
    otherwise: '',
    secret: true,
  },
  HUAXIANG_KEYRING: {
    zh: '密钥环文件；未设置时在数据目录中生成并给出警告',
    en: 'File of the key ring; else one is made in the data directory, with a warning',
    takes: 'the path of a key ring file',
    otherwise: '',
  },
  HUAXIANG_SOURCES: {
    zh: '启动时读取的来源配置（JSON）；通过 API 设置的来源会保留并优先',
    en: 'JSON file of sources, read at start; those set by API are kept and win',
    takes: 'the path of a JSON file',
    otherwise: '',
  },
  HUAXIANG_RULES: {
    zh: '身份规则（JSON）；未设置时使用预设 retail-cn',
    en: 'JSON file of identity rules; else the preset retail-cn',
    takes: 'the path of a JSON file',
    otherwise: '',
  },
  HUAXIANG_BODY_LIMIT: {
    zh: 'JSON 请求体上限（解压后）；渠道回调固定 1 MiB，导入固定 1 GiB',
    en: 'Largest JSON body, inflated; doors take 1 MiB and imports 1 GiB whatever this says',
    takes: 'bytes from 1 to 1 GiB, as 1048576 or 10MiB',
    otherwise: '10MiB',
  },
  HUAXIANG_RATE_LIMIT: {
    zh: '每个密钥每秒的请求数；管理密钥与渠道回调不限；none 表示不限',
    en: 'Requests per second and key; the admin key and the doors have no limit; none: no limit',
    takes: 'a whole number from 1 to 9999999, as 600 or 600/s, or none',
    otherwise: '600',
  },
  KAFKA_BROKERS: {
    zh: '日志改用 Kafka；未设置时使用数据目录中的内嵌日志',
    en: 'The log lives in Kafka; else embedded, in the data directory',
    takes: 'a comma list of host:port',
    otherwise: '',
  },
  REDIS_URL: {
    zh: '身份库与任务改用 Redis；未设置时使用内嵌 LMDB',
    en: 'Identity store and jobs live in Redis; else in embedded LMDB',
    takes: 'a URL that begins with redis:// or rediss://',
    otherwise: '',
  },
  CLICKHOUSE_URL: {
    zh: '分析库改用 ClickHouse 服务器；未设置时使用进程内的 chDB',
    en: 'The analytic store is a ClickHouse server; else chDB, the same engine in process',
    takes: 'a URL that begins with http:// or https://',
    otherwise: '',
  },
  HUAXIANG_ROLES: {
    zh: '本进程承担的角色',
    en: 'What this process does',
    takes: `a comma list of ${ROLES.join(', ')}`,
    otherwise: ROLES.join(','),
  },
} as const satisfies Record<string, VariableText>;
export type Variable = keyof typeof VARIABLES;
