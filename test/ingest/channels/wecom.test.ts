import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../ingest/channel.ts';
import { messageSignature, sealMessage } from '../../../ingest/wechat-crypto.ts';
import { bytes, dropped, event, filesOf, NOW, send, texts } from './door.ts';
import { CORP, contact, envelope, NAME, OWN, own, P1, push, SECRET, sample } from './wecom.ts';

describe('the samples', () => {
  const SAMPLES: [string, string, string, string, string, object][] = [
    ['add_external_contact', '1772423400', P1, 'follow', '2026-03-02T11:50:00+08:00', { state: 'store_BJ001' }],
    ['edit_external_contact', '1772424400', P1, 'custom:wecom.edit_external_contact', '2026-03-02T12:06:40+08:00', {}],
    [
      ...(['del_follow_user', '1772510400', 'wmdnjLcnfsZlBRygI4c9faiRP1ojxaWD'] as const),
      ...(['unfollow', '2026-03-03T12:00:00+08:00', { staff: 'zhao.guide07' }] as const),
    ],
    [
      ...(['del_external_contact', '1772511400', 'wm-UUTZhS0Smb9K9aeSxymLawMURBOVD'] as const),
      ...(['custom:wecom.del_external_contact', '2026-03-03T12:16:40+08:00'] as const),
      { source: 'DELETE_BY_TRANSFER' },
    ],
  ];

  it.each(SAMPLES)('%s', (name, created, id, type, time, properties) => {
    const verdict = sample(name);
    expect(verdict).toMatchObject({
      reply: { status: 200, body: 'success', contentType: 'text/plain; charset=utf-8' },
    });
    const one = event(NAME, verdict);
    expect(one).toMatchObject({ id: `sys:${created}:${name}:${id}`, type, time, properties, source: 'main' });
    expect(one.identifiers).toEqual([contact(id)]);
    expect(one.properties).toMatchObject({ change_type: name, staff: 'zhao.guide07' });
    expect(JSON.stringify(one)).not.toContain('co20iYnJh4vbcnBYrg0JaMWQL0iN2ePUpKo_kEENpVZ');
  });

  it('are all tried', () => {
    const tried = SAMPLES.map(([name]) => `event-${name}.xml`);
    expect(filesOf(NAME).filter((file) => file.startsWith('event-') && !tried.includes(file))).toEqual([]);
  });

  it('the encrypted one, as it came', () => {
    const query = texts(`${NAME}/encrypted-add_external_contact.query.json`, 'query');
    const verdict = send(NAME, SECRET, { body: bytes(`${NAME}/encrypted-add_external_contact.xml`), query });
    const body = bytes(`${NAME}/encrypted-add_external_contact.plain.xml`).toString('utf8');
    expect(verdict).toMatchObject({ items: [{ body, meta: { corpid: CORP } }], reply: { body: 'success' } });
    expect(event(NAME, verdict)).toMatchObject({ id: `sys:1772423400:add_external_contact:${P1}`, type: 'follow' });
  });
});

describe('the URL check', () => {
  const query = texts(`${NAME}/url-verify.query.json`, 'query');
  const check = (more: Record<string, string>, settings: unknown = SECRET): Verdict =>
    send(NAME, settings, { method: 'GET', query: { ...query, ...more } });

  it('answers the plain text', () => {
    expect(check({})).toMatchObject({
      verdict: 'answered',
      reply: { status: 200, body: '7043912865120934415', contentType: 'text/plain; charset=utf-8' },
    });
  });

  it.each([
    ['signed otherwise', { nonce: '1' }, SECRET],
    ['without echostr', { echostr: '' }, SECRET],
    ['for another corporation', {}, { ...SECRET, corpid: 'wwother' }],
    ['under another key', {}, { ...SECRET, encodingAESKey: OWN.encodingAESKey }],
  ])('refuses: %s', (_, more, settings) => {
    expect(check(more, settings)).toMatchObject({ verdict: 'refused', code: 'signature_wrong' });
  });
});

