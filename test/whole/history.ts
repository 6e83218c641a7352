import type { Entry } from '../../ingest/port.ts';
import type { CanonicalEvent, IdentifierInput } from '../../schemas/event.ts';
import { type Dice, makeDice } from '../profiles/population.ts';
import { iso } from './facts.ts';
import { makeOrders, type Orders } from './orders.ts';

/**
 * Random histories of a few people and shops, small enough that everything meets: equal times, names that alternate,
 * orders told by several, refunds before orders, events that bear nothing but an order or a device.
 */
export type Told = { received: number; event: CanonicalEvent };
export type HistoryOptions = {
  seed: number;
  events: number;
  people?: number;
  /** Days over which event times are spread; over 90 numbers change hands. */
  days?: number;
};

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** A Monday morning in Shanghai. */
export const START = Date.UTC(2023, 0, 2, 2);
/** Later than every event time, so that none is from the future. */
export const RECEIVED = START + 1500 * DAY;

const SOURCES: readonly [string, string][] = [
  ['pos', 'beijing'],
  ['pos', 'shanghai'],
  ['wechat-mp', 'main'],
  ['weibo', 'main'],
  ['youzan', 'Shop.1'],
];
const NAMES = [
  ['陈思远', '陈先生', 'Siyuan Chen', '陳思遠'],
  ['李雷', '李先生', '散客'],
  ['欧阳娜娜', '欧阳女士', 'Ouyang Nana'],
  ['王芳', '王小姐', '顾客', '王*芳'],
  ['赵敏', '赵'],
  ['Tom Smith', 'Smith Tom', 'guest'],
];
const CLERK = '13600006666';
type Value = string | number | boolean | null;
const TRAITS: Record<string, readonly Value[]> = {
  gender: ['male', 'female', 'unknown'],
  birthday: ['1990-05-06', '--05-06', '1890-01-01', '1985-02-29', '2999-01-01', '0000-00-00'],
  city: ['北京市', '上海市', '广州市', ''],
  province: ['广东省', ' 广东省 '],
  level: ['gold', 'silver'],
  points: [100, 250, 0],
  nickname: ['小远', '微信用户', '阿芳'],
  address: ['建国路88号', '建国路**号'],
  opted: [true, false, null],
};

type Person = { ids: IdentifierInput[]; names: readonly string[]; said: Map<string, Value> };
const NOBODY: Person = { ids: [], names: [''], said: new Map() };

function person(at: number, family: string): Person {
  const own = `1390000${(1000 + at).toString()}`;
  const mobiles = at % 4 === 3 ? [family] : [own, ...(at % 3 === 0 ? [`1380001${(1000 + at).toString()}`] : [])];
  return {
    names: NAMES[at % NAMES.length] ?? [''],
    said: new Map(),
    ids: [
      ...mobiles.map((value) => ({ kind: 'mobile', value })),
      { kind: 'member_card', scope: 'brand', value: `00${at + 1}` },
      { kind: 'wechat_openid', scope: 'wx1', value: `oOpen${at}` },
      { kind: 'wechat_unionid', scope: 'default', value: `uUnion${at}` },
      { kind: 'weibo_uid', value: `50${at}` },
      { kind: 'email', value: `Person${at}@Example.cn` },
      { kind: 'device', scope: 'ios', value: `device-${at % 5}` },
    ],
  };
}

/** A mobile as people write it. */
function spelled(dice: Dice, one: IdentifierInput, typed: boolean): IdentifierInput {
  if (one.kind === 'email') return { ...one, verified: dice.chance(0.5) };
  if (one.kind !== 'mobile') return { ...one };
  const value = dice.pick([one.value, `+86${one.value}`, `${one.value.slice(0, 3)} ${one.value.slice(3)}`]);
  return { ...one, value, ...(typed ? {} : { verified: dice.chance(0.3) }) };
}

const QUIET = ['view', 'message', 'click', 'store_visited', 'complaint_opened', 'campaign_sent', 'custom:try'];
const REGISTERING = ['member_joined', 'member_updated', 'form_submitted', 'identified'];

function typeOf(dice: Dice): string {
  const sort = dice.next();
  if (sort < 0.45) return 'order';
  if (sort < 0.65) return dice.pick(REGISTERING);
  if (sort < 0.78) return dice.pick(['follow', 'unfollow']);
  if (sort < 0.86) return 'consent_changed';
  return dice.pick(QUIET);
}

