import { describe, expect, it } from 'vitest';
import { asks, bytes, json } from './door.ts';
import { answer, itemsOf, told, wechatServer } from './wechat-platform.ts';
import { CORP, contact, NAME, P1, SECRET, sample } from './wecom.ts';

const ASKING = { ...SECRET, contactSecret: 'contact secret of the sample' };

describe('contacts', () => {
  const PATH = '/cgi-bin/externalcontact/get';
  const ASK = { name: 'contact', params: { external_userid: P1, created: '1772423400' } };
  const server = wechatServer();
  const SETTINGS = (): Record<string, unknown> => ({ ...ASKING, baseUrl: server.url() });
  const TOKEN = { errcode: 0, errmsg: 'ok', access_token: 'T1', expires_in: 7200 };
  const map = async (...said: (object | string)[]) => {
    server.says('/cgi-bin/gettoken', TOKEN);
    server.says(PATH, ...said);
    return (await itemsOf(NAME, SETTINGS(), ASK)).flatMap((item) => told(NAME, item));
  };

  it('are asked for after an addition or edit, where there is a secret', () => {
    expect(asks(NAME, sample('add_external_contact', ASKING))).toEqual([ASK]);
    expect(asks(NAME, sample('edit_external_contact', ASKING))).toHaveLength(1);
    for (const name of ['del_follow_user', 'del_external_contact'])
      expect(asks(NAME, sample(name, ASKING))).toEqual([]);
    expect(asks(NAME, sample('add_external_contact'))).toEqual([]);
  });

  it('join the UnionID; what staff typed only points', async () => {
    const outcomes = await map(bytes(`${NAME}/api-externalcontact-get.json`).toString('utf8'));
    expect(server.tokens.map(({ query }) => query)).toEqual([{ corpid: CORP, corpsecret: ASKING.contactSecret }]);
    expect(server.asked).toEqual([{ path: PATH, query: { access_token: 'T1', external_userid: P1 }, body: null }]);
    expect(outcomes).toMatchObject([
      {
        event: {
          id: expect.stringMatching(new RegExp(`^${P1}:1772423400:contact:[0-9a-f]{16}$`)),
          ...{ type: 'custom:wecom.contact', time: '2026-03-02T11:50:00+08:00' },
          identifiers: [
            contact(P1),
            { kind: 'wechat_unionid', scope: 'default', value: 'os6WufHc5fI5po2U25QhHMa6UWrK' },
            { kind: 'remark_mobile', value: '139 0000 1234' },
          ],
          traits: { nickname: '思远', gender: 'male' },
          properties: { staff: ['zhao.guide07'], tags: ['客户等级:金卡'], state: ['store_BJ001'], contact_type: 1 },
        },
      },
    ]);
  });

  it('of other people: pages, no UnionID, the same number twice', async () => {
    const page = (follow_user: object, next_cursor = '') => ({
      ...{ errcode: 0, errmsg: 'ok', next_cursor, follow_user },
      external_contact: { external_userid: P1, name: '雨晴', type: 2, gender: 2, corp_name: '某公司' },
    });
    const [first, second] = await map(
      page(
        [
          { userid: 'a', remark_mobiles: ['18600005678', '18600005678'] },
          { userid: 'b', remark_mobiles: [] },
        ],
        'C2',
      ),
      page({ userid: 'c', remark_mobiles: ['+85261230456'] }),
    );
    expect(server.asked.map(({ query }) => query.cursor)).toEqual([undefined, 'C2']);
    expect(first).toMatchObject({
      event: {
        identifiers: [contact(P1), { kind: 'remark_mobile', value: '18600005678' }],
        traits: { nickname: '雨晴', gender: 'female' },
        properties: { staff: ['a', 'b'], corp_name: '某公司' },
      },
    });
    expect(second).toMatchObject({ event: { identifiers: [contact(P1), { value: '+85261230456' }] } });
  });

  it('a type that changed is told by its path', async () => {
    const said = json(`${NAME}/api-externalcontact-get.json`);
    expect(await map({ ...said, external_contact: 'gone' })).toMatchObject([
      { reason: 'field_type_changed', detail: 'external_contact: string, not map' },
    ]);
  });

  it.each([
    [{ errcode: -1 }, { why: 'throttled' }],
    [{ errcode: 45033 }, { why: 'throttled' }],
    [{ errcode: 84061 }, { why: 'gone' }],
    [{ errcode: 48002 }, { why: 'refused' }],
  ])('%j', async (said, failure) => {
    server.says('/cgi-bin/gettoken', TOKEN);
    server.says(PATH, said);
    expect(await answer(NAME, SETTINGS(), ASK)).toMatchObject({ failure });
  });

  it('an expired token is made anew, a wrong secret is not tried again', async () => {
    server.says('/cgi-bin/gettoken', TOKEN, { ...TOKEN, access_token: 'T2' });
    server.says(PATH, { errcode: 42001 }, json(`${NAME}/api-externalcontact-get.json`));
    expect(await itemsOf(NAME, SETTINGS(), ASK)).toHaveLength(1);
    expect(server.asked.map(({ query }) => query.access_token)).toEqual(['T1', 'T2']);
    server.says('/cgi-bin/gettoken', { errcode: 40001 });
    expect(await answer(NAME, SETTINGS(), ASK)).toMatchObject({ failure: { why: 'refused' } });
  });

  it.each([
    ['', 'custom:wecom.contact'],
    ['-pending', null],
  ])('a UnionID that is asked about%s', async (file, type) => {
    server.says('/cgi-bin/gettoken', TOKEN);
    server.says(
      '/cgi-bin/idconvert/unionid_to_external_userid',
      json(`${NAME}/api-unionid_to_external_userid${file}.json`),
    );
    const [item] = await itemsOf(NAME, SETTINGS(), { name: 'unionid', params: { unionid: 'oU', openid: 'oA' } });
    expect(server.asked[0]?.body).toEqual({ unionid: 'oU', openid: 'oA', subject_type: 0 });
    const identifiers = [contact(P1), { kind: 'wechat_unionid', scope: 'default', value: 'oU' }];
    expect(told(NAME, item)).toMatchObject([type ? { event: { type, identifiers } } : { fate: 'ignored' }]);
  });
});
