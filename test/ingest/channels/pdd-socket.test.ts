import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Item, Outcome, PulledPage } from '../../../ingest/channel.ts';
import { pddSettings } from '../../../ingest/pdd-api.ts';
import { readMessages } from '../../../ingest/pdd-socket.ts';
import { platformOf } from './api-server.ts';
import { bytes, channelOf, NOW } from './door.ts';

const NAME = 'pdd';
const QUIET = 500;

const frame = (id: string, content: unknown = { tid: `o${id}` }, type = 'pdd_trade_TradeSuccess'): string =>
  `{"id":${id},"commandType":"Common","sendTime":1772500000123,"message":${JSON.stringify({
    ...{ type, mallID: 66, content: typeof content === 'string' ? content : JSON.stringify(content) },
  })}}`;

/** The message service: keeps what has no ack, sends it on every connection, and closes where it is told to. */
type Service = {
  url: string;
  paths: string[];
  heard: Record<string, unknown>[];
  heardText: string[];
  queue: Map<string, string>;
  closeAfter: number | null;
};
let server: WebSocketServer | undefined;
afterEach(async () => {
  for (const client of server?.clients ?? []) client.terminate();
  await new Promise((closed) => server?.close(closed));
});

function serveOne(service: Service, socket: WebSocket): void {
  const texts = [...service.queue.values()];
  for (const text of service.closeAfter === null ? texts : texts.slice(0, service.closeAfter)) socket.send(text);
  if (service.closeAfter !== null) socket.close();
}

async function serve(frames: Record<string, string>, closeAfter: number | null = 1000): Promise<Service> {
  const started = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  server = started;
  await new Promise((ready) => started.on('listening', ready));
  const address = started.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const service: Service = {
    ...{
      url: `ws://127.0.0.1:${port}`,
      paths: [],
      heard: [],
      heardText: [],
      queue: new Map(Object.entries(frames)),
      closeAfter,
    },
  };
  started.on('connection', (socket, request) => {
    service.paths.push(request.url ?? '');
    socket.on('message', (data) => {
      const text = String(data);
      const said = JSON.parse(text);
      service.heard.push(said);
      service.heardText.push(text);
      if (said.commandType === 'HeartBeat') {
        // A client greets after its acks: what has none is sent now.
        socket.send('{"commandType":"HeartBeat","time":1}');
        serveOne(service, socket);
      }
      if (said.commandType === 'Ack') service.queue.delete(/"id":(\d+)/.exec(text)?.[1] ?? '');
    });
  });
  return service;
}

const given = (service: Service, more: object = {}) =>
  pddSettings.parse({ clientId: 'c1', clientSecret: 's1', shop: '1', messageUrl: service.url, ...more });
const page = (service: Service, cursor: unknown, more: object = {}, quietMs?: number): Promise<PulledPage> =>
  readMessages(platformOf(NAME, () => NOW).platform, given(service, more), cursor, quietMs);
const mapped = ({ items }: PulledPage): Outcome[] =>
  items.flatMap((item: Item) =>
    'dead' in item ? [] : channelOf(NAME).map(item, { received: NOW, channel: NAME, source: 'main' }),
  );
const ids = (read: PulledPage): string[] => mapped(read).flatMap((one) => (one.kind === 'event' ? [one.event.id] : []));
/** To the letter: the id is a number, and longer than a float. */
const ackOf = (id: string, type: string): string =>
  `{"commandType":"Ack","time":${NOW},"id":${id},"sendTime":1772500000123,"mallID":660000017,"type":"${type}"}`;
const acks = (service: Service) => service.heard.filter(({ commandType }) => commandType === 'Ack');

