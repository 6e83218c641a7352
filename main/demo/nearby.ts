import type { CustomerView } from '../../schemas/customer.ts';
import { FAMILY } from './cast.ts';
import type { Account, Facts } from './facts.ts';
import { type Paint, pad, table } from './text.ts';
import { HELD, STATES, say } from './words.ts';

/** The accounts grouped by the customer they belong to, in both languages. */
export function people(accounts: readonly Account[], paint: Paint): string[] {
  const groups = new Map<string, Account[]>();
  for (const account of accounts) {
    if (account.id !== null) groups.set(account.id, [...(groups.get(account.id) ?? []), account]);
  }
  return [...groups].flatMap(([id, group]) => [
    `    ${paint.odd(id)}  ${group.map(({ zh }) => zh).join(' + ')}`,
    `    ${pad('', id.length)}  ${paint.faint(group.map(({ en }) => en).join(' + '))}`,
  ]);
}

export const countPeople = (accounts: readonly Account[]): number => new Set(accounts.map(({ id }) => id)).size;

const mobileOf = ({ identifiers }: CustomerView) => identifiers.find(({ kind }) => kind === 'mobile');

/** Two people with one number, each with a card of their own, and why nobody merged them. */
export function family({ family: found, conflicts }: Facts, paint: Paint): string[] {
  const rows = found.map((person, at) => [
    paint.strong(String(person.traits.name?.value ?? '?')),
    `会员卡 card ${FAMILY.people[at]?.card ?? ''}`,
    `手机号 mobile ${mobileOf(person)?.value ?? '–'}`,
    paint.odd(say(STATES, mobileOf(person)?.state ?? '')),
    `CNY ${person.metrics.spend.CNY ?? '0.00'}`,
    paint.faint(person.id),
  ]);
  const rules = new Map(conflicts.map(({ id, rule }) => [id, rule]));
  const held = [...new Set(found.flatMap((person) => person.conflicts))].map((id) => {
    const rule = rules.get(id);
    return `    冲突 conflict ${id}${rule === undefined ? '' : `  ${paint.odd(`${rule}: ${say(HELD, rule)}`)}`}`;
  });
  return [
    ...table(rows),
    '',
    '  号码相同，两张会员卡的姓名却明显不同：号码记为“共用”，不把人连在一起；各人的小票归各人的卡。',
    '  该号码要求的合并被搁置，等人决定：',
    paint.faint('  The number is the same, but the names on the two cards clearly differ: it counts as shared and'),
    paint.faint('  joins nobody; each receipt stays with its card. The merge it asks for waits for a person:'),
    ...held,
  ];
}
