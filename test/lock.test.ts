import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const names = z.record(z.string(), z.string()).default({});
const entry = z.object({
  version: z.string().optional(),
  resolved: z.string().optional(),
  optional: z.boolean().optional(),
  dependencies: names,
  devDependencies: names,
  optionalDependencies: names,
  engines: z.unknown().optional(),
});
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8'));
const { packages } = z.object({ packages: z.record(z.string(), entry) }).parse(read('package-lock.json'));
const manifest = entry.extend({ scripts: names }).parse(read('package.json'));

/** Where npm looks for a package from within another: its own folder first, then those above. */
function found(from: string, name: string): boolean {
  if (packages[`${from === '' ? '' : `${from}/`}node_modules/${name}`]) return true;
  const above = from.lastIndexOf('/node_modules/');
  return from !== '' && found(above < 0 ? '' : from.slice(0, above), name);
}

describe('package-lock.json', () => {
  it('has an entry for every package that one of its packages may ask for: else `npm ci` refuses it', () => {
    const lost = Object.entries(packages).flatMap(([from, { dependencies, optionalDependencies }]) =>
      Object.keys({ ...dependencies, ...optionalDependencies }).filter((name) => !found(from, name)),
    );
    expect(lost).toEqual([]);
    expect(found('node_modules/chdb', '@chdb/lib-nowhere')).toBe(false);
  });

  it('names no registry', () => {
    expect(Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  });

  it('is the lock of this package.json', () => {
    const { dependencies, devDependencies, optionalDependencies, engines } = manifest;
    expect(packages['']).toMatchObject({ dependencies, devDependencies, optionalDependencies, engines });
  });

  it('lets a deployment leave the embedded engine of analysis out', () => {
    expect(packages['node_modules/chdb']?.optional).toBe(true);
    expect(Object.keys(manifest.dependencies)).not.toContain('chdb');
  });
});

const ALLOCATION = 'MALLOC_ARENA_MAX=2 JE_MALLOC_CONF=dirty_decay_ms:0,muzzy_decay_ms:0';
const HEAP = '--max-semi-space-size=8 --heap-growing-percent=30';

describe('scripts', () => {
  it.each(['start', 'demo', 'huaxiang'])('npm run %s installs what is missing and hands its process over', (name) => {
    const head = `node install.mjs && exec env ${ALLOCATION} node ${HEAP} --import tsx main.ts`;
    expect(manifest.scripts[name]?.slice(0, head.length)).toBe(head);
  });

  it.each(['test', 'test:services', 'check'])('npm run %s installs what development needs', (name) => {
    expect(manifest.scripts[name]).toMatch(/^node install\.mjs all && /);
  });
});
