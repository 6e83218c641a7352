import { createReadStream } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { z } from 'zod';
import { importView } from '../schemas/wire/ingest.ts';
import { type Call, CallError, type Command, type Deps, option, UsageError } from './deps.ts';
import { columns, place } from './place.ts';
import { answer, type Send, server, serverUrl, URL_OPTION } from './server.ts';

type ImportView = z.infer<typeof importView>;

const KINDS = ['auto', 'sales', 'members', 'refunds', 'bill'];
const POLL_MS = 1000;
/** So many calls in a row may fail before it is given up. */
const AWAY = 60;
/** Progress is told once per so many bytes. */
const STEP = 8 * 1024 * 1024;
const MIB = 1024 * 1024;

/** The file piece by piece, telling how far it is. */
async function* pieces(path: string, size: number, deps: Deps): AsyncGenerator<Uint8Array> {
  let sent = 0;
  let told = 0;
  for await (const piece of createReadStream(path)) {
    if (!Buffer.isBuffer(piece)) continue;
    yield piece;
    sent += piece.length;
    if (sent - told < STEP && sent !== size) continue;
    told = sent;
    deps.err(`sent ${(sent / MIB).toFixed(1)} of ${(size / MIB).toFixed(1)} MiB`);
  }
}

/** Asks for the import until it is no longer running; a server that is away for a while goes on with it by itself. */
async function finished(first: ImportView, send: Send, deps: Deps): Promise<ImportView> {
  let view = first;
  let away = 0;
  while (view.state === 'running') {
    await deps.pause(POLL_MS);
    try {
      const next = await answer(await send(`/v1/imports/${encodeURIComponent(view.id)}`), importView);
      if (next.rows !== view.rows) deps.err(progress(next));
      view = next;
      away = 0;
    } catch (error) {
      away += 1;
      if (!(error instanceof CallError) || away > AWAY) throw error;
      if (away === 1) deps.err(`import ${view.id}: ${error.message}; waiting for it`);
    }
  }
  return view;
}

/** Of a file that is read once, its bytes tell how far it is; of receipts, the rows alone. */
function progress({ rows, bytes, read }: ImportView): string {
  const of = `${(read / MIB).toFixed(1)} of ${(bytes / MIB).toFixed(1)} MiB`;
  return `rows so far: ${rows}${read < bytes ? ` (reading ${of})` : ''}`;
}

function tell(view: ImportView, deps: Deps): void {
  const about = [view.kind, view.encoding].filter((part) => part !== null).join(', ');
  deps.out(`import ${view.id}: ${view.state}, ${view.rows} rows${about === '' ? '' : ` (${about})`}`);
  for (const line of columns(Object.entries(view.fates).map(([fate, count]) => [fate, String(count)]))) {
    deps.out(`  ${line}`);
  }
  if (view.error !== undefined) deps.out(`why: ${view.error}`);
  const reasons = Object.entries(view.reasons).map(([reason, count]) => `${reason} ${count}`);
  if (reasons.length > 0) deps.out(`reasons: ${reasons.join(', ')}`);
}

/** Where the rejects are, or the file they were saved to. */
async function rejects(view: ImportView, call: Call, send: Send, deps: Deps): Promise<void> {
  const file = option(call, 'rejects');
  if (file === undefined) {
    deps.out(`rejects: ${serverUrl(call, deps)}${view.rejects} (save them with --rejects FILE)`);
    return;
  }
  const { body } = await send(view.rejects);
  await writeFile(file, body ?? '');
  deps.out(`rejects: saved to ${file}`);
}

async function run(call: Call, deps: Deps): Promise<number> {
  const { channel, source } = place(call.rest[0]);
  const path = call.rest[1];
  if (path === undefined) throw new UsageError('name the file to import');
  const kind = option(call, 'kind') ?? 'auto';
  if (!KINDS.includes(kind)) throw new UsageError(`--kind takes ${KINDS.join(', ')}, not ${JSON.stringify(kind)}`);
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new CallError(`${path} is no file that can be read`);
  const send = server(call, deps);
  const response = await send(`/v1/imports/${channel}/${source}`, {
    method: 'POST',
    query: { kind, name: option(call, 'name') ?? basename(path) },
    type: 'application/octet-stream',
    body: pieces(path, found.size, deps),
  });
  const view = await finished(await answer(response, importView), send, deps);
  tell(view, deps);
  await rejects(view, call, send, deps);
  return view.state === 'done' ? 0 : 1;
}

export const importCommand: Command = {
  name: 'import',
  forms: ['<channel>/<source> <file>'],
  zh: '把一个 CSV 或 NDJSON 文件流式上传到来源，并报告每一行的去向',
  en: 'streams a CSV or NDJSON file to a source and tells what became of its rows',
  options: {
    kind: { type: 'string', takes: KINDS.join('|'), zh: '文件内容（默认 auto）', en: 'what the file holds (auto)' },
    name: { type: 'string', takes: 'NAME', zh: '文件名（默认取路径末段）', en: 'its name (else that of the path)' },
    rejects: { type: 'string', takes: 'FILE', zh: '把被拒的行存成 NDJSON', en: 'saves the rejected rows as NDJSON' },
    ...URL_OPTION,
  },
  run,
};
