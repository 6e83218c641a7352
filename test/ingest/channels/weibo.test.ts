import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../ingest/channel.ts';
import { bytes, dropped, event, filesOf, NOW, send, sha1Of, texts } from './door.ts';

const NAME = 'weibo';
const SETTINGS = texts('secrets.json', 'weibo');
const OWN = { appKey: '1', appSecret: 'another secret' };
const signed = (secret = SETTINGS.appSecret ?? '', timestamp = '1772420500') => ({
  ...{ timestamp, nonce: '9' },
  signature: sha1Of(secret, timestamp, '9'),
});
const push = (body: string | Buffer, settings: unknown = SETTINGS, query: Record<string, string> = signed()): Verdict =>
  send(NAME, settings, { body, query });
const own = (body: string): Verdict => push(body, OWN, signed(OWN.appSecret));

const P1 = '5600000000123';
const P2 = '5600000000456';
const EVENTS: [string, string, string, string, object][] = [
  ['event-follow.json', `${P1}:1772420450:event:follow`, 'follow', '2026-03-02T11:00:50+08:00', { subtype: 'follow' }],
  [
    'event-scan_follow.json',
    `${P2}:1772420470:event:scan_follow`,
    'follow',
    '2026-03-02T11:01:10+08:00',
    { key: 'store_BJ001' },
  ],
  ['event-unfollow.json', `${P2}:1772506400:event:unfollow`, 'unfollow', '2026-03-03T10:53:20+08:00', {}],
  ['event-subscribe.json', `${P1}:1772420455:event:subscribe`, 'consent_changed', '2026-03-02T11:00:55+08:00', {}],
  ['event-unsubscribe.json', `${P2}:1772506900:event:unsubscribe`, 'consent_changed', '2026-03-03T11:01:40+08:00', {}],
  ['event-click.json', `${P1}:1772420520:event:click`, 'click', '2026-03-02T11:02:00+08:00', { key: 'MENU_COUPON' }],
  [
    'mention.json',
    `${P2}:1772420540:mention:status`,
    'custom:weibo.mention',
    '2026-03-02T11:02:20+08:00',
    { key: '5100000000000123' },
  ],
  ['position.json', `${P1}:1772420530:position`, 'location', '2026-03-02T11:02:10+08:00', { latitude: '39.923871' }],
  ['text.json', `${P1}:1772420500:text`, 'message', '2026-03-02T11:01:40+08:00', { text: '春季新品什么时候到店？' }],
  [
    'text-trailing-comma.json.txt',
    `${P1}:1772420500:text`,
    'message',
    '2026-03-02T11:01:40+08:00',
    { text: '私信或留言内容' },
  ],
  [
    'text-wechat-compatible.xml',
    `${P1}:1772420500:text`,
    'message',
    '2026-03-02T11:01:40+08:00',
    { text: '春季新品什么时候到店？' },
  ],
];

describe('what the account is told', () => {
  it.each(EVENTS)('%s', (file, id, type, time, properties) => {
    const verdict = push(bytes(`${NAME}/${file}`));
    expect(verdict).toMatchObject({ reply: { status: 200, body: '' } });
    const told = event(NAME, verdict);
    expect(told).toMatchObject({ id, type, time, properties, channel: NAME, source: 'main' });
    expect(told.identifiers).toEqual([{ kind: 'weibo_uid', value: id.split(':')[0] }]);
  });

  it('covers every message among the samples', () => {
    const tried = new Set(EVENTS.map(([file]) => file));
    expect(filesOf(NAME).filter((file) => !tried.has(file))).toEqual([
      'api-users-show.json',
      'text.query.json',
      'url-verify.query.json',
    ]);
  });

  it('subscribing is to messages', () => {
    const consent = (file: string) => event(NAME, push(bytes(`${NAME}/${file}`))).consent;
    expect(consent('event-subscribe.json')).toMatchObject({ purpose: 'messages', channel: 'weibo', state: 'granted' });
    expect(consent('event-unsubscribe.json')).toMatchObject({
      purpose: 'messages',
      channel: 'weibo',
      state: 'withdrawn',
    });
  });

  it('the signed sample is taken', () => {
    expect(push(bytes(`${NAME}/text.json`), SETTINGS, texts(`${NAME}/text.query.json`, 'query')).verdict).toBe('taken');
  });
});

