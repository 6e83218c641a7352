import { createHash } from 'node:crypto';
import { type IdentifierInput, parseTime } from '../schemas/event.ts';
import type { Ask, MapContext, MappedEvent, Outcome } from './channel.ts';
import { drop } from './door.ts';
import { type FieldTable, unlisted } from './fields.ts';
import { type Fields, fieldsAt, filled, filledTexts, firstOf, textAt } from './pick.ts';
import { beijingTime, epochMs } from './time.ts';
import { genderOf, named } from './wechat-answers.ts';

/**
 * A login of a mini program, as its back end sends it: codes to be asked for, or the answers that WeChat gave. All that
 * one body says of a person becomes one event, for only together the ids and the mobile join.
 */
const PHONE: FieldTable = {
  phoneNumber: 'text',
  purePhoneNumber: ['text', 'mobile, with countryCode'],
  countryCode: ['text', 'mobile, properties.country_code'],
  watermark: 'map',
  'watermark.timestamp': ['integer', 'time'],
  'watermark.appid': ['text', 'must be the appid of the source'],
};
const under = (path: string, fields: FieldTable): FieldTable =>
  Object.fromEntries(Object.entries(fields).map(([name, type]) => [`${path}.${name}`, type]));

export const LOGIN_FIELDS: FieldTable = {
  code: ['text', 'asked for: getuserphonenumber'],
  login_code: ['text', 'asked for: code2session'],
  openid: ['text', 'wechat_openid'],
  unionid: ['text', 'wechat_unionid'],
  time: ['text', 'time, where WeChat told none'],
  id: ['text', 'the id'],
  scene: ['text', 'properties.scene'],
  session: 'map',
  'session.openid': ['text', 'wechat_openid'],
  'session.unionid': ['text', 'wechat_unionid'],
  'session.errcode': 'integer',
  'session.errmsg': 'text',
  'session.rid': 'text',
  phone: 'map',
  'phone.errcode': 'integer',
  'phone.errmsg': 'text',
  'phone.phone_info': 'map',
  ...under('phone.phone_info', PHONE),
  ...under('phone', PHONE),
  user: 'map',
  'user.openId': ['text', 'wechat_openid'],
  'user.unionId': ['text', 'wechat_unionid'],
  'user.nickName': ['text', 'traits.nickname'],
  'user.gender': ['integer', 'traits.gender'],
  ...under(
    'user',
    Object.fromEntries(['language', 'city', 'province', 'country', 'avatarUrl'].map((name) => [name, 'text'])),
  ),
  'user.watermark': 'map',
  'user.watermark.timestamp': ['integer', 'time'],
  'user.watermark.appid': ['text', 'must be the appid of the source'],
};

type Facts = { openid: string; unionid: string; mobile: string; info: Fields; user: Fields };

/** `phone` as WeChat answers it, or the phone_info in it alone. */
function phoneInfo(body: Fields): Fields {
  const inner = fieldsAt(body, 'phone', 'phone_info');
  return Object.keys(inner).length > 0 ? inner : fieldsAt(body, 'phone');
}

/** E.164 of the two parts that WeChat tells apart; phoneNumber alone has a country code only where it is foreign. */
function mobileOf(info: Fields): string {
  const country = textAt(info, 'countryCode').replace(/\D/g, '').replace(/^0+/, '');
  const pure = textAt(info, 'purePhoneNumber');
  if (pure.startsWith('+')) return pure;
  return country !== '' && pure !== '' ? `+${country}${pure}` : firstOf(textAt(info, 'phoneNumber'), pure);
}

export function factsOf(body: Fields): Facts {
  const [user, info] = [fieldsAt(body, 'user'), phoneInfo(body)];
  return {
    // What WeChat encrypted or answered goes before what the back end says of it.
    openid: firstOf(textAt(user, 'openId'), textAt(body, 'session', 'openid'), textAt(body, 'openid')),
    unionid: firstOf(textAt(user, 'unionId'), textAt(body, 'session', 'unionid'), textAt(body, 'unionid')),
    ...{ mobile: mobileOf(info), info, user },
  };
}

const stampOf = ({ info, user }: Facts): string =>
  firstOf(textAt(info, 'watermark', 'timestamp'), textAt(user, 'watermark', 'timestamp'));