/** What is said of a person: mostly what was said before. */
function traitsOf(dice: Dice, who: Person): CanonicalEvent['traits'] {
  const said = Object.entries({ ...TRAITS, name: who.names }).filter(() => dice.chance(0.3));
  return Object.fromEntries(
    said.map(([trait, values]): [string, Value] => {
      const known = who.said.get(trait);
      const value = known !== undefined && dice.chance(0.75) ? known : dice.pick(values);
      who.said.set(trait, value);
      return [trait, value];
    }),
  );
}

/** Who the event names: some of a person's identifiers, sometimes another's beside them, sometimes nobody. */
function identifiersOf(dice: Dice, people: readonly Person[], who: Person, order: boolean): IdentifierInput[] {
  if (dice.chance(order ? 0.3 : 0.04)) return [];
  const typed = dice.chance(0.5);
  // Mostly the same few sets, so that anchors have long histories of their own.
  const usual = who.ids.slice(
    ...dice.pick([
      [0, 2],
      [1, 2],
      [2, 3],
    ]),
  );
  const size = dice.pick([1, 1, 1, 2, 2, 3]);
  const ids = dice.chance(0.6)
    ? usual.map((one) => spelled(dice, one, typed))
    : Array.from({ length: size }, () => spelled(dice, dice.pick(who.ids), typed));
  // A number that a clerk types for everybody: over its cap it joins nobody any more.
  if (dice.chance(0.06)) ids.push({ kind: 'mobile', value: CLERK });
  if (dice.chance(0.03)) ids.push(spelled(dice, dice.pick(dice.pick(people).ids), typed));
  return ids;
}

type Scene = { people: readonly Person[]; orders: Orders; sources: typeof SOURCES };

function makeEvent(dice: Dice, { people, orders, sources }: Scene, id: string, time: number): CanonicalEvent {
  const [channel, source] = dice.pick(sources);
  const type = typeOf(dice);
  const at = dice.below(people.length);
  if (type === 'order') {
    const { buyer, ...told } = orders.tell(channel, source, at);
    const who = people[dice.chance(0.08) && !told.refund ? at : buyer] ?? NOBODY;
    const identifiers = identifiersOf(dice, people, who, true);
    const { refund: _, ...event } = told;
    return {
      id,
      channel,
      source,
      time: iso(time),
      identifiers,
      ...(dice.chance(0.3) ? { traits: traitsOf(dice, who) } : {}),
      ...event,
    };
  }
  const who = people[at] ?? NOBODY;
  const base = { id, channel, source, time: iso(time), type, identifiers: identifiersOf(dice, people, who, false) };
  if (type === 'consent_changed') {
    const purpose = dice.pick(['marketing', 'messages']);
    const state = dice.pick(['granted', 'withdrawn'] as const);
    return { ...base, consent: { purpose, channel: dice.pick(['sms', 'wechat-mp', null]), state } };
  }
  return dice.chance(0.6) ? { ...base, traits: traitsOf(dice, who) } : base;
}

/**
 * Events in order of `received`, which is not the order of their times; several share a stamp, as those of a batch do.
 */
export function makeHistory({ seed, events, people = 5, days = 60 }: HistoryOptions): Told[] {
  const dice = makeDice(seed);
  const family = '13700007777';
  const everybody = Array.from({ length: people }, (_, at) => person(at, family));
  // The fewer the sources, the more each has to say of one person.
  const scene = { people: everybody, orders: makeOrders(dice), sources: SOURCES.slice(dice.below(SOURCES.length)) };
  const ids = new Set<string>();
  while (ids.size < events) ids.add(`e${dice.below(1_000_000).toString(36)}`);
  let received = RECEIVED;
  return [...ids].map((id): Told => {
    if (dice.chance(0.5)) received += dice.below(5000);
    // A coarse clock, so that times are often equal.
    const time = START + dice.below(days * 4) * 6 * HOUR;
    return { received, event: makeEvent(dice, scene, id, time) };
  });
}

export const entryOf = ({ received, event }: Told): Entry => ({ kind: 'event', received, event });

export function shuffled<T>(dice: Dice, list: readonly T[]): T[] {
  return list
    .map((one): [number, T] => [dice.next(), one])
    .sort(([a], [b]) => a - b)
    .map(([, one]) => one);
}
