import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { type DoorRequest, defineChannel, type MapContext, type Outcome, type Verdict } from '../../ingest/channel.ts';
import {
  deadItem,
  decodeUtf8,
  drop,
  jsonReply,
  maxAge,
  optionalText,
  readAgain,
  refused,
  settingText,
  tryJson,
} from '../../ingest/door.ts';
import { fieldsAt, filled, firstOf, listAt, textAt } from '../../ingest/pick.ts';
import { PlatformError } from '../../ingest/platform.ts';
import { isStale, sameText } from '../../ingest/signature.ts';
import { epochMs, localTime } from '../../ingest/time.ts';

/** The gate of a mall's car park: a list of visits as JSON, HMAC-SHA256 over time and body in X-Parking-Signature. */
const settings = z.object({ mall: settingText, secret: settingText, apiUrl: optionalText, maxAge });
type Settings = z.infer<typeof settings>;

function accept(request: DoorRequest, given: Settings): Verdict {
  const { 'x-parking-signature': came = '', 'x-parking-time': sent = '' } = request.headers;
  const ought = createHmac('sha256', given.secret).update(sent).update(request.body).digest('hex');
  if (!sameText(came, ought)) return refused('signature_wrong', 'X-Parking-Signature is missing or wrong');
  if (isStale(epochMs(sent), given.maxAge, request.now)) return refused('signature_stale', 'X-Parking-Time is too old');
  const meta = { mall: given.mall, ask: given.apiUrl ? 'yes' : 'no' };
  const reply = jsonReply('{"ok":true}');
  const read = tryJson(decodeUtf8(request.body) ?? '');
  if (!read.ok) return { verdict: 'taken', items: [deadItem(request.body, meta, read.reason, read.detail)], reply };
  const visits = listAt(read.value, 'visits');
  return { verdict: 'taken', items: visits.map((visit) => ({ body: JSON.stringify(visit), meta })), reply };
}

function map(value: unknown, { channel, source, meta }: MapContext): Outcome[] {
  const visit = fieldsAt(value);
  const ticket = textAt(visit, 'ticket');
  const time = localTime(textAt(visit, 'entered'));
  if (ticket === '') return drop('dead-letter', 'event_malformed', 'ticket');
  if (time === null) return drop('dead-letter', 'event_malformed', 'entered');
  if (textAt(visit, 'kind') === 'staff') return drop('ignored', 'type_not_used', 'a car of the staff');
  const answered = meta.api === 'owner';
  const identifiers = [
    { kind: 'mobile', value: textAt(visit, 'mobile') },
    { kind: 'x_plate', scope: meta.mall, value: textAt(visit, 'plate') },
  ].filter((identifier) => identifier.value !== '');
  const event = {
    ...{ id: answered ? `${ticket}:owner` : ticket, channel, source, time, identifiers },
    type: answered ? 'identified' : 'store_visited',
    properties: filled({ gate: textAt(visit, 'gate'), minutes: visit.minutes }),
  };
  const outcomes: Outcome[] = [{ kind: 'event', event, queryable: ['gate', 'minutes'] }];
  // A driver who pays at the gate leaves no number there: the car park knows the owner of a season ticket.
  if (meta.ask === 'yes' && textAt(visit, 'season') !== '' && textAt(visit, 'mobile') === '') {
    outcomes.push({ kind: 'ask', ask: { name: 'owner', params: { season: textAt(visit, 'season'), ticket } } });
  }
  return outcomes;
}

export const parking = defineChannel<Settings>({
  name: 'parking',
  title: { zh: '停车场', en: 'Car park' },
  about: {
    zh: '商场停车场的进出记录：车牌在一家商场内认人，登记过的车主有手机号。',
    en: 'Visits to the car park of a mall: a plate tells drivers apart within it, a registered owner has a mobile.',
  },
  steps: {
    zh: ['在闸机后台“数据推送”里填本来源的门，并复制那里显示的密钥。', '有月卡接口的，把它的地址填进 apiUrl。'],
    en: [
      'In the console of the gate enter the door of this source, and copy the secret shown there.',
      'Where there is an API for season tickets, its address goes into apiUrl.',
    ],
  },
  help: {
    mall: { zh: '商场名，车牌的作用域', en: 'the mall; the scope of number plates' },
    secret: { zh: '闸机后台显示的签名密钥', en: 'the signing secret that the console of the gate shows' },
    apiUrl: { zh: '月卡接口的地址；不填则不询问', en: 'address of the API for season tickets; absent: never asked' },
    maxAge: { zh: '签名的有效秒数；不填则不限', en: 'seconds after which a signature is too old; absent: never' },
  },
  tells: [
    { sent: 'visit', becomes: 'store_visited' },
    { sent: 'owner of a season ticket, when asked', becomes: 'identified' },
  ],
  joins: [
    {
      ...{ kind: 'x_plate', scope: 'mall', from: 'plate' },
      worth: { zh: '一辆车，全家可能都开', en: 'a car, which a family may share' },
    },
    { kind: 'mobile', scope: '', from: 'mobile', worth: { zh: '车主登记', en: 'registered by the owner' } },
  ],
  settings,
  secrets: ['secret'],
  accept,
  read: ({ body }) => readAgain(tryJson(body)),
  fields: {
    ticket: ['text', 'event id'],
    entered: ['string', 'time'],
    kind: ['string', '`staff` is ignored'],
    plate: ['string', 'x_plate'],
    mobile: ['text', 'mobile'],
    season: ['text', 'asks for the owner'],
    gate: ['text', 'properties.gate'],
    minutes: ['integer', 'properties.minutes'],
  },
  map,
  asks: {
    owner: {
      callsPerSecond: 5,
      ready: ({ apiUrl }) => Boolean(apiUrl),
      answer: async (platform, given, { season = '', ticket = '' }) => {
        const url = `${given.apiUrl}/seasons/${encodeURIComponent(season)}`;
        const answer = await platform.http({ url, headers: { authorization: `Bearer ${given.secret}` } });
        if (answer.status === 404) throw new PlatformError('gone', 'no such season ticket');
        if (answer.status === 429) throw new PlatformError('throttled', 'too many calls');
        if (answer.status === 401) throw new PlatformError('refused', 'the secret is not taken');
        const read = tryJson(decodeUtf8(answer.body) ?? '');
        if (answer.status !== 200 || !read.ok) throw new PlatformError('unreachable', `status ${answer.status}`);
        const owner = fieldsAt(read.value);
        const body = { ...owner, ticket, entered: firstOf(textAt(owner, 'since'), textAt(owner, 'entered')) };
        return [{ body: JSON.stringify(body), meta: { mall: given.mall, api: 'owner' } }];
      },
    },
  },
});
