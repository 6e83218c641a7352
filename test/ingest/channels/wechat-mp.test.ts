import { describe, expect, it } from 'vitest';
import { bytes, dropped, event, events, filesOf } from './door.ts';
import { APP, message, NAME, own, P1, plain } from './wechat-mp.ts';

const P2 = 'ohDrp2xyGgo7humIUJHe8n9vmFT1';
const P3 = 'oDM4wGJDi0-HVHLvVW5pTDgazTqu';
const CARD = 'pdUxnfXmzJiKuqiU569BxeA2YoDD';
const openid = (value: string, scope = APP) => ({ kind: 'wechat_openid', scope, value });
const card = (value: string) => ({ kind: 'member_card', scope: CARD, value });

const EVENTS: [string, string, string, string, object[], object][] = [
  [
    'event-subscribe-qrscene.xml',
    `${P1}:1772416800:subscribe`,
    'follow',
    '2026-03-02T10:00:00+08:00',
    [openid(P1)],
    { scene: 'store_BJ001_cashier_07' },
  ],
  ['event-subscribe-search.xml', `${P2}:1772420400:subscribe`, 'follow', '2026-03-02T11:00:00+08:00', [openid(P2)], {}],
  ['event-unsubscribe.xml', `${P3}:1772427600:unsubscribe`, 'unfollow', '2026-03-02T13:00:00+08:00', [openid(P3)], {}],
  [
    'event-scan.xml',
    `${P1}:1772506800:SCAN`,
    'scan',
    '2026-03-03T11:00:00+08:00',
    [openid(P1)],
    { event_key: 'store_BJ001_cashier_07' },
  ],
  [
    'event-click.xml',
    `${P1}:1772420430:CLICK`,
    'click',
    '2026-03-02T11:00:30+08:00',
    [openid(P1)],
    { event_key: 'MENU_MY_POINTS' },
  ],
  [
    'event-view.xml',
    `${P1}:1772420460:VIEW`,
    'view',
    '2026-03-02T11:01:00+08:00',
    [openid(P1)],
    { menu_id: '431902417' },
  ],
  [
    'event-location.xml',
    `${P1}:1772420490:LOCATION`,
    'location',
    '2026-03-02T11:01:30+08:00',
    [openid(P1)],
    { latitude: '39.923871', longitude: '116.433562' },
  ],
  [
    'text.xml',
    '24900000000000001',
    'message',
    '2026-03-02T11:00:10+08:00',
    [openid(P1)],
    { text: '你好，请问朝阳门店今天营业到几点？' },
  ],
  [
    'event-user_get_card.xml',
    `${P1}:1772421000:user_get_card`,
    'card_received',
    '2026-03-02T11:10:00+08:00',
    [
      openid(P1),
      { kind: 'wechat_unionid', scope: 'default', value: 'os6WufHc5fI5po2U25QhHMa6UWrK' },
      card('012345678901'),
    ],
    { outer_str: 'store_BJ001' },
  ],
  [
    'event-submit_membercard_user_info.xml',
    `${P1}:1772421060:submit_membercard_user_info`,
    'form_submitted',
    '2026-03-02T11:11:00+08:00',
    [openid(P1), card('012345678901')],
    { card_id: CARD },
  ],
  [
    'event-user_del_card.xml',
    `${P3}:1772429400:user_del_card`,
    'custom:wechat-mp.user_del_card',
    '2026-03-02T13:30:00+08:00',
    [openid(P3), card('012345678915')],
    {},
  ],
  [
    'event-templatesendjobfinish.xml',
    `${P1}:1772421100:TEMPLATESENDJOBFINISH`,
    'custom:wechat-mp.templatesendjobfinish',
    '2026-03-02T11:11:40+08:00',
    [openid(P1)],
    { status: 'success', msg_id: '200163840' },
  ],
  [
    'event-templatesendjobfinish-blocked.xml',
    `${P2}:1772421101:TEMPLATESENDJOBFINISH`,
    'custom:wechat-mp.templatesendjobfinish',
    '2026-03-02T11:11:41+08:00',
    [openid(P2)],
    { status: 'failed:user block' },
  ],
  [
    'event-user_authorization_cancellation.xml',
    `${P3}:1772450400:user_authorization_cancellation`,
    'account_closed',
    '2026-03-02T19:20:00+08:00',
    [openid(P3)],
    {},
  ],
  [
    'event-user_authorization_revoke.xml',
    `${P3}:1772440400:user_authorization_revoke`,
    'consent_changed',
    '2026-03-02T16:33:20+08:00',
    [openid(P3)],
    { revoke_info: '1' },
  ],
  // The authorisation names an app of its own, so the openid is that app's.
  [
    'event-user_authorization_revoke.json',
    `${P3}:1772440400:user_authorization_revoke`,
    'consent_changed',
    '2026-03-02T16:33:20+08:00',
    [openid(P3, 'wx7b1e9c4d2a6f8350')],
    { revoke_info: '301' },
  ],
];

