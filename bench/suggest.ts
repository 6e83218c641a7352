import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { Field } from '../identity/match/fields.ts';
import { makeHand } from '../identity/match/hand.ts';
import { match } from '../identity/match/matcher.ts';
import { idAt } from '../identity/match/pack.ts';
import { findDuplicates } from '../main/suggestions/find.ts';
import { blocksOf } from '../profiles/blocks.ts';
import { openAnalyticStore } from '../profiles/store/clickhouse.ts';
import type { ComparedRow } from '../profiles/store/port.ts';
import { birthdayForm, emailForm, joinSlots, mobileForm, nameForm, placeForm, slotTexts } from '../schemas/compared.ts';
import { makeRing, newRing, type Ring, ringFile } from '../schemas/ring.ts';
import { packTexts } from './packed.ts';
import { makePeople, type PersonRecord } from './people.ts';
import { FAKE_1000, FEBRL } from './suggest-files.ts';
import { calibration, clustered, type Figures, pairwise } from './truth.ts';

/**
 * Probable duplicates against the truth, without labels: `node --import tsx bench/suggest.ts people 100000 [sharing]`,
 * `… fake_1000 <file>`, `… febrl <file>`. People go the product's way: sealed rows in chDB, blocks in SQL.
 */
type Suggested = { a: number; b: number; probability: number };

const percent = ({ precision, recall, f1 }: Figures): string =>
  `precision ${precision.toFixed(4)} recall ${recall.toFixed(4)} F1 ${f1.toFixed(4)}`;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** `suggested`: those from 0.5 on. */
function report(truth: readonly number[], suggested: readonly Suggested[]): void {
  for (const min of [0.9, 0.5]) {
    const found = suggested.filter(({ probability }) => probability >= min);
    say(`p >= ${min}: pairs    ${percent(pairwise(truth, found))}`);
    say(`          clusters ${percent(clustered(truth, found))}`);
  }
  for (const { from, pairs, said, true: right } of calibration(truth, suggested)) {
    say(`from ${from}: ${pairs} pairs, said ${said.toFixed(3)}, true ${right.toFixed(3)}`);
  }
}

/** CPU and wall seconds since the last lap, and the peak of memory so far. */
function makeLaps(): (name: string) => void {
  let begun = performance.now();
  let cpu = process.cpuUsage();
  return (name) => {
    const used = process.cpuUsage(cpu);
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
    const peak = Math.round(process.resourceUsage().maxRSS / 1_024);
    say(`${name}: ${seconds} s, CPU ${((used.user + used.system) / 1e6).toFixed(1)} s, peak ${peak} MB`);
    begun = performance.now();
    cpu = process.cpuUsage();
  };
}

function rowOf(one: PersonRecord, at: number, ring: Ring): ComparedRow {
  const name = nameForm(one.name);
  const texts = slotTexts({
    name: [name],
    birthday: [birthdayForm(one.birthday)],
    mobile: [mobileForm(one.mobile)],
    email: [emailForm(one.email, [name])],
    place: [placeForm(one.city)],
    address: [],
  });
  const id = ring.hash('person', at.toString());
  return { id, deleted: false, blocks: blocksOf(texts, ring), sealed: ring.sealText(joinSlots(texts)), version: 1 };
}

const CHUNK = 50_000;

/** Writes the rows as the flusher does: in a process of its own, since what is measured begins with rows in a store. */
async function fill(path: string, records: number, sharing: number): Promise<void> {
  const ring = makeRing(ringFile.parse(JSON.parse(await readFile(join(path, 'ring'), 'utf8'))));
  const store = await openAnalyticStore({ path: join(path, 'store') });
  const made = makePeople({ records, seed: 7, sharing });
  const truth: string[] = [];
  for (let at = 0; at < made.length; at += CHUNK) {
    const compared = made.slice(at, at + CHUNK).map((one, index) => rowOf(one, at + index, ring));
    truth.push(...compared.map(({ id }, index) => `${id} ${made[at + index]?.person ?? 0}`));
    await store.write({ events: [], orders: [], owners: [], customers: [], compared });
  }
  await store.close();
  // In the order in which the store gives them.
  await writeFile(join(path, 'truth'), truth.sort().join('\n'));
}

async function people(records: number, sharing: number): Promise<void> {
  const path = await mkdtemp(join(tmpdir(), 'huaxiang-suggest-'));
  try {
    await writeFile(join(path, 'ring'), JSON.stringify(newRing()));
    const args = ['--import', 'tsx', fileURLToPath(import.meta.url), 'fill', path, `${records}`, `${sharing}`];
    await promisify(execFile)(process.execPath, args);
    await run(path);
  } finally {
    await rm(path, { recursive: true });
  }
}

/** From sealed rows in the store to scored pairs, then the figures. */
async function run(path: string): Promise<void> {
  const ring = makeRing(ringFile.parse(JSON.parse(await readFile(join(path, 'ring'), 'utf8'))));
  const begun = process.uptime();
  const lap = makeLaps();
  const store = await openAnalyticStore({ path: join(path, 'store') });
  let opened = false;
  const { suggested, ids, count, compared, leftOut } = await findDuplicates(store, ring, 0.5, async (done, total) => {
    if (!opened && done * 2 >= total) {
      opened = true;
      lap('opened');
    }
  });
  lap('blocked, compared, learned, scored');
  const peak = Math.round(process.resourceUsage().maxRSS / 1_024);
  say(`all: ${(process.uptime() - begun).toFixed(1)} s of wall time, peak ${peak} MB`);
  say(`${compared} pairs compared, ${leftOut} blocks left out`);
  await store.close();
  const truth: number[] = [];
  for await (const line of createInterface({ input: createReadStream(join(path, 'truth')) })) {
    const [id = '', person] = line.split(' ');
    if (idAt(ids, truth.length) !== id) throw new Error('the truth is not that of these rows');
    truth.push(Number(person));
  }
  if (truth.length !== count) throw new Error('the truth is not that of these rows');
  report(truth, suggested);
}

const csvRows = z.array(z.record(z.string(), z.string()));

/** A file with all its pairs compared. */
async function file(path: string, form: typeof FAKE_1000): Promise<void> {
  const rows = csvRows.parse(parse(await readFile(path), { columns: true, trim: true, bom: true }));
  const fields: readonly Field[] = form.fields;
  // One block that all share.
  const { records, keys } = packTexts(
    rows.map((row) => ({ texts: form.texts(row), keys: [1] })),
    form.slots,
  );
  const options = { most: rows.length, seed: 1 };
  const matches = await match({ records, keys, fields }, options, [makeHand()], async () => undefined);
  report(rows.map(form.truth), await matches.suggested(0.5));
}

const [what = '', first = '', second = '0', third = '0'] = process.argv.slice(2);
if (what === 'people') await people(Number(first), Number(second));
else if (what === 'run') await run(first);
else if (what === 'fill') await fill(first, Number(second), Number(third));
else if (what === 'fake_1000') await file(first, FAKE_1000);
else if (what === 'febrl') await file(first, FEBRL);
else say('people <records> [sharing] | fake_1000 <file> | febrl <file>');
