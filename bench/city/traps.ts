import { barely, live } from './life.ts';
import {
  card,
  DAY,
  FIRST,
  LAST,
  MINI,
  MP,
  mobile,
  newNumber,
  newPerson,
  numberAt,
  openid,
  own,
  type Person,
  type Quarter,
  tell,
  thing,
  unionid,
} from './quarter.ts';

/** The traps of telephone numbers: each makes its people and what happens to them. */
export type Trap = { name: string; weight: number; set(quarter: Quarter): void };

const till = (quarter: Quarter) => ({
  ...{ channel: 'pos', source: 'store', type: 'order_completed' as const },
  order: { id: thing(quarter, 'o'), currency: 'CNY', total: '59.00' },
});

export function buyWith(quarter: Quarter, person: Person, time: number, ids: Parameters<typeof tell>[2]['ids']): void {
  tell(quarter, person, { ...till(quarter), time, ids });
}

export function register(quarter: Quarter, person: Person, time: number, number: string, named = true): void {
  const ids = [card(person.card), mobile(quarter, number)];
  const name = named ? { name: { form: 'full' as const } } : {};
  tell(quarter, person, { channel: 'crm', source: 'members', type: 'member_joined', time, ids, ...name });
}

/** One number for two or three people of a household; some have another one of their own. */
function household(quarter: Quarter): void {
  const { dice } = quarter;
  const head = newPerson(quarter, 'household');
  const kin = Array.from({ length: 1 + dice.below(2) }, () => newPerson(quarter, 'household', head));
  const [number] = head.numbers;
  for (const one of kin) {
    const second = one.numbers[0]?.value ?? '';
    if (number)
      one.numbers = [number, ...(dice.chance(0.3) ? [{ from: dice.between(FIRST, LAST), value: second }] : [])];
  }
  for (const one of [head, ...kin]) live(quarter, one, { member: true });
}

/** A number given up and, 90 days and more later, registered by another, to whom it belongs from then on. */
function passedOn(quarter: Quarter): void {
  const { dice } = quarter;
  const [before, after] = [newPerson(quarter, 'passed_on'), newPerson(quarter, 'passed_on')];
  const number = numberAt(before, LAST);
  const left = dice.between(FIRST + 200 * DAY, LAST - 500 * DAY);
  before.numbers.push({ from: left, value: newNumber(quarter) });
  live(quarter, before, { member: true, from: left - dice.between(20, 190) * DAY });
  // The last use is known to be one, so that the silence is as long as the story says.
  buyWith(quarter, before, left - DAY, [card(before.card), mobile(quarter, number)]);
  if (dice.chance(0.5)) {
    const ids = [mobile(quarter, number)];
    const time = left + 60 * DAY;
    tell(quarter, before, { channel: 'sms', source: 'out', type: 'campaign_sent', time, ids });
  }
  const taken = left + dice.between(95 * DAY, 300 * DAY);
  after.numbers = [{ from: 0, value: number }];
  if (dice.chance(0.3)) buyWith(quarter, after, taken - DAY, [mobile(quarter, number)]);
  live(quarter, after, { member: true, from: taken });
}

/** A number borne by another to whom it did not pass: one clause of the contract is missing. */
function kept(quarter: Quarter): void {
  const { dice } = quarter;
  const [holder, other] = [newPerson(quarter, 'kept'), newPerson(quarter, 'kept')];
  const number = numberAt(holder, LAST);
  const left = dice.between(FIRST + 200 * DAY, LAST - 600 * DAY);
  register(quarter, holder, left - 100 * DAY, number);
  live(quarter, holder, { member: false, receipts: 1, from: left - 90 * DAY, to: left });
  buyWith(quarter, holder, left, [card(holder.card), mobile(quarter, number)]);
  const story = dice.pick(['too soon', 'never registered', 'came back', 'says nothing']);
  if (story === 'too soon') {
    register(quarter, other, left + 60 * DAY, number);
    buyWith(quarter, holder, left + 85 * DAY, [card(holder.card), mobile(quarter, number)]);
  }
  if (story === 'never registered') {
    buyWith(quarter, other, left + 200 * DAY, [card(other.card), mobile(quarter, number)]);
    register(quarter, other, left + 210 * DAY, numberAt(other, LAST));
  }
  if (story === 'came back') {
    register(quarter, other, left + 120 * DAY, number);
    buyWith(quarter, other, left + 150 * DAY, [card(other.card), mobile(quarter, number)]);
    buyWith(quarter, holder, left + 180 * DAY, [card(holder.card), mobile(quarter, number)]);
  }
  if (story === 'says nothing') {
    const ids = [own('youzan_open_id', 'client', other), mobile(quarter, number)];
    const bought = { id: thing(quarter, 'o'), currency: 'CNY', total: '30.00' };
    const time = left + 200 * DAY;
    tell(quarter, other, { channel: 'youzan', source: 'shop', type: 'order_paid', time, ids, order: bought });
  }
  live(quarter, other, { member: false, receipts: 0, mini: false, mp: true, shop: false, number: false });
}

