import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../ingest/channel.ts';
import { bytes, dropped, event, headersOf, NOW, send } from './door.ts';
import {
  ENVELOPE,
  NAME,
  notify,
  OURS,
  PAID,
  PRIVATE,
  PUBLIC,
  pem,
  SETTINGS,
  sample,
  seal,
  signed,
} from './wechat-pay.ts';

describe('the resource', () => {
  const sealed = (resource: unknown): Verdict =>
    signed(JSON.stringify({ ...ENVELOPE, event_type: 'TRANSACTION.SUCCESS', resource }));
  const good = seal(JSON.stringify(PAID));

  it.each([
    ['of another key', seal('{}', { key: 'f'.repeat(32) })],
    ['of another nonce', { ...good, nonce: 'ba9876543210' }],
    ['of other associated data', { ...good, associated_data: 'other' }],
    ['cut off', { ...good, ciphertext: good.ciphertext.slice(0, -8) }],
    ['shorter than its tag', { ...good, ciphertext: 'AAAA' }],
    ['without a nonce', { ...good, nonce: '' }],
    ['of another algorithm', { ...good, algorithm: 'AEAD_SM4_GCM' }],
    ['missing', undefined],
  ])('%s does not open', (_, resource) => {
    const verdict = sealed(resource);
    expect(verdict).toMatchObject({ verdict: 'taken', reply: { body: '{"code":"SUCCESS"}' } });
    expect(dropped(NAME, verdict)).toMatchObject({ fate: 'dead-letter', reason: 'decrypt_failed' });
  });

  it('opens without associated data, and with a longer nonce', () => {
    expect(event(NAME, sealed(seal(JSON.stringify(PAID), { aad: '', nonce: '0123456789abcdef' }))).id).toBe('n-1');
    expect(event(NAME, sealed({ ...seal(JSON.stringify(PAID), { aad: '' }), associated_data: null })).id).toBe('n-1');
  });

  it('opens the published vector', () => {
    const resource = {
      ...{ algorithm: 'AEAD_AES_256_GCM', nonce: '0123456789abcdef', associated_data: 'world' },
      ciphertext: 'APoZlYpivU3HjbAiB4CvW1rAFr8J',
    };
    const body = JSON.stringify({ ...ENVELOPE, event_type: 'TRANSACTION.SUCCESS', resource });
    const verdict = signed(body, {}, { ...OURS, apiV3Key: '0123456789abcdef0123456789abcdef' });
    expect(verdict).toMatchObject({ items: [{ dead: { reason: 'unreadable' } }] });
    expect(verdict).toMatchObject({ items: [{ body: expect.stringContaining('"resource":"hello"') }] });
  });

  it.each([
    ['cut off', '{"mchid":"1'],
    ['no JSON', 'OK'],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['too deep', `${'['.repeat(70)}${']'.repeat(70)}`],
    ['too deep in its envelope', `{"mchid":"${OURS.mchid}","a":${'['.repeat(63)}${']'.repeat(63)}}`],
  ])('open and %s it is kept as dead', (_, plain) => {
    expect(dropped(NAME, sealed(seal(plain)))).toMatchObject({ fate: 'dead-letter', reason: 'unreadable' });
  });

  it.each(['mchid', 'sp_mchid', 'sub_mchid', 'combine_mchid'])('of another %s is refused', (name) => {
    expect(notify('TRANSACTION.SUCCESS', { [name]: '1900009999' })).toMatchObject({ code: 'signature_wrong' });
    expect(notify('TRANSACTION.SUCCESS', { [name]: OURS.mchid }).verdict).toBe('taken');
  });

  it('of the samples is refused by another merchant', () => {
    expect(sample('refund-success', { ...SETTINGS, mchid: '1900009998' })).toMatchObject({ code: 'signature_wrong' });
  });
});

describe('the door', () => {
  const headers = headersOf(`${NAME}/refund-success.headers.json`);
  const body = bytes(`${NAME}/refund-success.body.json`);

  it('holds the signature over the very bytes', () => {
    expect(send(NAME, SETTINGS, { body, headers }).verdict).toBe('taken');
    const spaced = Buffer.concat([body, Buffer.from('\n')]);
    for (const request of [
      { headers, body: spaced },
      { headers, body: Buffer.alloc(0) },
      { headers: {}, body },
      { headers, body, method: 'GET' as const },
      { headers: { ...headers, 'wechatpay-timestamp': '1772521334' }, body },
      { headers: { ...headers, 'wechatpay-nonce': 'x' }, body },
      { headers: { ...headers, 'wechatpay-signature': '' }, body },
      { headers: { ...headers, 'wechatpay-signature': 'WECHATPAY/SIGNTEST/abc' }, body },
      { headers: { ...headers, 'wechatpay-serial': 'PUB_KEY_ID_2' }, body },
    ]) {
      expect(send(NAME, SETTINGS, request)).toMatchObject({ verdict: 'refused', code: 'signature_wrong' });
    }
    expect(sample('refund-success', { ...SETTINGS, platformPublicKey: OURS.platformPublicKey })).toMatchObject({
      code: 'signature_wrong',
    });
  });

  it('asks for the serial only where it is set', () => {
    const rest = { ...headers, 'wechatpay-serial': 'another' };
    expect(send(NAME, { ...SETTINGS, serial: '' }, { body, headers: rest }).verdict).toBe('taken');
    expect(send(NAME, { ...SETTINGS, serial: 'ANOTHER' }, { body, headers: rest }).verdict).toBe('taken');
  });

  it('takes the key however its lines are broken', () => {
    const base64 = PUBLIC.replace(/-----[A-Z ]+-----|\s/g, '');
    for (const platformPublicKey of [
      PUBLIC.replaceAll('\n', '\\n'),
      PUBLIC.replaceAll('\n', '\r\n'),
      PUBLIC.replaceAll('\n', ' '),
      `-----BEGIN PUBLIC KEY-----${base64}-----END PUBLIC KEY-----`,
    ]) {
      expect(sample('refund-success', { ...SETTINGS, platformPublicKey }).verdict).toBe('taken');
    }
  });

  const EC = pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey);
  it.each([
    ['apiV3Key', undefined],
    ['apiV3Key', 'too short'],
    ['mchid', undefined],
    ['platformPublicKey', undefined],
    ['platformPublicKey', 'no PEM'],
    ['platformPublicKey', EC],
    ['platformPublicKey', PRIVATE],
  ])('refuses everything while %s is missing or wrong', (name, value) => {
    expect(sample('refund-success', { ...SETTINGS, [name]: value })).toMatchObject({
      ...{ code: 'source_incomplete', detail: `setting ${name} is missing or wrong` },
    });
  });

  it('refuses the stale where it has a limit', () => {
    const limited = { ...OURS, maxAge: 300 };
    const at = (ms: number) => signed('{}', { 'wechatpay-timestamp': String(Math.floor(ms / 1000)) }, limited);
    expect(at(NOW - 299_000).verdict).toBe('taken');
    expect(at(NOW - 301_000)).toMatchObject({ code: 'signature_stale' });
    expect(signed('{}', { 'wechatpay-timestamp': 'soon' }, limited)).toMatchObject({ code: 'signature_stale' });
  });

  it.each([
    ['cut off', '{"id":"n-1"'],
    ['empty', ''],
    ['a thousand levels', '['.repeat(1000)],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ])('signed and %s is kept as dead', (_, text) => {
    expect(dropped(NAME, signed(text))).toMatchObject({ fate: 'dead-letter', reason: 'unreadable' });
  });
});
