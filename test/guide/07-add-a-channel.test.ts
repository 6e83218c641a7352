import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Platform } from '../../ingest/platform.ts';
import type { CustomerView } from '../../schemas/customer.ts';
import { ADMIN_KEY } from '../process/server.ts';
import { parkingSigner } from './parking.sign.ts';
import { parking } from './parking.ts';
import { fromPage, openWorkshop, type Workshop } from './workshop.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

// # 7. Adding a channel
//
// A channel is one file and one line. This chapter makes one in six steps, for the gate of a car park; a quarter of an
// hour is enough. `workshop` is a copy of the sources: `workshop.huaxiang('channel', …)` is
// `npm run huaxiang -- channel …`, `workshop.tool('vitest', …)` is `npx vitest …`.
//
// **1. Make the files.** The command writes a connector that works already, for an invented platform, with its sample,
// its signer and its test, and puts a line into each of two lists. What is yours to say is marked FILL IN.
it('makes the files of a new channel', async () => {
  const { code, out } = await workshop.huaxiang('channel', 'new', 'parking', '--title', '停车场 / Car park');
  expect(code).toBe(0);
  expect(out).toContain('+ ingest/channels/parking.ts');
  expect(await workshop.read('ingest/channels.ts')).toContain("import { parking } from './channels/parking.ts';");
});

// **2. Write the connector.** The gate posts `{"visits":[…]}` with `X-Parking-Time` and, in `X-Parking-Signature`, an
// HMAC over that time and the body. This is the whole connector:
//
// <<parking.ts>>
//
// - `settings` is a zod schema of what a source has to be told; `secrets` names those that are shown as `***`.
// - `accept` stands in the door. It checks the signature over the raw bytes before it reads any of them, in constant
//   time, cuts the body into items and gives the reply. It never throws: what is signed and cannot be read is a dead
//   item. An item goes into the log and is mapped from there, today and in every rebuild; so it carries in `meta`
//   what the mapping needs of settings and headers: here the mall, which is the scope of number plates.
// - `read` parses an item, losslessly: numbers too long for JavaScript are texts. `fields` lists every field by path,
//   with its type and what it becomes. A field of another type quarantines its item, a field not listed is kept,
//   counted and shown. Types: `text` (an id, written either way), `string`, `number`, `integer`, `flag`, `list`,
//   `map`, `any`; `a|b` for either; `[]` behind a list, `*` for any key.
// - `map` makes outcomes of an item: events, questions, or a drop with its fate and reason. An event has an id of its
//   own, the same for the same thing, so that a retry is found to be one. `queryable` names the properties that may
//   stand in a filter; all others are encrypted at rest. [identifiers.md](identifiers.md) has the kinds of
//   identifiers and the types of events; a kind of your own is `x_<name>`.
// - `title`, `about`, `steps`, `help`, `tells` and `joins` become its page in [channels](channels/README.md).
it('is written from this page alone', async () => {
  await workshop.write('ingest/channels/parking.ts', fromPage('ingest/channels/parking.ts'));
  expect((await workshop.huaxiang('channel', 'list')).out).toMatch(/^parking +webhook, ask \(owner\)/m);
});

// **3. Try a payload.** Save one that the platform sent, as it came, and its headers beside it. `channel try`
// shows each step, in a house of its own that is removed again: the verdict of the door, the items, fields that nobody
// listed, the events, every identifier after normalisation, and whom identity makes of them. Several files in a row
// show what joins. Personal values are masked; `--clear` shows them.
const SETTINGS = { mall: 'joy-city', secret: 'the secret of the gate' };
const VISIT = {
  ...{
    ticket: 'T1',
    entered: '2026-03-01 11:30:00',
    plate: '京A00001',
    mobile: '13900001234',
    gate: 'B2',
    minutes: 95,
  },
};
const BODY = JSON.stringify({ visits: [VISIT] });
const TIME = '1772335800';

const sign = (body: string): Record<string, string> => ({
  'x-parking-time': TIME,
  'x-parking-signature': createHmac('sha256', SETTINGS.secret).update(TIME).update(body).digest('hex'),
});

