import { describe, expect, it } from 'vitest';
import { head, openHouse, talk } from '../house.ts';

const PROBLEM = /\r\n\r\n\{.*\}$/s;
const LIVE = 'GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n';

describe('errors of the HTTP parser are problems', () => {
  it.each([
    ['garbage', '\x00\x01\x02 garbage\r\n\r\n'],
    ['a NUL in the path', 'GET /v1/\x00customers HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['a header without colon', 'GET /healthz HTTP/1.1\r\nHost: h\r\nno colon here\r\n\r\n'],
    [
      'length and chunks at once',
      'POST /v1/events HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n',
    ],
    ['two lengths', 'POST /v1/events HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n'],
    ['no host', 'GET /healthz HTTP/1.1\r\n\r\n'],
    ['an expectation we do not know', 'GET /healthz HTTP/1.1\r\nHost: h\r\nExpect: cake\r\n\r\n'],
  ])('400 request_malformed: %s', async (_name, request) => {
    const { port } = await openHouse();
    const heard = await talk(port, [request], PROBLEM);
    expect(heard).toMatch(/^HTTP\/1\.1 400 /);
    expect(heard.toLowerCase()).toContain('content-type: application/problem+json');
    expect(heard).toContain('"code":"request_malformed"');
  });

  it('431 headers_too_large, told even to who goes on sending', async () => {
    const { port } = await openHouse();
    const heard = await talk(
      port,
      ['GET /healthz HTTP/1.1\r\nHost: h\r\nX: ', 'a'.repeat(1 << 20), '\r\n\r\n'],
      PROBLEM,
    );
    expect(heard).toMatch(/^HTTP\/1\.1 431 /);
    expect(heard).toContain('"code":"headers_too_large"');
  });

  it('takes headers just under the limit, and refuses a query over it', async () => {
    const { port } = await openHouse();
    const fits = `GET /healthz HTTP/1.1\r\nHost: h\r\nX: ${'a'.repeat(15_000)}\r\n\r\n`;
    expect(await talk(port, [fits], /"ok"/)).toMatch(/^HTTP\/1\.1 200 /);
    const query = `GET /healthz?q=${'a'.repeat(17_000)} HTTP/1.1\r\nHost: h\r\n\r\n`;
    expect(await talk(port, [query], PROBLEM)).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('answers what came before the garbage first, in order', async () => {
    const { port } = await openHouse();
    const heard = await talk(port, [`${LIVE}${LIVE}\x00garbage\r\n\r\n`], /request_malformed.*\}$/s);
    const statuses = [...heard.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
    expect(statuses).toEqual(['200', '200', '400']);
  });
});

describe('garbage inside a body', () => {
  it.each(['/v1/events', '/v1/imports/pos/beijing'])('fails the request of that body at once: %s', async (path) => {
    const { port, admin } = await openHouse();
    const start = head(`POST ${path}`, admin, 'Transfer-Encoding: chunked');
    const heard = await talk(port, [`${start}5\r\na,b\n\n\r\nno chunk\r\n`], /never/);
    expect(heard).toMatch(/^HTTP\/1\.1 400 /);
    expect(heard).toContain('"code":"request_malformed"');
    expect(heard.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });
});

describe('408 too_slow', () => {
  it('when the headers do not come in time', async () => {
    const { port } = await openHouse({ headersTimeout: 200 });
    const heard = await talk(port, ['GET /healthz HTTP/1.1\r\nHost: h\r\n'], PROBLEM);
    expect(heard).toMatch(/^HTTP\/1\.1 408 /);
    expect(heard).toContain('"code":"too_slow"');
  });

  it('when the body does not come in time, however often a byte of it does', async () => {
    const { port, admin } = await openHouse({ bodyTimeout: 200 });
    const start = `${head('POST /v1/events', admin, 'Content-Length: 99')}{`;
    const heard = await talk(port, [start], PROBLEM);
    expect(heard).toMatch(/^HTTP\/1\.1 408 /);
    expect(heard).toContain('"code":"too_slow"');
    expect(heard.toLowerCase()).toContain('connection: close');
  });

  it('when an import brings no byte for that long', async () => {
    const { port, admin } = await openHouse({ bodyTimeout: 200 });
    const start = head('POST /v1/imports/pos/beijing', admin, 'Transfer-Encoding: chunked');
    const heard = await talk(port, [`${start}5\r\na,b\n\n\r\n`], PROBLEM);
    expect(heard).toMatch(/^HTTP\/1\.1 408 /);
  });
});
