/**
 * A seeded population of shoppers and what they do: the same seed makes the same events, in the form of `POST
 * /v1/events`.
 */
export type Shape = { seed: number; people: number; events: number };

/** mulberry32: small, seeded, good enough to draw a population by. Numbers in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const SURNAMES = [...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗'];
const GIVEN = [...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红'];
const CITIES = ['北京市', '上海市', '广州市', '深圳市', '成都市', '杭州市', '武汉市', '西安市'];
const START = Date.UTC(2026, 0, 1);

type Person = { mobile: string; card: string; unionid: string; openid: string; name: string; city: string };

function makePeople(count: number, random: () => number): Person[] {
  const pick = <T>(from: readonly T[]): T => {
    const found = from[Math.floor(random() * from.length)];
    if (found === undefined) throw new Error('nothing to pick from');
    return found;
  };
  return Array.from({ length: count }, (_, at) => ({
    mobile: `139${(10_000_000 + at).toString()}`,
    card: `8800${at.toString().padStart(12, '0')}`,
    unionid: `oU${at.toString().padStart(26, '0')}`,
    openid: `oO${at.toString().padStart(26, '0')}`,
    name: `${pick(SURNAMES)}${pick(GIVEN)}${random() < 0.6 ? pick(GIVEN) : ''}`,
    city: pick(CITIES),
  }));
}

/** Events in order of time: store receipts, shop orders, WeChat clicks, registrations that tie the ids together. */
export function* population({ seed, people, events }: Shape): Generator<Record<string, unknown>> {
  const random = seeded(seed);
  const everybody = makePeople(people, random);
  for (let at = 0; at < events; at++) {
    const person = everybody[Math.floor(random() * people)];
    if (!person) continue;
    const time = new Date(START + at * 1_000).toISOString();
    const draw = random();
    const base = { id: `e${seed}-${at}`, time };
    if (draw < 0.1)
      yield {
        ...base,
        channel: 'crm',
        source: 'members',
        type: 'member_updated',
        identifiers: [card(person), mobile(person)],
        traits: { name: person.name, city: person.city },
      };
    else if (draw < 0.2)
      yield {
        ...base,
        channel: 'mini',
        source: 'app',
        type: 'identified',
        identifiers: [union(person), open(person), { ...mobile(person), verified: true }],
      };
    else if (draw < 0.5)
      yield {
        ...base,
        channel: 'pos',
        source: 'beijing',
        type: 'order_completed',
        identifiers: [card(person), mobile(person)],
        order: order(`r${at}`, random),
        traits: { name: person.name },
      };
    else if (draw < 0.7)
      yield {
        ...base,
        channel: 'shop',
        source: 'web',
        type: 'order_paid',
        identifiers: [mobile(person)],
        order: order(`o${at}`, random),
      };
    else
      yield {
        ...base,
        channel: 'wechat',
        source: 'main',
        type: draw < 0.85 ? 'click' : 'view',
        identifiers: [open(person)],
        properties: { event_key: `MENU_${at % 7}` },
      };
  }
}

const mobile = (person: Person) => ({ kind: 'mobile', value: person.mobile });
const card = (person: Person) => ({ kind: 'member_card', scope: 'brand', value: person.card });
const union = (person: Person) => ({ kind: 'wechat_unionid', scope: 'default', value: person.unionid });
const open = (person: Person) => ({ kind: 'wechat_openid', scope: 'wx1', value: person.openid });

function order(id: string, random: () => number) {
  const fen = 1_000 + Math.floor(random() * 100_000);
  const total = `${Math.floor(fen / 100)}.${(fen % 100).toString().padStart(2, '0')}`;
  return {
    id,
    currency: 'CNY',
    total,
    items: [{ sku: `SKU${fen % 500}`, name: '纯棉T恤', quantity: '1', price: total }],
  };
}