describe('a page of messages', () => {
  it('ends in silence', async () => {
    const service = await serve({ '1': frame('1') }, null);
    expect(ids(await page(service, undefined, {}, QUIET))).toEqual(['1']);
  });

  it('is acknowledged with the next one', async () => {
    const service = await serve({
      ...{ '90071992547409931': bytes('pdd/msg-TradeConfirmed.json').toString('utf8') },
      ...{ '90071992547409977': bytes('pdd/msg-RefundCreated.json').toString('utf8') },
    });
    const first = await page(service, undefined);
    expect(ids(first)).toEqual(['90071992547409931', '90071992547409977']);
    expect(first.more).toBe(true);
    expect(acks(service)).toEqual([]);
    const second = await page(service, JSON.parse(JSON.stringify(first.cursor)));
    expect(second).toEqual({ items: [], cursor: { acks: [] }, more: false });
    expect(service.heardText.filter((text) => text.includes('"Ack"'))).toEqual([
      ackOf('90071992547409931', 'pdd_trade_TradeConfirmed'),
      ackOf('90071992547409977', 'pdd_refund_RefundCreated'),
    ]);
    expect(service.queue.size).toBe(0);
  });

  it('that never reached the log comes again', async () => {
    const service = await serve({ '1': frame('1') });
    const before = { acks: [] };
    expect(ids(await page(service, before))).toEqual(['1']);
    expect(ids(await page(service, before))).toEqual(['1']);
    expect(acks(service)).toEqual([]);
  });

  it('ends where the service closes, and holds what came before', async () => {
    const service = await serve({ '1': frame('1'), '2': frame('2'), '3': frame('3') }, 2);
    const first = await page(service, undefined);
    expect(ids(first)).toEqual(['1', '2']);
    const second = await page(service, first.cursor);
    expect(ids(second)).toEqual(['3']);
  });

  it('ends at a hundred', async () => {
    const service = await serve(
      Object.fromEntries(Array.from({ length: 130 }, (_, at) => [`${at + 1}`, frame(`${at + 1}`)])),
    );
    const first = await page(service, undefined);
    expect(ids(first)).toHaveLength(100);
    expect(ids(await page(service, first.cursor))).toHaveLength(30);
  });

  it('tells a message once that is sent twice, here and after its ack', async () => {
    const service = await serve({ '1': frame('1'), again: frame('1'), '2': frame('2') });
    const first = await page(service, undefined);
    expect(ids(first)).toEqual(['1', '2']);
    service.queue.set('late', frame('2'));
    const second = await page(service, first.cursor);
    expect(second).toMatchObject({ items: [], more: false, cursor: { acks: [{ id: '1' }, { id: '2' }] } });
  });

  it('keeps what cannot be read, and goes on', async () => {
    const service = await serve({
      ...{
        '1': frame('1', 'no json'),
        '2': frame('2'),
        '3': '{"id":3,"commandType":"Common",',
        '4': frame('4', '[1]'),
      },
      ...{ '5': frame('5', {}, 'pdd_goods_GoodsAdd'), none: 'what is this' },
    });
    const first = await page(service, undefined);
    expect(first.items.map((item) => ('dead' in item ? item.dead.reason : 'fine'))).toEqual([
      ...['unreadable', 'fine', 'unreadable', 'unreadable', 'fine', 'unreadable'],
    ]);
    expect(mapped(first)).toMatchObject([{ event: { id: '2' } }, { fate: 'ignored' }]);
    await page(service, first.cursor);
    expect(acks(service).map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
    expect([...service.queue.keys()]).toEqual(['none']);
  });

  it('asks for orders where the source has a token', async () => {
    const service = await serve({ '1': frame('1') });
    const read = await page(service, undefined, { accessToken: 't' });
    expect(mapped(read)).toMatchObject([
      { kind: 'event' },
      { kind: 'ask', ask: { name: 'order', params: { order: 'o1' } } },
    ]);
  });

  it('through the channel, as a runner reads it', async () => {
    const service = await serve({ '1': frame('1') });
    const pull = channelOf(NAME).pulls.find(({ name }) => name === 'messages');
    const settings = { clientId: 'c1', clientSecret: 's1', shop: '1', messageUrl: service.url };
    const read = await pull?.next(platformOf(NAME, () => NOW).platform, settings, undefined);
    expect(read && ids(read)).toEqual(['1']);
  });
});

describe('the connection', () => {
  it('is signed and greets', async () => {
    const service = await serve({});
    expect(await page(service, undefined)).toEqual({ items: [], cursor: { acks: [] }, more: false });
    const hex = createHash('md5').update(`c1${NOW}s1`).digest('hex');
    expect(service.paths).toEqual([`/message/c1/${NOW}/${Buffer.from(hex).toString('base64')}`]);
    expect(service.heard).toEqual([{ commandType: 'HeartBeat', time: NOW, id: NOW }]);
  });

  it('that the service will not have is tried again', async () => {
    const service = await serve({ fail: '{"commandType":"Fail","message":{}}' });
    await expect(page(service, undefined)).rejects.toMatchObject({ name: 'PlatformError', why: 'unreachable' });
  });

  it('that cannot be made is tried again, with the acks still due', async () => {
    const service = await serve({});
    const nowhere = { messageUrl: 'ws://127.0.0.1:1' };
    await expect(page(service, { acks: [] }, nowhere)).rejects.toMatchObject({ why: 'unreachable' });
  });

  it('a cursor of another kind is none', async () => {
    const service = await serve({ '1': frame('1') });
    expect(ids(await page(service, { acks: [{ id: 5 }] }))).toEqual(['1']);
  });
});
