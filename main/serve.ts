import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { buildApp } from '../api/app.ts';
import { checkComplexity, readJson } from '../ingest/json.ts';
import type { Source } from '../ingest/sources.ts';
import { type Config, ConfigError, sourcesFile } from '../schemas/config.ts';
import { type RulesDocument, rulesDocument } from '../schemas/rules.ts';
import { openEngines } from './engines.ts';
import { type House, openHouse } from './house.ts';
import { followFile } from './identity/rules.ts';
import { makeImports } from './imports.ts';
import { lockDirectory } from './lock.ts';
import { makeRequests } from './metrics.ts';
import { codeOf, openRing } from './ring.ts';
import { makeServices } from './services.ts';

/** A running server, its address, and the one order in which it is shut down. */
export type Running = { url: string; house: House; app: FastifyInstance; close(): Promise<void> };
export type ServeOptions = {
  config: Config;
  now(): number;
  /** Sources beside those of the file, as the demo has them. */
  sources?: readonly Source[];
  /** One line for the person who starts it. */
  say(text: string): void;
  /** One line of the request log; nothing personal stands in it. */
  log?(line: string): void;
};

async function readJsonFile(variable: string, path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new ConfigError(`${variable} names a file that cannot be read: ${path} (${codeOf(error)})`);
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigError(`${variable} names a file that is no JSON: ${path}`);
  }
}

async function readSources(path: string | undefined): Promise<Source[]> {
  if (path === undefined) return [];
  const parsed = sourcesFile.safeParse(await readJsonFile('HUAXIANG_SOURCES', path));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ConfigError(`HUAXIANG_SOURCES ${path} does not parse at ${issue?.path.join('.')}: ${issue?.message}`);
  }
  return parsed.data.sources.map((one) => ({ ...one, title: one.title ?? null }));
}

async function packageVersion(): Promise<string> {
  const file: { version: string } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  return file.version;
}

async function readRules(path: string | undefined): Promise<RulesDocument | null> {
  if (path === undefined) return null;
  const rules = rulesDocument.safeParse(await readJsonFile('HUAXIANG_RULES', path));
  if (rules.success) return rules.data;
  const [issue] = rules.error.issues;
  throw new ConfigError(
    `HUAXIANG_RULES ${path} does not parse at ${issue?.path.join('.') || 'top'}: ${issue?.message}`,
  );
}

/** Starts everything in one process. Throws ConfigError or DirectoryBusy with a message for a person. */
export async function serve(options: ServeOptions): Promise<Running> {
  const { config, now, say } = options;
  const rules = await readRules(config.rules);
  const unlock = await lockDirectory(config.data);
  const undo: (() => Promise<void>)[] = [unlock];
  try {
    const fileSources = [...(options.sources ?? []), ...(await readSources(config.sources))];
    const ring = await openRing(config.keyring, config.data, say);
    const engines = await openEngines(config);
    const house = await openHouse({
      ...{ config, engines, ring, now, fileSources },
      showKey: (key) => say(`admin key, shown once: ${key}`),
    });
    undo.unshift(() => house.close());
    const imports = makeImports(house, config.data);
    const requests = makeRequests();
    const app = buildApp(makeServices(house, config.data, imports, requests), {
      bodyLimit: config.bodyLimit,
      rateLimit: config.rateLimit ?? 0,
      json: { readJson, checkComplexity },
      version: await packageVersion(),
      log: (line) => {
        requests.count(line);
        options.log?.(JSON.stringify(line));
      },
    });
    // Imports stop before the doors close: who waits for one is answered then.
    undo.unshift(imports.halt, () => app.close());
    await imports.resume();
    if (rules !== null) await followFile(house, rules);
    const url = await app.listen({ port: config.port, host: config.host });
    say(`huaxiang listening on ${url}`);
    return { url, house, app, close: () => closeAll(undo) };
  } catch (error) {
    await closeAll(undo);
    throw error;
  }
}

/** Doors first, then what is behind them, the lock last; one failure does not keep the others open. */
async function closeAll(undo: readonly (() => Promise<void>)[]): Promise<void> {
  for (const close of undo) await close().catch(() => undefined);
}
