import type { WebSocket } from 'ws';
import { z } from 'zod';
import { sampleText } from '../samples.ts';
import { type Desk, type Play, within } from './desk.ts';

/** Pinduoduo: its API, and its message service on a websocket. */
const PAID = { file: 'pdd/order.list.get-awaiting-shipment.json', updated: Date.UTC(2026, 2, 3, 1, 6, 8) / 1000 };
/** The same order a while later, when it has left the warehouse. */
const SHIPPED = 'pdd/order.list.get-shipped-no-receiver.json';

/** Its messages, by the id that they are acknowledged with. */
export const PDD_MESSAGES: ReadonlyMap<string, string> = new Map([
  ['90071992547409931', 'pdd/msg-TradeConfirmed.json'],
  ['90071992547409977', 'pdd/msg-RefundCreated.json'],
]);

const listed = z.object({ order_list_get_response: z.object({ order_list: z.array(z.unknown()) }) });

export const pddOrders: Play = async ({ body }, { asked }) => {
  const form = new URLSearchParams(body);
  switch (form.get('type')) {
    case 'pdd.order.number.list.increment.get':
      return within(String(PAID.updated), form.get('start_updated_at'), form.get('end_updated_at'))
        ? sampleText(PAID.file)
        : JSON.stringify({ order_list_get_response: { total_count: 0, order_list: [] } });
    case 'pdd.refund.list.increment.get':
      return JSON.stringify({ refund_increment_get_response: { total_count: 0, refund_list: [] } });
    case 'pdd.order.information.get': {
      const { order_list } = listed.parse(JSON.parse(await asked('pdd', SHIPPED))).order_list_get_response;
      return JSON.stringify({ order_info_get_response: { order_info: order_list[0] } });
    }
    default:
      return null;
  }
};

/** An id as it was written, which is longer than a float holds. */
const ACKNOWLEDGED = /"commandType":"Ack".*"id":(\d+)/;

/** Acks come before the first heartbeat; then everything left on the shelf is sent, and the connection ends. */
export function pddFrames(socket: WebSocket, desk: Desk): void {
  socket.on('error', () => undefined);
  socket.on('message', (data) => {
    const text = String(data);
    const acknowledged = ACKNOWLEDGED.exec(text)?.[1];
    if (acknowledged !== undefined) return desk.takeOff('pdd', acknowledged);
    const files = [...desk.shelf('pdd')].flatMap((id) => PDD_MESSAGES.get(id) ?? []);
    void Promise.all(files.map(sampleText)).then((frames) => {
      for (const frame of frames) socket.send(frame);
      socket.close();
    });
  });
}
