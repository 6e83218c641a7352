// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Compose writes its variables so
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../schemas/config.ts';
import { composeFile, interpolate } from './compose/specification.ts';

const FILE = fileURLToPath(new URL('../docker-compose.yml', import.meta.url));
const text = readFileSync(FILE, 'utf8');
const written: unknown = parse(text);
const compose = composeFile.parse(written);
const own = compose.services.huaxiang;

describe('docker-compose.yml', () => {
  it('gives every service a health check, a version and a volume', () => {
    expect(Object.keys(compose.services).sort()).toEqual(['clickhouse', 'huaxiang', 'kafka', 'redis']);
    for (const [name, service] of Object.entries(compose.services)) {
      expect(service.healthcheck, name).toBeDefined();
      expect(service.volumes?.length, name).toBeGreaterThan(0);
      if (service.build === undefined) expect(service.image, name).toMatch(/:\d/);
    }
  });

  it('starts huaxiang when all its engines are healthy', () => {
    const others = Object.keys(compose.services).filter((name) => name !== 'huaxiang');
    const healthy = { condition: 'service_healthy' };
    expect(own?.depends_on).toEqual(Object.fromEntries(others.map((name) => [name, healthy])));
  });

  it('needs no variable that nobody set', () => {
    expect(() => interpolate(text.replace(/#.*$/gm, ''))).not.toThrow();
  });

  it('gives huaxiang an environment that it takes, on the engines beside it', () => {
    const entries = Object.entries(own?.environment ?? {}).map(([name, value]) => [name, interpolate(String(value))]);
    const config = readConfig(Object.fromEntries(entries));
    expect(config.kafkaBrokers).toEqual(['kafka:9092']);
    expect(new URL(config.redisUrl ?? '').hostname).toBe('redis');
    expect(new URL(config.clickhouseUrl ?? '').hostname).toBe('clickhouse');
    expect(own?.ports?.[0]?.endsWith(`:${config.port}`)).toBe(true);
    expect(own?.volumes).toContain(`data:${config.data}`);
  });

  it('builds from a Dockerfile that starts the same program as npm start', () => {
    const dockerfile = readFileSync(new URL('../Dockerfile', import.meta.url), 'utf8');
    const scripts: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    const [, command = '[]'] = /^CMD (\[.*\])$/m.exec(dockerfile) ?? [];
    const [, allocation = ''] = /^ENV (MALLOC_.*)$/m.exec(dockerfile) ?? [];
    expect(JSON.stringify(scripts)).toContain(`exec env ${allocation} ${JSON.parse(command).join(' ')}`);
  });
});

describe('the rules of the file can fail', () => {
  const takes = (changed: string): boolean => {
    try {
      return composeFile.safeParse(parse(changed)).success;
    } catch {
      return false;
    }
  };

  it.each([
    ['a misspelt key', 'healthcheck:', 'healthchek:'],
    ['a condition that does not exist', 'service_healthy', 'service_ready'],
    ['a dependency that does not exist', /^ {6}redis:\n/m, '      valkey:\n'],
    ['a volume that is not declared', '- redis:/data', '- cache:/data'],
    ['a duration without unit', 'interval: 10s', 'interval: 10'],
    ['a service without image', 'image: redis:7.4', 'restart: always'],
    ['an unknown top-level element', 'volumes:\n  data:', 'volume:\n  data:'],
  ])('refuses %s', (_, from, to) => {
    expect(text).toMatch(from);
    expect(takes(text)).toBe(true);
    expect(takes(text.replace(from, to))).toBe(false);
  });

  it('refuses a variable without default', () => {
    expect(interpolate('$$A ${B:-c}')).toBe('$A c');
    expect(() => interpolate('${PASSWORD}')).toThrow('no default');
    expect(() => interpolate('$PASSWORD')).toThrow('no default');
  });
});

describe('the parser of Docker Compose', () => {
  // Only where Go and the modules are on this machine already: tests fetch nothing.
  const folder = fileURLToPath(new URL('./compose', import.meta.url));
  const go = (...args: string[]) =>
    spawnSync('env', ['GOPROXY=off', 'GOTOOLCHAIN=local', 'go', ...args], { cwd: folder, encoding: 'utf8' });
  const ready = existsSync(folder) && go('list', '-deps', '.').status === 0;

  it.skipIf(!ready)(
    `reads it${ready ? '' : ' — skipped: needs Go and its modules; npm run check:compose fetches them'}`,
    () => {
      const read = go('run', '.', FILE);
      expect(read.stderr).toBe('');
      expect(read.stdout).toBe('4 services\n');
    },
  );
});
