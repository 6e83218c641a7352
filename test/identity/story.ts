import { cluster } from '../../identity/cluster.ts';
import type { Decision } from '../../identity/evidence.ts';
import { RETAIL_CN } from '../../identity/rules.ts';
import { spanAt } from '../../identity/spans.ts';
import type { Clustering, NodeState } from '../../identity/work.ts';
import { REGISTERING_TYPES } from '../../schemas/event.ts';
import { type Identifier, STRENGTH } from '../../schemas/identifier.ts';
import { anchorOf, chanceOf, rowsOf, type Told } from './random.ts';

/**
 * Stories for the tests: who said what on which day, and who is who in the end. Days are counted from the first of
 * 2024.
 */
export type Line = {
  day: number;
  /**
   * Identifiers in short: `13900001234` a mobile, `brand/88` a card, `u:…` a unionid, `o:…` an openid, `…@…` a mail,
   * else `kind:value`.
   */
  bears: string;
  name?: string;
  /** Default: a receipt on which things are typed. */
  type?: string;
  /** The number is confirmed by the platform. */
  verified?: boolean;
  /** Day on which we got to know it; default: the day itself. */
  received?: number;
};
export type Deed =
  | { link: [number, number]; received?: number }
  | { apart: [string, string]; lines?: [number[], number[]]; received?: number };

export const DAY = 86_400_000;
const START = Date.UTC(2024, 0, 1);
export const timeOf = (day: number): number => START + day * DAY;
const SHORT: [RegExp, string, string][] = [
  [/^\d{6,}$/, 'mobile', ''],
  [/^(\w+)\/(.+)$/, 'member_card', ''],
  [/^u:(.+)$/, 'wechat_unionid', 'platform'],
  [/^o:(.+)$/, 'wechat_openid', 'mp'],
  [/^wecom:(.+)$/, 'wecom_external_userid', 'corp'],
  [/@/, 'email', ''],
];
/** Values that a source vouches for; the others are only as good as who says them. */
const CLAIMED = new Set(['mobile', 'member_card', 'user_id']);

function identifierOf(text: string, { type = 'order_completed', verified = false }: Line): Identifier {
  const known = SHORT.find(([pattern]) => pattern.test(text));
  const kind = known?.[1] ?? text.split(':')[0] ?? '';
  const scope = kind === 'member_card' ? (text.split('/')[0] ?? '') : (known?.[2] ?? 'own');
  const said = REGISTERING_TYPES.has(type) ? STRENGTH.registered : STRENGTH.typed;
  const sure = verified || !CLAIMED.has(kind);
  const strength = sure ? STRENGTH.verified : said;
  return { kind, scope: scope || null, value: text, verified: sure, role: 'joining', node: text, strength };
}

function toldOf(line: Line, at: number): Told {
  const { day, type = 'order_completed', name = null, received = day } = line;
  const key = `pos|shop|${at.toString().padStart(4, '0')}`;
  const event = { key, received: timeOf(received), time: timeOf(day), type, name, channel: 'pos', source: 'shop' };
  return { event, identifiers: line.bears.split(' ').map((text) => identifierOf(text, line)) };
}

function decisionOf(deed: Deed, at: number, told: readonly Told[]): Decision {
  const place = (line: number): { anchor: string; time: number } => {
    const one = told[line];
    return { anchor: anchorOf(one?.identifiers ?? []), time: one?.event.time ?? 0 };
  };
  const common = { id: `d${at}`, received: timeOf(deed.received ?? 10_000 + at) };
  if ('link' in deed) {
    const [a, b] = [place(deed.link[0]), place(deed.link[1])];
    return { ...common, what: 'link', anchors: [a.anchor, b.anchor], times: [a.time, b.time] };
  }
  const side = (which: 0 | 1) => ({
    nodes: deed.apart[which].split(' ').filter((node) => node !== ''),
    anchors: (deed.lines?.[which] ?? []).map((line) => place(line).anchor),
  });
  return { ...common, what: 'apart', sides: [side(0), side(1)] };
}

export type Ending = {
  /** Customers by letter, one per line, in the order in which the lines first meet them; `-` for nobody. */
  whose: string;
  /** The customer's letter to the state of an identifier, `-` where it has none of it. */
  state(node: string): Record<string, NodeState | '-'>;
  /** The letter of who answers for an identifier on a day. */
  holder(node: string, day: number): string;
  /** Rules of the conflicts that wait. */
  held: string[];
  hot: string[];
  /** Line that a customer's id is made of, and those of its aliases, by letter. */
  ids: Record<string, { first: number; aliases: number[] }>;
  raw: Clustering;
};

/** Tells the story in its order and in four others, and says how it ends; they must end alike. */
export function told(lines: readonly Line[], deeds: readonly Deed[] = [], suspended: readonly string[] = []): Ending {
  const events = lines.map(toldOf);
  const decisions = deeds.map((deed, at) => decisionOf(deed, at, events));
  const chance = chanceOf(lines.length);
  const endings = [0, 1, 2, 3, 4].map((round) => {
    const order = <T>(list: readonly T[]): T[] => (round === 0 ? [...list] : chance.shuffled(list));
    const anchors = order([...rowsOf(order(events)).values()].map(({ evidence }) => evidence));
    return endingOf(
      cluster({
        ...{ anchors, suspended: new Set(suspended), decisions: order(decisions) },
        ...{ allowed: new Set<string>(), policy: RETAIL_CN },
      }),
      events,
    );
  });
  const [ending, ...others] = endings;
  for (const other of others) {
    const one = [other.whose, other.held, other.hot, other.ids].map((what) => JSON.stringify(what));
    const same = [ending?.whose, ending?.held, ending?.hot, ending?.ids].map((what) => JSON.stringify(what));
    if (one.join() !== same.join()) throw new Error(`told in another order it ends otherwise: ${one} / ${same}`);
  }
  if (!ending) throw new Error('a story without an ending');
  return ending;
}

function endingOf(raw: Clustering, events: readonly Told[]): Ending {
  const letters = new Map<number, string>();
  const letterOf = (group: number | null | undefined): string => {
    if (group === null || group === undefined || raw.groups[group]?.anchors.length === 0) return '-';
    const letter = letters.get(group) ?? String.fromCharCode(65 + letters.size);
    letters.set(group, letter);
    return letter;
  };
  const whose = events.map(({ event, identifiers }) => {
    const spans = raw.owners.get(anchorOf(identifiers)) ?? [];
    return letterOf(spanAt(spans, event.time)?.group);
  });
  const lineOf = ({ key }: { key: string }): number => Number(key.slice(-4));
  const customers = [...letters].sort(([, a], [, b]) => (a < b ? -1 : 1));
  return {
    whose: whose.join(''),
    state: (node) =>
      Object.fromEntries(customers.map(([group, letter]) => [letter, raw.groups[group]?.nodes.get(node) ?? '-'])),
    holder: (node, day) => letterOf(spanAt(raw.holders.get(node) ?? [], timeOf(day))?.group),
    held: raw.held.map(({ rule }) => rule).sort(),
    hot: [...raw.hot].sort(),
    ids: Object.fromEntries(
      customers.map(([group, letter]) => {
        const found = raw.groups[group];
        return [
          letter,
          { first: found ? lineOf(found.first) : -1, aliases: (found?.aliases ?? []).map(lineOf).sort() },
        ];
      }),
    ),
    raw,
  };
}
