import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Ask } from '../../../ingest/channel.ts';
import type { ImportUnit } from '../../../ingest/import/unit.ts';
import { asks, bytes, channelOf, dropped, event, events, json, send } from './door.ts';
import { APP, message, NAME, P1, PLAIN, plain, signed } from './wechat-mp.ts';
import { answer, itemsOf, told, wechatServer } from './wechat-platform.ts';

const P3 = 'oDM4wGJDi0-HVHLvVW5pTDgazTqu';
const CARD = 'pdUxnfXmzJiKuqiU569BxeA2YoDD';
const CODE = '012345678901';
const ASKING = { ...PLAIN, appSecret: 'app secret of the sample' };
const sample = (file: string, settings: unknown = ASKING) => plain(bytes(`${NAME}/${file}`), settings);
const server = wechatServer();
const SETTINGS = (): Record<string, unknown> => ({ ...ASKING, migratedFrom: 'wxold', baseUrl: `${server.url()}/` });
const TOKEN = { access_token: 'T1', expires_in: 7200 };
const FOLLOW: Ask = { name: 'user_info', params: { openid: P1, created: '1772416800' } };
const FORM: Ask = {
  name: 'member_card',
  params: { openid: P1, created: '1772421060', card_id: CARD, code: CODE },
};

describe('what WeChat is asked for', () => {
  it('after a follow and after a card, where there is a secret', () => {
    expect(asks(NAME, sample('event-subscribe-qrscene.xml'))).toEqual([FOLLOW]);
    expect(asks(NAME, sample('event-submit_membercard_user_info.xml'))).toEqual([FORM]);
    expect(asks(NAME, sample('event-user_get_card.xml'))).toEqual([
      { ...FORM, params: { ...FORM.params, created: '1772421000' } },
    ]);
    expect(event(NAME, sample('event-subscribe-qrscene.xml')).type).toBe('follow');
  });

  it('nothing else, and nothing without a secret', () => {
    for (const file of ['event-unsubscribe.xml', 'event-scan.xml', 'event-user_del_card.xml', 'text.xml']) {
      expect(asks(NAME, sample(file))).toEqual([]);
    }
    expect(asks(NAME, sample('event-subscribe-qrscene.xml', PLAIN))).toEqual([]);
    const noCode = message({ Event: 'user_get_card', CardId: CARD });
    expect(asks(NAME, send(NAME, ASKING, { body: noCode, query: signed() }))).toEqual([]);
  });
});

