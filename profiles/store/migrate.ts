import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import { appliedMigrations, select } from './queries.ts';

export type Migration = { number: number; name: string; checksum: string; statements: string[] };

const SCHEMA = new URL('../schema/', import.meta.url);
const MIGRATIONS = new URL('../migrations/', import.meta.url);
const NAME = /^(\d{4})-[a-z0-9-]+\.sql$/;

/** Cuts a file of SQL into statements: each ends with a semicolon at the end of a line. Comments stand on own lines. */
export function statementsOf(text: string): string[] {
  const lines = text.split('\n').filter((line) => !line.startsWith('--'));
  return lines
    .join('\n')
    .split(/;[ \t]*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

/** The tables as they stand now, one file each: statements by file name. */
export async function readSchema(): Promise<Map<string, string[]>> {
  const files = (await readdir(SCHEMA)).filter((name) => name.endsWith('.sql')).sort();
  const texts = files.map(
    async (name): Promise<[string, string[]]> => [name, statementsOf(await readFile(new URL(name, SCHEMA), 'utf8'))],
  );
  return new Map(await Promise.all(texts));
}

/** The migrations of a folder in the order of their numbers, which start at 1 and have no gaps. */
export async function readMigrations(folder: URL = MIGRATIONS): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    files.map(async (name, at) => {
      const number = Number(NAME.exec(name)?.[1] ?? 0);
      if (number !== at + 1) throw new Error(`migration ${name} is out of order: number ${at + 1} was expected`);
      const text = await readFile(new URL(name, folder), 'utf8');
      const checksum = createHash('sha256').update(text).digest('hex');
      return { number, name, checksum, statements: statementsOf(text) };
    }),
  );
}

/**
 * Brings the database up to date: applies what its table of migrations lacks, in order, and gives the names applied.
 * Statements are safe to repeat (IF NOT EXISTS), as a crash may come between a statement and its record. Throws when
 * an applied migration has changed since, or when the database is ahead of the migrations given.
 */
export async function migrate(client: ClickHouseClient, migrations: readonly Migration[]): Promise<string[]> {
  for (const query of (await readSchema()).get('migrations.sql') ?? []) await client.command({ query });
  const applied = await select(client, appliedMigrations, {});
  for (const [number, name, checksum] of applied) {
    const known = migrations[number - 1];
    if (!known)
      throw new Error(`the analytic store has migration ${name}, which this version does not know: upgrade huaxiang`);
    if (known.checksum !== checksum) {
      throw new Error(`migration ${name} was changed after it was applied: restore the file and add a new migration`);
    }
  }
  const done = new Set(applied.map(([number]) => number));
  const missing = migrations.filter((migration) => !done.has(migration.number));
  for (const { statements, number, name, checksum } of missing) {
    for (const query of statements) await client.command({ query });
    await client.insert({ table: 'migrations', values: [{ number, name, checksum }], format: 'JSONEachRow' });
  }
  return missing.map((migration) => migration.name);
}
