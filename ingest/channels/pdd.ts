import { type Channel, defineChannel, type Item } from '../channel.ts';
import { readAgain, tryJson } from '../door.ts';
import { oneOrder, orders, type PddSettings, pddSettings, refunds } from '../pdd-api.ts';
import { PDD_FIELDS } from '../pdd-fields.ts';
import { messageEvent, orderEvents, refundEvent } from '../pdd-order.ts';
import { PDD_PAGE } from '../pdd-page.ts';
import { readContent, readMessages } from '../pdd-socket.ts';
import { fieldsAt } from '../pick.ts';

/** Pinduoduo (open.pinduoduo.com): messages by websocket, orders and refunds by windows of time. No webhook. */
function read({ body, meta }: Item): unknown {
  const value = readAgain(tryJson(body));
  if (meta.api === 'order') return { order: value };
  if (meta.api === 'refund') return { refund: value };
  const frame = fieldsAt(value);
  return { ...frame, message: { ...fieldsAt(frame, 'message'), content: readAgain(readContent(frame)) } };
}

export const pdd: Channel = defineChannel<PddSettings>({
  ...{ name: 'pdd', ...PDD_PAGE, settings: pddSettings, secrets: ['clientSecret', 'accessToken'] },
  ...{ read, fields: PDD_FIELDS },
  map: (value, context) => {
    if (context.meta.api === 'order') return orderEvents(value, context);
    if (context.meta.api === 'refund') return refundEvent(value, context);
    return messageEvent(value, context);
  },
  pulls: [
    {
      ...{
        name: 'messages',
        title: { zh: '消息服务', en: 'The message service' },
        everySeconds: 10,
        callsPerSecond: 1,
      },
      ready: () => true,
      next: (platform, settings, cursor) => readMessages(platform, settings, cursor),
    },
    orders,
    refunds,
  ],
  asks: { order: { callsPerSecond: 5, answer: oneOrder } },
});