describe('who follows', () => {
  const PATH = '/cgi-bin/user/info';

  it('the UnionID comes with a stable token', async () => {
    server.says('/cgi-bin/stable_token', TOKEN);
    server.says(PATH, bytes(`${NAME}/api-user-info.json`).toString('utf8'));
    const [item, ...others] = await itemsOf(NAME, SETTINGS(), FOLLOW);
    expect(others).toEqual([]);
    expect(server.tokens.map(({ body }) => body)).toEqual([
      { grant_type: 'client_credential', appid: APP, secret: ASKING.appSecret },
    ]);
    expect(server.asked).toEqual([
      { path: PATH, query: { access_token: 'T1', openid: P1, lang: 'zh_CN' }, body: null },
    ]);
    const [first] = told(NAME, item);
    expect(first).toMatchObject({
      event: {
        id: expect.stringMatching(new RegExp(`^${P1}:1772416800:user_info:[0-9a-f]{16}$`)),
        ...{ type: 'custom:wechat-mp.user_info', time: '2026-03-02T10:00:00+08:00', traits: {} },
        identifiers: [
          { kind: 'wechat_openid', scope: APP, value: P1 },
          { kind: 'wechat_unionid', scope: 'default', value: 'os6WufHc5fI5po2U25QhHMa6UWrK' },
        ],
        properties: { subscribe_scene: 'ADD_SCENE_QR_CODE', qr_scene_str: 'store_BJ001_cashier_07' },
      },
    });
    expect(told(NAME, item, 5)).toEqual([first]);
  });

  it('of others: nickname and gender are mentioned, blanks go, another answer is another event', async () => {
    const whole = { subscribe: 1, openid: 'oB', unionid: ' oU ', nickname: '小雨', sex: 2, province: '广东', fresh: 1 };
    server.says('/cgi-bin/stable_token', TOKEN);
    server.says(PATH, whole, { ...whole, remark: 'VIP' });
    const settings = { ...SETTINGS(), openPlatform: 'group' };
    const ask = { ...FOLLOW, params: { openid: 'oB', created: '1767225600' } };
    const first = told(NAME, (await itemsOf(NAME, settings, ask))[0]);
    const second = told(NAME, (await itemsOf(NAME, settings, ask))[0]);
    expect(first).toMatchObject([
      {
        event: {
          time: '2026-01-01T08:00:00+08:00',
          traits: { nickname: '小雨', gender: 'female' },
          properties: { place: '广东', fresh: 1 },
        },
      },
    ]);
    expect(JSON.stringify(first)).toContain('"scope":"group","value":"oU"');
    const ids = [first, second].map(([one]) => (one?.kind === 'event' ? one.event.id : ''));
    expect(new Set(ids).size).toBe(2);
  });

  it('nothing is told of who has left', async () => {
    server.says('/cgi-bin/stable_token', TOKEN);
    server.says(PATH, json(`${NAME}/api-user-info-unsubscribed.json`));
    const [item] = await itemsOf(NAME, SETTINGS(), { ...FOLLOW, params: { openid: P3, created: '1772427600' } });
    expect(told(NAME, item)).toMatchObject([{ kind: 'drop', fate: 'ignored', reason: 'type_not_used' }]);
  });

  it.each([
    ['busy', { errcode: -1, errmsg: 'system error' }, { why: 'throttled', afterMs: 2000 }],
    ['a minute is used up', { errcode: 45011 }, { why: 'throttled', afterMs: 60_000 }],
    ['a day is used up', { errcode: 45009 }, { why: 'throttled', afterMs: 600_000 }],
    ['no such person', { errcode: 40003, errmsg: `invalid openid ${P1}` }, { why: 'gone' }],
    ['no permission', { errcode: 48001 }, { why: 'refused' }],
    ['a gateway', 502, { why: 'unreachable' }],
    ['a page', '<html>', { why: 'unreachable' }],
    ['a list', '[]', { why: 'unreachable' }],
    ['too many', 429, { why: 'throttled' }],
    ['a broken line', 'cut', { why: 'unreachable' }],
  ])('%s', async (_, said, failure) => {
    server.says('/cgi-bin/stable_token', TOKEN);
    server.says(PATH, said);
    const got = await answer(NAME, SETTINGS(), FOLLOW);
    expect(got).toMatchObject({ ok: false, failure });
    expect(JSON.stringify(got)).not.toMatch(new RegExp(`${P1}|T1|app secret`));
  });

  it.each([40001, 40014, 42001])('%d: once more with a new token', async (errcode) => {
    server.says('/cgi-bin/stable_token', TOKEN, { ...TOKEN, access_token: 'T2' });
    server.says(PATH, { errcode }, json(`${NAME}/api-user-info.json`));
    expect(await itemsOf(NAME, SETTINGS(), FOLLOW)).toHaveLength(1);
    expect(server.asked.map(({ query }) => query.access_token)).toEqual(['T1', 'T2']);
  });

  it('a secret that is wrong is refused and not asked for again', async () => {
    server.says('/cgi-bin/stable_token', { errcode: 40001, errmsg: 'invalid credential' });
    expect(await answer(NAME, SETTINGS(), FOLLOW)).toMatchObject({ failure: { why: 'refused' } });
    expect(server.tokens).toHaveLength(1);
    expect(await answer(NAME, { ...SETTINGS(), appSecret: '' }, FOLLOW)).toMatchObject({ failure: { why: 'refused' } });
  });
});

