import { connect } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { eventResults } from '../../../schemas/wire/ingest.ts';
import { EVENT, head, openHouse, problemOf, read } from '../house.ts';

const send = async (body: string | Buffer, headers: Record<string, string> = {}): Promise<Record<string, unknown>> => {
  const { ask } = await openHouse();
  return problemOf(await ask('/v1/events', { method: 'POST', body, headers }));
};

describe('400 body_malformed', () => {
  it.each(['', ' ', '{', '{"events":[]', 'events=1', '{"events":[]}}', "{'events':[]}", '[1,]', '\u{feff}{'])(
    '%o is no JSON',
    async (body) => expect(await send(body)).toMatchObject({ status: 400, code: 'body_malformed', retry: 'changed' }),
  );

  it.each(['null', '1', '"x"', '[]', '{}', '{"events":{}}', '{"events":null}', '{"event":[]}'])(
    '%o is not what the route takes',
    async (body) => expect((await send(body)).detail).toMatch(/^body/),
  );

  it('is what bytes that are no UTF-8 are', async () => {
    expect((await send(Buffer.from('{"events":["\xff\xfe"]}', 'latin1'))).code).toBe('body_malformed');
  });

  it('takes 1,000 events and not one more', async () => {
    const { post } = await openHouse();
    const events = Array.from({ length: 1000 }, (_, n) => ({ ...EVENT, id: `n${n}` }));
    expect((await post('/v1/events', { events })).status).toBe(200);
    expect((await problemOf(await post('/v1/events', { events: [...events, EVENT] }))).detail).toMatch(
      /^body\.events: /,
    );
  });

  it('names the place and never the value', async () => {
    const { post } = await openHouse();
    const identifiers = [
      { kind: 'mobile', value: '13900001234' },
      { kind: '13900001234', value: { s: '陈思远' } },
    ];
    const problem = await problemOf(await post('/v1/customers/lookup', { identifiers }));
    expect(problem.detail).toMatch(/^body\.identifiers\.1\.value: /);
    const split = await problemOf(
      await post('/v1/customers/c1/split', { nodes: [{ kind: 7, value: 'x' }], reason: 'r' }),
    );
    expect(split.detail).toMatch(/^body\.nodes\.0\.kind: /);
    const decision = await problemOf(await post('/v1/conflicts/f1', { decision: '13900001234', reason: 'r' }));
    for (const { detail } of [problem, split, decision]) expect(detail).not.toMatch(/13900001234|陈思远/);
  });
});

describe('400 json_too_complex', () => {
  it('at a depth over 64', async () => {
    const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect((await send(`{"events":${nested(64)}}`)).code).toBe('json_too_complex');
    expect((await send(nested(500_000))).code).toBe('json_too_complex');
    const { ask } = await openHouse();
    expect((await ask('/v1/events', { method: 'POST', body: `{"events":${nested(63)}}` })).status).toBe(200);
  });
});

it('400 json_too_complex for an object of more than 10,000 keys', async () => {
  const keys = (count: number): string => Array.from({ length: count }, (_, n) => `"k${n}":1`).join(',');
  expect((await send(`{"events":[],${keys(10_000)}}`)).code).toBe('json_too_complex');
  const { ask } = await openHouse();
  expect((await ask('/v1/events', { method: 'POST', body: `{"events":[],${keys(9_999)}}` })).status).toBe(200);
});

it('integers over 53 bits keep every digit', async () => {
  const { ask } = await openHouse();
  const body = '{"events":[{"channel":"pos","source":"a","id":9007199254740993}]}';
  const { results } = await read(await ask('/v1/events/lookup', { method: 'POST', body }), eventResults);
  expect(results[0]?.id).toBe('9007199254740993');
});

describe('plain data', () => {
  it('keys named __proto__ or constructor are no matter', async () => {
    const { ask } = await openHouse();
    const event = { ...EVENT, traits: null };
    const inner = JSON.stringify({ events: [event] }).replace(
      '"traits":null',
      '"traits":{"__proto__":"a","constructor":"b"}',
    );
    const body = `{"__proto__":{"x":1},"constructor":{"prototype":1},${inner.slice(1)}`;
    const answer = await ask('/v1/events', { method: 'POST', body });
    const [result] = (await read(answer, eventResults)).results;
    expect(result).toMatchObject({ fate: 'accepted' });
    const timeline = await (await ask(`/v1/customers/${result?.customer_id}/events`)).text();
    expect(timeline).toContain('"__proto__":"a"');
  });

  it.each(['text/plain', 'application/json', 'application/xml', 'no type', 'a/b; c', ';'])(
    'the content type %o does not decide how JSON is read',
    async (type) => {
      const { ask } = await openHouse();
      const answer = await ask('/v1/events', {
        method: 'POST',
        body: '{"events":[]}',
        headers: { 'content-type': type },
      });
      expect(answer.status).toBe(200);
    },
  );
});

describe('content encodings', () => {
  const body = JSON.stringify({ events: [EVENT] });

  it.each(['gzip', 'x-gzip', 'GZIP'])('takes %s', async (encoding) => {
    const { ask } = await openHouse();
    const init = { method: 'POST', body: gzipSync(body), headers: { 'content-encoding': encoding } };
    const { results } = await read(await ask('/v1/events', init), eventResults);
    expect(results[0]?.fate).toBe('accepted');
  });

  it.each(['deflate', 'br', 'gzip, gzip', 'compress', 'zstd'])('415 encoding_unsupported: %s', async (encoding) => {
    const zipped = encoding === 'br' ? brotliCompressSync(body) : deflateSync(body);
    expect(await send(zipped, { 'content-encoding': encoding })).toMatchObject({
      status: 415,
      code: 'encoding_unsupported',
    });
  });

  it('400 body_malformed for what is no gzip, and for one cut short', async () => {
    const encoded = { 'content-encoding': 'gzip' };
    expect((await send(body, encoded)).code).toBe('body_malformed');
    expect((await send(gzipSync(body).subarray(0, 60), encoded)).code).toBe('body_malformed');
    expect((await send('', encoded)).code).toBe('body_malformed');
  });
});

describe('a body that ends before its end', () => {
  it('writes nothing and leaves the server well', async () => {
    const { port, admin, post, lines } = await openHouse();
    const start = head('POST /v1/events', admin, 'Content-Length: 4000');
    const socket = connect(port, '127.0.0.1');
    await new Promise((sent) => socket.write(start + JSON.stringify({ events: [EVENT] }), sent));
    socket.destroy();
    await vi.waitUntil(() => lines.some((line) => line.code === 'request_malformed'));
    const key = { channel: EVENT.channel, source: EVENT.source, id: EVENT.id };
    const { results } = await read(await post('/v1/events/lookup', { events: [key] }), eventResults);
    expect(results[0]?.fate).toBe('unknown');
  });
});
