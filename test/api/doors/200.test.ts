import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openHouse, problemOf } from '../house.ts';
import { SECRET } from '../services.ts';

const DOOR = '/v1/channels/wechat-mp/main';
const SIGNED = `${DOOR}?signature=${encodeURIComponent(SECRET)}`;

describe('POST', () => {
  it.each(['text/xml', 'application/json', 'no type', ''])('passes the bytes on, content type %o', async (type) => {
    const { ask, doors } = await openHouse();
    const body = Buffer.from([0, 255, 254, 0x3c, 0x78, 0x6d, 0x6c]);
    const headers: Record<string, string> = type === '' ? {} : { 'content-type': type };
    const answer = await ask(SIGNED, { method: 'POST', body, headers, key: null });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await answer.text()).toBe('success');
    expect(doors[0]?.body.equals(body)).toBe(true);
    expect(doors[0]).toMatchObject({ method: 'POST', query: { signature: SECRET } });
    if (type !== '') expect(doors[0]?.headers['content-type']).toBe(type);
  });

  it('passes on an empty body, and one that came as gzip', async () => {
    const { ask, doors } = await openHouse();
    await ask(SIGNED, { method: 'POST', key: null });
    const headers = { 'content-encoding': 'gzip' };
    await ask(SIGNED, { method: 'POST', body: gzipSync('<xml/>'), headers, key: null });
    expect(doors.map((door) => door.body.toString())).toEqual(['', '<xml/>']);
  });

  it('of a parameter given twice passes the first', async () => {
    const { ask, doors } = await openHouse();
    await ask(`${SIGNED}&signature=other&wait=long`, { method: 'POST', body: 'x', key: null });
    expect(doors[0]?.query).toEqual({ signature: SECRET, wait: 'long' });
  });
});

it('GET answers a check with the bare echostr', async () => {
  const { ask } = await openHouse();
  const answer = await ask(`${SIGNED}&echostr=4711%20x`, { key: null });
  expect(await answer.text()).toBe('4711 x');
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
});

it('401 signature_wrong and 404 source_unknown are what the service says', async () => {
  const { ask, doors } = await openHouse();
  expect(await problemOf(await ask(DOOR, { method: 'POST', body: 'x', key: null }))).toMatchObject({
    status: 401,
    code: 'signature_wrong',
  });
  const other = await ask('/v1/channels/wechat-mp/other', { method: 'POST', body: 'x', key: null });
  expect(await problemOf(other)).toMatchObject({ status: 404, code: 'source_unknown' });
  expect(doors).toHaveLength(0);
});
