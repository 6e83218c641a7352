import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import type { BadItem, Channel, Item } from '../../ingest/channel.ts';
import { CHANNELS } from '../../ingest/channels.ts';
import { type Platform, PlatformError } from '../../ingest/platform.ts';
import type { Entry } from '../../ingest/port.ts';
import { entryOf } from '../../ingest/record.ts';
import { type Dice, makeDice } from '../profiles/population.ts';
import { type Whole, withWhole } from '../whole/house.ts';
import { settingsFor } from './channels/settings.ts';
import { SIGNERS } from './channels/sign.ts';
import type { Around, Signer } from './channels/signer.ts';
import { type Mutant, mutate } from './mutate.ts';

/**
 * Every fixture of every channel, gone wrong in some way, sent as its platform would send it and taken to its fate in a
 * whole house: `node --import tsx test/ingest/mutants.ts 20000 [first seed]`
 */
const HOME = new URL('../fixtures/channels/', import.meta.url);
const NOW = Date.UTC(2027, 0, 1);
const BATCH = 50;
/** Mutants of one house: so that the people in the fixtures do not become the busiest customers of the world. */
const HOUSE = 1_000;
const SOURCES = 40;
const STUCK_MS = 60_000;

type Taken = { items: (Item | BadItem)[]; refused?: boolean };
type Way = {
  channel: Channel;
  name: string;
  file: string;
  lines: boolean;
  send(dice: Dice, body: Buffer): Promise<Taken>;
};
export type Report = { sent: number; items: number; refused: number; fates: Record<string, number>; faults: string[] };

const filesOf = (channel: string): string[] =>
  existsSync(new URL(channel, HOME)) ? readdirSync(new URL(channel, HOME)).sort() : [];
const bodyOf = (channel: string, file: string): Buffer => readFileSync(new URL(`${channel}/${file}`, HOME));
const BESIDE = /\.(headers|query|plain)\.|secrets|\.pem$/;

function headersBeside(path: string): Around {
  const headers = new URL(path.replace('.body.json', '.headers.json'), HOME);
  if (!path.endsWith('.body.json') || !existsSync(headers)) return {};
  const told: Record<string, string> = JSON.parse(readFileSync(headers, 'utf8'));
  return Object.fromEntries(Object.entries(told).map(([name, value]) => [name.toLowerCase(), value]));
}

/** By the door: signed anew, and now and then changed after that, as a hostile sender must. */
function byDoor(channel: Channel, signer: Signer): Way[] {
  const { pushed = /\.body\.json$/, arounds, aroundOf, sign } = signer;
  return filesOf(channel.name)
    .filter((file) => !BESIDE.test(file))
    .map((file) => ({
      ...{ channel, name: 'door', file, lines: false },
      send: async (dice, body) => {
        const own = aroundOf ? aroundOf(file) : headersBeside(`${channel.name}/${file}`);
        const signed = sign(body, pushed.test(file) && dice.chance(0.8) ? own : dice.pick(arounds), false);
        const sent = dice.chance(0.05) ? mutate(dice, signed.body, false).body : signed.body;
        const request = { method: 'POST' as const, query: {}, headers: {}, now: NOW, ...signed, body: sent };
        const verdict = channel.accept(request, signer.settings);
        return verdict.verdict === 'taken' ? verdict : { items: [], refused: verdict.verdict === 'refused' };
      },
    }));
}

/** A platform that answers everything with the same. */
function playing(body: Buffer): Platform {
  let sent = 0;
  return {
    now: () => NOW,
    http: async () => ({ status: 200, headers: {}, body }),
    socket: async () => ({
      receive: async () => (sent++ < 3 ? body.toString('utf8') : null),
      ...{ send: () => undefined, close: () => undefined },
    }),
    token: async (_, make) => (await make()).value,
  };
}

const anyParams = new Proxy<Record<string, string>>(
  {},
  { get: (_, name) => (typeof name === 'string' ? 'x' : undefined) },
);

/** As the platform's answer to a reading or a question. */
function byCall(channel: Channel): Way[] {
  const settings = settingsFor(channel);
  const calls: [string, (platform: Platform) => Promise<(Item | BadItem)[]>][] = [
    ...channel.pulls.map((pull): [string, (platform: Platform) => Promise<(Item | BadItem)[]>] => [
      `pull ${pull.name}`,
      async (platform) => (await pull.next(platform, settings, undefined)).items,
    ]),
    ...Object.entries(channel.asks).map(
      ([name, ask]): [string, (platform: Platform) => Promise<(Item | BadItem)[]>] => [
        `ask ${name}`,
        (platform) => ask.answer(platform, settings, anyParams),
      ],
    ),
  ];
  const files = filesOf(channel.name).filter((file) => file.endsWith('.json') && !BESIDE.test(file));
  return calls.flatMap(([name, call]) =>
    files.map((file) => ({
      ...{ channel, name, file, lines: false },
      send: async (_, body) => {
        try {
          return { items: await call(playing(body)) };
        } catch (error) {
          if (error instanceof PlatformError) return { items: [], refused: true };
          throw error;
        }
      },
    })),
  );
}