describe('the door', () => {
  const ADD = bytes(`${NAME}/event-add_external_contact.xml`).toString('utf8');

  it.each([
    ['another corporation inside', () => push(ADD, { receiver: 'wwother' })],
    [
      'a plain body',
      () => send(NAME, SECRET, { body: ADD, query: { timestamp: '1', nonce: '2', msg_signature: 'x' } }),
    ],
    ['a ciphertext of another', () => push(ADD, { around: () => envelope('AAAA') })],
    ['an envelope without a ciphertext', () => push(ADD, { around: () => '<xml></xml>' })],
    ['no signature', () => send(NAME, SECRET, { body: envelope('AAAA') })],
  ])('refuses: %s', (_, ask) => expect(ask()).toMatchObject({ verdict: 'refused', code: 'signature_wrong' }));

  it.each([
    ['truncated', () => push(ADD.slice(0, -9)), 'unreadable'],
    ['with a doctype', () => push(`<!DOCTYPE x>${ADD}`), 'dtd_refused'],
    ['with a doctype around', () => push(ADD, { around: (e) => `<!DOCTYPE x>${envelope(e)}` }), 'dtd_refused'],
  ])('keeps as dead what is signed and %s', (_, ask, reason) => {
    expect(dropped(NAME, ask())).toMatchObject({ fate: 'dead-letter', reason });
    expect(ask()).toMatchObject({ reply: { body: 'success' } });
  });

  it('keeps as dead what does not open', () => {
    const encrypted = sealMessage(Buffer.alloc(32, 7), CORP, ADD);
    const signature = messageSignature(SECRET.token ?? '', '1', '2', encrypted);
    const query = { timestamp: '1', nonce: '2', msg_signature: signature };
    const verdict = send(NAME, SECRET, { body: envelope(encrypted), query });
    expect(dropped(NAME, verdict)).toMatchObject({ reason: 'decrypt_failed' });
  });

  it.each([
    [{ ...OWN, token: '' }, /token/],
    [{ ...OWN, encodingAESKey: undefined }, /encodingAESKey/],
    [{ ...OWN, encodingAESKey: 'short' }, /encodingAESKey/],
    [{ ...OWN, corpid: undefined }, /corpid/],
    [{ ...OWN, baseUrl: 'file:///etc' }, /baseUrl/],
  ])('%j are incomplete', (settings, names) => {
    const verdict = send(NAME, settings, { body: envelope('AAAA') });
    expect(verdict).toMatchObject({ verdict: 'refused', code: 'source_incomplete' });
    expect(JSON.stringify(verdict)).toMatch(names);
  });

  it('maxAge refuses what was signed too long ago', () => {
    const aged = { settings: { ...SECRET, maxAge: 300 } };
    expect(push(ADD, aged, String(NOW / 1000 - 299)).verdict).toBe('taken');
    expect(push(ADD, aged, String(NOW / 1000 - 301))).toMatchObject({ code: 'signature_stale' });
  });
});

describe('pushes of another corporation', () => {
  it.each([
    [{ ChangeType: 'add_half_external_contact', ExternalUserID: 'wmB', UserID: 'li' }, 'follow'],
    [
      { ChangeType: 'transfer_fail', ExternalUserID: 'wmB', FailReason: 'customer_refused' },
      'custom:wecom.transfer_fail',
    ],
    [{ ChangeType: 'msg_audit_approved', ExternalUserID: 'wmB' }, 'custom:wecom.msg_audit_approved'],
    [
      { Event: 'customer_acquisition', ChangeType: 'friend_request', ExternalUserID: 'wmB' },
      'custom:wecom.friend_request',
    ],
    [{ Event: 'other', ExternalUserID: 'wmB' }, 'custom:wecom.other'],
  ])('%j', (fields, type) => {
    const { ChangeType, Event }: Record<string, string> = fields;
    const one = event(NAME, own(fields));
    expect(one).toMatchObject({
      id: `sys:1767225600:${ChangeType ?? Event}:wmB`,
      type,
      time: '2026-01-01T08:00:00+08:00',
    });
    expect(one.identifiers).toEqual([contact('wmB', 'ww1')]);
  });

  it('an id in another case is another customer', () => {
    const ids = ['wmABC', 'wmabc'].map((ExternalUserID) =>
      event(NAME, own({ ChangeType: 'add_external_contact', ExternalUserID })),
    );
    expect(ids.map(({ identifiers }) => identifiers?.[0]?.value)).toEqual(['wmABC', 'wmabc']);
  });

  it.each([
    [{ Event: 'change_contact', ChangeType: 'update_user', UserID: 'li' }],
    [{ Event: 'change_external_chat', ChangeType: 'update', ChatId: 'wrx' }],
    [{ Event: '', MsgType: 'text', Content: 'hi', FromUserName: 'li' }],
  ])('about no customer: %j', (fields) => {
    expect(dropped(NAME, own(fields))).toMatchObject({ fate: 'ignored', reason: 'type_not_used' });
  });

  it.each([
    [{ ChangeType: 'add_external_contact' }, 'ExternalUserID'],
    [{ ChangeType: 'add_external_contact', ExternalUserID: 'wmB', CreateTime: 'soon' }, 'CreateTime'],
    [{ Event: '', ExternalUserID: 'wmB' }, 'ChangeType'],
  ])('lacking what an event needs: %j', (fields, detail) => {
    expect(dropped(NAME, own(fields))).toMatchObject({ fate: 'dead-letter', reason: 'event_malformed', detail });
  });

  it('a field of another type is told by its path', () => {
    const nested = '<xml><ExternalUserID><a>1</a></ExternalUserID></xml>';
    expect(dropped(NAME, push(nested))).toMatchObject({ detail: 'ExternalUserID: map, not text' });
  });
});
