import type { IdentifierInput } from '../../schemas/event.ts';
import {
  card,
  DAY,
  FIRST,
  HOUR,
  hashed,
  LAST,
  MINI,
  MP,
  mobile,
  numberAt,
  openid,
  own,
  type Person,
  PLACEHOLDER,
  type Quarter,
  tell,
  thing,
  unionid,
} from './quarter.ts';

/** What a person does with the brand, by channel; each tells what its connector would tell. Absent: by chance. */
export type Habits = {
  from?: number;
  to?: number;
  member?: boolean;
  mini?: boolean;
  mp?: boolean;
  lateUnion?: boolean;
  receipts?: number;
  shop?: boolean;
  market?: boolean;
  web?: boolean;
  weibo?: boolean;
  /** Events that bear nothing but the number. */
  bare?: number;
  /** The number in any event at all. */
  number?: boolean;
};
type Span = { from: number; to: number; number: boolean };

const FORMS = ['full', 'full', 'full', 'full', 'traditional', 'western', 'pinyin', 'part'] as const;
const MARKETS = [
  ['taobao', 'taobao_ouid'],
  ['jd', 'jd_open_id'],
  ['pdd', 'pdd_buyer'],
  ['doudian', 'doudian_open_id'],
] as const;
/** The number of a platform's switchboard: an extension leads to the buyer. */
const SWITCHBOARD = '16500002468';
const NOBODY = ['散客', '微信用户', '会员', '顾客'];

export function live(quarter: Quarter, person: Person, habits: Habits = {}): void {
  const { dice } = quarter;
  const span = { from: habits.from ?? dice.between(FIRST, LAST - 300 * DAY), to: habits.to ?? LAST, number: true };
  if (habits.number === false) span.number = false;
  const member = habits.member ?? dice.chance(0.8);
  if (member) join(quarter, person, span);
  if (habits.mini ?? dice.chance(0.5)) useMini(quarter, person, span);
  if (habits.mp ?? dice.chance(0.45)) follow(quarter, person, span, habits.lateUnion ?? dice.chance(0.2));
  buy(quarter, person, span, habits.receipts ?? 1 + dice.below(6), member);
  if (habits.shop ?? dice.chance(0.3)) shop(quarter, person, span);
  if (habits.market ?? dice.chance(0.25)) market(quarter, person, span);
  if (habits.web ?? dice.chance(0.15)) visit(quarter, person, span);
  if (habits.weibo ?? dice.chance(0.1)) followWeibo(quarter, person, span);
  if (span.number) barely(quarter, person, span, habits.bare ?? dice.below(3));
  if (dice.chance(0.15)) callIn(quarter, person, span, member);
}

const numbers = (quarter: Quarter, person: Person, { number }: Span, time: number, verified = false) =>
  number ? [mobile(quarter, numberAt(person, time), verified)] : [];

function join(quarter: Quarter, person: Person, span: Span): void {
  const { dice } = quarter;
  const ids = (time: number): IdentifierInput[] => [card(person.card), ...numbers(quarter, person, span, time)];
  const base = { channel: 'crm', source: 'members' };
  const form = dice.chance(0.9) ? dice.pick(FORMS) : null;
  const name = form ? { name: { form } } : {};
  tell(quarter, person, { ...base, ...name, type: 'member_joined', time: span.from, ids: ids(span.from) });
  if (!dice.chance(0.3)) return;
  const time = dice.between(span.from, span.to);
  tell(quarter, person, { ...base, ...name, type: 'member_updated', time, ids: ids(time) });
}

function useMini(quarter: Quarter, person: Person, span: Span): void {
  const { dice } = quarter;
  const base = { channel: 'wechat-miniprogram', source: 'app' };
  const begun = dice.between(span.from, span.to);
  const union = person.unionid ? [unionid(person.unionid)] : [];
  const ids = [openid(MINI, person.mini), ...union, ...numbers(quarter, person, span, begun, true)];
  tell(quarter, person, { ...base, type: 'identified', time: begun, ids });
  for (let left = dice.below(4); left > 0; left -= 1) {
    const time = dice.between(begun, span.to);
    tell(quarter, person, { ...base, type: dice.pick(['view', 'click']), time, ids: [openid(MINI, person.mini)] });
  }
}

/** The UnionID comes with the first event, or months later, or never. */
function follow(quarter: Quarter, person: Person, span: Span, late: boolean): void {
  const { dice } = quarter;
  const base = { channel: 'wechat-mp', source: 'main' };
  const ids = [openid(MP, person.mp)];
  const begun = dice.between(span.from, span.to);
  const union = person.unionid ? [unionid(person.unionid)] : [];
  tell(quarter, person, { ...base, type: 'follow', time: begun, ids: late ? ids : [...ids, ...union] });
  for (let left = dice.below(4); left > 0; left -= 1) {
    const time = dice.between(begun, span.to);
    tell(quarter, person, { ...base, type: dice.pick(['message', 'click', 'scan']), time, ids });
  }
  if (!late) return;
  const time = dice.between(begun, span.to);
  tell(quarter, person, { ...base, type: 'identified', time, ids: [...ids, ...union] });
}

const order = (quarter: Quarter) => ({ id: thing(quarter, 'o'), currency: 'CNY', total: '129.00' });

