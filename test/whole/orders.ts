import type { CanonicalEvent } from '../../schemas/event.ts';
import type { Dice } from '../profiles/population.ts';

type Telling = Pick<CanonicalEvent, 'type' | 'order'> & {
  /** The person (by number) who is said to have bought. */
  buyer: number;
  refund: boolean;
};
export type Orders = { tell(channel: string, source: string, buyer: number): Telling };

type Known = { id: string; buyer: number; currency: string; refunds: { id: string; total: string }[] };
const STEPS = ['order_created', 'order_paid', 'order_paid', 'order_shipped', 'order_completed', 'order_cancelled'];
const SILENT = new Set(['order_shipped', 'order_completed', 'order_cancelled']);
const AMOUNTS = ['0', '19.90', '100', '1299.00', '0.0001', '99.5'];

/**
 * Orders told in any order of their steps, and given back in several refunds, some of them told twice or under no name
 * of their own.
 */
export function makeOrders(dice: Dice): Orders {
  const known = new Map<string, Known[]>();
  const refundOf = (order: Known): NonNullable<CanonicalEvent['order']> => {
    const { id, currency } = order;
    if (dice.chance(0.25)) return { id, currency, total: dice.pick(AMOUNTS) };
    if (order.refunds.length < 2)
      order.refunds.push({ id: `${id}-r${order.refunds.length}`, total: dice.pick(AMOUNTS) });
    const refund = dice.pick(order.refunds);
    const total = dice.chance(0.2) ? dice.pick(AMOUNTS) : refund.total;
    return { id: refund.id, original_id: id, currency: dice.chance(0.95) ? currency : 'USD', total };
  };
  return {
    tell: (channel, source, buyer) => {
      const shop = known.get(`${channel}/${source}`) ?? [];
      known.set(`${channel}/${source}`, shop);
      if (shop.length === 0 || dice.chance(0.3)) {
        // The same number in another shop is another order.
        const currency = dice.pick(['CNY', 'CNY', 'CNY', 'JPY']);
        shop.push({ id: `N${shop.length}`, buyer, currency, refunds: [] });
      }
      const order = dice.pick(shop);
      if (dice.chance(0.25))
        return { type: 'order_refunded', order: refundOf(order), buyer: order.buyer, refund: true };
      const type = dice.pick(STEPS);
      const total = SILENT.has(type) && dice.chance(0.6) ? null : dice.pick(AMOUNTS);
      const currency = dice.chance(0.97) ? order.currency : 'USD';
      return { type, order: { id: order.id, currency, total }, buyer: order.buyer, refund: false };
    },
  };
}
