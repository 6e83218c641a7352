import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ImportView, Services } from '../api/port.ts';
import { CHANNELS } from '../ingest/channels.ts';
import type { ImportUnit } from '../ingest/import/unit.ts';
import type { Entry } from '../ingest/port.ts';
import { Problem } from '../schemas/errors.ts';
import { FATES, type Fate } from '../schemas/fate.ts';
import { judged } from './events.ts';
import type { House } from './house.ts';

/**
 * File imports: rows go into the log in batches, each row gets its fate, and what was refused can be fetched by line.
 */
const ANSWER_MS = 10_000;
const APPLY_MS = 120_000;
const BATCH = 500;
const REJECTS_SHOWN = 1_000;

type State = ImportView & { name: string | null };
type Rejected = { line: number; reason: string; detail: string };

export function makeImports(house: House, spoolDir: string): Services['imports'] {
  const running = new Map<string, Promise<void>>();
  const save = async (state: State, rejected: readonly Rejected[] = []): Promise<void> => {
    const add = [
      { list: 'imports', member: state.id, value: JSON.stringify(state) },
      ...rejected.map((one) => ({
        list: `rejects:${state.id}`,
        member: `${one.line.toString().padStart(12, '0')}-${one.reason}`,
        value: JSON.stringify(one),
      })),
    ];
    await house.store.commit({ seen: new Map(), put: new Map(), add, remove: [] });
  };
  const get = async (id: string): Promise<ImportView | null> => {
    const [found] = await house.store.range('imports', { before: `${id}!`, reverse: true, limit: 1 });
    if (found?.member !== id) return null;
    const { name: _, ...view }: State = JSON.parse(found.value);
    // A process that died left its import behind: sending the file again is safe, and says what is there already.
    return view.state === 'running' && !running.has(id) ? { ...view, state: 'failed' } : view;
  };
  return {
    get,
    rejects: async (id) => ((await get(id)) ? Readable.from(rejectLines(house, id)) : null),
    run: async (channel, source, options, body) => {
      const configured = await house.sources.get(channel, source);
      const definition = CHANNELS.get(channel);
      if (!configured || !definition) throw new Problem('source_unknown', 'no such channel or source is configured');
      const { files } = definition;
      if (!files) throw new Problem('source_unknown', `the channel ${channel} takes no files`);
      const kind = [...files.kinds, 'auto'].find((one) => one === options.kind);
      if (!kind) throw new Problem('body_malformed', `kind is one of auto, ${files.kinds.join(', ')}`);
      const id = `i_${randomUUID()}`;
      const state: State = {
        id,
        state: 'running',
        kind: null,
        encoding: null,
        rows: 0,
        fates: {},
        reasons: {},
        rejects: `/v1/imports/${id}/rejects`,
        name: options.name,
      };
      await save(state);
      let refusal: Problem | null = null;
      const units = files.read(body, { kind, settings: configured.settings, spoolDir: join(spoolDir, 'spool') });
      const work = runImport(house, state, { channel, source, units }, save).catch(async (error: unknown) => {
        if (error instanceof Problem) refusal = error;
        state.state = 'failed';
        await save(state).catch(() => undefined);
      });
      running.set(id, work);
      void work.finally(() => running.delete(id));
      await Promise.race([work, new Promise((resolve) => setTimeout(resolve, ANSWER_MS).unref())]);
      if (refusal) throw refusal;
      const { name: _, ...view } = state;
      return view;
    },
  };
}

async function* rejectLines(house: House, id: string): AsyncGenerator<string> {
  for (let after: string | undefined; ; ) {
    const chunk = await house.store.range(`rejects:${id}`, { after, limit: REJECTS_SHOWN });
    for (const { value } of chunk) yield `${value}\n`;
    const last = chunk[chunk.length - 1];
    if (!last || chunk.length < REJECTS_SHOWN) return;
    after = last.member;
  }
}

type Work = { channel: string; source: string; units: AsyncGenerator<ImportUnit> };
/** An entry with the lines that share its fate. */
type Rows = {
  lines: number[];
  entry: (received: number) => Entry;
  told: { fate: Fate; reason: string; detail: string } | null;
};

async function runImport(
  house: House,
  state: State,
  work: Work,
  save: (state: State, rejected?: readonly Rejected[]) => Promise<void>,
): Promise<void> {
  let batch: Rows[] = [];
  const flush = async (): Promise<void> => {
    const taken = batch;
    batch = [];
    if (taken.length === 0) return;
    const sent = await takeWhenRoom(house, taken);
    // Rows are told their fate as it is applied: only then is known what is a repeat and what another telling.
    await house.progress.reached(sent.positions, APPLY_MS);
    const results = judged(sent);
    const rejected: Rejected[] = [];
    for (const [index, rows] of taken.entries()) {
      const result = results[index];
      const fate = FATES.find((one) => one === (rows.told?.fate ?? result?.fate)) ?? 'accepted';
      tally(
        state,
        rows,
        fate,
        rows.told?.reason ?? result?.reason ?? null,
        rows.told?.detail ?? result?.detail ?? '',
        rejected,
      );
    }
    await save(state, rejected);
  };
  for await (const unit of work.units) {
    if (unit.type === 'head') Object.assign(state, { kind: unit.kind, encoding: unit.encoding });
    else if (unit.type === 'failed') {
      await fail(house, work, unit);
      state.state = 'failed';
      return save(state);
    } else batch.push(rowsOf(work, unit));
    if (batch.length >= BATCH) await flush();
  }
  await flush();
  state.state = 'done';
  await save(state);
}

const LISTED = new Set<Fate>(['dead-letter', 'quarantined']);

function tally(
  state: State,
  rows: Rows,
  fate: Fate,
  reason: string | null,
  detail: string,
  rejected: Rejected[],
): void {
  const count = rows.lines.length;
  state.rows += count;
  state.fates[fate] = (state.fates[fate] ?? 0) + count;
  if (reason !== null) state.reasons[reason] = (state.reasons[reason] ?? 0) + count;
  if (reason !== null && LISTED.has(fate)) for (const line of rows.lines) rejected.push({ line, reason, detail });
}

function rowsOf({ channel, source }: Work, unit: Extract<ImportUnit, { type: 'unit' | 'row' }>): Rows {
  const base = { kind: 'item' as const, channel, source, item: unit.item };
  if (unit.type === 'unit') return { lines: unit.lines, entry: (received) => ({ ...base, received }), told: null };
  const { line, fate, reason, detail } = unit;
  return {
    lines: [line],
    entry: (received) => ({ ...base, received, dead: { fate, reason, detail } }),
    told: { fate, reason, detail },
  };
}

/** While the consumer is behind, the import waits: the file is not lost by being faster than the store. */
async function takeWhenRoom(house: House, rows: readonly Rows[]) {
  for (;;) {
    try {
      return await house.acceptor.take((received) => rows.map(({ entry }) => entry(received)));
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'overloaded') throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

/** A file that cannot be read at all is one dead letter. */
async function fail(
  house: House,
  { channel, source }: Work,
  failure: { reason: 'encoding_unknown' | 'unreadable'; detail: string },
): Promise<void> {
  await house.acceptor.take((received) => [
    {
      kind: 'item',
      received,
      channel,
      source,
      item: { body: '', meta: {} },
      dead: { fate: 'dead-letter', ...failure },
    },
  ]);
}
