import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../ingest/channel.ts';
import { aesKey, messageSignature, sealMessage } from '../../../ingest/wechat-crypto.ts';
import { bytes, dropped, event, NOW, send, sha1Of, texts } from './door.ts';
import { APP, message, NAME, own, P1, PLAIN, plain, SECURE, signed, TOKEN } from './wechat-mp.ts';

const KEY = 'Zhx6lc0I1DzpyzfMMUBKsrLO1kJFk2zsOyLVtOrTzZs';
function secure(
  inner: string,
  around: (encrypted: string) => string,
  settings: unknown = SECURE,
  appid = APP,
): Verdict {
  const encrypted = sealMessage(aesKey(KEY) ?? Buffer.alloc(0), appid, inner);
  const query = {
    ...{ ...signed(), encrypt_type: 'aes' },
    msg_signature: messageSignature(TOKEN, '1772420410', '77', encrypted),
  };
  return send(NAME, settings, { body: around(encrypted), query });
}
const envelope = (encrypted: string): string =>
  `<xml><ToUserName>gh_1</ToUserName><Encrypt>${encrypted}</Encrypt></xml>`;
const CLICK = message({ Event: 'CLICK', EventKey: 'k' });

describe('secure mode', () => {
  it('opens the sample', () => {
    const verdict = send(NAME, SECURE, {
      body: bytes(`${NAME}/encrypted-subscribe.xml`),
      query: texts(`${NAME}/encrypted-subscribe.query.json`, 'query'),
    });
    expect(verdict).toMatchObject({ items: [{ body: bytes(`${NAME}/encrypted-subscribe.plain.xml`).toString() }] });
    expect(event(NAME, verdict)).toMatchObject({ id: `${P1}:1772416800:subscribe`, type: 'follow' });
  });

  it('refuses the sample for another appid', () => {
    const query = texts(`${NAME}/encrypted-wrong-appid.query.json`, 'query');
    const body = bytes(`${NAME}/encrypted-wrong-appid.xml`);
    expect(send(NAME, SECURE, { body, query })).toMatchObject({ verdict: 'refused', code: 'signature_wrong' });
  });

  it('takes JSON and compatible envelopes, of which only the ciphertext counts', () => {
    expect(
      event(
        NAME,
        secure(CLICK, (e) => JSON.stringify({ Encrypt: e })),
      ),
    ).toMatchObject({ type: 'click' });
    const forged = message({ Event: 'unsubscribe' });
    const both = (e: string): string => forged.replace('</xml>', `<Encrypt><![CDATA[${e}]]></Encrypt></xml>`);
    for (const mode of ['compatible', 'secure']) {
      expect(event(NAME, secure(CLICK, both, { ...SECURE, mode }))).toMatchObject({ type: 'click' });
    }
    const decoy = (e: string): string => both(e).replace('gh_1', '<Encrypt>AAAA');
    expect(event(NAME, secure(CLICK, decoy))).toMatchObject({ type: 'click' });
  });

  it.each([
    ['plain body', () => plain(bytes(`${NAME}/text.xml`), SECURE)],
    ['plain body said to be encrypted', () => plain(CLICK, SECURE, { ...signed(), encrypt_type: 'aes' })],
    [
      'ciphertext of another',
      () => secure(CLICK, () => envelope(sealMessage(aesKey(KEY) ?? Buffer.alloc(0), APP, CLICK))),
    ],
    ['ciphertext without msg_signature', () => plain(envelope('AAAA'), SECURE)],
    ['empty body', () => plain('', SECURE)],
    ['other token', () => secure(CLICK, envelope, { ...SECURE, token: 'x' })],
    ['other appid inside', () => secure(CLICK, envelope, SECURE, 'wxnotours')],
  ])('refuses: %s', (_, ask) => expect(ask()).toMatchObject({ verdict: 'refused', code: 'signature_wrong' }));

  it.each([
    ['truncated inside', () => secure(CLICK.slice(0, -9), envelope), 'unreadable'],
    ['doctype inside', () => secure(`<!DOCTYPE x>${CLICK}`, envelope), 'dtd_refused'],
    ['doctype around', () => secure(CLICK, (e) => `<!DOCTYPE x>${envelope(e)}`), 'dtd_refused'],
    ['truncated around', () => secure(CLICK, (e) => envelope(e).slice(0, -8)), 'unreadable'],
    ['other key', () => secure(CLICK, envelope, { ...SECURE, encodingAESKey: 'a'.repeat(43) }), 'decrypt_failed'],
  ])('keeps as dead what is signed and broken: %s', (_, ask, reason) => {
    expect(ask()).toMatchObject({ reply: { body: 'success' } });
    expect(dropped(NAME, ask())).toMatchObject({ fate: 'dead-letter', reason });
  });

  it('compatible mode takes a plain body as well', () => {
    expect(event(NAME, plain(bytes(`${NAME}/text.xml`), { ...SECURE, mode: 'compatible' })).type).toBe('message');
  });
});