it('shows what a payload becomes', async () => {
  await workshop.write('captured/visit.body.json', BODY);
  await workshop.write('captured/visit.headers.json', JSON.stringify(sign(BODY)));
  const settings = Object.entries(SETTINGS).map(([name, value]) => `${name}=${value}`);
  const argv = ['channel', 'try', 'parking', 'captured/visit.body.json', ...settings];
  const { code, out } = await workshop.huaxiang(...argv, '--lang', 'en');
  expect(code).toBe(0);
  expect(out).toContain('the signature holds');
  expect(out).toContain('event T1  store_visited  2026-03-01T11:30:00+08:00');
  expect(out).toMatch(/mobile +\+86139\*{4}1234 +joining +typed/);
  expect(out).toMatch(/x_plate +京A00001 +scope joy-city +joining +typed/);
  expect(out).toContain('accepted → customer 1');
});

// **4. Make its tests pass.** The payload, with made-up people in it, becomes the sample. The signer signs as the
// platform does:
//
// <<parking.sign.ts>>
//
// In `test/ingest/channels/parking.test.ts` say what the sample becomes. By its line in the list of signers the
// connector is then held against the contract of all channels as well: some fifty hostile bodies, each signed, and its
// own sample with every single value gone wrong, have to be taken and told and never to throw; without the secret all
// of it is refused; the page is whole in both languages.
const EXPECTED = `const EXPECTED = {
  ...{ id: 'T1', type: 'store_visited', time: '2026-03-01T11:30:00+08:00' },
  identifiers: [
    { kind: 'mobile', value: '13900001234' },
    { kind: 'x_plate', scope: 'joy-city', value: '京A00001' },
  ],
  properties: { gate: 'B2', minutes: 95 },
};`;

it('passes its own tests and those of every channel', async () => {
  expect(parkingSigner.sign(Buffer.from(BODY), { 'x-parking-time': TIME }, false).headers).toEqual(sign(BODY));
  const samples = 'test/fixtures/channels/parking';
  await workshop.write(`${samples}/sample.body.json`, BODY);
  await workshop.write(`${samples}/sample.headers.json`, JSON.stringify({ 'x-parking-time': TIME }));
  await workshop.write('test/ingest/channels/parking.sign.ts', fromPage('test/ingest/channels/parking.sign.ts'));
  const test = await workshop.read('test/ingest/channels/parking.test.ts');
  await workshop.write('test/ingest/channels/parking.test.ts', test.replace(/const EXPECTED = {.*?\n};/s, EXPECTED));

  const own = await workshop.tool('vitest', 'run', 'test/ingest/channels/parking.test.ts');
  expect(own.out).toMatch(/Tests +\d+ passed/);
  const contract = await workshop.tool('vitest', 'run', 'test/ingest/channels/contract', '-t', 'parking');
  expect(contract.out).toMatch(/Tests +\d+ passed/);
});

// **5. Write its page, and start.** `npm run docs` makes `docs/channels/parking.md` of what the connector says of
// itself. A source is an account of a channel: here the gate of one mall. Its door is
// `/v1/channels/<channel>/<source>`.
it('has a page', async () => {
  await workshop.tool('tsx', 'docs/write.ts');
  expect(await workshop.read('docs/channels/parking.md')).toContain('| `plate` | string | x_plate |');
});

