import { once } from 'node:events';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { importView } from '../../../schemas/wire/ingest.ts';
import { head, openHouse, problemOf, read, talk } from '../house.ts';

const URL = '/v1/imports/pos/beijing?kind=sales&name=march.csv';
const FILE = 'a,1\nno comma\nb,2\n';

describe('POST /v1/imports', () => {
  it('answers with counts, and the rejects can be read', async () => {
    const { ask } = await openHouse();
    const answer = await ask(URL, { method: 'POST', body: FILE, headers: { 'content-type': 'text/csv' } });
    expect(answer.status).toBe(200);
    const view = await read(answer, importView);
    expect(view).toMatchObject({ state: 'done', kind: 'sales', rows: 3, fates: { accepted: 2, 'dead-letter': 1 } });
    expect(await (await ask(`/v1/imports/${view.id}`)).json()).toEqual(view);
    const rejects = await ask(view.rejects);
    expect(rejects.headers.get('content-type')).toMatch(/^application\/x-ndjson/);
    expect(JSON.parse(await rejects.text())).toEqual({ line: 2, reason: 'row_malformed', detail: 'beijing' });
  });

  it('inflates gzip on the way', async () => {
    const { ask } = await openHouse();
    const answer = await ask(URL, { method: 'POST', body: gzipSync(FILE), headers: { 'content-encoding': 'gzip' } });
    expect((await read(answer, importView)).rows).toBe(3);
  });

  it('streams: memory does not grow with the file', async () => {
    const { admin, url } = await openHouse();
    const piece = Buffer.from('a,1\n'.repeat(16_384));
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const body = Readable.from(
      (function* pieces() {
        for (let n = 0; n < 2000; n += 1) {
          most = Math.max(most, process.memoryUsage().arrayBuffers - before);
          yield piece;
        }
      })(),
    );
    const sent = request(url + URL, { method: 'POST', headers: { authorization: `Bearer ${admin}` } });
    const answered = once(sent, 'response');
    await pipeline(body, sent);
    const [answer] = await answered;
    expect(JSON.parse(await text(answer)).rows).toBe(2000 * 16_384);
    expect(most).toBeLessThan(64 << 20);
  });

  it('202 with the body so far while it runs, and goes on reading', async () => {
    const { ask, services } = await openHouse();
    const { run } = services.imports;
    const view = await run('pos', 'beijing', { kind: 'auto', name: null }, Readable.from([FILE]));
    services.imports.run = async (_channel, _source, _options, body) => {
      body.resume();
      return { ...view, state: 'running' };
    };
    const answer = await ask(URL, { method: 'POST', body: FILE });
    expect(answer.status).toBe(202);
    expect((await read(answer, importView)).state).toBe('running');
  });
});

describe('refused', () => {
  it('404 for what is unknown', async () => {
    const { ask } = await openHouse();
    const door = await ask('/v1/imports/nothing/x', { method: 'POST', body: FILE });
    expect((await problemOf(door)).code).toBe('source_unknown');
    for (const path of ['/v1/imports/none', '/v1/imports/none/rejects', '/v1/imports/%E9%99%88']) {
      expect(await problemOf(await ask(path))).toMatchObject({ status: 404, code: 'import_unknown' });
    }
  });

  it('413 for a length over 1 GiB, before a byte is read', async () => {
    const { port, admin } = await openHouse();
    const start = head(`POST ${URL}`, admin, 'Content-Length: 1073741825');
    const heard = await talk(port, [start], /\r\n\r\n.*\}$/s);
    expect(heard).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('400 for bad gzip, told whatever the reader made of the stream', async () => {
    const { ask } = await openHouse();
    const broken = Buffer.concat([gzipSync(FILE.repeat(100)).subarray(0, 40), Buffer.alloc(50, 1)]);
    const answer = await ask(URL, { method: 'POST', body: broken, headers: { 'content-encoding': 'gzip' } });
    expect((await problemOf(answer)).code).toBe('body_malformed');
  });

  it('400 for a kind there is none of, 415 for another encoding', async () => {
    const { ask } = await openHouse();
    const kind = await ask('/v1/imports/pos/beijing?kind=everything', { method: 'POST', body: FILE });
    expect((await problemOf(kind)).detail).toMatch(/^query\.kind: /);
    const encoding = await ask(URL, { method: 'POST', body: FILE, headers: { 'content-encoding': 'br' } });
    expect((await problemOf(encoding)).code).toBe('encoding_unsupported');
  });
});
