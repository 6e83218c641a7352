import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Channel, Verdict } from '../../ingest/channel.ts';
import { CHANNELS } from '../../ingest/channels.ts';
import { makeNormaliser } from '../../ingest/identify.ts';
import { makePreparer, type Step } from '../../ingest/prepare.ts';
import { eventInput } from '../../schemas/event.ts';
import { makeRing, newRing } from '../../schemas/ring.ts';
import { parking } from './parking.ts';

// # 7. Adding a channel
//
// A channel is one file and one line. The file of this chapter is `test/guide/parking.ts`, the gate of a car park; a
// real one stands in `ingest/channels/` and has its line in `ingest/channels.ts`. It says four things: what its
// settings are, which of them are secret, what it accepts, and what an item means.
const SETTINGS = { mall: 'joy-city', secret: 'the secret of the gate' };
const NOW = Date.parse('2026-03-01T12:00:00+08:00');
const VISIT = { ticket: 'T1', entered: '2026-03-01 11:30:00', plate: '京A00001', mobile: '13900001234', gate: 'B2' };

function knock(body: string, settings: unknown = SETTINGS, secret = SETTINGS.secret): Verdict {
  const time = String(NOW / 1000);
  const signature = createHmac('sha256', secret).update(time).update(body).digest('hex');
  const headers = { 'x-parking-time': time, 'x-parking-signature': signature };
  return parking.accept({ method: 'POST', query: {}, headers, body: Buffer.from(body), now: NOW }, settings);
}

function itemsOf(verdict: Verdict) {
  if (verdict.verdict !== 'taken') throw new Error(`not taken: ${JSON.stringify(verdict)}`);
  return verdict.items;
}

// `accept` stands in the door. It checks the signature over the raw bytes before it reads any of them, cuts the body
// into items and gives the reply. It is a pure function: no I/O, no clock but `now`, and no exception on whatever
// comes.
it('accepts what is signed, and cuts it into items', () => {
  const verdict = knock(JSON.stringify({ visits: [VISIT, { ...VISIT, ticket: 'T2' }] }));
  expect(verdict).toMatchObject({ verdict: 'taken', reply: { status: 200, body: '{"ok":true}' } });
  expect(itemsOf(verdict)).toHaveLength(2);
});

// An item goes into the log and is mapped from there, today and in every rebuild. So it carries what the mapping
// needs of the settings: here the mall, which is the scope of number plates. Settings that change later change no
// past.
it('puts into an item all that its mapping needs', () => {
  const [item] = itemsOf(knock(JSON.stringify({ visits: [VISIT] })));
  expect(item?.meta).toEqual({ mall: 'joy-city' });
});

// `map` makes outcomes of an item: events, or a drop with its fate and reason. An event of a connector always has an
// id of its own, the same for the same thing, so that retries are found to be such. `queryable` names the properties
// that may stand in a filter: codes, numbers, enums. All others are encrypted at rest.
it('maps an item to events', () => {
  const [item] = itemsOf(knock(JSON.stringify({ visits: [VISIT] })));
  const context = { received: NOW, channel: 'parking', source: 'main' };
  const outcomes = item ? parking.map(item, context) : [];
  expect(outcomes).toMatchObject([
    {
      kind: 'event',
      event: { id: 'T1', type: 'store_visited', time: '2026-03-01T11:30:00+08:00', properties: { gate: 'B2' } },
      queryable: ['gate', 'minutes'],
    },
  ]);
  expect(item ? parking.map(item, context) : []).toEqual(outcomes);
});

// Behind `map` everything is common to all channels: values are normalised, each identifier gets its keyed hash, and
// what can be no key is refused beside the event. This is what the consumer does with every item of the log.
const ring = makeRing(newRing());
const preparer = makePreparer(ring, makeNormaliser(ring), new Map([...CHANNELS, [parking.name, parking]]));
const stepsOf = (visits: unknown[]): Step[] =>
  itemsOf(knock(JSON.stringify({ visits }))).flatMap((item) =>
    preparer.steps({ kind: 'item', received: NOW, channel: 'parking', source: 'main', item }),
  );

it('is prepared like any other', () => {
  const [step] = stepsOf([{ ...VISIT, mobile: '+86 139 0000 1234' }]);
  const prepared = step?.kind === 'event' ? step.prepared : null;
  expect(prepared?.identifiers.map(({ kind, scope, value }) => [kind, scope, value])).toEqual([
    ['mobile', null, '+8613900001234'],
    ['x_plate', 'joy-city', '京A00001'],
  ]);
});

it('gives a fate to what is no visit', () => {
  expect(
    stepsOf([
      { ...VISIT, ticket: '' },
      { ...VISIT, entered: '1 March' },
      { ...VISIT, kind: 'staff' },
    ]),
  ).toMatchObject([
    { kind: 'drop', fate: 'dead-letter', reason: 'event_malformed', detail: 'ticket' },
    { kind: 'drop', fate: 'dead-letter', reason: 'event_malformed', detail: 'entered' },
    { kind: 'drop', fate: 'ignored', reason: 'type_not_used' },
  ]);
});

// What every channel has to keep, whatever its platform. A new one can be held against the same list.
describe('what is asked of every channel', () => {
  const all: [string, Channel][] = [...CHANNELS, [parking.name, parking]];

  it.each(all)('%s has a name, words in two languages, and secrets that are settings', (name, channel) => {
    expect(name).toMatch(/^[a-z0-9][a-z0-9_-]{0,63}$/);
    expect([channel.title.zh, channel.title.en, channel.about].every((text) => text !== '')).toBe(true);
    for (const secret of channel.secrets) expect(channel.about + name).toContain(secret);
  });

  it.each(all)('%s takes nothing while its secret is missing', (_, channel) => {
    const request = { method: 'POST' as const, query: {}, headers: {}, body: Buffer.from('{}'), now: NOW };
    expect(channel.accept(request, {})).toMatchObject({ verdict: 'refused', code: 'source_incomplete' });
  });

  it('a wrong signature is refused, and nothing kept', () => {
    expect(knock('{"visits":[]}', SETTINGS, 'a guess')).toMatchObject({ verdict: 'refused', code: 'signature_wrong' });
  });

  it('a signature is stale only where the source says so', () => {
    const old = { method: 'POST' as const, query: {}, body: Buffer.from('{}'), now: NOW + 3_600_000 };
    const time = String(NOW / 1000);
    const signature = createHmac('sha256', SETTINGS.secret).update(time).update('{}').digest('hex');
    const headers = { 'x-parking-time': time, 'x-parking-signature': signature };
    expect(parking.accept({ ...old, headers }, SETTINGS).verdict).toBe('taken');
    expect(parking.accept({ ...old, headers }, { ...SETTINGS, maxAge: 60 })).toMatchObject({ code: 'signature_stale' });
  });

  it.each(['', '{', '[]', 'null', '{"visits":"none"}', '{"visits":[null,7,{"__proto__":{}}]}', '\ufffd\0'])(
    'hostile and signed, it is taken and told: %j',
    (body) => {
      const items = itemsOf(knock(body));
      const steps = items.flatMap((item) =>
        'dead' in item ? [] : preparer.steps({ kind: 'item', received: NOW, channel: 'parking', source: 'main', item }),
      );
      for (const step of steps) {
        if (step.kind === 'event') expect(eventInput.safeParse(step.prepared.event).success).toBe(true);
        else expect(step).not.toMatchObject({ reason: 'connector_failed' });
      }
    },
  );
});
