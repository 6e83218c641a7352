import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { head, openHouse, problemOf, talk } from '../house.ts';
import { SECRET } from '../services.ts';

const MIB = 1 << 20;
const DOOR = `/v1/channels/wechat-mp/main?signature=${encodeURIComponent(SECRET)}`;
const ANSWER = /\r\n\r\n.*\}$/s;

/** Sends `chunks` pieces of 64 KiB whatever comes back, as senders do that read only after they wrote all. */
function pour(port: number, start: string, chunks: number, framed: boolean): Promise<{ heard: string; sent: number }> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const piece = Buffer.alloc(65_536, 0x20);
    const frame = framed ? Buffer.concat([Buffer.from('10000\r\n'), piece, Buffer.from('\r\n')]) : piece;
    let heard = '';
    let sent = 0;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      heard += chunk.toString();
      if (ANSWER.test(heard) && sent === chunks) socket.end();
    });
    socket.on('close', () => resolve({ heard, sent }));
    socket.on('error', reject);
    socket.write(start);
    const more = (): void => {
      while (sent < chunks) {
        sent += 1;
        if (!socket.write(frame)) return void socket.once('drain', more);
      }
      if (framed) socket.write('0\r\n\r\n');
      if (ANSWER.test(heard)) socket.end();
    };
    more();
  });
}

describe('413 body_too_large', () => {
  it('is answered to a JSON body one byte over the limit, and not to one at the limit', async () => {
    const house = await openHouse({ bodyLimit: MIB });
    const body = (size: number): string => `{"events":[],"pad":"${'x'.repeat(size - 22)}"}`;
    expect(body(MIB)).toHaveLength(MIB);
    expect((await house.ask('/v1/events', { method: 'POST', body: body(MIB) })).status).toBe(200);
    const over = await house.ask('/v1/events', { method: 'POST', body: body(MIB + 1) });
    expect(over.status).toBe(413);
    expect(await problemOf(over)).toMatchObject({ code: 'body_too_large', limit: MIB, retry: 'changed' });
  });

  it('holds doors to 1 MiB whatever the limit of JSON is', async () => {
    const house = await openHouse();
    const send = (size: number): Promise<Response> =>
      house.ask(DOOR, { method: 'POST', body: Buffer.alloc(size, 0x41) });
    expect((await send(MIB)).status).toBe(200);
    expect(house.doors[0]?.body).toHaveLength(MIB);
    expect((await problemOf(await send(MIB + 1))).code).toBe('body_too_large');
    expect(house.doors).toHaveLength(1);
  });

  it('reaches a sender of 100 MB that reads only after it wrote everything', async () => {
    const { port, admin } = await openHouse();
    const start = head('POST /v1/events', admin, 'Content-Length: 104857600');
    const { heard, sent } = await pour(port, start, 1600, false);
    expect(heard).toMatch(/^HTTP\/1\.1 413 /);
    expect(heard).toContain('"code":"body_too_large"');
    expect(sent).toBe(1600);
  });

  it('reaches a sender of a chunked body that tells no length', async () => {
    const { port } = await openHouse();
    const start = head(`POST ${DOOR}`, 'none', 'Transfer-Encoding: chunked');
    const { heard, sent } = await pour(port, start, 320, true);
    expect(heard).toMatch(/^HTTP\/1\.1 413 /);
    expect(heard.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(sent).toBe(320);
  });

  it('counts inflated bytes, and stops a bomb before it is unpacked', async () => {
    const house = await openHouse({ bodyLimit: MIB });
    const bomb = gzipSync(Buffer.alloc(128 * MIB, 0x20));
    expect(bomb.length).toBeLessThan(MIB);
    const before = process.memoryUsage().rss;
    const answer = await house.ask('/v1/events', {
      method: 'POST',
      body: bomb,
      headers: { 'content-encoding': 'gzip' },
    });
    expect((await problemOf(answer)).code).toBe('body_too_large');
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * MIB);
  });

  it('leaves the line usable for the next request', async () => {
    const { port, admin } = await openHouse({ bodyLimit: 100 });
    const start = (length: number): string => head('POST /v1/events', admin, `Content-Length: ${length}`);
    const heard = await talk(port, [start(300), 'x'.repeat(300), start(13), '{"events":[]}'], /"results"/);
    expect(heard).toMatch(/^HTTP\/1\.1 413 [\s\S]*HTTP\/1\.1 200 /);
  });
});
