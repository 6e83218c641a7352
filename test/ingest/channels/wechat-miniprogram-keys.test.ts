import { createCipheriv, createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openData, rawDataHolds, scrubText, withoutKeys } from '../../../ingest/wechat-phone.ts';
import { dropped, event, outcomes, texts } from './door.ts';
import { APP, KEY, kept, mobile, NAME, openid, P1, post, UNION, unionid } from './wechat-miniprogram.ts';

describe('the old path', () => {
  const sample = texts(`${NAME}/encryptedData-phone.json`);
  const { iv = '', encryptedData = '' } = sample;
  const OLD = { openid: P1, unionid: UNION, session_key: KEY, encryptedData, iv };

  it('is opened at the door, and the key is gone', () => {
    const verdict = post(OLD);
    const one = event(NAME, verdict);
    expect(one).toMatchObject({ type: 'identified', time: '2026-03-02T11:06:40+08:00' });
    expect(one.identifiers).toEqual([openid(), unionid(), mobile('+8613900001234')]);
    for (const secret of [KEY, encryptedData, iv, 'session_key']) expect(kept(verdict)).not.toContain(secret);
  });

  it('user data bears ids of its own, which go before what the back end says', () => {
    const plain = {
      openId: 'oReal',
      unionId: 'oU',
      nickName: '小雨',
      gender: 2,
      watermark: { appid: APP, timestamp: 1767225600 },
    };
    const cipher = createCipheriv('aes-128-cbc', Buffer.from(KEY, 'base64'), Buffer.from(iv, 'base64'));
    const sealed = Buffer.concat([cipher.update(JSON.stringify(plain)), cipher.final()]).toString('base64');
    const one = event(NAME, post({ ...OLD, openid: 'oSaid', encryptedData: sealed }));
    expect(one).toMatchObject({ time: '2026-01-01T08:00:00+08:00', traits: { nickname: '小雨', gender: 'female' } });
    expect(one.identifiers).toEqual([openid('oReal'), unionid('oU')]);
  });

  it.each([
    ['another key', { ...OLD, session_key: Buffer.alloc(16, 1).toString('base64') }],
    ['no key', { ...OLD, session_key: undefined }],
    ['another iv', { ...OLD, iv: 'x' }],
    ['a cut ciphertext', { ...OLD, encryptedData: encryptedData.slice(0, -30) }],
    ['rawData of another login', { ...OLD, rawData: '{"nickName":"x"}', signature: '0'.repeat(40) }],
  ])('is kept as dead with %s', (_, body) => {
    const verdict = post(body);
    expect(dropped(NAME, verdict)).toMatchObject({ fate: 'dead-letter', reason: 'decrypt_failed' });
    expect(kept(verdict)).not.toMatch(/session_?key"|5SxSHF/);
  });

  it('with rawData that belongs to it', () => {
    const rawData = '{"nickName":"思远"}';
    const signature = createHash('sha1').update(`${rawData}${KEY}`).digest('hex');
    expect(event(NAME, post({ ...OLD, rawData, signature })).identifiers).toHaveLength(3);
  });
});

describe('public vectors', () => {
  type Vector = Record<
    'id' | 'sessionKey' | 'iv' | 'encryptedData' | 'expectedPlaintext' | 'rawData' | 'signature',
    string
  >;
  const path = new URL('../../fixtures/wechat-crypto-vectors.json', import.meta.url);
  const vectors: Vector[] = JSON.parse(readFileSync(path, 'utf8'));
  const named = (id: string) => vectors.filter((vector) => vector.id === id);

  it('open', () => {
    expect(named('miniprogram-encryptedData')).toHaveLength(1);
    for (const { sessionKey, iv, encryptedData, expectedPlaintext } of named('miniprogram-encryptedData')) {
      expect(openData(sessionKey, iv, encryptedData)).toEqual(JSON.parse(expectedPlaintext));
      expect(openData(KEY, iv, encryptedData)).toBeNull();
    }
  });

  it('hold', () => {
    expect(named('miniprogram-rawData-signature')).toHaveLength(2);
    for (const { rawData, signature, sessionKey } of named('miniprogram-rawData-signature')) {
      expect(rawDataHolds(rawData, signature, sessionKey)).toBe(true);
      expect(rawDataHolds(`${rawData} `, signature, sessionKey)).toBe(false);
    }
  });
});

describe('session_key', () => {
  const K = 'a/b+c0==';
  it.each([
    ['cut', `{"session":{"openid":"o","session_key":"${K}`],
    ['cut inside text', `{"session":"{\\"session_key\\":\\"a\\/b+c0==\\",`],
    ['in a form', `openid=o&session_key=a%2Fb%2Bc0%3D%3D&x=1`],
    ['in no UTF-8', Buffer.concat([Buffer.from([0xff]), Buffer.from(`{"sessionKey": "${K}"}`)])],
    ['in a list', [{ deep: { session_key: K } }]],
    ['in text', { session: JSON.stringify({ session_key: K, openid: 'o' }) }],
    ['beside codes', { code: 'c1', session: { session_key: K } }],
  ])('is never kept: %s', (_, body) => {
    const verdict = post(body);
    const all = kept(verdict);
    const raw =
      verdict.verdict === 'taken' ? verdict.items.map((item) => Buffer.from(item.body, 'base64').toString()) : [];
    expect(`${all}${raw.join()}${JSON.stringify(outcomes(NAME, verdict))}`).not.toMatch(/c0(==|%3D)/);
    expect(verdict.verdict).toBe('taken');
  });

  it('goes, and nothing else does', () => {
    expect(withoutKeys({ a: [{ session_key: K, SessionKey: K, b: 1 }], c: null })).toEqual({ a: [{ b: 1 }], c: null });
    expect(scrubText(`{"session_key":"${K}","x":"y"}`)).toBe('{"session_key":"***","x":"y"}');
    expect(scrubText('{"session":"key","x":1}')).toBe('{"session":"key","x":1}');
  });
});