it('takes visits through its door, and knows whose they are', async () => {
  const url = await workshop.start();
  const headers = { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' };
  const source = `${url}/v1/sources/parking/joy-city`;
  const put = await fetch(source, { method: 'PUT', headers, body: JSON.stringify({ settings: SETTINGS }) });
  expect(await put.json()).toMatchObject({ channel: 'parking', settings: { mall: 'joy-city', secret: '***' } });

  const second = JSON.stringify({ visits: [{ ...VISIT, ticket: 'T2', entered: '2026-03-02 11:30:00', mobile: '' }] });
  const door = `${url}/v1/channels/parking/joy-city?wait=applied`;
  for (const body of [BODY, second, BODY]) {
    expect((await fetch(door, { method: 'POST', headers: sign(body), body })).status).toBe(200);
  }
  expect((await fetch(door, { method: 'POST', headers: sign(BODY), body: second })).status).toBe(401);

  const found = await fetch(`${url}/v1/customers?kind=mobile&value=13900001234`, { headers });
  const customer: CustomerView = JSON.parse(await found.text());
  expect(customer.metrics.events).toBe(2);
  expect(customer.identifiers.map(({ kind, value }) => [kind, value])).toEqual([
    ['mobile', '+8613900001234'],
    ['x_plate', '京A00001'],
  ]);
  const fates = await fetch(`${url}/v1/fates?channel=parking`, { headers });
  const told: { items: { fate: string; count: number }[] } = JSON.parse(await fates.text());
  expect(told.items.map(({ fate, count }) => [fate, count]).sort()).toEqual([
    ['accepted', 2],
    ['duplicate', 1],
  ]);
});

// **6. Ask the platform.** Many platforms push an id alone, and tell who it is when asked. `map` then gives an outcome
// of kind `ask`, as above for season tickets: it waits in a list until the answer is in the log, through retries and
// restarts. Of the call only `asks` knows; it gets what it may do, `platform.http`, handed in, so that a test can play
// the platform, here by a server on this machine. The items it gives are mapped by the same `map`; `meta.api` tells
// them apart. What goes wrong is a `PlatformError`: `throttled` and `unreachable` are tried again, `token_expired` once
// with a new token (`platform.token` keeps it), `refused` waits for a person, `gone` ends it. A `pull`, which reads
// orders by windows of time, is the same with a cursor: `next` gives a page of items, the cursor to go on from, and
// whether there is more.
it('asks for the owner of a season ticket', async () => {
  const visit = { ticket: 'T3', entered: VISIT.entered, plate: VISIT.plate, season: 'S7' };
  const context = { received: byFetch.now(), channel: 'parking', source: 'joy-city' };
  const outcomes = parking.map({ body: JSON.stringify(visit), meta: { mall: 'joy-city', ask: 'yes' } }, context);
  expect(outcomes[1]).toEqual({ kind: 'ask', ask: { name: 'owner', params: { season: 'S7', ticket: 'T3' } } });

  const gate = createServer((request, response) => {
    response.writeHead(request.url === '/seasons/S7' ? 200 : 404);
    response.end(JSON.stringify({ plate: '京A00001', mobile: '13900001234', since: '2026-01-01 00:00:00' }));
  });
  await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve));
  const address = gate.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const given = { ...SETTINGS, apiUrl: `http://127.0.0.1:${port}` };
  const answered = await parking.asks.owner?.answer(byFetch, given, { season: 'S7', ticket: 'T3' });
  const events = (answered ?? []).flatMap((one) => parking.map(one, context));
  expect(events).toMatchObject([{ event: { id: 'T3:owner', type: 'identified', time: '2026-01-01T00:00:00+08:00' } }]);
  const gone = parking.asks.owner?.answer(byFetch, given, { season: 'S8', ticket: 'T4' });
  await expect(gone).rejects.toMatchObject({ why: 'gone' });
  gate.close();
});

const byFetch: Platform = {
  now: () => Date.parse('2026-03-01T12:00:00+08:00'),
  http: async ({ url, ...call }) => {
    const response = await fetch(url, call);
    return { status: response.status, headers: {}, body: Buffer.from(await response.arrayBuffer()) };
  },
  socket: () => Promise.reject(new Error('the gate has no websocket')),
  token: async (_, make) => (await make()).value,
};

// **Where to look when something fails.** The fate and its reason say which part to look at; `channel try` shows it.
//
// - `401 signature_wrong`: `accept`. The secret of this account? The raw bytes, not JSON written anew? Hex or base64?
// - `503 source_incomplete`: a setting is missing; the detail names it.
// - `dead-letter unreadable`: `accept`. The body is no JSON or XML; `GET /v1/deadletters` has the payload.
// - `dead-letter event_malformed`: `map`. The detail is the path in the event: a time needs its offset, an amount is
//   text such as `"9.90"`.
// - `dead-letter connector_failed`: `read` or `map` threw; `try --item` shows what and where. Mend it, then replay.
// - `quarantined field_type_changed`: `fields`. The platform sends another type than listed: widen it, then replay.
// - `ignored type_not_used`: `map` dropped it, or gave nothing.
// - `accepted` with reason `anonymous`: no identifier was left; beside it stands why each was refused.
// - Two customers in the place of one: `try` with both payloads shows links and what was held. Scopes are the same?
// - `duplicate` for something new: `map`. Two things have one event id.
