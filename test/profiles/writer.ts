import { openAnalyticStore } from '../../profiles/store/clickhouse.ts';
import { customer, event, owner, writes } from '../contract/analytic-rows.ts';

/** A child process that writes batches for ever and says on standard output which were acknowledged. */
const [, , path = '', first = '0'] = process.argv;
const store = await openAnalyticStore({ path });
process.stdout.write('open\n');
for (let batch = Number(first); ; batch++) {
  const names = Array.from({ length: 50 }, (_, at) => `${batch}-${at}`);
  await store.write(
    writes({
      events: names.map((name) => event(`e${name}`, `a${name}`, { type: 'scan' })),
      owners: names.map((name) => owner(`a${name}`, `c${name}`)),
      customers: names.map((name) => customer(`c${name}`)),
    }),
  );
  process.stdout.write(`${batch}\n`);
}
