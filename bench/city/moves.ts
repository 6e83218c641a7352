import type { IdentifierInput } from '../../schemas/event.ts';
import { live } from './life.ts';
import {
  card,
  DAY,
  FIRST,
  LAST,
  MINI,
  mobile,
  newPerson,
  numberAt,
  openid,
  type Person,
  type Quarter,
  tell,
  thing,
} from './quarter.ts';
import { buyWith, register, type Trap } from './traps.ts';

/** The traps of accounts, cards and payments. */
const payment = (quarter: Quarter): IdentifierInput => ({
  ...{ kind: 'payment_id', scope: 'wechat-pay', value: thing(quarter, '42000') },
});
const receipt = (quarter: Quarter): IdentifierInput => ({
  kind: 'receipt',
  scope: 'brand',
  value: thing(quarter, 's1:'),
});
const bare = { mini: false, mp: false, receipts: 0, shop: false, market: false, web: false, weibo: false };

/** A receipt of one person, paid from the WeChat of one, who may be another. */
function pay(quarter: Quarter, buyer: Person, payer: Person, time: number, named = true): void {
  const id = payment(quarter);
  buyWith(quarter, buyer, time, [...(named ? [card(buyer.card)] : []), receipt(quarter), id]);
  const ids = [openid(MINI, payer.mini), id];
  tell(quarter, payer, { channel: 'wechat-pay', source: 'mch', type: 'payment_received', time: time + 2_000, ids });
}

const later = ({ dice }: Quarter): number => dice.between(FIRST + 100 * DAY, LAST - DAY);

/** Who pays is known by payments alone, and they are the buyer's own; one receipt says nothing else. */
function payerSelf(quarter: Quarter): void {
  const person = newPerson(quarter, 'payer_self');
  live(quarter, person, { ...bare, member: true, from: FIRST + DAY, bare: 1 });
  for (let left = 1 + quarter.dice.below(4); left > 0; left -= 1) pay(quarter, person, person, later(quarter));
  if (quarter.dice.chance(0.5)) pay(quarter, person, person, later(quarter), false);
}

/** He pays for her, always, or once beside his own, or from an account that is known otherwise. */
function payerOther(quarter: Quarter): void {
  const { dice } = quarter;
  const story = dice.pick(['always', 'once', 'known']);
  const buyer = newPerson(quarter, `payer_${story}`);
  const payer = newPerson(quarter, `payer_${story}`);
  live(quarter, buyer, { ...bare, member: true, from: FIRST + DAY });
  live(quarter, payer, { ...bare, member: story !== 'always', from: FIRST + DAY, mini: story === 'known' });
  pay(quarter, buyer, payer, later(quarter));
  if (story !== 'once') pay(quarter, buyer, payer, later(quarter));
  else for (let left = 1 + dice.below(3); left > 0; left -= 1) pay(quarter, payer, payer, later(quarter));
}

/** An account that moved to another OpenID, told by the platform or not. */
function migrated(quarter: Quarter): void {
  const { dice } = quarter;
  const told = dice.chance(0.8);
  const person = newPerson(quarter, told ? 'migrated' : 'migrated_untold');
  const moved = dice.between(FIRST + 400 * DAY, LAST - 200 * DAY);
  person.unionid = null;
  live(quarter, person, { member: true, mini: true, mp: false, from: FIRST + DAY, to: moved });
  const now = openid(MINI, `${person.mini}n`);
  const base = { channel: 'wechat-miniprogram', source: 'app' };
  const number = mobile(quarter, numberAt(person, moved), true);
  if (told) tell(quarter, person, { ...base, type: 'identified', time: moved, ids: [openid(MINI, person.mini), now] });
  tell(quarter, person, {
    ...base,
    type: 'identified',
    time: moved + DAY,
    ids: dice.chance(0.5) ? [now, number] : [now],
  });
  tell(quarter, person, { ...base, type: 'view', time: moved + 2 * DAY, ids: [now] });
}

/** A new card: told with the old one, or known by the number alone, or after long silence by nobody's name. */
function cards(quarter: Quarter): void {
  const { dice } = quarter;
  const story = dice.pick(['both', 'number', 'number', 'nameless']);
  const person = newPerson(quarter, story === 'nameless' ? 'card_nameless' : 'card_replaced');
  const number = numberAt(person, LAST);
  const change = dice.between(FIRST + 300 * DAY, LAST - 300 * DAY);
  const silence = story === 'nameless' ? 200 * DAY : 0;
  live(quarter, person, { member: false, mp: false, market: false, from: FIRST + DAY, to: change - silence });
  register(quarter, person, FIRST + 2 * DAY, number);
  const old = person.card;
  person.card = `${old}9`;
  if (story === 'both') {
    const ids = [card(old), card(person.card)];
    tell(quarter, person, { channel: 'crm', source: 'members', type: 'member_updated', time: change, ids });
  } else register(quarter, person, change, number, story === 'number');
  buyWith(quarter, person, change + 10 * DAY, [card(person.card), mobile(quarter, number)]);
  if (story === 'both') buyWith(quarter, person, change + 20 * DAY, [card(person.card)]);
}

/** One tablet, two people. */
function device(quarter: Quarter): void {
  const { dice } = quarter;
  const owner = newPerson(quarter, 'device');
  const both = [owner, ...(dice.chance(0.7) ? [newPerson(quarter, 'device', owner)] : [])];
  const id = { kind: 'device', scope: 'app', value: thing(quarter, 'ios') };
  for (const one of both) {
    live(quarter, one, { member: true, mini: false });
    const time = later(quarter);
    const base = { channel: 'app', source: 'ios' };
    const login = { kind: 'user_id', scope: 'app', value: one.account };
    if (one === owner || dice.chance(0.7)) tell(quarter, one, { ...base, type: 'view', time, ids: [login, id] });
    tell(quarter, one, { ...base, type: 'view', time: time + DAY, ids: [id] });
  }
}

export const OTHER_TRAPS: readonly Trap[] = [
  { name: 'payer_self', weight: 3, set: payerSelf },
  { name: 'payer_other', weight: 3, set: payerOther },
  { name: 'migrated', weight: 3, set: migrated },
  { name: 'card_replaced', weight: 4, set: cards },
  { name: 'device', weight: 2, set: device },
  {
    ...{ name: 'late_unionid', weight: 4 },
    set: (quarter) => {
      const person = newPerson(quarter, 'late_unionid');
      person.unionid ??= `uUnion${person.account}`;
      live(quarter, person, { mini: true, mp: true, lateUnion: true });
    },
  },
  {
    ...{ name: 'market', weight: 5 },
    set: (quarter) => live(quarter, newPerson(quarter, 'market'), { market: true, member: true }),
  },
];
