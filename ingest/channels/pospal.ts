import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type BadItem, type Channel, defineChannel, type Item, type PulledPage } from '../channel.ts';
import { deadItem, decodeUtf8, maxAge, optionalText, readAgain, settingText, tryJson } from '../door.ts';
import { fieldsAt, isFields, listAt, textAt, valueAt } from '../pick.ts';
import { type HttpAnswer, type Platform, PlatformError, spanOf } from '../platform.ts';
import { POSPAL_FIELDS, POSPAL_PAGE } from '../pospal-page.ts';
import { customerOutcomes, ticketOutcomes } from '../pospal-ticket.ts';
import { clockText, turnAt } from '../window.ts';

/**
 * Pospal 银豹: its open API is asked, it sends nothing by itself. Each call is signed with MD5 over appKey and body.
 * Uids of 18 to 20 digits come as bare JSON numbers.
 */
const API = '/pospal-api2/openapi/v1';
const HOUR_MS = 3_600_000;
/** Both ends are inside, and a window is a day at most. */
const WINDOW = { overlap: HOUR_MS, longest: 24 * HOUR_MS - 1_000 };
const REACH_MS = 7 * 24 * HOUR_MS;
const PAGE = 100;

const settings = z.object({
  ...{ appId: settingText, appKey: settingText, brand: settingText },
  ...{ baseUrl: optionalText, store: optionalText },
  maxAge,
});
type Settings = z.infer<typeof settings>;

/** What is passed back to get the next page. */
const passedBack = z.object({ parameterType: z.unknown(), parameterValue: z.unknown() });
const midWindow = z.object({ from: z.number(), to: z.number(), post: passedBack });

/** Messages are told in Chinese; only their codes are shown, but they say more of what is wrong. */
const BUSY = /频繁|频率|次数|超限|限流|稍后/;
const ABSENT = /不存在|未找到|没有找到/;

function failureOf(path: string, answer: HttpAnswer): PlatformError | null {
  const { status } = answer;
  const what = `${path}: HTTP ${status}`;
  if (status === 429) return new PlatformError('throttled', what, retryAfter(answer));
  if (status >= 500) return new PlatformError('unreachable', what);
  return status === 200 ? null : new PlatformError('refused', what);
}

function retryAfter({ headers }: HttpAnswer): number | undefined {
  const seconds = headers['retry-after'] ?? '';
  return /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}

/** Calls a method with a signed body; answers what stands under `data`. */
async function call(platform: Platform, { baseUrl, appKey }: Settings, path: string, body: string): Promise<unknown> {
  const answer = await platform.http({
    url: `${(baseUrl ?? '').replace(/\/+$/, '')}${API}/${path}`,
    headers: {
      ...{ 'user-agent': 'openApi', 'content-type': 'application/json; charset=utf-8' },
      'time-stamp': String(platform.now()),
      'data-signature': createHash('md5').update(appKey).update(body).digest('hex').toUpperCase(),
    },
    body,
  });
  const failure = failureOf(path, answer);
  if (failure) throw failure;
  const read = tryJson(decodeUtf8(answer.body) ?? '');
  if (!read.ok) throw new PlatformError('unreachable', `${path}: no JSON`);
  if (textAt(read.value, 'status') === 'success') return valueAt(read.value, 'data');
  const messages = listAt(read.value, 'messages').map(String).join(' ');
  const code = /^\d{1,9}$/.exec(textAt(read.value, 'errorCode'))?.[0] ?? 'unknown';
  const why = BUSY.test(messages) ? 'throttled' : ABSENT.test(messages) ? 'gone' : 'refused';
  throw new PlatformError(why, `${path}: error ${code}`);
}

/** Goes into the log with what its mapping needs of the settings. */
const metaOf = (api: string, { brand, store }: Settings): Item['meta'] => ({ api, brand, ...(store ? { store } : {}) });

const itemOf = (record: unknown, meta: Item['meta']): Item | BadItem => {
  const body = JSON.stringify(record);
  return isFields(record) ? { body, meta } : deadItem(body, meta, 'unreadable', 'no ticket');
};

/** A page of a window; what it answers to be passed back leads to the next one, until a page is not full. */
async function nextTickets(platform: Platform, given: Settings, cursor: unknown): Promise<PulledPage> {
  const span = spanOf(platform, REACH_MS);
  const inside = midWindow.safeParse(cursor);
  const { from, to } = inside.success ? inside.data : turnAt(cursor, { ...WINDOW, ...span });
  const post = inside.success ? inside.data.post : undefined;
  const body = { appId: given.appId, startTime: clockText(from), endTime: clockText(to), postBackParameter: post };
  const data = await call(platform, given, 'ticketOpenApi/queryTicketPages', JSON.stringify(body));
  const records = listAt(data, 'result');
  const items = records.map((record) => itemOf(record, metaOf('ticket', given)));
  const next = passedBack.safeParse(valueAt(data, 'postBackParameter'));
  const size = Number(textAt(data, 'pageSize')) || PAGE;
  // The same to be passed back as before would bring the same page for ever.
  const onward = next.success && records.length >= size && JSON.stringify(next.data) !== JSON.stringify(post);
  if (onward) return { items, cursor: { from, to, post: next.data }, more: true };
  return { items, cursor: { done: to }, more: to < Math.floor(span.now / 1000) * 1000 };
}

async function askCustomer(platform: Platform, given: Settings, uid: string): Promise<Item[]> {
  if (!/^\d{1,20}$/.test(uid)) throw new PlatformError('gone', 'customerUid is no number');
  // A bare number of more digits than a double holds: written by hand.
  const body = `{"appId":${JSON.stringify(given.appId)},"customerUid":${uid}}`;
  const data = fieldsAt(await call(platform, given, 'customerOpenApi/queryByUid', body));
  if (Object.keys(data).length === 0) throw new PlatformError('gone', 'customerOpenApi/queryByUid: no data');
  return [{ body: JSON.stringify(data), meta: metaOf('customer', given) }];
}

const reachable = ({ baseUrl }: Settings): boolean => Boolean(baseUrl);

export const pospal: Channel = defineChannel<Settings>({
  name: 'pospal',
  ...POSPAL_PAGE,
  settings,
  secrets: ['appKey'],
  read: ({ body }) => readAgain(tryJson(body)),
  fields: POSPAL_FIELDS,
  map: (value, context) =>
    context.meta.api === 'customer'
      ? customerOutcomes(fieldsAt(value), context)
      : ticketOutcomes(fieldsAt(value), context),
  pulls: [
    {
      name: 'tickets',
      title: { zh: '小票、退货与作废', en: 'Receipts, returns and voided receipts' },
      everySeconds: 300,
      callsPerSecond: 2,
      ranged: true,
      ready: reachable,
      next: nextTickets,
    },
  ],
  asks: {
    customer: {
      callsPerSecond: 2,
      ready: reachable,
      answer: (platform, given, { uid = '' }) => askCustomer(platform, given, uid),
    },
  },
});