describe('the form of a card', () => {
  const PATH = '/card/membercard/userinfo/get';
  const map = async (said: object, ask = FORM) => {
    server.says('/cgi-bin/stable_token', TOKEN);
    server.says(PATH, said);
    return told(NAME, (await itemsOf(NAME, SETTINGS(), ask))[0]);
  };

  it('registers the mobile', async () => {
    const outcomes = await map(json(`${NAME}/api-membercard-userinfo.json`));
    expect(server.asked).toEqual([{ path: PATH, query: { access_token: 'T1' }, body: { card_id: CARD, code: CODE } }]);
    expect(outcomes).toMatchObject([
      {
        event: {
          id: expect.stringMatching(new RegExp(`^${P1}:1772421060:member_card:`)),
          ...{ type: 'form_submitted', time: '2026-03-02T11:11:00+08:00' },
          identifiers: [
            { kind: 'wechat_openid', scope: APP, value: P1 },
            { kind: 'member_card', scope: CARD, value: CODE },
            { kind: 'mobile', value: '13900001234' },
          ],
          traits: { name: '陈思远', birthday: '1990-06-18', gender: 'male' },
          properties: { card_id: CARD, bonus: 120, membership_number: CODE, form: { 常去门店: '北京朝阳门店' } },
        },
      },
    ]);
    expect(JSON.stringify(outcomes)).not.toContain('"verified"');
  });

  it('of another person, one field alone and a list of values; an identity card is left out', async () => {
    const common = [
      { name: 'USER_FORM_INFO_FLAG_IDCARD', value: '110101199001011237' },
      { name: 'USER_FORM_INFO_FLAG_SEX', value: '女' },
      { name: 'USER_FORM_INFO_FLAG_EMAIL', value: 'rain@example.cn' },
      { name: 'USER_FORM_INFO_FLAG_LOCATION', value: '上海' },
    ];
    const own = { name: '爱好', value: '', value_list: ['茶', '跑步'] };
    const said = { errcode: 0, openid: 'oB', user_info: { common_field_list: common, custom_field_list: own } };
    const [told] = await map(said);
    expect(told).toMatchObject({
      event: { traits: { gender: 'female' }, properties: { form: { location: '上海', 爱好: '茶, 跑步' } } },
    });
    expect(JSON.stringify(told)).toContain('"kind":"email","value":"rain@example.cn"');
    expect(JSON.stringify(told)).not.toContain('110101199001011237');
  });

  it('that nobody filled in tells nothing; a field of another type is told by its path', async () => {
    expect(await map({ errcode: 0, openid: 'oB', bonus: 0, user_info: {} })).toMatchObject([{ fate: 'ignored' }]);
    const list = [{ name: 'USER_FORM_INFO_FLAG_MOBILE', value: { number: '13900001234' } }];
    expect(await map({ errcode: 0, openid: 'oB', user_info: { common_field_list: list } })).toMatchObject([
      { reason: 'field_type_changed', detail: 'user_info.common_field_list[].value: map, not text' },
    ]);
  });

  it('of a card that is no member card: nothing will come', async () => {
    server.says('/cgi-bin/stable_token', TOKEN);
    server.says(PATH, { errcode: 40056, errmsg: 'invalid serial code' });
    expect(await answer(NAME, SETTINGS(), FORM)).toMatchObject({ failure: { why: 'gone' } });
  });
});

