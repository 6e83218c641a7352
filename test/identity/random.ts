import { type AnchorEvidence, compareText, type Decision, type PaidFor } from '../../identity/evidence.ts';
import { emptyAnchor, type Observed, observe } from '../../identity/observe.ts';
import { type Policy, policyOf, RETAIL_CN } from '../../identity/rules.ts';
import type { Evidence } from '../../identity/work.ts';
import { type Identifier, kindRule, STRENGTH } from '../../schemas/identifier.ts';

/**
 * Small random histories of a little city, from a seed: families, clerks, slips, numbers that pass from hand to hand.
 */
export type Told = { event: Observed; identifiers: Identifier[]; payment?: string };
export type History = {
  events: Told[];
  decisions: Decision[];
  suspended: Set<string>;
  allowed: Set<string>;
  policy: Policy;
};
export type Chance = {
  below(count: number): number;
  /** True in so many of a hundred cases. */
  in100(cases: number): boolean;
  one<T>(list: readonly [T, ...T[]]): T;
  shuffled<T>(list: readonly T[]): T[];
};

/** The generator mulberry32: 32 bits of state, good enough to make cases and the same on every machine. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number): number => Math.floor(next() * count);
  return {
    below,
    in100: (cases) => below(100) < cases,
    one: (list) => list[below(list.length)] ?? list[0],
    shuffled: (list) => {
      const left = [...list];
      return list.flatMap(() => left.splice(below(left.length), 1));
    },
  };
}

const DAY = 86_400_000;
const START = Date.UTC(2024, 0, 1);
const NAMES: readonly [string, ...string[]][] = [
  ['王建国', '王建國', '王先生', 'Wang Jianguo', '建国'],
  ['刘芳', '劉芳', '刘女士', 'Fang Liu'],
  ['赵敏', '趙敏', '赵小姐', 'Min Zhao'],
  ['周杰', '周傑', '周先生', '周'],
  ['欧阳雨晴', '歐陽雨晴', '雨晴', 'Yuqing Ouyang'],
  ['Tom Miller', 'Miller Tom', 'T. Miller', '汤姆'],
  ['王建', '王建军', '王女士', 'Wang Jian'],
];
const SAID_OF_NOBODY: [string, ...string[]] = ['散客', '微信用户', '测试', '陈**', 'null'];
type Ref = [kind: string, scope: string, value: string];
type Person = { names: readonly [string, ...string[]]; own: Ref[]; mobiles: [string, ...string[]]; mails: string[] };

function people(chance: Chance): Person[] {
  const household = 'home';
  return Array.from({ length: 2 + chance.below(6) }, (_, at): Person => {
    const own: Ref[] = [];
    if (chance.in100(40)) own.push(['wechat_unionid', 'platform', `u${at}`]);
    for (const appid of ['mp', 'mini']) if (chance.in100(40)) own.push(['wechat_openid', appid, `o${at}${appid}`]);
    for (let card = 0; card < chance.below(3); card += 1) own.push(['member_card', 'brand', `card${at}${card}`]);
    if (chance.in100(20)) own.push(['member_card', 'other', `gold${at}`]);
    if (chance.in100(20)) own.push(['weibo_uid', '', `w${at}`]);
    const mobiles: [string, ...string[]] = [chance.in100(50) ? household : `m${chance.below(4)}`];
    if (chance.in100(30)) mobiles.push(`m${chance.below(4)}`);
    return {
      names: NAMES[chance.below(NAMES.length)] ?? ['王'],
      own,
      mobiles,
      mails: chance.in100(30) ? [`mail${chance.below(3)}`] : [],
    };
  });
}

const TYPES: [string, ...string[]] = [
  'order_paid',
  'order_completed',
  'view',
  'member_joined',
  'member_updated',
  'identified',
  'campaign_sent',
  'custom:number_lost',
];
const REGISTERING = /^(member_|identified)/;
const SILENCES: [number, ...number[]] = [0, 0, 1, 20, 60, 89, 90, 91, 120, 200];

function identifier([kind, scope, value]: Ref, type: string, chance: Chance): Identifier {
  const joined = kind === 'mobile' || kind === 'member_card' || kind === 'email';
  const said = REGISTERING.test(type) ? STRENGTH.registered : STRENGTH.typed;
  const verified = kind === 'email' || !joined || chance.in100(5);
  return {
    kind,
    scope: scope === '' ? null : scope,
    value,
    verified,
    role: kindRule(kind)?.role ?? 'joining',
    node: `${kind}:${scope}:${value}`,
    strength: verified ? STRENGTH.verified : said,
  };
}

function eventOf(who: Person, others: readonly Person[], time: number, at: number, chance: Chance): Told {
  const type = chance.one(TYPES);
  const refs: Ref[] = who.own.filter(() => chance.in100(45));
  const bearer = chance.in100(8) ? (others[chance.below(others.length)] ?? who) : who;
  if (chance.in100(75)) refs.push(['mobile', '', chance.one(bearer.mobiles)]);
  else if (chance.in100(10)) refs.push(['mobile', '', 'clerk']);
  for (const mail of bearer.mails) if (chance.in100(40)) refs.push(['email', '', mail]);
  // A wrong card or account now and then, so that rules are broken.
  const strange = others[chance.below(others.length)]?.own ?? [];
  if (chance.in100(4)) refs.push(...strange.filter(() => chance.in100(30)));
  // The card that a till falls back on, the clerk's own account.
  if (chance.in100(8))
    refs.push(chance.in100(50) ? ['member_card', 'brand', 'till'] : ['wechat_openid', 'mp', 'clerk']);
  if (refs.length === 0) refs.push(['mobile', '', chance.one(who.mobiles)]);
  const unique = new Map(refs.map((ref) => [ref.join(':'), ref]));
  const name = chance.in100(55) ? chance.one(who.names) : chance.in100(20) ? chance.one(SAID_OF_NOBODY) : null;
  const received = chance.in100(30) ? START + chance.below(20) * DAY : START + 1_000 * DAY + chance.below(40);
  return {
    event: { key: `pos|shop|${at}`, received, time, type, name, channel: 'pos', source: 'shop' },
    identifiers: [...unique.values()].map((ref) => identifier(ref, type, chance)),
  };
}

export const anchorOf = (identifiers: readonly Identifier[]): string =>
  identifiers
    .map(({ node }) => node)
    .sort(compareText)
    .join(' ');

function decisionsOf(events: readonly Told[], chance: Chance): Decision[] {
  const made = Array.from({ length: chance.in100(35) ? 1 + chance.below(3) : 0 }, (_, at): Decision | null => {
    const [a, b] = [events[chance.below(events.length)], events[chance.below(events.length)]];
    if (!a || !b) return null;
    const id = `d${at}`;
    const received = START + 2_000 * DAY + chance.below(3);
    const anchors: [string, string] = [anchorOf(a.identifiers), anchorOf(b.identifiers)];
    if (chance.in100(50)) return { id, received, what: 'link', anchors, times: [a.event.time, b.event.time] };
    const sides = anchors.map((anchor, side) => {
      const nodes = anchor.split(' ').filter(() => chance.in100(70));
      const taken = side === 0 ? [] : anchors[0].split(' ');
      return { anchors: chance.in100(50) ? [anchor] : [], nodes: nodes.filter((node) => !taken.includes(node)) };
    });
    const [left, right] = sides;
    return left && right ? { id, received, what: 'apart', sides: [left, right] } : null;
  });
  return made.flatMap((decision) => decision ?? []);
}

export function historyOf(seed: number): History {
  const chance = chanceOf(seed);
  const city = people(chance);
  const events: Told[] = [];
  let day = 0;
  // People come in streaks: a number falls silent because its holder does.
  for (let streak = 0; streak < 2 + chance.below(4); streak += 1) {
    const present = chance.shuffled(city).slice(0, 1 + chance.below(3));
    for (let at = 0; at < 1 + chance.below(5); at += 1) {
      const who = present[chance.below(present.length)];
      if (who) events.push(eventOf(who, city, START + day * DAY, events.length, chance));
      day += chance.in100(60) ? chance.below(4) : chance.one(SILENCES);
    }
    day += chance.one(SILENCES);
  }
  const nodes = events.flatMap(({ identifiers }) => identifiers.map(({ node }) => node));
  const suspended = new Set(chance.in100(8) ? chance.shuffled(nodes).slice(0, 1) : []);
  migrations(events, city, chance);
  payments(events, chance);
  const allowed = new Set(chance.in100(10) ? ['mobile::home', 'mobile::clerk'] : []);
  return { events, decisions: decisionsOf(events, chance), suspended, allowed, policy: policyBy(chance) };
}

export type Row = ReturnType<typeof emptyAnchor>;

const JOINS: ['registered', 'verified', 'never', 'typed'] = ['registered', 'verified', 'never', 'typed'];

/** Rules other than the preset's: whatever a person may set. */
function policyBy(chance: Chance): Policy {
  if (chance.in100(75)) return RETAIL_CN;
  const joins = chance.one(JOINS);
  const rate = chance.in100(50) ? 1 + chance.below(4) : undefined;
  return policyOf(
    {
      preset: 'retail-cn',
      kinds: {
        mobile: { joins, caps: [{ kind: chance.one(['*', 'member_card']), over: 1 + chance.below(4) }], rate },
        member_card: { one: chance.in100(50), priority: chance.below(12) },
        wechat_openid: {
          ...{ one: chance.in100(60), priority: chance.below(12) },
          caps: [{ kind: chance.one(['name', 'mobile', 'member_card']), over: 1 + chance.below(3) }],
        },
        email: { caps: [] },
      },
      names: { veto: chance.in100(50) },
      ...(chance.in100(40) ? { components: { limit: 2 + chance.below(8) } } : {}),
    },
    1,
  );
}

