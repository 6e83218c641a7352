import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { dropped, event, events, NOW, outcomes, send } from './door.ts';
import {
  APP,
  expired,
  KEY,
  kept,
  mobile,
  NAME,
  openid,
  phoneCn,
  phoneHk,
  post,
  SETTINGS,
  session,
  sign,
  unionid,
} from './wechat-miniprogram.ts';
import { told } from './wechat-platform.ts';

describe('answers that the back end has', () => {
  it('become one event that bears all three', () => {
    const verdict = post({ session, phone: phoneCn, scene: '1047' });
    expect(verdict).toMatchObject({ reply: { status: 200, body: '{}', contentType: 'application/json' } });
    const one = event(NAME, verdict);
    expect(one).toMatchObject({
      ...{ id: expect.stringMatching(/^[0-9a-f]{32}$/), type: 'identified', time: '2026-03-02T11:08:20+08:00' },
      ...{ source: 'main', traits: {}, properties: { country_code: '86', scene: '1047' } },
    });
    expect(one.identifiers).toEqual([openid(), unionid(), mobile('+8613900001234')]);
    expect(kept(verdict)).not.toContain(KEY);
    expect(event(NAME, post(` ${JSON.stringify({ phone: phoneCn, scene: '1047', session }, null, 2)}`)).id).toBe(
      one.id,
    );
  });

  it('country code as a number, as a string with a plus, phone_info alone', () => {
    const info = {
      purePhoneNumber: '912345678',
      phoneNumber: '+886912345678',
      watermark: { appid: APP, timestamp: 1 },
    };
    expect(event(NAME, post({ session, phone: phoneHk })).identifiers).toContainEqual(mobile('+85261230456'));
    for (const countryCode of ['886', 886, '+886', '00886']) {
      const one = event(NAME, post({ openid: 'oB', phone: { ...info, countryCode } }));
      expect(one.identifiers).toEqual([openid('oB'), mobile('+886912345678')]);
    }
  });

  it('without a country code the number is what WeChat shows', () => {
    const phone_info = { phoneNumber: '13900001234', watermark: { appid: APP, timestamp: '1772420900' } };
    expect(event(NAME, post({ phone: { phone_info } })).identifiers).toEqual([mobile('13900001234')]);
  });

  it('of a login alone; the id is the body’s own where it has one', () => {
    const one = event(NAME, post({ session, id: 'login-7', time: '2026-03-01T08:00:00+08:00' }));
    expect(one).toMatchObject({ id: 'login-7', time: '2026-03-01T08:00:00+08:00' });
    expect(one.identifiers).toEqual([openid(), unionid()]);
    const group = event(
      NAME,
      post({ session: { openid: 'oB', unionid: 'oU' } }, { ...SETTINGS, openPlatform: 'group' }),
    );
    expect(group.identifiers).toEqual([openid('oB'), { ...unionid('oU'), scope: 'group' }]);
  });

  it('that nobody dates are the same whenever they come', () => {
    const verdict = post({ session });
    if (verdict.verdict !== 'taken') throw new Error('not taken');
    const both = [NOW, NOW + 5000].map((received) => told(NAME, verdict.items[0], received)[0]);
    const same = both.map((one) => (one?.kind === 'event' ? [one.event.id, one.content] : []));
    expect(same[0]).toEqual(same[1]);
    expect(same[0]?.[1]).toBeTypeOf('string');
  });

  it('a refusal beside a login: the login stands, the refusal is told', () => {
    const both = outcomes(NAME, post({ session, phone: expired }));
    expect(both).toMatchObject([
      { kind: 'event', event: { identifiers: [openid(), unionid()] } },
      { kind: 'drop', fate: 'dead-letter', reason: 'platform_failed', detail: 'phone: errcode 40029' },
    ]);
    expect(dropped(NAME, post({ phone: expired }))).toMatchObject({ reason: 'platform_failed' });
  });

  it.each([
    [
      {
        session,
        phone: { phone_info: { purePhoneNumber: '13900001234', countryCode: 86, watermark: { appid: 'wxother' } } },
      },
    ],
    [{ session, phone: { phone_info: { purePhoneNumber: '13900001234', countryCode: 86 } } }],
    [{ user: { openId: 'oB', watermark: { appid: 'wxother', timestamp: 1 } } }],
  ])('under the watermark of another app are kept apart', (body) => {
    expect(dropped(NAME, post(body))).toMatchObject({
      ...{ fate: 'dead-letter', reason: 'event_malformed' },
      detail: expect.stringMatching(/watermark\.appid/),
    });
  });

  it.each([[{}], [[]], ['1'], [{ session: {} }], [{ time: 1772420900 }]])('about nobody: %j', (body) => {
    expect(dropped(NAME, post(body))).toMatchObject({ fate: 'dead-letter', reason: 'event_malformed' });
  });

  it('of another type are told by their path; what nobody listed is kept', () => {
    expect(dropped(NAME, post({ session, phone: '13900001234' }))).toMatchObject({
      ...{ fate: 'quarantined', reason: 'field_type_changed', detail: 'phone: string, not map' },
    });
    const odd = { phone_info: { ...Object(phoneCn.phone_info), countryCode: ['86'] } };
    expect(dropped(NAME, post({ phone: odd }))).toMatchObject({
      detail: 'phone.phone_info.countryCode: list, not text',
    });
    expect(events(NAME, post({ session, store: 'BJ001' }))).toMatchObject([{ properties: { store: 'BJ001' } }]);
  });
});

describe('the door', () => {
  const body = JSON.stringify({ session, phone: phoneCn });
  it.each([
    ['no signature', {}],
    ['another secret', sign(body, 'guessed')],
    ['a signature of other bytes', sign(`${body} `)],
    ['base64', { 'x-huaxiang-signature': createHmac('sha256', SETTINGS.appSecret).update(body).digest('base64') }],
  ])('refuses %s', (_, headers: Record<string, string>) => {
    expect(send(NAME, SETTINGS, { body, headers })).toMatchObject({ verdict: 'refused', code: 'signature_wrong' });
  });
  it('refuses GET, takes capitals', () => {
    expect(send(NAME, SETTINGS, { method: 'GET', headers: sign('') })).toMatchObject({ code: 'signature_wrong' });
    const { 'x-huaxiang-signature': signature = '' } = sign(body);
    expect(send(NAME, SETTINGS, { body, headers: { 'x-huaxiang-signature': signature.toUpperCase() } }).verdict).toBe(
      'taken',
    );
  });
  it.each([[{ appid: APP }], [{ appSecret: 'x' }], [{ ...SETTINGS, appSecret: '' }]])(
    '%j are incomplete',
    (settings) => {
      expect(send(NAME, settings, { body, headers: sign(body) })).toMatchObject({ code: 'source_incomplete' });
    },
  );
  it.each([
    ['{"session":', 'unreadable'],
    ['', 'unreadable'],
    [`${'['.repeat(100)}`, 'unreadable'],
  ])('keeps as dead what is signed and broken: %s', (broken, reason) =>
    expect(dropped(NAME, post(broken))).toMatchObject({ fate: 'dead-letter', reason }),
  );
  it('maxAge goes by the time in the body', () => {
    const aged = { ...SETTINGS, maxAge: 300 };
    const at = (age: number) => ({ session, time: NOW - age * 1000 });
    expect(post(at(299), aged).verdict).toBe('taken');
    for (const old of [at(301), { session }, { session, phone: phoneCn, time: NOW }, '{']) {
      expect(post(old, aged)).toMatchObject({ code: 'signature_stale' });
    }
  });
});