describe('OpenIDs of an account that moved', () => {
  const PATH = '/cgi-bin/changeopenid';
  const OLD = 'ouUnfXv4GZT1B17bOR0T4OSL_h4m';

  it('are one person with the new ones', async () => {
    server.says('/cgi-bin/stable_token', TOKEN);
    server.says(PATH, json(`${NAME}/api-changeopenid.json`), { errcode: 0, result_list: [] });
    const openids = Array.from({ length: 101 }, (_, at) => `o${at}`);
    const items = await itemsOf(NAME, SETTINGS(), { name: 'changeopenid', params: { openids: openids.join(',') } });
    expect(server.asked.map(({ body }) => body)).toEqual([
      { from_appid: 'wxold', openid_list: openids.slice(0, 100) },
      { from_appid: 'wxold', openid_list: ['o100'] },
    ]);
    const [moved, stayed] = told(NAME, items[0]);
    expect(moved).toMatchObject({
      event: {
        ...{ id: `wxold:${OLD}:changeopenid`, type: 'identified' },
        identifiers: [
          { kind: 'wechat_openid', scope: 'wxold', value: OLD },
          { kind: 'wechat_openid', scope: APP, value: P1 },
        ],
      },
      content: `${OLD}:${P1}`,
    });
    expect(stayed).toMatchObject({ fate: 'ignored', reason: 'type_not_used' });
  });

  const units = async (text: string): Promise<ImportUnit[]> => {
    const upload = { bytes: text.length, read: () => Readable.from([Buffer.from(text)]) };
    const { files } = channelOf(NAME);
    const found: ImportUnit[] = [];
    if (files) for await (const unit of files.read(upload, { kind: 'auto', settings: SETTINGS() })) found.push(unit);
    return found;
  };

  it('come in a file, a hundred a call; a row that is none is told', async () => {
    const openids = Array.from({ length: 101 }, (_, at) => `${OLD.slice(0, 25)}${String(at).padStart(3, '0')}`);
    const lines = [...openids.slice(0, 50), '', '"备注",x', ...openids.slice(50).map((one) => `"${one}",VIP`)];
    const [head, bad, first, second, ...others] = await units(`\uFEFFopenid,remark\r\n${lines.join('\r\n')}\r\n`);
    expect(head).toMatchObject({ type: 'head', kind: 'openids', headerLine: 1 });
    expect(bad).toMatchObject({ type: 'row', line: 53, fate: 'dead-letter', reason: 'row_malformed' });
    expect([first, second].map((unit) => (unit?.type === 'unit' ? unit.lines.length : 0))).toEqual([100, 1]);
    expect(others).toEqual([]);
    const asked = [bad, first, second].flatMap((unit) => (unit && 'item' in unit ? told(NAME, unit.item) : []));
    expect(asked).toEqual([
      expect.objectContaining({ fate: 'dead-letter', reason: 'row_malformed' }),
      { kind: 'ask', ask: { name: 'changeopenid', params: { openids: openids.slice(0, 100).join(',') } } },
      { kind: 'ask', ask: { name: 'changeopenid', params: { openids: openids[100] } } },
    ]);
  });

  it('in a file without a header, and in none', async () => {
    expect(await units(OLD)).toMatchObject([{ headerLine: 0 }, { type: 'unit', lines: [1] }]);
    expect(await units(' \n\n')).toMatchObject([{ type: 'failed', reason: 'unreadable' }]);
  });

  it('need to know which account', async () => {
    const ask = { name: 'changeopenid', params: { openids: 'o1' } };
    expect(await answer(NAME, { ...SETTINGS(), migratedFrom: '' }, ask)).toMatchObject({ failure: { why: 'refused' } });
  });
});

describe('fields of pushes', () => {
  it('of another type are told by their path; what nobody listed is kept', () => {
    const twice = message({ Event: 'user_get_card', CardId: CARD }).replace('</xml>', '<CardId>x</CardId></xml>');
    expect(dropped(NAME, plain(twice))).toMatchObject({
      reason: 'field_type_changed',
      detail: 'CardId: list, not text',
    });
    const paid = { Event: 'user_pay_from_pay_cell', CardId: CARD, UserCardCode: '007', Fee: '10.00' };
    expect(dropped(NAME, plain(message(paid)))).toMatchObject({ detail: 'Fee: string, not integer' });
    const fresh = events(NAME, plain(message({ Event: 'CLICK', Mood: 'fine' })));
    expect(fresh).toMatchObject([{ properties: { mood: 'fine' } }]);
  });
});