/** An OpenID pays for a receipt, now and then for two people's. */
function payments(events: Told[], chance: Chance): void {
  const paid = events.filter(({ event, identifiers }) => identifiers.length > 0 && event.type !== 'campaign_sent');
  for (let payer = 0; payer < chance.below(3); payer += 1) {
    const ref: Ref = ['wechat_openid', chance.one(['mp', 'mini']), chance.in100(70) ? `payer${payer}` : `o${payer}mp`];
    for (let times = 1 + chance.below(2); times > 0; times -= 1) {
      const receipt = paid[chance.below(paid.length)];
      if (!receipt) continue;
      receipt.payment ??= `p${events.length}`;
      const { time, received } = receipt.event;
      const event = {
        ...receipt.event,
        key: `pay|app|${events.length}`,
        time: time + 5,
        received: received + chance.below(3),
        name: null,
      };
      const identifiers = [identifier(ref, 'payment_received', chance)];
      events.push({ event: { ...event, type: 'payment_received' }, identifiers, payment: receipt.payment });
    }
  }
}

/** An account that moved: one event bears both OpenIDs. */
function migrations(events: Told[], city: readonly Person[], chance: Chance): void {
  if (!chance.in100(15)) return;
  const openids = city.flatMap(({ own }) => own.filter(([kind]) => kind === 'wechat_openid'));
  const [one, other] = chance.shuffled(openids);
  if (!one) return;
  const moved: Ref = chance.in100(70) || !other ? [one[0], one[1], `${one[2]}new`] : other;
  const event = { ...eventOf(city[0] ?? NOBODY, city, START + chance.below(300) * DAY, events.length, chance).event };
  const refs = [one, moved].filter(([, scope]) => scope === one[1]);
  const identifiers = [...new Map(refs.map((ref) => [ref.join(':'), identifier(ref, 'identified', chance)])).values()];
  events.push({ event: { ...event, type: 'identified', name: null }, identifiers });
  if (chance.in100(60))
    events.push({
      event: { ...event, key: `${event.key}x`, type: 'view', name: null },
      identifiers: [
        identifier(moved, 'view', chance),
        identifier(['mobile', '', `m${chance.below(4)}`], 'view', chance),
      ],
    });
}
const NOBODY: Person = { names: ['王'], own: [], mobiles: ['m0'], mails: [] };