const WHO = { kind: 'mobile', column: '手机号' };
/** Settings of a source whose files are read by a mapping of its own. */
const MAPPED = {
  'orders-gb18030.csv': { type: 'order_paid', id: ['订单号'], time: { column: '下单时间' }, identifiers: [WHO] },
  'orders-semicolon.csv': { type: 'order_paid', id: ['订单号'], time: { column: '下单时间' }, identifiers: [WHO] },
  'orders.ndjson': {
    ...{ type: 'order_paid', id: ['id'], time: { column: 'at' }, identifiers: [{ ...WHO, column: 'buyer.phone' }] },
    order: { id: 'id', total: 'sum.paid', items: { list: 'lines', sku: 'code', quantity: 'n', price: 'price' } },
  },
};

/** As a file that is imported. */
function byFile(channel: Channel): Way[] {
  const { files } = channel;
  if (!files) return [];
  const mapped = new Map<string, object>(Object.entries(MAPPED));
  return filesOf(channel.name).flatMap((file) => {
    const settings = mapped.get(file) ?? settingsFor(channel);
    if (!channel.settings.safeParse(settings).success) return [];
    const send: Way['send'] = async (_, body) => {
      const upload = { bytes: body.length, read: () => Readable.from([body]) };
      const items: (Item | BadItem)[] = [];
      for await (const unit of files.read(upload, { kind: 'auto', settings })) {
        if (unit.type === 'unit') items.push(unit.item);
        else if (unit.type === 'failed') items.push({ body: '', meta: {}, dead: unit });
        else if (unit.type === 'row') items.push({ ...unit.item, dead: unit });
      }
      return { items };
    };
    return [{ channel, name: 'file', file, lines: file.endsWith('.csv'), send }];
  });
}

function waysOf(channel: Channel): Way[] {
  const signers = SIGNERS.filter(({ name }) => name === channel.name);
  return [...signers.flatMap((signer) => byDoor(channel, signer)), ...byCall(channel), ...byFile(channel)];
}

const stepsOf = ({ house }: Whole, entry: Entry) => (entry.kind === 'decision' ? [] : house.preparer.steps(entry));
/** A payload has a fate for each event and each part that is none; where it only asks, it has one. */
function fatesDue(whole: Whole, entry: Entry): number {
  const steps = stepsOf(whole, entry);
  return Math.max(steps.length > 0 ? 1 : 0, steps.filter(({ kind }) => kind === 'event' || kind === 'drop').length);
}

async function fatesOf({ services }: Whole): Promise<Record<string, number>> {
  const fates: Record<string, number> = {};
  for (const { fate, reason, count } of (await services.fates({})).items) {
    const key = reason === null ? fate : `${fate} ${reason}`;
    fates[key] = (fates[key] ?? 0) + count;
  }
  return fates;
}
const sum = (fates: Record<string, number>): number => Object.values(fates).reduce((all, count) => all + count, 0);
const shown = ({ body, what }: Mutant): string => `[${what.slice(0, 200)}] ${body.toString('latin1').slice(0, 600)}`;

/** Sends one; gives its entries, or tells the fault. */
async function sendOne(whole: Whole, dice: Dice, way: Way, report: Report): Promise<((received: number) => Entry)[]> {
  const { channel, name, file } = way;
  const mutant = mutate(dice, bodyOf(channel.name, file), way.lines);
  const fault = (text: string): void =>
    void report.faults.push(`${channel.name} ${name} ${file}: ${text} ${shown(mutant)}`);
  report.sent += 1;
  try {
    const { items, refused = false } = await way.send(dice, mutant.body);
    if (refused) report.refused += 1;
    const source = `m${dice.below(SOURCES)}`;
    const make = items.map((item) => (received: number) => entryOf(channel.name, source, received, item));
    for (const one of make) {
      const failed = stepsOf(whole, one(NOW)).some(
        (step) => step.kind === 'drop' && step.reason === 'connector_failed',
      );
      if (failed) fault(`connector_failed: ${causeOf(channel, one(NOW))}`);
    }
    return make;
  } catch (error) {
    fault(`threw ${error instanceof Error ? error.stack : error}`);
    return [];
  }
}

