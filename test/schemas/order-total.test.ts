import { describe, expect, it } from 'vitest';
import { eventInput } from '../../schemas/event.ts';

const order = { id: 'E1', currency: 'CNY' };
const told = (type: string, total?: unknown) => {
  const event = { channel: 'youzan', source: 'main', time: '2026-03-05T09:10:00+08:00', type };
  return eventInput.safeParse({ ...event, order: { ...order, total } });
};

describe('the total of an order', () => {
  it.each(['order_created', 'order_paid', 'order_refunded'])('is needed in %s', (type) => {
    expect(told(type, '1.00').success).toBe(true);
    for (const total of [undefined, null])
      expect(told(type, total).error?.issues).toMatchObject([{ path: ['order', 'total'] }]);
  });

  it.each(['order_shipped', 'order_completed', 'order_cancelled', 'custom:x'])('may be missing in %s', (type) => {
    for (const total of [undefined, null, '1.00']) expect(told(type, total).success).toBe(true);
    expect(told(type, 'much').error?.issues).toMatchObject([{ path: ['order', 'total'] }]);
  });
});
