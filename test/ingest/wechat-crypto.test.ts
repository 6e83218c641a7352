import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { aesKey, messageSignature, openMessage, sealMessage, signatureHolds } from '../../ingest/wechat-crypto.ts';

type Vector = Record<'id' | 'token' | 'encodingAESKey' | 'receiveId' | 'timestamp' | 'nonce', string> &
  Partial<Record<'signature' | 'msg_signature' | 'encrypt' | 'echostr' | 'expectedPlaintext' | 'plaintext', string>> &
  Partial<Record<'expectedEncrypt' | 'expectedMsgSignature' | 'random16', string>>;
const vectors: Vector[] = JSON.parse(
  readFileSync(new URL('../fixtures/wechat-crypto-vectors.json', import.meta.url), 'utf8'),
);
const named = (pick: (vector: Vector) => boolean): [string, Vector][] =>
  vectors.filter((vector) => !vector.id.startsWith('miniprogram') && pick(vector)).map((vector) => [vector.id, vector]);
const keyOf = (vector: Vector): Buffer => {
  const key = aesKey(vector.encodingAESKey);
  if (!key) throw new Error(`no key in ${vector.id}`);
  return key;
};

describe('public vectors', () => {
  it.each(named((v) => (v.signature ?? v.msg_signature) !== undefined))('signature of %s', (_, v) => {
    const cipher = v.encrypt ?? v.echostr;
    const parts = [v.token, v.timestamp, v.nonce, ...(cipher === undefined ? [] : [cipher])];
    const came = v.signature ?? v.msg_signature ?? '';
    expect(signatureHolds(came, parts)).toBe(true);
    expect(
      signatureHolds(
        came.replace(/^./, (c) => (c === '0' ? '1' : '0')),
        parts,
      ),
    ).toBe(false);
    expect(signatureHolds(undefined, parts)).toBe(false);
    expect(signatureHolds(came, [...parts.slice(1), undefined])).toBe(false);
  });

  it.each(named((v) => v.expectedPlaintext !== undefined))('opening %s', (_, v) => {
    expect(openMessage(keyOf(v), v.receiveId, v.encrypt ?? v.echostr ?? '')).toEqual({
      ok: true,
      text: v.expectedPlaintext,
    });
  });

  it.each(named((v) => v.expectedEncrypt !== undefined))('sealing and opening %s', (_, v) => {
    const sealed = sealMessage(keyOf(v), v.receiveId, v.plaintext ?? '', Buffer.from(v.random16 ?? ''));
    expect(sealed).toBe(v.expectedEncrypt);
    expect(openMessage(keyOf(v), v.receiveId, sealed)).toEqual({ ok: true, text: v.plaintext });
    if (v.expectedMsgSignature) {
      expect(messageSignature(v.token, v.timestamp, v.nonce, sealed)).toBe(v.expectedMsgSignature);
    }
  });
});

describe('the padding', () => {
  const key = Buffer.alloc(32, 7);
  it('of every length from 1 to 32 comes off', () => {
    for (let length = 0; length < 64; length += 1) {
      const text = 'x'.repeat(length);
      expect(openMessage(key, 'wx1', sealMessage(key, 'wx1', text))).toEqual({ ok: true, text });
    }
  });
});

describe('ciphertexts that are none of ours', () => {
  const key = Buffer.alloc(32, 7);
  const sealed = sealMessage(key, 'wx1', 'hello');
  it.each([
    ['another receiver', key, 'wx2', sealed, 'receiver'],
    ['another key', Buffer.alloc(32, 8), 'wx1', sealed, 'cipher'],
    ['truncated', key, 'wx1', sealed.slice(0, 40), 'cipher'],
    ['empty', key, 'wx1', '', 'cipher'],
    ['no base64', key, 'wx1', '!!!', 'cipher'],
    ['changed at its end', key, 'wx1', `${sealed.slice(0, -8)}AAAAAAA=`, 'cipher'],
  ])('%s', (_, withKey, receiver, encrypted, why) => {
    expect(openMessage(withKey, receiver, encrypted)).toEqual({ ok: false, why });
  });

  it.each(['', 'short', 'x'.repeat(44), `${'x'.repeat(42)}!`])('%j is no EncodingAESKey', (text) =>
    expect(aesKey(text)).toBeNull(),
  );
});