/** The rows that the identity store would hold, had the events come in this order. */
export function rowsOf(events: readonly Told[]): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const { event, identifiers } of events) {
    const anchor = anchorOf(identifiers);
    const stamp = { received: event.received, time: event.time, key: event.key };
    const nodes = identifiers.map(({ node }) => node);
    const row = rows.get(anchor) ?? emptyAnchor(anchor, false, nodes, stamp);
    observe(row, event, identifiers);
    rows.set(anchor, row);
  }
  tiePayments(rows, events);
  return rows;
}

function tiePayments(rows: Map<string, Row>, events: readonly Told[]): void {
  const lone = (anchor: string): boolean => anchor.startsWith('wechat_openid:') && !anchor.includes(' ');
  for (const [anchor, row] of rows) {
    const paid = new Map<string, PaidFor>();
    const mine = events.filter((one) => one.payment !== undefined && anchorOf(one.identifiers) === anchor);
    for (const { payment } of lone(anchor) ? mine : []) {
      const naming = events.filter((one) => one.payment === payment);
      const sinceOf = (of: string): number =>
        Math.min(...naming.filter((one) => anchorOf(one.identifiers) === of).map(({ event }) => event.received));
      for (const { event, identifiers } of naming) {
        const other = anchorOf(identifiers);
        if (lone(other)) continue;
        const known = Math.max(sinceOf(anchor), sinceOf(other));
        const old = paid.get(other);
        const time = Math.min(old?.time ?? event.time, event.time);
        paid.set(other, { anchor: other, time, known: Math.min(old?.known ?? known, known) });
      }
    }
    if (paid.size > 0) row.evidence.paid = [...paid.values()].sort((a, b) => compareText(a.anchor, b.anchor));
  }
}

export function evidenceOf(history: History, order: <T>(list: readonly T[]) => T[]): Evidence {
  const anchors = [...rowsOf(order(history.events)).values()].map((row): AnchorEvidence => row.evidence);
  const { suspended, allowed, policy } = history;
  return { anchors: order(anchors), suspended, allowed, decisions: order(history.decisions), policy };
}
