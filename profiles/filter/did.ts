import { MIN_TIME } from '../store/port.ts';
import { malformed, type Scene } from './compare.ts';
import { compileEvent } from './items.ts';
import type { Did } from './language.ts';
import { combine, sql } from './sql.ts';
import { before, clampTime, decimalLiteral, MAX_TIME, timeLiteral } from './values.ts';

/**
 * What customers did. All `did` conditions of a filter are measures of one pass over the events, grouped by owner and
 * joined to the customers: 1,000 conditions read the events once, and who did nothing has zero of each.
 */
export type Deeds = {
  /** Adds a condition; gives the SQL of its truth for a customer, over the columns of `source`. */
  add(did: Did, scene: Scene): string;
  /** SQL of the joined source, named `d`, or empty where no condition was added. */
  join(): string;
};

type Bound = 'eq' | 'gt' | 'gte' | 'lt' | 'lte';
const SIGNS: readonly [Bound, string][] = [
  ['eq', ' = '],
  ['gt', ' > '],
  ['gte', ' >= '],
  ['lt', ' < '],
  ['lte', ' <= '],
];

/** Whose an anchor's events are from a time on. */
const OWNERS = 'SELECT anchor, `from`, customer FROM owners FINAL';

/** Orders that count, with what they are worth net of refunds and the customer they count with. */
const ORDERS = sql(
  'SELECT w.order_key AS order_key, w.currency AS currency, w.net AS net, b.customer AS buyer FROM (',
  "SELECT order_key, anchor, time, currency, total - refunded AS net FROM orders FINAL WHERE counted AND anchor != ''",
  ') AS w ASOF INNER JOIN (',
  OWNERS,
  ') AS b ON w.anchor = b.anchor AND w.time >= b.`from`',
);

type Span = { from: number; to: number };

/** The times in which a condition looks, epoch ms, both ends included. */
function spanOf(did: Did, scene: Scene): Span {
  const span = { from: MIN_TIME, to: MAX_TIME };
  if (did.within !== undefined) {
    const from = before(scene.context.now, did.within);
    if (from === null) throw malformed(`${scene.path}.within`, 'must be an ISO 8601 duration such as P30D or PT12H');
    span.from = from;
  }
  if (did.between !== undefined) {
    const [from, to] = did.between.map(timeLiteral);
    if (typeof from !== 'number' || typeof to !== 'number') {
      throw malformed(`${scene.path}.between`, 'must be two RFC 3339 times with offset');
    }
    return { from: Math.max(span.from, from), to: Math.min(span.to, to) };
  }
  return span;
}

function spanSql(span: Span, column: string, scene: Scene): string[] {
  const at = (ms: number): string =>
    sql('fromUnixTimestamp64Milli(', scene.binder.bind('Int64', clampTime(ms)), ", 'UTC')");
  return [
    ...(span.from > MIN_TIME ? [sql(column, ' >= ', at(span.from))] : []),
    ...(span.to < MAX_TIME ? [sql(column, ' <= ', at(span.to))] : []),
  ];
}

function countTruth(did: Did, column: string, scene: Scene): string {
  const times = did.times ?? { gte: 1 };
  const truths = SIGNS.flatMap(([bound, sign]) => {
    const count = times[bound];
    return count === undefined ? [] : [sql(column, sign, scene.binder.bind('UInt64', String(count)))];
  });
  return combine('AND', truths);
}

function sumTruth(sum: NonNullable<Did['sum']>, column: string, scene: Scene): string {
  const truths = SIGNS.flatMap(([bound, sign]) => {
    if (sum[bound] === undefined) return [];
    const amount = decimalLiteral(sum[bound]);
    if (amount === null) throw malformed(`${scene.path}.sum.${bound}`, 'must be a number or a decimal string');
    return [sql(column, sign, scene.binder.bind('Decimal(76, 20)', amount))];
  });
  return combine('AND', truths);
}

/** Collects the `did` conditions of one filter. */
export function makeDeeds(): Deeds {
  const measures: string[] = [];
  const types = new Set<string>();
  const whole: Span = { from: MAX_TIME, to: MIN_TIME };
  let sums = false;
  let scope: Scene | null = null;
  const measure = (expr: string): string => {
    const column = ['m', measures.length].join('');
    measures.push(sql(expr, ' AS ', column));
    return sql('d.', column);
  };
  return {
    add: (did, scene) => {
      scope = scene;
      const span = spanOf(did, scene);
      whole.from = Math.min(whole.from, span.from);
      whole.to = Math.max(whole.to, span.to);
      types.add(did.did);
      const conditions = [sql('e.type = ', scene.binder.bind('String', did.did)), ...spanSql(span, 'e.time', scene)];
      if (did.where) conditions.push(compileEvent(did.where, { ...scene, path: `${scene.path}.where` }));
      const matching = combine('AND', conditions);
      const counted = countTruth(did, measure(sql('countIf(', matching, ')')), scene);
      if (!did.sum) return counted;
      sums = true;
      const currency = scene.binder.bind('String', did.sum.currency);
      const mine = combine('AND', [matching, sql('r.currency = ', currency), 'r.buyer = o.customer']);
      // An order named by several matching events counts once: it is summed from the set of orders.
      const total = sql('arraySum(t -> t.2, groupUniqArrayIf((e.order_key, r.net), ', mine, '))');
      return combine('AND', [counted, sumTruth(did.sum, measure(total), scene)]);
    },
    join: () => (scope ? joinSql(measures, [...types], whole, sums, scope) : ''),
  };
}

function joinSql(measures: string[], types: string[], whole: Span, sums: boolean, scene: Scene): string {
  const events = combine('AND', [
    "anchor != ''",
    sql('type IN ', scene.binder.bind('Array(String)', types)),
    ...spanSql(whole, 'time', scene),
  ]);
  return sql(
    ' LEFT JOIN (SELECT o.customer AS customer, ',
    measures.join(', '),
    ' FROM (SELECT * FROM events FINAL WHERE ',
    events,
    ') AS e ASOF INNER JOIN (',
    OWNERS,
    ') AS o ON e.anchor = o.anchor AND e.time >= o.`from`',
    sums ? sql(' LEFT JOIN (', ORDERS, ') AS r ON e.order_key = r.order_key') : '',
    " WHERE o.customer != '' GROUP BY o.customer) AS d ON c.id = d.customer",
  );
}