describe('what the account is told', () => {
  it.each(EVENTS)('%s', (file, id, type, time, identifiers, properties) => {
    const verdict = plain(bytes(`${NAME}/${file}`));
    expect(verdict).toMatchObject({
      reply: { status: 200, body: 'success', contentType: 'text/plain; charset=utf-8' },
    });
    const told = event(NAME, verdict);
    expect(told).toMatchObject({ id, type, time, identifiers, properties, channel: NAME, source: 'main' });
    expect(told.identifiers).toHaveLength(identifiers.length);
    expect(told.order).toBeUndefined();
  });

  it('covers every message among the samples', () => {
    const tried = new Set([...EVENTS.map(([file]) => file), 'event-subscribe_msg_popup_event.xml']);
    const messages = filesOf(NAME).filter((file) => /^(event-|text\.xml)/.test(file));
    expect(messages.filter((file) => !tried.has(file))).toEqual([]);
  });

  it('a withdrawn authorisation withdraws consent', () => {
    expect(event(NAME, plain(bytes(`${NAME}/event-user_authorization_revoke.xml`))).consent).toMatchObject({
      ...{ purpose: 'authorization', channel: NAME, state: 'withdrawn' },
    });
  });

  it('an answer about templates is one consent for each', () => {
    const both = events(NAME, plain(bytes(`${NAME}/event-subscribe_msg_popup_event.xml`)));
    const id = `${P1}:1772421120:subscribe_msg_popup_event`;
    expect(both).toMatchObject([
      { id, consent: { purpose: 'template:veZloy6JHv58Ln8c0ETZCxPxZ3KjwdKZJisZbVWQv6V', state: 'granted' } },
      {
        id: `${id}#2`,
        consent: { purpose: 'template:3smV-J1Xt3k5-cCES9jRmY9p7FSqP5d716YTyiKlJb0', state: 'withdrawn' },
      },
    ]);
    for (const one of both) expect(one).toMatchObject({ type: 'consent_changed', identifiers: [openid(P1)] });
  });
});

describe('messages of another account', () => {
  it.each([
    [{ MsgType: 'image', MsgId: '1', PicUrl: 'https://x.cn/1' }, '1', 'message'],
    [{ MsgType: 'location', MsgId: '2', Location_X: '39.9', Label: '朝阳' }, '2', 'location'],
    [{ MsgType: 'text', MsgId: '0', Content: 'x' }, 'oOther_1:1767225600:text', 'message'],
    [{ Event: 'Subscribe', EventKey: 'last_trade_no_4200000001' }, 'oOther_1:1767225600:Subscribe', 'follow'],
    [
      { Event: 'user_consume_card', CardId: 'p1', UserCardCode: '007' },
      'oOther_1:1767225600:user_consume_card',
      'custom:wechat-mp.user_consume_card',
    ],
    [
      { Event: 'subscribe_msg_sent_event' },
      'oOther_1:1767225600:subscribe_msg_sent_event',
      'custom:wechat-mp.subscribe_msg_sent_event',
    ],
    [{ Event: 'view_miniprogram' }, 'oOther_1:1767225600:view_miniprogram', 'custom:wechat-mp.view_miniprogram'],
    [
      { Event: 'user_info_modified', OpenID: 'oX', FromUserName: 'platform' },
      'oX:1767225600:user_info_modified',
      'custom:wechat-mp.user_info_modified',
    ],
  ])('%j', (fields, id, type) => {
    expect(event(NAME, own(message(fields)))).toMatchObject({ id, type, time: '2026-01-01T08:00:00+08:00' });
  });

  it('bear the unionid of their platform, the card with its zeros, the payment they came by', () => {
    const told = event(
      NAME,
      own(message({ Event: 'user_get_card', CardId: 'p1', UserCardCode: '007', UnionId: ' oU ' })),
    );
    expect(told.identifiers).toEqual([
      openid('oOther_1', 'wxother'),
      { kind: 'wechat_unionid', scope: 'group', value: 'oU' },
      { kind: 'member_card', scope: 'p1', value: '007' },
    ]);
    const paid = event(NAME, own(message({ Event: 'subscribe', EventKey: 'last_trade_no_4200000001' })));
    expect(paid.identifiers).toContainEqual({ kind: 'payment_id', scope: 'wechat-pay', value: '4200000001' });
    const gifted = event(NAME, own(message({ Event: 'user_gifting_card', CardId: 'p1', UserCardCode: '007' })));
    expect(gifted.identifiers).toEqual([openid('oOther_1', 'wxother')]);
  });

  it('come in JSON too, with numbers of any length', () => {
    const body =
      '{"FromUserName":"oJ","CreateTime":1767225600,"MsgType":"text","Content":"hi","MsgId":24900000000000000001}';
    expect(event(NAME, own(body))).toMatchObject({ id: '24900000000000000001', properties: { text: 'hi' } });
    const list = '"Event":"subscribe_msg_change_event","List":{"TemplateId":"T1","SubscribeStatusString":"reject"}';
    const change = event(NAME, own(`{"FromUserName":"oJ","CreateTime":1767225600,"MsgType":"event",${list}}`));
    expect(change.consent).toMatchObject({ purpose: 'template:T1', state: 'withdrawn' });
  });

  it('about nobody are not used', () => {
    expect(dropped(NAME, own(message({ Event: 'MASSSENDJOBFINISH', MsgID: '5' })))).toMatchObject({
      ...{ fate: 'ignored', reason: 'type_not_used' },
    });
  });

  const lacking: Record<string, string>[] = [
    { FromUserName: '' },
    { CreateTime: 'soon' },
    { MsgType: '' },
    { Event: '' },
    { CreateTime: '999999999999999' },
  ];
  it.each(lacking)('without what an event needs are kept apart: %j', (fields) => {
    const verdict = own(message({ Event: 'CLICK', ...fields }));
    expect(dropped(NAME, verdict)).toMatchObject({ fate: 'dead-letter', reason: 'event_malformed' });
  });
});