/** A person whose number changed, and who told so with card or account. */
function changed(quarter: Quarter): void {
  const person = newPerson(quarter, 'changed');
  const from = quarter.dice.between(FIRST + 200 * DAY, LAST - 200 * DAY);
  person.numbers.push({ from, value: newNumber(quarter) });
  live(quarter, person, { member: true, from: FIRST + DAY, bare: 3 });
  const ids = [card(person.card), mobile(quarter, numberAt(person, from))];
  tell(quarter, person, { channel: 'crm', source: 'members', type: 'member_updated', time: from, ids });
}

/** A digit mistyped: the number is another's. */
function slip(quarter: Quarter): void {
  const { dice } = quarter;
  const [person, other] = [newPerson(quarter, 'slip'), newPerson(quarter, 'slip')];
  const wrong = mobile(quarter, numberAt(other, LAST));
  live(quarter, other, { member: true, from: FIRST + dice.below(100) * DAY });
  const from = FIRST + (100 + dice.below(300)) * DAY;
  live(quarter, person, { member: true, from });
  const time = dice.between(from, LAST);
  const story = dice.below(10);
  if (story < 7) buyWith(quarter, person, time, [card(person.card), wrong]);
  else if (story < 8) buyWith(quarter, person, time, [wrong]);
  else {
    const base = { channel: 'crm', source: 'members', type: 'member_updated', name: { form: 'full' as const } };
    tell(quarter, person, { ...base, time, ids: [card(person.card), wrong] });
  }
}

/** One of a household leaves the other's number, says the own name, and has no card. */
function nameAlone(quarter: Quarter): void {
  const head = newPerson(quarter, 'name_alone');
  const guest = newPerson(quarter, 'name_alone', head);
  live(quarter, head, { member: true, from: FIRST + DAY });
  const time = quarter.dice.between(FIRST + 200 * DAY, LAST);
  const ids = [mobile(quarter, numberAt(head, time))];
  tell(quarter, guest, { ...till(quarter), time, ids, name: { form: 'full' } });
}

/** The second WeChat of one person, with the number of the first. */
function twoAccounts(quarter: Quarter): void {
  const person = newPerson(quarter, 'two_accounts');
  person.unionid ??= `uUnion${person.account}`;
  live(quarter, person, { member: true, mini: true });
  const time = quarter.dice.between(FIRST + 500 * DAY, LAST);
  const ids = [openid(MINI, `${person.mini}b`), unionid(`${person.unionid}b`)];
  const number = mobile(quarter, numberAt(person, time), true);
  const base = { channel: 'wechat-miniprogram', source: 'app' };
  tell(quarter, person, { ...base, type: 'identified', time, ids: [...ids, number] });
  tell(quarter, person, { ...base, type: 'view', time: time + DAY, ids: ids.slice(0, 1) });
}

/** The clerk's own number, which stands on the receipts of many. */
export function employ(quarter: Quarter): void {
  for (const value of [...quarter.clerks, quarter.line]) {
    const clerk = newPerson(quarter, 'clerk');
    clerk.numbers = [{ from: 0, value }];
    live(quarter, clerk, { from: FIRST + DAY, bare: 1 });
  }
}

/** The clerk's own WeChat, with which the cards of customers are opened who have theirs not at hand. */
export function lend(quarter: Quarter): void {
  const { dice, people } = quarter;
  const [clerk] = people;
  if (!clerk) return;
  const from = 3 + dice.below(people.length - 15);
  for (const member of people.slice(from, from + 9 + dice.below(4))) {
    const ids = [openid(MP, clerk.mp), card(member.card)];
    const time = dice.between(FIRST, LAST);
    const base = { channel: 'wechat-mp', source: 'main', type: 'card_received', name: { form: 'full' as const } };
    tell(quarter, member, { ...base, time, ids });
  }
}

function guest(quarter: Quarter): void {
  const person = newPerson(quarter, 'plain');
  live(quarter, person, { member: false, mini: false, mp: false, shop: false, market: false, web: false, receipts: 1 });
  barely(quarter, person, { from: FIRST, to: LAST }, 1 + quarter.dice.below(3));
}

export const NUMBER_TRAPS: readonly Trap[] = [
  { name: 'plain', weight: 34, set: (quarter) => live(quarter, newPerson(quarter, 'plain')) },
  { name: 'plain', weight: 6, set: guest },
  { name: 'household', weight: 12, set: household },
  { name: 'passed_on', weight: 6, set: passedOn },
  { name: 'kept', weight: 6, set: kept },
  { name: 'changed', weight: 5, set: changed },
  { name: 'slip', weight: 7, set: slip },
  { name: 'name_alone', weight: 1, set: nameAlone },
  { name: 'two_accounts', weight: 2, set: twoAccounts },
];
