import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Page, SourceView, TimelineEvent } from '../../api/port.ts';
import type { CustomerView } from '../../schemas/customer.ts';
import { type Problem, talkToServer } from './talk.ts';

// # 2. A webhook of WeChat
//
// A channel is a kind of origin, a source one configured account of it. This chapter sets up an official account
// (公众号) in plain mode and plays the platform: the same bytes, the same signature.
const { get, post, put } = talkToServer();

const APPID = 'wx0123456789abcdef';
const TOKEN = 'a token both sides know';
const FAN = 'oGuide_0123456789abcdefghijk';
const DOOR = '/v1/channels/wechat-mp/main';

// WeChat signs token, timestamp and nonce: sorted, joined, SHA-1 in hex.
const signed = (timestamp: string, nonce: string): string => {
  const signature = createHash('sha1').update([TOKEN, timestamp, nonce].sort().join('')).digest('hex');
  return `signature=${signature}&timestamp=${timestamp}&nonce=${nonce}`;
};

// Before it is configured, the door does not exist.
it('knows no source that nobody configured', async () => {
  const { body } = await post<Problem>(`${DOOR}?${signed('1772420400', '1')}`, '<xml/>', '');
  expect(body.code).toBe('source_unknown');
});

// `PUT /v1/sources/{channel}/{source}` sets title and settings, replacing both whole. Secrets are encrypted at rest
// and come back as `***`; sent back as `***` they stay as they are. The command line does the same: `npm run huaxiang
// -- source put wechat-mp/main appid=… token=@token.txt mode=plain`.
it('is set up by one call', async () => {
  const settings = { appid: APPID, token: TOKEN, mode: 'plain' };
  const { status, body } = await put<SourceView>('/v1/sources/wechat-mp/main', { title: '品牌公众号', settings });
  expect(status).toBe(200);
  expect(body.settings).toEqual({ appid: APPID, token: '***', mode: 'plain' });
});

// Entering the address at the platform makes it ask: a GET with a signature, answered with `echostr` and nothing
// else.
it('answers the URL check', async () => {
  const { status, text } = await get(`${DOOR}?${signed('1772420399', '2')}&echostr=58120`, '');
  expect([status, text]).toEqual([200, '58120']);
});

// Then messages come. The signature is the key, so no bearer key is sent. WeChat waits 5 seconds for `success`; it is
// given once the payload is on disk, and the event is made of it afterwards. (A platform sends no `wait`; a test
// may.)
const pushed = (event: string, time: number, more = ''): string =>
  `<xml><ToUserName>gh_guide</ToUserName><FromUserName>${FAN}</FromUserName><CreateTime>${time}</CreateTime>` +
  `<MsgType>event</MsgType><Event>${event}</Event>${more}</xml>`;

it('takes what is signed', async () => {
  const body = pushed('subscribe', 1772420400, '<EventKey>qrscene_store_BJ001</EventKey>');
  const { status, text } = await post(`${DOOR}?wait=applied&${signed('1772420400', '3')}`, body, '');
  expect([status, text]).toEqual([200, 'success']);

  const fan = await get<CustomerView>(`/v1/customers?kind=wechat_openid&scope=${APPID}&value=${FAN}`);
  const events = await get<Page<TimelineEvent>>(`/v1/customers/${fan.body.id}/events`);
  expect(events.body.items[0]).toMatchObject({ type: 'follow', time: '2026-03-02T11:00:00+08:00' });
  expect(events.body.items[0]?.properties).toMatchObject({ scene: 'store_BJ001' });
});

// Anything else is refused and nothing of it is kept.
it('refuses what is not', async () => {
  const forged = signed('1772420400', '4').replace(/signature=./, 'signature=_');
  const { status, body } = await post<Problem>(`${DOOR}?${forged}`, pushed('subscribe', 1772420401), '');
  expect([status, body.code]).toEqual([401, 'signature_wrong']);
});

// Signed and unreadable is not the platform's fault alone, and it would only send the same again: it gets its 200,
// and the raw body waits among the dead letters.
it('keeps what it cannot read', async () => {
  const { status } = await post(`${DOOR}?wait=applied&${signed('1772420402', '5')}`, '<xml><Broken', '');
  expect(status).toBe(200);
  const letters = await get<Page<{ reason: string; payload: string }>>('/v1/deadletters?channel=wechat-mp');
  expect(letters.body.items).toMatchObject([{ reason: 'unreadable', payload: '<xml><Broken' }]);
});

// An unfollow withdraws marketing on this channel; it is no request to be erased. A later follow lifts it again.
it('takes an unfollow for what it is', async () => {
  await post(`${DOOR}?wait=applied&${signed('1772506800', '6')}`, pushed('unsubscribe', 1772506800), '');
  const { body } = await get<CustomerView>(`/v1/customers?kind=wechat_openid&scope=${APPID}&value=${FAN}`);
  expect(body.consents).toMatchObject([{ purpose: 'marketing', channel: 'wechat-mp', state: 'withdrawn' }]);
});
