import { describe, expect, it } from 'vitest';
import type { Item } from '../../../ingest/channel.ts';
import { asks, bytes, event } from './door.ts';
import {
  APP,
  expired,
  KEY,
  mobile,
  NAME,
  openid,
  phoneCn,
  phoneHk,
  post,
  SETTINGS,
  session,
  unionid,
} from './wechat-miniprogram.ts';
import { answer, itemsOf, told, wechatServer } from './wechat-platform.ts';

describe('codes', () => {
  const server = wechatServer();
  const LOGIN = '/sns/jscode2session';
  const PHONE = '/wxa/business/getuserphonenumber';
  const BODY = { code: 'C1', login_code: 'L1', time: 1772420895 };
  const settings = (): Record<string, unknown> => ({ ...SETTINGS, baseUrl: server.url() });
  const askFor = (body: object) => {
    const [ask, ...others] = asks(NAME, post(body));
    if (!ask || others.length > 0) throw new Error('not one ask');
    return ask;
  };
  const run = (body: object) => itemsOf(NAME, settings(), askFor(body));
  const say = (login: object | string | number, ...phone: (object | string | number)[]): void => {
    server.says('/cgi-bin/stable_token', { access_token: 'T1', expires_in: 7200 });
    server.says(LOGIN, login);
    server.says(PHONE, ...phone);
  };

  it('are asked for at once, both, and the answers are one event', async () => {
    say(session, phoneCn);
    const ask = askFor(BODY);
    expect(ask).toMatchObject({ name: 'identify', params: { code: 'C1', login_code: 'L1' } });
    expect(ask.afterMs).toBeUndefined();
    const items = await itemsOf(NAME, settings(), ask);
    expect(server.asked).toEqual([
      {
        path: LOGIN,
        query: { appid: APP, secret: SETTINGS.appSecret, js_code: 'L1', grant_type: 'authorization_code' },
        body: null,
      },
      { path: PHONE, query: { access_token: 'T1' }, body: { code: 'C1' } },
    ]);
    expect(JSON.stringify(items)).not.toContain(KEY);
    expect(items.flatMap((item) => told(NAME, item))).toMatchObject([
      {
        event: {
          ...{ type: 'identified', time: '2026-03-02T11:08:20+08:00' },
          identifiers: [openid(), unionid(), mobile('+8613900001234')],
        },
      },
    ]);
  });

  it('the event is the same as that of the answers sent', async () => {
    say(session, phoneCn);
    const [asked] = (await run(BODY)).flatMap((item) => told(NAME, item));
    const sent = event(NAME, post({ session, phone: phoneCn }));
    expect(asked).toMatchObject({ event: { id: sent.id, identifiers: sent.identifiers, time: sent.time } });
  });

  it('of the telephone alone, with ids that the back end knows; of the login alone', async () => {
    say(session, phoneHk);
    const [phone] = (await run({ code: 'C1', openid: 'oB', unionid: 'oU' })).flatMap((item) => told(NAME, item));
    expect(phone).toMatchObject({ event: { identifiers: [openid('oB'), unionid('oU'), mobile('+85261230456')] } });
    const [login] = (await run({ login_code: 'L1', id: 'e7' })).flatMap((item) => told(NAME, item));
    expect(login).toMatchObject({ event: { id: 'e7', identifiers: [openid(), unionid()] } });
    expect(server.asked.map(({ path }) => path)).toEqual([PHONE, LOGIN]);
  });

  it('that expired are dead, and what the other one told stands', async () => {
    say(session, expired);
    const [login, dead] = await run(BODY);
    expect(told(NAME, login)).toMatchObject([{ event: { identifiers: [openid(), unionid()] } }]);
    expect(dead).toMatchObject({ dead: { reason: 'platform_failed', detail: 'getuserphonenumber: errcode 40029' } });
    say({ errcode: 40163, errmsg: 'code been used' }, expired);
    expect(await run(BODY)).toMatchObject([
      { dead: { detail: 'code2session: errcode 40163' } },
      { dead: { detail: 'getuserphonenumber: errcode 40029' } },
    ]);
    expect(told(NAME, { body: dead?.body ?? '', meta: dead?.meta ?? {} })).toMatchObject([
      { reason: 'platform_failed' },
    ]);
  });

  it('one code is spent, the other call is throttled: what is known waits with the code that is left', async () => {
    say(session, { errcode: -1 }, phoneCn);
    const [rest, ...others] = await run(BODY);
    expect(others).toEqual([]);
    const [again] = told(NAME, rest);
    if (again?.kind !== 'ask') throw new Error('no ask');
    expect(again.ask).toMatchObject({ name: 'identify', afterMs: 2000 });
    expect(again.ask.params.login_code).toBeUndefined();
    const items: Item[] = await itemsOf(NAME, settings(), again.ask);
    expect(items.flatMap((item) => told(NAME, item))).toMatchObject([
      { event: { identifiers: [openid(), unionid(), mobile('+8613900001234')] } },
    ]);
    expect(server.asked.map(({ path }) => path)).toEqual([LOGIN, PHONE, PHONE]);
  });

  it('whose first call fails keep both codes; a token that expired is made anew', async () => {
    say({ errcode: 45011 }, phoneCn);
    expect(await answer(NAME, settings(), askFor(BODY))).toMatchObject({ failure: { why: 'throttled' } });
    expect(server.asked.map(({ path }) => path)).toEqual([LOGIN]);
    say(session, { errcode: 42001 }, phoneCn);
    expect(await run({ code: 'C1', openid: 'oB' })).toHaveLength(1);
    say(503, phoneCn);
    expect(await answer(NAME, settings(), askFor(BODY))).toMatchObject({ failure: { why: 'unreachable' } });
    say({ errcode: 40125 }, phoneCn);
    const refused = await answer(NAME, settings(), askFor(BODY));
    expect(refused).toMatchObject({ failure: { why: 'refused', detail: 'code2session: errcode 40125' } });
  });

  it('the watermark of another app is told', async () => {
    const phone_info = {
      purePhoneNumber: '13900001234',
      countryCode: '86',
      watermark: { appid: 'wxother', timestamp: 1 },
    };
    say(session, { errcode: 0, phone_info });
    expect((await run(BODY)).flatMap((item) => told(NAME, item))).toMatchObject([{ reason: 'event_malformed' }]);
  });

  it('samples of bodies', () => {
    expect(asks(NAME, post(bytes(`${NAME}/login-codes.body.json`)))).toHaveLength(1);
    for (const name of ['login-answers', 'login-encrypted']) {
      expect(event(NAME, post(bytes(`${NAME}/${name}.body.json`))).identifiers).toHaveLength(3);
    }
  });
});
