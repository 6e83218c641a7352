import type { Delivery, Stop } from './delivery.ts';
import { TAOBAO_MESSAGES } from './stand-in/marketplaces.ts';
import { PDD_MESSAGES } from './stand-in/pdd.ts';
import type { StandIn } from './stand-in/server.ts';

/** What platforms do not push: read from them by the same jobs that read all day, here begun by hand. */
export function pulledStops(standIn: StandIn): Stop[] {
  const messages = (platform: string, ids: ReadonlyMap<string, string>, zh: string, en: string): Delivery => ({
    ...{ to: 'pull', name: 'messages', zh, en },
    first: () => standIn.putOut(platform, [...ids.keys()]),
  });
  const taobao = messages('taobao', TAOBAO_MESSAGES, '欧阳雨晴入会、付款、退款', '欧阳雨晴 joins, pays, is refunded');
  const pdd = messages('pdd', PDD_MESSAGES, '消息：成交、申请退款', 'messages: confirmed, refund asked for');
  return [
    one(
      'pospal',
      'popup',
      part('tickets', '2026-03-07', '补拉快闪店 3 月 7 日小票', 'the pop-up shop’s receipts of 7 March'),
    ),
    one('taobao', 'flagship', taobao),
    one('jd', 'flagship', part('orders', '2026-03-03', '补拉 3 月 3 日的订单', 'the orders of 3 March')),
    {
      ...{ channel: 'pdd', source: 'flagship' },
      deliveries: [
        pdd,
        { ...part('orders', '2026-03-03', '补拉那半小时的订单', 'the orders of that half hour'), range: HALF },
      ],
    },
  ];
}

/** Once its messages have led to the trade, the list of what changed tells nothing new. */
export const againStops = (): Stop[] => [
  one('taobao', 'flagship', part('trades', '2026-03-02', '再补拉 3 月 2 日的订单', 'the trades of 2 March, once more')),
];

/** Pinduoduo takes half an hour a call. */
const HALF = { from: '2026-03-03T09:00:00+08:00', to: '2026-03-03T09:30:00+08:00' };

const one = (channel: string, source: string, delivery: Delivery): Stop => ({
  ...{ channel, source, deliveries: [delivery] },
});

type Pulled = Extract<Delivery, { to: 'pull' }>;
const part = (name: string, day: string, zh: string, en: string): Pulled => ({
  ...{ to: 'pull', name, zh, en },
  range: { from: `${day}T00:00:00+08:00`, to: `${day}T23:59:59+08:00` },
});
