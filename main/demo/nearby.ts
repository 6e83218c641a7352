import type { CustomerView } from '../../schemas/customer.ts';
import { FAMILY } from './cast.ts';
import type { Account, Explanation, Facts } from './facts.ts';
import { type Paint, pad, table } from './text.ts';
import { CHANNELS, KINDS, STATES, say } from './words.ts';

/** The accounts grouped by the customer they belong to, in both languages. */
export function people(accounts: readonly Account[], paint: Paint): string[] {
  const groups = new Map<string, Account[]>();
  for (const account of accounts) {
    if (account.id !== null) groups.set(account.id, [...(groups.get(account.id) ?? []), account]);
  }
  return [...groups].flatMap(([id, group]) => {
    const [first = '', ...more] = [
      ...lines(group.map(({ zh }) => zh)),
      ...lines(group.map(({ en }) => en)).map((text) => paint.faint(text)),
    ];
    return [`    ${paint.odd(id)}  ${first}`, ...more.map((text) => `    ${pad('', id.length)}  ${text}`)];
  });
}

/** Names on a line. */
const MOST = 4;

const lines = (names: readonly string[]): string[] =>
  names.length > MOST ? [`${names.slice(0, MOST).join(' + ')} +`, ...lines(names.slice(MOST))] : [names.join(' + ')];

export const countPeople = (accounts: readonly Account[]): number => new Set(accounts.map(({ id }) => id)).size;

/** By which identifiers each account is tied to the first one. */
export const ties = (found: readonly [Account, Explanation][], paint: Paint): string[] =>
  table(
    found.map(([{ zh }, { path }]) => [zh, paint.faint((path ?? []).map(({ kind }) => say(KINDS, kind)).join(' ─ '))]),
    '    ',
  );

const mobileOf = ({ identifiers }: CustomerView) => identifiers.find(({ kind }) => kind === 'mobile');

/** Two people with one number, each with a card of their own, and why nobody merged them. */
export function family({ family: found, conflicts, why }: Facts, paint: Paint): string[] {
  const rows = found.map((person, at) => [
    paint.strong(String(person.traits.name?.value ?? '?')),
    `会员卡 card ${FAMILY.people[at]?.card ?? ''}`,
    `手机号 mobile ${mobileOf(person)?.value ?? '–'}`,
    paint.odd(say(STATES, mobileOf(person)?.state ?? '')),
    Object.keys(person.metrics.channels)
      .map((channel) => say(CHANNELS, channel))
      .join('、'),
    `CNY ${person.metrics.spend.CNY ?? '0.00'}`,
    paint.faint(person.id),
  ]);
  return [
    ...table(rows),
    '',
    '  号码相同，两张会员卡的姓名却明显不同：号码记为“共用”，不把人连在一起；各人的小票归各人的卡。',
    paint.faint('  One number, but the names on the two cards clearly differ: it counts as shared and joins nobody;'),
    paint.faint('  each receipt stays with its card. The merge that it asks for is held, and waits for a person:'),
    ...conflicts.map(({ id, rule, state }) => `    ${paint.odd(rule)}  ${say(STATES, state)}  ${paint.faint(id)}`),
    ...why.because.map(({ text }) => `    ${text}`),
    '',
    '  WooCommerce 的订单写着王建国和这个号码：姓名与号码都合得上的只有他，订单归他；收件人刘芳不是买家。',
    paint.faint('  The WooCommerce order bears 王建国 and this number: name and number fit him alone, so it is his;'),
    paint.faint('  刘芳, who receives the parcel, is not its buyer.'),
  ];
}
