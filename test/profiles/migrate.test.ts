import { copyFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { drainPending } from 'chdb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClient } from '../../profiles/store/connection.ts';
import { migrate, readMigrations, readSchema, statementsOf } from '../../profiles/store/migrate.ts';
import { select, tableDefinitions } from '../../profiles/store/queries.ts';

const MIGRATIONS = new URL('../../profiles/migrations/', import.meta.url);
type Client = Awaited<ReturnType<typeof openClient>>;
let root = '';
let client: Client;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'huaxiang-migrate-'));
  client = await openClient({ path: join(root, 'store') });
});
afterAll(async () => {
  await client.close();
  await drainPending();
  await rm(root, { recursive: true });
});

/** Runs in a database of its own, on the one connection. */
async function inDatabase<T>(name: string, run: () => Promise<T>): Promise<T> {
  await client.command({ query: 'CREATE DATABASE {name:Identifier}', query_params: { name } });
  await client.command({ query: ['USE', name].join(' ') });
  return run();
}

const definitions = async (): Promise<Map<string, string>> => {
  const rows = await select(client, tableDefinitions, {});
  return new Map(rows.map(([name, query]) => [name, query.replace(/CREATE TABLE \w+\./, 'CREATE TABLE ')]));
};

async function folder(name: string): Promise<{ path: string; url: URL }> {
  const path = join(root, name);
  await cp(MIGRATIONS, path, { recursive: true });
  return { path, url: pathToFileURL(`${path}/`) };
}

const ALL = ['0001-create.sql', '0002-compared.sql', '0003-merges.sql', '0004-columns.sql'];

describe('migrations', () => {
  it('lead to the same tables as the schema files', async () => {
    const migrated = await inDatabase('migrated', async () => {
      await migrate(client, await readMigrations());
      return definitions();
    });
    const fresh = await inDatabase('fresh', async () => {
      for (const query of [...(await readSchema()).values()].flat()) await client.command({ query });
      return definitions();
    });
    expect([...migrated.keys()]).toEqual(['compared', 'customers', 'events', 'migrations', 'orders', 'owners']);
    expect(migrated).toEqual(fresh);
  });

  it('comment every column, and keep the customer out of the order of events', async () => {
    for (const [file, statements] of await readSchema()) {
      const columns = statements
        .join('\n')
        .split('\n')
        .filter((line) => /^ {4}`/.test(line));
      const text = statements.join('\n').replace(/\n {8}COMMENT/g, ' COMMENT');
      const commented = text.split('\n').filter((line) => /^ {4}`.* COMMENT '/.test(line));
      expect({ file, commented: commented.length }).toEqual({ file, commented: columns.length });
    }
    const events = (await readSchema()).get('events.sql')?.join('') ?? '';
    expect(events).toContain('ORDER BY (anchor, time, key)');
    expect(events).not.toContain('customer_id');
  });

  it('are applied once each, in order, and later ones when they come', async () => {
    const { path, url } = await folder('later');
    await inDatabase('later', async () => {
      expect(await migrate(client, await readMigrations(url))).toEqual(ALL);
      expect(await migrate(client, await readMigrations(url))).toEqual([]);
      await writeFile(
        join(path, '0005-note.sql'),
        "-- a note; of two lines;\nALTER TABLE orders ADD COLUMN IF NOT EXISTS note String COMMENT 'x';\n",
      );
      expect(await migrate(client, await readMigrations(url))).toEqual(['0005-note.sql']);
      expect((await definitions()).get('orders')).toContain('note');
      await expect(migrate(client, await readMigrations())).rejects.toThrow(
        /0005-note\.sql, which this version does not know/,
      );
    });
  });

  it('refuse one that was changed after it was applied', async () => {
    const { path, url } = await folder('changed');
    await inDatabase('changed', async () => {
      await migrate(client, await readMigrations(url));
      await writeFile(join(path, '0001-create.sql'), `${await readFile(join(path, '0001-create.sql'), 'utf8')}\n`);
      await expect(migrate(client, await readMigrations(url))).rejects.toThrow(
        /0001-create\.sql was changed after it was applied/,
      );
    });
  });

  it('have numbers without gaps', async () => {
    const { path, url } = await folder('gap');
    await copyFile(join(path, '0001-create.sql'), join(path, '0006-gap.sql'));
    await expect(readMigrations(url)).rejects.toThrow(/0006-gap\.sql is out of order: number 5 was expected/);
  });

  it('are cut into statements at semicolons that end a line', () => {
    expect(statementsOf("-- a; \nSELECT ';x';\n\nSELECT 2;  \nSELECT 3\n")).toEqual([
      "SELECT ';x'",
      'SELECT 2',
      'SELECT 3',
    ]);
  });
});