/** Epoch ms of a time in s, in ms or in RFC 3339; NaN for anything else. */
const moment = (text: string): number => (/^\d+$/.test(text) ? epochMs(text) : parseTime(text));

/** When it happened, by the watermark of WeChat's, else by the back end's own word. Epoch ms; NaN: nobody says. */
export function toldAt(body: Fields): number {
  const stamp = epochMs(stampOf(factsOf(body)));
  return Number.isNaN(stamp) ? moment(textAt(body, 'time')) : stamp;
}

/** Codes live five minutes and work once: they are asked for at once, and all else in the body waits with them. */
function askOf(body: Fields, { meta, received }: MapContext): Ask | null {
  const { code, login_code, ...known } = body;
  const codes = { code: textAt(body, 'code'), login_code: textAt(body, 'login_code') };
  if (codes.code === '' && codes.login_code === '') return null;
  const time = firstOf(textAt(body, 'time'), String(received));
  const afterMs = Number(meta.after ?? 0);
  return {
    ...{ name: 'identify', params: { ...filledTexts(codes), body: JSON.stringify({ ...known, time }) } },
    ...(afterMs > 0 ? { afterMs } : {}),
  };
}

function identifiersOf({ openid, unionid, mobile }: Facts, meta: MapContext['meta']): IdentifierInput[] {
  return named([
    { kind: 'wechat_openid', scope: meta.appid ?? '', value: openid },
    { kind: 'wechat_unionid', scope: meta.openPlatform ?? '', value: unionid },
    { kind: 'mobile', value: mobile, verified: true },
  ]);
}

function eventOf(body: Fields, facts: Facts, context: MapContext): Outcome {
  const { channel, source, received, meta } = context;
  const ms = toldAt(body);
  const time = beijingTime(ms);
  const state = JSON.stringify([firstOf(facts.openid, facts.unionid), facts.mobile, time === null ? '' : ms]);
  const hash = createHash('sha256').update(state).digest('hex').slice(0, 32);
  const said = {
    identifiers: identifiersOf(facts, meta),
    traits: filledTexts({ nickname: textAt(facts.user, 'nickName'), gender: genderOf(textAt(facts.user, 'gender')) }),
    properties: filled({
      ...unlisted(body, LOGIN_FIELDS),
      ...{ country_code: textAt(facts.info, 'countryCode'), scene: body.scene },
    }),
  };
  const event: MappedEvent = {
    ...{ id: firstOf(textAt(body, 'id'), hash), channel, source, type: 'identified' },
    ...{ time: time ?? beijingTime(received) ?? '', ...said },
  };
  // Where nobody says when, the time is that of the arrival, and the same body again is no other event.
  return {
    kind: 'event',
    event,
    queryable: ['country_code', 'scene'],
    ...(time === null ? { content: JSON.stringify(said) } : {}),
  };
}

/** What WeChat refused to the back end, by part. */
function failures(body: Fields): Outcome[] {
  return ['session', 'phone'].flatMap((part) => {
    const errcode = textAt(body, part, 'errcode');
    return ['', '0'].includes(errcode) ? [] : drop('dead-letter', 'platform_failed', `${part}: errcode ${errcode}`);
  });
}

/** One body, or the answers to one, to one event. */
export function loginOutcomes(value: unknown, context: MapContext): Outcome[] {
  const body = fieldsAt(value);
  const ask = askOf(body, context);
  if (ask) return [{ kind: 'ask', ask }];
  const facts = factsOf(body);
  const marked: [string, Fields, boolean][] = [
    ['phone', facts.info, facts.mobile !== ''],
    ['user', facts.user, Object.keys(facts.user).length > 0],
  ];
  const strange = marked.find(([, part, there]) => there && textAt(part, 'watermark', 'appid') !== context.meta.appid);
  if (strange) {
    return drop('dead-letter', 'event_malformed', `${strange[0]}.watermark.appid: missing, or that of another app`);
  }
  const failed = failures(body);
  if (firstOf(facts.openid, facts.unionid, facts.mobile) !== '') return [eventOf(body, facts, context), ...failed];
  return failed.length > 0
    ? failed
    : drop('dead-letter', 'event_malformed', 'code, login_code, openid, session or phone');
}