/** Receipts bear the card, the number, both, or what the clerk typed instead. */
function buy(quarter: Quarter, person: Person, span: Span, count: number, member: boolean): void {
  const { dice, clerks } = quarter;
  for (let left = count; left > 0; left -= 1) {
    const time = dice.between(span.from, span.to);
    const mine = dice.chance(0.7) && member ? [card(person.card)] : [];
    const typed = dice.chance(0.09)
      ? [mobile(quarter, dice.pick(clerks))]
      : dice.chance(0.01)
        ? [mobile(quarter, PLACEHOLDER)]
        : mine.length === 0 || dice.chance(0.4)
          ? numbers(quarter, person, span, time)
          : [];
    const ids = [...mine, ...typed, { kind: 'receipt', scope: 'brand', value: thing(quarter, 's1:') }];
    const name = mine.length > 0 && dice.chance(0.25) ? { name: { form: dice.pick(FORMS) } } : {};
    const stranger = mine.length === 0 && dice.chance(0.2) ? { name: { text: dice.pick(NOBODY) } } : {};
    const base = { channel: 'pos', source: 'store', type: 'order_completed', order: order(quarter) };
    tell(quarter, person, { ...base, ...name, ...stranger, time, ids });
  }
}

/** The brand's own shop: an account, sometimes its number; parcels and refunds bear nothing but the order. */
function shop(quarter: Quarter, person: Person, span: Span): void {
  const { dice } = quarter;
  const base = { channel: 'youzan', source: 'shop' };
  for (let left = 1 + dice.below(3); left > 0; left -= 1) {
    const time = dice.between(span.from, span.to - 9 * DAY);
    const number = dice.chance(0.6) ? numbers(quarter, person, span, time) : [];
    const bought = order(quarter);
    const ids = [own('youzan_open_id', 'client', person), ...number];
    tell(quarter, person, { ...base, type: 'order_paid', time, ids, order: bought });
    if (dice.chance(0.5)) {
      const sent = { ...base, type: 'order_shipped', time: time + DAY, ids: [], order: { ...bought, total: null } };
      tell(quarter, person, sent);
    }
    if (dice.chance(0.1)) {
      const back = { ...bought, id: `${bought.id}r`, original_id: bought.id };
      tell(quarter, person, { ...base, type: 'order_refunded', time: time + 5 * DAY, ids: [], order: back });
    }
  }
}

/** Market places hash, mask or replace the number. */
function market(quarter: Quarter, person: Person, span: Span): void {
  const { dice } = quarter;
  const [channel, kind] = dice.pick(MARKETS);
  const base = { channel, source: 'shop', type: 'order_paid' };
  for (let left = 1 + dice.below(3); left > 0; left -= 1) {
    const time = dice.between(span.from, span.to);
    const number = numberAt(person, time);
    const told = dice.pick([
      span.number ? hashed(quarter, number) : null,
      { kind: 'mobile', value: `${number.slice(0, 3)}****${number.slice(7)}` },
      { kind: 'mobile', value: `${SWITCHBOARD}-${1000 + dice.below(9000)}` },
      null,
    ]);
    tell(quarter, person, {
      ...base,
      time,
      ids: [own(kind, 'shop', person), ...(told ? [told] : [])],
      order: order(quarter),
    });
  }
}

function visit(quarter: Quarter, person: Person, span: Span): void {
  const { dice } = quarter;
  const base = { channel: 'web', source: 'site' };
  const email = { kind: 'email', value: `p${person.account}@example.cn`, verified: true };
  const [begun, later] = [dice.between(span.from, span.to), dice.between(span.from, span.to)];
  tell(quarter, person, { ...base, type: 'identified', time: begun, ids: [own('user_id', 'site', person), email] });
  tell(quarter, person, { ...base, type: 'campaign_opened', time: later, ids: [email] });
  const ids = [own('user_id', 'site', person), ...numbers(quarter, person, span, later)];
  if (dice.chance(0.6))
    tell(quarter, person, { ...base, type: 'form_submitted', time: later, ids, name: { form: 'full' } });
}

function followWeibo(quarter: Quarter, person: Person, span: Span): void {
  const { dice } = quarter;
  const base = { channel: 'weibo', source: 'main' };
  const id = { kind: 'weibo_uid', value: `5${person.account.replace('x', '0')}` };
  const time = dice.between(span.from, span.to);
  tell(quarter, person, { ...base, type: 'follow', time, ids: [id] });
  if (!dice.chance(0.4)) return;
  const ids = [id, ...numbers(quarter, person, span, time + HOUR)];
  tell(quarter, person, { ...base, type: 'form_submitted', time: time + HOUR, ids });
}

/** The number and nothing else: what we send, orders as a guest, answers by text message. */
export function barely(quarter: Quarter, person: Person, span: Pick<Span, 'from' | 'to'>, count: number): void {
  const { dice } = quarter;
  for (let left = count; left > 0; left -= 1) {
    const time = dice.between(span.from, span.to);
    const ids = [mobile(quarter, numberAt(person, time))];
    if (dice.chance(0.3)) tell(quarter, person, { channel: 'sms', source: 'out', type: 'campaign_sent', time, ids });
    else if (dice.chance(0.5))
      tell(quarter, person, { channel: 'web', source: 'guest', type: 'order_paid', time, ids, order: order(quarter) });
    else tell(quarter, person, { channel: 'sms', source: 'in', type: 'survey_answered', time, ids });
  }
}

/** The call centre notes its own line as the caller's number. */
function callIn(quarter: Quarter, person: Person, span: Span, member: boolean): void {
  const time = quarter.dice.between(span.from, span.to);
  const ids = [...(member ? [card(person.card)] : []), mobile(quarter, quarter.line)];
  tell(quarter, person, { channel: 'calls', source: 'centre', type: 'service_contacted', time, ids });
}
