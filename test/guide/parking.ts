import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { type DoorRequest, defineChannel, type MapContext, type Outcome, type Verdict } from '../../ingest/channel.ts';
import {
  deadItem,
  decodeUtf8,
  drop,
  jsonReply,
  maxAge,
  readAgain,
  refused,
  settingText,
  tryJson,
} from '../../ingest/door.ts';
import { fieldsAt, filled, listAt, textAt } from '../../ingest/pick.ts';
import { isStale, sameText } from '../../ingest/signature.ts';
import { epochMs, localTime } from '../../ingest/time.ts';

/** The gate of a mall's car park: a list of visits as JSON, HMAC-SHA256 over time and body in X-Parking-Signature. */
const settings = z.object({ mall: settingText, secret: settingText, maxAge });
type Settings = z.infer<typeof settings>;

function accept(request: DoorRequest, given: Settings): Verdict {
  const { 'x-parking-signature': came = '', 'x-parking-time': sent = '' } = request.headers;
  const ought = createHmac('sha256', given.secret).update(sent).update(request.body).digest('hex');
  if (!sameText(came, ought)) return refused('signature_wrong', 'X-Parking-Signature is missing or wrong');
  if (isStale(epochMs(sent), given.maxAge, request.now)) return refused('signature_stale', 'X-Parking-Time is too old');
  const meta = { mall: given.mall };
  const reply = jsonReply('{"ok":true}');
  const read = tryJson(decodeUtf8(request.body) ?? '');
  if (!read.ok) return { verdict: 'taken', items: [deadItem(request.body, meta, read.reason, read.detail)], reply };
  const visits = listAt(read.value, 'visits');
  return { verdict: 'taken', items: visits.map((visit) => ({ body: JSON.stringify(visit), meta })), reply };
}

function map(value: unknown, { channel, source, meta }: MapContext): Outcome[] {
  const visit = fieldsAt(value);
  const id = textAt(visit, 'ticket');
  const time = localTime(textAt(visit, 'entered'));
  if (id === '') return drop('dead-letter', 'event_malformed', 'ticket');
  if (time === null) return drop('dead-letter', 'event_malformed', 'entered');
  if (textAt(visit, 'kind') === 'staff') return drop('ignored', 'type_not_used', 'a car of the staff');
  const identifiers = [
    { kind: 'mobile', value: textAt(visit, 'mobile') },
    { kind: 'x_plate', scope: meta.mall, value: textAt(visit, 'plate') },
  ].filter(({ value }) => value !== '');
  const properties = filled({ gate: textAt(visit, 'gate'), minutes: visit.minutes });
  const event = { id, channel, source, time, type: 'store_visited', identifiers, properties };
  return [{ kind: 'event', event, queryable: ['gate', 'minutes'] }];
}

export const parking = defineChannel<Settings>({
  name: 'parking',
  title: { zh: '停车场', en: 'Car park' },
  about: 'mall is the scope of number plates; secret stands in the console of the gate. maxAge: seconds.',
  settings,
  secrets: ['secret'],
  accept,
  read: ({ body }) => readAgain(tryJson(body)),
  fields: { '*': 'any' },
  map,
});