describe('messages of another account', () => {
  const AT = '"created_at":"Wed Dec 31 23:59:59 +0000 2025"';
  it.each([
    [
      `{"type":"image","sender_id":9007199254740993,${AT},"data":{"vfid":12345678901234567890}}`,
      '9007199254740993:1767225599:image',
      'message',
    ],
    [`{"type":"voice","sender_id":"7",${AT},}`, '7:1767225599:voice', 'message'],
    [`{"type":"event","sender_id":7,${AT},"data":{"subtype":"scan","key":"k",},}`, '7:1767225599:event:scan', 'scan'],
    [`{"type":"event","sender_id":7,${AT},"data":{"subtype":"view","key":"k"}}`, '7:1767225599:event:view', 'view'],
    [
      `{"type":"event","sender_id":7,${AT},"data":{"subtype":"poked you"}}`,
      '7:1767225599:event:poked you',
      'custom:weibo.poked_you',
    ],
    [`{"type":"gift","sender_id":7,${AT}}`, '7:1767225599:gift', 'custom:weibo.gift'],
  ])('%s', (body, id, type) => {
    const told = event(NAME, own(body));
    expect(told).toMatchObject({ id, type, time: '2025-12-31T23:59:59+00:00' });
    expect(told.identifiers).toEqual([{ kind: 'weibo_uid', value: id.split(':')[0] }]);
  });

  it('keep 64-bit ids to the last digit', () => {
    const body = `{"type":"image","sender_id":1,${AT},"data":{"vfid":12345678901234567890}}`;
    expect(event(NAME, own(body)).properties).toMatchObject({ vfid: '12345678901234567890' });
  });

  it('come as XML events too', () => {
    const xml = '<xml><FromUserName>7</FromUserName><CreateTime>1767225599</CreateTime><MsgType>event</MsgType>';
    expect(event(NAME, own(`${xml}<Event>follow</Event></xml>`))).toMatchObject({
      ...{ id: '7:1767225599:event:follow', type: 'follow', time: '2026-01-01T07:59:59+08:00' },
    });
  });

  it.each([
    `{"sender_id":7,${AT}}`,
    `{"type":"text",${AT}}`,
    '{"type":"text","sender_id":7}',
    '{"type":"text","sender_id":7,"created_at":"Mon Feb 30 18:09:20 +0800 2026"}',
    '{"type":"text","sender_id":7,"created_at":"2026-03-02 11:00:00"}',
    '[]',
  ])('without what an event needs are kept apart: %s', (body) => {
    expect(dropped(NAME, own(body))).toMatchObject({ fate: 'dead-letter', reason: 'event_malformed' });
  });

  it.each([
    ['cut off', `{"type":"text",${AT}`, 'unreadable'],
    ['no JSON', 'type=text', 'unreadable'],
    ['doctype', '<!DOCTYPE a><xml><a>1</a></xml>', 'dtd_refused'],
    ['10,001 keys', `{${Array.from({ length: 10_001 }, (_, at) => `"${at}":1`).join(',')}}`, 'unreadable'],
  ])('signed and broken are kept as dead: %s', (_, body, reason) => {
    expect(dropped(NAME, own(body))).toMatchObject({ fate: 'dead-letter', reason });
  });
});

describe('the door', () => {
  it('answers the URL check', () => {
    const query = texts(`${NAME}/url-verify.query.json`, 'query');
    expect(send(NAME, SETTINGS, { method: 'GET', query })).toMatchObject({
      verdict: 'answered',
      reply: { body: 'u7Kd02mQ' },
    });
    expect(send(NAME, OWN, { method: 'GET', query })).toMatchObject({ code: 'signature_wrong' });
    expect(send(NAME, SETTINGS, { method: 'GET', query: signed() })).toMatchObject({ code: 'signature_wrong' });
  });

  it('refuses what the app secret did not sign', () => {
    expect(push('{}', OWN)).toMatchObject({ code: 'signature_wrong' });
    expect(push('{}', SETTINGS, {})).toMatchObject({ code: 'signature_wrong' });
    expect(push('{}', SETTINGS, signed(SETTINGS.appKey))).toMatchObject({ code: 'signature_wrong' });
  });

  it('refuses everything while its secret is missing', () => {
    expect(push('{}', { appKey: '1' }, signed(''))).toMatchObject({ code: 'source_incomplete' });
    expect(push('{}', { appKey: '1', appSecret: '' }, signed(''))).toMatchObject({ code: 'source_incomplete' });
  });

  it('refuses the stale where it has a limit', () => {
    const old = signed(SETTINGS.appSecret, String(NOW / 1000 - 61));
    expect(push('{}', { ...SETTINGS, maxAge: 60 }, old)).toMatchObject({ code: 'signature_stale' });
    expect(push('{}', { ...SETTINGS, maxAge: '62' }, old).verdict).toBe('taken');
  });
});