describe('plain mode', () => {
  it('takes the signed sample', () => {
    const verdict = plain(bytes(`${NAME}/text.xml`), PLAIN, texts(`${NAME}/text.query.json`, 'query'));
    expect(verdict).toMatchObject({ verdict: 'taken' });
  });

  it('takes a text that speaks of encryption', () => {
    const body = message({ MsgType: 'text', MsgId: '9', Content: '<Encrypt>AAAA</Encrypt>' });
    expect(event(NAME, own(body)).properties).toMatchObject({ text: '<Encrypt>AAAA</Encrypt>' });
  });

  it.each([
    ['broken', CLICK.slice(0, -4), 'unreadable'],
    ['doctype', `<!DOCTYPE xml [<!ENTITY a "b">]>${CLICK}`, 'dtd_refused'],
    ['empty', '', 'unreadable'],
    ['no text', Buffer.from([0x3c, 0xff, 0xfe]), 'unreadable'],
    ['nested a thousand deep', `{"a":${'['.repeat(1000)}`, 'unreadable'],
  ])('keeps as dead what is signed and %s', (_, body, reason) => {
    expect(dropped(NAME, plain(body))).toMatchObject({ fate: 'dead-letter', reason });
  });

  it('keeps every byte of what is no text', () => {
    const verdict = plain(Buffer.from([0x3c, 0xff, 0xfe]));
    expect(verdict).toMatchObject({
      items: [{ body: Buffer.from([0x3c, 0xff, 0xfe]).toString('base64'), meta: { encoding: 'base64' } }],
    });
  });

  it.each([
    ['missing', {}],
    ['wrong', { ...signed(), signature: '0'.repeat(40) }],
    ['of another time', { ...signed(), timestamp: '1772420411' }],
    ['without nonce', { timestamp: '1772420410', signature: sha1Of(TOKEN, '1772420410') }],
    ['named like a prototype', { ...signed(), signature: '__proto__' }],
  ])('refuses a signature %s', (_, query) => {
    expect(plain(CLICK, PLAIN, query)).toMatchObject({ verdict: 'refused', code: 'signature_wrong' });
  });
});

describe('the URL check', () => {
  const check = (query: Record<string, string>, settings: unknown = SECURE): Verdict =>
    send(NAME, settings, { method: 'GET', query });
  const sample = texts(`${NAME}/url-verify.query.json`, 'query');
  it('answers with the bare echostr, in every mode', () => {
    for (const settings of [SECURE, PLAIN]) {
      expect(check(sample, settings)).toMatchObject({
        verdict: 'answered',
        reply: { status: 200, body: '6829413075512340987' },
      });
    }
  });
  it('is refused when it is not signed by our token, or asks for nothing', () => {
    expect(check({ ...sample, nonce: '1' })).toMatchObject({ code: 'signature_wrong' });
    expect(check(signed())).toMatchObject({ code: 'signature_wrong' });
  });
});

describe('settings', () => {
  it.each([
    [{ token: 't' }, /appid/],
    [{ appid: 'a' }, /token/],
    [{ appid: 'a', token: '' }, /token/],
    [{ ...PLAIN, mode: 'secure' }, /encodingAESKey/],
    [{ ...PLAIN, encodingAESKey: 'short' }, /encodingAESKey/],
    [null, /setting/],
  ])('%j are incomplete', (settings, names) => {
    const verdict = plain(CLICK, settings);
    expect(verdict).toMatchObject({ verdict: 'refused', code: 'source_incomplete' });
    expect(JSON.stringify(verdict)).toMatch(names);
  });

  it('lack the key for what is encrypted', () => {
    expect(secure(CLICK, envelope, PLAIN)).toMatchObject({ code: 'source_incomplete' });
  });

  it('empty ones are as good as absent', () => {
    expect(plain(CLICK, { ...PLAIN, encodingAESKey: '', openPlatform: '', mode: null }).verdict).toBe('taken');
  });

  it('maxAge refuses what was signed too long ago', () => {
    const at = (age: number): Record<string, string> => signed(TOKEN, String(NOW / 1000 - age));
    expect(plain(CLICK, { ...PLAIN, maxAge: 300 }, at(299)).verdict).toBe('taken');
    expect(plain(CLICK, { ...PLAIN, maxAge: 300 }, at(301))).toMatchObject({ code: 'signature_stale' });
    expect(plain(CLICK, PLAIN, at(10 ** 9)).verdict).toBe('taken');
    expect(plain(CLICK, { ...PLAIN, maxAge: 300 }, signed(TOKEN, 'never'))).toMatchObject({
      code: 'signature_stale',
    });
    expect(plain(CLICK, { ...PLAIN, maxAge: 300 }, { ...at(301), signature: 'x' })).toMatchObject({
      code: 'signature_wrong',
    });
  });
});
