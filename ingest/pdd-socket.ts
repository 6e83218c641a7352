import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { BadItem, Item, PulledPage } from './channel.ts';
import { deadItem, type Read, tryJson } from './door.ts';
import type { PddSettings } from './pdd-api.ts';
import { firstOf, isFields, textAt, valueAt } from './pick.ts';
import { type Platform, PlatformError, type Socket } from './platform.ts';

/**
 * Pinduoduo's message service: a websocket at {base}/message/{client id}/{ms}/{digest}, the digest being the base64 of
 * the hex of md5(client id + ms + client secret). Both sides send JSON frames by `commandType`: Common is a message,
 * which is sent again until it has its Ack; HeartBeat keeps the connection.
 *
 * A page is one connection. A frame is acknowledged at the beginning of the next page only, when the runner has saved
 * the cursor, that is when its items are in the log; nothing else lives from page to page. What is sent again
 * meanwhile is dropped here by its id, and in any case by the event's.
 */
const BASE = 'wss://message-api.pinduoduo.com';
const MAX_FRAMES = 100;
const QUIET_MS = 5_000;
/** A page ends after this, however steadily frames trickle in: those of it want their acks. */
const LONGEST_MS = 60_000;
const HEARTBEAT_MS = 5_000;

const ack = z.object({ id: z.string(), sendTime: z.string(), type: z.string(), mallID: z.string() });
type Ack = z.infer<typeof ack>;
const saved = z.object({ acks: z.array(ack) });

const DIGITS = /^\d{1,20}$/;
/** The id of a frame that is no JSON as a whole: without an ack it would come for ever. */
const ID = /"id"\s*:\s*"?(\d{1,20})/;

/** Ids are 64-bit numbers: they go out as the digits they came in, never by way of a float. */
function ackText({ id, sendTime, type, mallID }: Ack, now: number): string {
  const numbers = Object.entries({ id, sendTime, mallID }).flatMap(([name, digits]) =>
    DIGITS.test(digits) ? [`"${name}":${digits}`] : [],
  );
  return `{"commandType":"Ack","time":${now},${numbers.join(',')},"type":${JSON.stringify(type)}}`;
}

const heartbeat = (now: number): string => `{"commandType":"HeartBeat","time":${now},"id":${now}}`;

/** `content` of a message is JSON in a string. */
export function readContent(frame: unknown): Read {
  const content = valueAt(frame, 'message', 'content');
  if (content === undefined || content === null || content === '') return { ok: true, value: {} };
  const read: Read = typeof content === 'string' ? tryJson(content) : { ok: true, value: content };
  if (!read.ok || isFields(read.value)) return read;
  return { ok: false, reason: 'unreadable', detail: 'content is no object' };
}

type Frame = { kind: 'message'; item: Item | BadItem; ack: Ack } | { kind: 'heartbeat' } | { kind: 'failed' };

function frameOf(text: string, meta: Item['meta']): Frame {
  const read = tryJson(text);
  if (!read.ok || !isFields(read.value)) {
    const id = ID.exec(text)?.[1] ?? '';
    const detail = read.ok ? 'a frame that is no object' : read.detail;
    const item = deadItem(text, meta, 'unreadable', detail);
    return { kind: 'message', item, ack: { id, sendTime: '', type: '', mallID: '' } };
  }
  const frame = read.value;
  const command = textAt(frame, 'commandType');
  if (command === 'Fail') return { kind: 'failed' };
  if (command !== 'Common' && command !== '') return { kind: 'heartbeat' };
  const content = readContent(frame);
  return {
    kind: 'message',
    item: content.ok ? { body: text, meta } : deadItem(text, meta, content.reason, content.detail),
    ack: {
      ...{ id: textAt(frame, 'id'), sendTime: firstOf(textAt(frame, 'sendTime'), textAt(frame, 'time')) },
      ...{ type: textAt(frame, 'message', 'type'), mallID: textAt(frame, 'message', 'mallID') },
    },
  };
}

/** What comes within so many ms; null where nothing does, as where the other side has closed. */
async function within(coming: Promise<string | null>, ms: number): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), Math.max(ms, 0));
  });
  try {
    return await Promise.race([coming, silence]);
  } finally {
    clearTimeout(timer);
  }
}

async function collect(socket: Socket, now: () => number, known: Set<string>, meta: Item['meta'], quietMs: number) {
  const items: (Item | BadItem)[] = [];
  const acks = new Map<string, Ack>();
  const began = now();
  let told = began;
  let beat = began;
  socket.send(heartbeat(began));
  while (acks.size < MAX_FRAMES && items.length < MAX_FRAMES && now() - began < LONGEST_MS) {
    const text = await within(socket.receive(), told + quietMs - now());
    if (text === null) break;
    const frame = frameOf(text, meta);
    if (frame.kind === 'failed') {
      if (acks.size === 0) throw new PlatformError('unreachable', 'the message service answered Fail');
      break;
    }
    if (frame.kind === 'message') {
      told = now();
      const { id } = frame.ack;
      if (id === '' || (!known.has(id) && !acks.has(id))) items.push(frame.item);
      if (id !== '') acks.set(id, frame.ack);
    }
    if (now() - beat >= HEARTBEAT_MS) {
      beat = now();
      socket.send(heartbeat(beat));
    }
  }
  return { items, acks: [...acks.values()] };
}

/**
 * One page of messages: until 100 have come, or none for `quietMs`, or the other side closes. `cursor` bears the acks
 * that are due. Throws PlatformError.
 */
export async function readMessages(
  platform: Platform,
  settings: PddSettings,
  cursor: unknown,
  quietMs: number = QUIET_MS,
): Promise<PulledPage> {
  const { clientId, clientSecret } = settings;
  const due = saved.safeParse(cursor).data?.acks ?? [];
  const now = platform.now();
  const hex = createHash('md5').update(`${clientId}${now}${clientSecret}`).digest('hex');
  const base = firstOf(settings.messageUrl ?? '', BASE).replace(/\/+$/, '');
  const digest = Buffer.from(hex).toString('base64');
  const socket = await platform.socket(`${base}/message/${encodeURIComponent(clientId)}/${now}/${digest}`);
  try {
    for (const one of due) socket.send(ackText(one, now));
    const known = new Set(due.map(({ id }) => id));
    const meta = { api: 'message', shop: settings.shop, ...(settings.accessToken ? { ask: 'yes' } : {}) };
    const { items, acks } = await collect(socket, () => platform.now(), known, meta, quietMs);
    // What comes again although it was acknowledged waits for the next turn: asking at once would never end.
    return { items, cursor: { acks }, more: acks.some(({ id }) => !known.has(id)) };
  } finally {
    socket.close();
  }
}