function causeOf(channel: Channel, entry: Entry): string {
  if (entry.kind !== 'item') return '';
  try {
    channel.map(entry.item, { received: NOW, channel: channel.name, source: 'main' });
    return '';
  } catch (error) {
    return error instanceof Error ? (error.stack ?? '').split('\n').slice(0, 4).join(' ') : String(error);
  }
}

async function applyBatch(whole: Whole, makes: ((received: number) => Entry)[], report: Report): Promise<void> {
  if (makes.length === 0) return;
  const due = sum(await fatesOf(whole)) + makes.reduce((all, make) => all + fatesDue(whole, make(NOW)), 0);
  const taken = await whole.house.acceptor.take((received) => makes.map((make) => make(received)));
  const reached = await whole.house.progress.reached(taken.positions, STUCK_MS);
  if (!reached) throw new Error(`the consumer is stuck: ${whole.house.broken()}`);
  const found = sum(await fatesOf(whole));
  if (found !== due) report.faults.push(`${found} fates for ${due}`);
  report.items += makes.length;
}

const UNREADABLE = ['unreadable', 'dtd_refused', 'decrypt_failed', 'encoding_unknown', 'row_malformed'];

/** What could not be read either is the same dead letter again, or all that it needs could be saved after all. */
async function tryAll({ services }: Whole, reason: string, report: Report): Promise<void> {
  for (let after: string | null = null; ; ) {
    const page: Awaited<ReturnType<typeof services.deadletters.list>> = await services.deadletters.list(
      { reason },
      { after, limit: 100 },
    );
    for (const { id, channel, payload } of page.items) {
      const tried = (await services.deadletters.get(id))?.now ?? [];
      if (tried.some((one) => one.reason === reason || one.type !== null)) continue;
      const now = tried.map((one) => `${one.fate} ${one.reason} ${one.detail}`).join(', ');
      report.faults.push(`${channel}: ${reason} would be ${now} now: ${payload.slice(0, 300)}`);
    }
    if (page.next === null) return;
    after = page.next;
  }
}

/** What failed is sent again: nothing of it may fail worse, or be lost. */
async function replayAll(whole: Whole, report: Report): Promise<void> {
  const before = await fatesOf(whole);
  for (const reason of UNREADABLE) await tryAll(whole, reason, report);
  await whole.services.deadletters.replay({ where: {} });
  const after = await fatesOf(whole);
  if (sum(after) !== sum(before)) report.faults.push(`${sum(after)} fates for ${sum(before)} after a replay`);
  if (after['dead-letter connector_failed'] !== undefined) report.faults.push('connector_failed after a replay');
}

/** So many mutants in one house. The same seed gives the same ones. */
export async function runMutants(seed: number, count: number, only?: string): Promise<Report> {
  const dice = makeDice(seed);
  const report: Report = { sent: 0, items: 0, refused: 0, fates: {}, faults: [] };
  const ways = [...CHANNELS.values()]
    .filter(({ name }) => !only || name === only)
    .map(waysOf)
    .filter((all) => all.length > 0);
  await withWhole({ key: seed }, async (whole) => {
    whole.clock.now = NOW;
    for (let at = 0; at < count; at += BATCH) {
      const makes: ((received: number) => Entry)[] = [];
      for (let turn = at; turn < Math.min(at + BATCH, count); turn += 1)
        makes.push(...(await sendOne(whole, dice, dice.pick(dice.pick(ways)), report)));
      await applyBatch(whole, makes, report);
    }
    await replayAll(whole, report);
    report.fates = await fatesOf(whole);
  });
  report.faults = report.faults.map((fault) => `seed ${seed}: ${fault}`);
  return report;
}

const [, script, count, first, only] = process.argv;
if (script !== undefined && import.meta.url === pathToFileURL(script).href) {
  const say = (text: string): boolean => process.stdout.write(`${text}\n`);
  const wild: unknown[] = [];
  process.on('unhandledRejection', (error) => wild.push(error));
  let faults = 0;
  for (let seed = Number(first ?? 1), left = Number(count ?? 20_000); left > 0; seed += 1, left -= HOUSE) {
    const report = await runMutants(seed, Math.min(HOUSE, left), only);
    for (const fault of report.faults.slice(0, 50)) say(fault);
    faults += report.faults.length;
    say(`seed ${seed}: ${JSON.stringify({ ...report, faults: report.faults.length })}`);
  }
  say(`${faults} faults, ${wild.length} unhandled rejections`);
  process.exit(faults + wild.length === 0 ? 0 : 1);
}
