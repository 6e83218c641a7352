import { parseArgs } from 'node:util';
import { type Whole, withWhole } from '../test/whole/house.ts';
import { type City, cityOf, deliveries } from './city/city.ts';
import { DRY_RULES, tryRules } from './city/dry.ts';
import { judgeCity, ownersOf } from './city/judge.ts';
import { explained, scoreTable, summary, TRIED_HEAD, trapTable, triedRow } from './city/print.ts';
import { perSecond } from './figures.ts';

/**
 * Who is who in a seeded city whose truth is known: precision and recall, by trap, beside joining whatever is equal;
 * and whether the dry run of a change of rules foretells the retroactive run. `npm run bench:identity -- [--events
 * 100000] [--dry 20000] [--rules 3] [--seed 1]`; `--dry 0` leaves the second part out, `--rules` is how many versions
 * it tries.
 */
const BATCH = 1_000;
const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '100000' },
    dry: { type: 'string', default: '20000' },
    rules: { type: 'string', default: String(DRY_RULES.length) },
    seed: { type: 'string', default: '1' },
  },
});
const say = (lines: readonly string[]): unknown => process.stdout.write(`${lines.join('\n')}\n\n`);

async function deliver({ deliver: put }: Whole, city: City): Promise<void> {
  const begun = performance.now();
  let delivered = 0;
  for (const entries of deliveries(city)) {
    await put(entries, [BATCH]);
    delivered += entries.length;
    process.stderr.write(`${delivered} delivered, ${perSecond(delivered, performance.now() - begun)}/s\n`);
  }
}

const city = cityOf(Number(values.seed), Number(values.events));
await withWhole({}, async (whole) => {
  await deliver(whole, city);
  const judged = await judgeCity(city, (quarter) => ownersOf(whole, quarter));
  say(summary(judged));
  say(scoreTable(judged, city));
  say(trapTable(judged));
  say(['False merges:', ...(await explained(whole, city, judged.faults))]);
  say(['Excused, some of each kind:', ...(await explained(whole, city, judged.excused))]);
  say(['Missed, though the evidence allows them:', ...(await explained(whole, city, judged.missed))]);
  const faults = judged.verdicts.get('fault')?.pairs ?? 0;
  if (faults + judged.across > 0 || judged.allowed.found < 0.999 * judged.allowed.pairs) process.exitCode = 1;
});
if (Number(values.dry) > 0) {
  const small = cityOf(Number(values.seed), Number(values.dry));
  await withWhole({ analytic: true }, async (whole) => {
    await deliver(whole, small);
    const begun = performance.now();
    const told = (step: string): unknown =>
      process.stderr.write(`${step} after ${Math.round((performance.now() - begun) / 1_000)} s\n`);
    say([`dry run on ${values.dry} events`]);
    process.stdout.write(`${TRIED_HEAD.join('\n')}\n`);
    for await (const tried of tryRules(whole, small, DRY_RULES.slice(0, Number(values.rules)), told)) {
      process.stdout.write(`${triedRow(tried)}\n`);
      if (!tried.exact) process.exitCode = 1;
    }
  });
}
