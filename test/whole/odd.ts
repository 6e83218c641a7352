import { createHash } from 'node:crypto';
import type { CanonicalEvent, IdentifierInput } from '../../schemas/event.ts';
import { type Dice, makeDice } from '../profiles/population.ts';
import { iso } from './facts.ts';
import { DAY, type HistoryOptions, RECEIVED, START, type Told } from './history.ts';

/**
 * Histories of what is rare elsewhere: payments that several name, hashes of numbers, a number and a device that a
 * crowd uses, receipts that nobody is named on.
 */
const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

function anyOf(dice: Dice): IdentifierInput {
  const at = dice.below(5);
  return dice.pick<() => IdentifierInput>([
    () => ({ kind: 'wechat_openid', scope: dice.pick(['wx1', 'wx2']), value: `oPays${at}` }),
    () => ({ kind: 'member_card', scope: 'brand', value: `7${at}` }),
    () => ({ kind: 'mobile', value: `1391827046${at}` }),
    () => ({ kind: 'hashed_mobile', scope: 'sha256', value: sha(`1391827046${at}`) }),
    () => ({ kind: 'payment_id', scope: 'wechat-pay', value: `pay${at}` }),
    () => ({ kind: 'receipt', scope: 'brand', value: `s:${at}` }),
    () => ({ kind: 'email', value: `p${at}@example.cn`, verified: dice.chance(0.5) }),
    () => ({ kind: 'device', scope: 'ios', value: `d${at}` }),
  ])();
}

function identifiersOf(dice: Dice): IdentifierInput[] {
  const sort = dice.next();
  // Over its cap of eight cards the number is hot, and sometimes just not.
  if (sort < 0.2)
    return [
      { kind: 'mobile', value: '13921840637' },
      { kind: 'member_card', scope: 'brand', value: `9${dice.below(10)}` },
    ];
  // Six names that contradict each other, and the account is a clerk's.
  if (sort < 0.24)
    return [
      { kind: 'wechat_openid', scope: 'wx2', value: 'oClerk' },
      { kind: 'member_card', scope: 'brand', value: `7${dice.below(5)}` },
    ];
  if (sort < 0.45)
    return [
      { kind: 'wechat_openid', scope: 'wx1', value: `oPays${dice.below(3)}` },
      { kind: 'payment_id', scope: 'wechat-pay', value: `pay${dice.below(4)}` },
    ];
  return Array.from({ length: dice.pick([1, 1, 2, 2, 3]) }, () => anyOf(dice));
}

export function makeOdd({ seed, events, days = 60 }: HistoryOptions): Told[] {
  const dice = makeDice(seed);
  return Array.from({ length: events }, (_, at): Told => {
    const event: CanonicalEvent = {
      ...{ id: `e${at}`, channel: 'pos', source: 'x', time: iso(START + dice.below(days) * DAY) },
      type: dice.pick(['view', 'payment_received', 'member_joined', 'form_submitted']),
      identifiers: identifiersOf(dice),
      ...(dice.chance(0.3) ? { traits: { name: dice.pick(['陈思远', '李雷', '王芳', '赵敏', '周杰', '刘洋']) } } : {}),
    };
    return { received: RECEIVED + at * 1_000, event };
  });
}
