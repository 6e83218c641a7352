import { z } from 'zod';
import { sampleText } from '../samples.ts';
import { type Play, within } from './desk.ts';

/** Taobao's and JD's gateways and Doudian's API. What changed is told to those who ask for the time it changed at. */
const TRADE = { file: 'taobao/trade.fullinfo.get-two-orders.json', modified: '2026-03-02 20:15:09' };
const ORDER = { file: 'jd/pop.order.enSearch.json', modified: '2026-03-03 09:00:41' };

/** Its messages, by the id that they are confirmed with. */
export const TAOBAO_MESSAGES: ReadonlyMap<string, string> = new Map([
  ['7215900000000000789', 'taobao/tmc-MemberJoinPrivate.json'],
  ['7215900000000000123', 'taobao/tmc-TradeBuyerPay.json'],
  ['7215900000000000456', 'taobao/tmc-RefundSuccess.json'],
]);

export const taobao: Play = async ({ body }, desk) => {
  const form = new URLSearchParams(body);
  switch (form.get('method')) {
    case 'taobao.tmc.messages.consume': {
      const files = [...desk.shelf('taobao')].flatMap((id) => TAOBAO_MESSAGES.get(id) ?? []);
      // Joined as text: their ids are longer than a float holds.
      const messages = (await Promise.all(files.map(sampleText))).join(',');
      return `{"tmc_messages_consume_response":{"messages":{"tmc_message":[${messages}]}}}`;
    }
    case 'taobao.tmc.messages.confirm':
      for (const id of (form.get('s_message_ids') ?? '').split(',')) desk.takeOff('taobao', id);
      return JSON.stringify({ tmc_messages_confirm_response: { is_success: true } });
    case 'taobao.trades.sold.increment.get':
      return within(TRADE.modified, form.get('start_modified'), form.get('end_modified'))
        ? sampleText('taobao/trades.sold.increment.get.json')
        : JSON.stringify({ trades_sold_increment_get_response: { total_results: 0 } });
    case 'taobao.trade.fullinfo.get':
      return desk.asked('taobao', TRADE.file);
    default:
      return null;
  }
};

const searched = z.object({ start_date: z.string(), end_date: z.string() });

export const jd: Play = async ({ body }) => {
  const { start_date, end_date } = searched.parse(JSON.parse(new URLSearchParams(body).get('360buy_param_json') ?? ''));
  return sampleText(within(ORDER.modified, start_date, end_date) ? ORDER.file : 'jd/pop.order.enSearch-empty.json');
};

const detail = z.object({ shop_order_id: z.string() });
const decrypt = z.object({ cipher_infos: z.array(z.object({ auth_id: z.string() })) });
const PAID = '4920000000000000017';

export const doudian: Play = async ({ path, body }, { asked }) => {
  const params: unknown = JSON.parse(body);
  if (path === '/order/orderDetail') {
    const paid = detail.parse(params).shop_order_id === PAID;
    return asked('doudian', paid ? 'doudian/order.orderDetail.json' : 'doudian/order.orderDetail-unpaid.json');
  }
  if (path !== '/order/batchDecrypt') return null;
  const paid = decrypt.parse(params).cipher_infos[0]?.auth_id === PAID;
  return asked('doudian', paid ? 'doudian/order.batchDecrypt-virtual.json' : 'doudian/order.batchDecrypt-risk.json');
};
