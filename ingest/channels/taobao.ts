import { z } from 'zod';
import { type Channel, defineChannel, type Item, type MapContext, type Outcome } from '../channel.ts';
import { optionalText, readAgain, settingText, tryJson } from '../door.ts';
import { fieldsAt } from '../pick.ts';
import { nextMessages, nextTrades, type TaobaoSettings, tradeItem } from '../taobao-api.ts';
import { TAOBAO_FIELDS } from '../taobao-fields.ts';
import { mapMessage } from '../taobao-message.ts';
import { TAOBAO_PAGE } from '../taobao-page.ts';
import { mapTrade } from '../taobao-trade.ts';

/** Taobao and Tmall (open.taobao.com). It has no webhook: messages and trades are asked for. */
const settings: z.ZodType<TaobaoSettings> = z.object({
  ...{ appKey: settingText, appSecret: settingText, shop: settingText, brand: settingText },
  ...{ sessionKey: optionalText, group: optionalText, baseUrl: optionalText, messageUrl: optionalText },
});

/** A message with its content decoded, or a trade under `trade`. */
function read({ body, meta }: Item): unknown {
  const value = readAgain(tryJson(body));
  if (meta.api === 'trade') return { trade: value };
  const frame = fieldsAt(value);
  const { content } = frame;
  if (typeof content !== 'string') return frame;
  return { ...frame, content: content.trim() === '' ? {} : readAgain(tryJson(content)) };
}

function map(value: unknown, context: MapContext): Outcome[] {
  if (context.meta.api === 'trade') return mapTrade(fieldsAt(value, 'trade'), context);
  return mapMessage(fieldsAt(value), context);
}

/** Messages and trades are those of shops that have authorised the application: the key of that is what both need. */
const ready = ({ sessionKey }: TaobaoSettings): boolean => Boolean(sessionKey);

export const taobao: Channel = defineChannel<TaobaoSettings>({
  name: 'taobao',
  ...TAOBAO_PAGE,
  settings,
  secrets: ['appSecret', 'sessionKey'],
  read,
  fields: TAOBAO_FIELDS,
  map,
  pulls: [
    {
      name: 'messages',
      title: { zh: '消息', en: 'Messages' },
      ...{ everySeconds: 30, callsPerSecond: 10, ready, next: nextMessages },
    },
    {
      name: 'trades',
      title: { zh: '有变化的订单', en: 'Trades that changed' },
      ...{ everySeconds: 300, callsPerSecond: 10, ranged: true, ready, next: nextTrades },
    },
  ],
  asks: {
    'trade.fullinfo': {
      ...{ callsPerSecond: 10, ready },
      answer: async (platform, given, { tid = '' }) => [await tradeItem(platform, given, tid)],
    },
  },
});
