import { createHmac } from 'node:crypto';
import { z } from 'zod';
import {
  type Asker,
  type BadItem,
  type Channel,
  type DoorRequest,
  defineChannel,
  type Item,
  type Verdict,
} from '../channel.ts';
import {
  deadItem,
  decodeUtf8,
  jsonReply,
  maxAge,
  optionalText,
  readAgain,
  refused,
  settingText,
  tryJson,
} from '../door.ts';
import { type Fields, fieldsAt, firstOf, isFields, textAt } from '../pick.ts';
import { type Platform, PlatformError } from '../platform.ts';
import { isStale, sameText } from '../signature.ts';
import { type Answer, askWechat, baseOf, baseUrl, judgeCode, query, WEIXIN, weixinToken } from '../wechat-api.ts';
import { factsOf, LOGIN_FIELDS, loginOutcomes, toldAt } from '../wechat-login.ts';
import { MINIPROGRAM_PAGE } from '../wechat-miniprogram-page.ts';
import { openData, rawDataHolds, scrubBytes, withoutKeys } from '../wechat-phone.ts';

/**
 * Logins of a mini program (小程序登录, 手机号快速验证): developers.weixin.qq.com, code2Session and getPhoneNumber. WeChat
 * pushes none of it: the brand's own back end sends what it has, signed with the app's secret.
 */
const settings = z.object({
  appid: settingText,
  appSecret: settingText,
  openPlatform: optionalText,
  baseUrl,
  maxAge,
});
type Settings = z.infer<typeof settings>;

const metaOf = (given: Settings): Record<string, string> => ({
  ...{ appid: given.appid, openPlatform: given.openPlatform || 'default' },
});

/** What was encrypted is opened here, where the key is: nothing that could open it is kept. */
function itemOf(value: unknown, meta: Item['meta']): Item | BadItem {
  const clean = withoutKeys(value);
  if (!isFields(clean)) return { body: JSON.stringify(clean), meta };
  const at = (name: string): string => textAt(value, name);
  const key = firstOf(at('session_key'), textAt(value, 'session', 'session_key'));
  const dead = (detail: string): BadItem => deadItem(JSON.stringify(clean), meta, 'decrypt_failed', detail);
  const { encryptedData, iv, rawData, signature, ...rest } = clean;
  if (
    at('rawData') !== '' &&
    at('signature') !== '' &&
    !rawDataHolds(String(fieldsAt(value).rawData), at('signature'), key)
  ) {
    return dead('rawData, signature and session_key do not belong together');
  }
  if (at('encryptedData') === '') return { body: JSON.stringify(rest), meta };
  const opened = openData(key, at('iv'), at('encryptedData'));
  if (!opened) return dead('encryptedData does not open under session_key and iv');
  const plain = opened.openId === undefined ? { phone: { phone_info: opened } } : { user: opened };
  return { body: JSON.stringify({ ...rest, ...plain }), meta };
}

function accept(request: DoorRequest, given: Settings): Verdict {
  const came = request.headers['x-huaxiang-signature'];
  const ought = createHmac('sha256', given.appSecret).update(request.body).digest('hex');
  if (request.method !== 'POST' || came === undefined || !sameText(came.trim().toLowerCase(), ought)) {
    return refused('signature_wrong', 'x-huaxiang-signature is missing or wrong');
  }
  const text = decodeUtf8(request.body);
  const read = text === null ? null : tryJson(text);
  if (isStale(read?.ok ? toldAt(fieldsAt(read.value)) : Number.NaN, given.maxAge, request.now)) {
    return refused('signature_stale', `time is missing or older than ${given.maxAge} s`);
  }
  const meta = metaOf(given);
  const detail = read === null ? 'no UTF-8' : read.ok ? '' : read.detail;
  const item = read?.ok ? itemOf(read.value, meta) : deadItem(scrubBytes(request.body), meta, 'unreadable', detail);
  return { verdict: 'taken', items: [item], reply: jsonReply('{}') };
}

/** A code that is wrong, used or too old, and a person whom WeChat holds back: asking again would not help. */
const FINAL = new Set([40029, 40163, 40226]);

type Asked = { answer: Fields } | { failed: BadItem };

function settle(part: string, what: string, { answer, errcode }: Answer, meta: Item['meta']): Asked {
  const kept = fieldsAt(withoutKeys(answer));
  if (!FINAL.has(errcode)) {
    judgeCode(what, errcode);
    return { answer: kept };
  }
  const body = JSON.stringify({ [part]: kept });
  return { failed: deadItem(body, meta, 'platform_failed', `${what}: errcode ${errcode}`) };
}

async function login(platform: Platform, given: Settings, code: string): Promise<Asked> {
  const asked = { appid: given.appid, secret: given.appSecret, js_code: code, grant_type: 'authorization_code' };
  const url = `${baseOf(given.baseUrl, WEIXIN)}/sns/jscode2session?${query(asked)}`;
  return settle('session', 'code2session', await askWechat(platform, 'code2session', url), metaOf(given));
}

async function phone(platform: Platform, given: Settings, code: string): Promise<Asked> {
  const base = baseOf(given.baseUrl, WEIXIN);
  const token = await weixinToken(platform, { base, appid: given.appid, secret: given.appSecret });
  const url = `${base}/wxa/business/getuserphonenumber?${query({ access_token: token })}`;
  return settle(
    'phone',
    'getuserphonenumber',
    await askWechat(platform, 'getuserphonenumber', url, { code }),
    metaOf(given),
  );
}

/**
 * `params`: login_code, code, and the rest of the body as JSON. Each code works once: where the second call fails in a
 * way that may pass, what the first one told goes into the log with the code that is left, and is asked for from there.
 */
async function identify(platform: Platform, given: Settings, params: Record<string, string>) {
  const { login_code = '', code = '', body = '{}' } = params;
  const read = tryJson(body);
  const known = fieldsAt(read.ok ? read.value : {});
  const failed: BadItem[] = [];
  const take = (part: string, asked: Asked): void => {
    if ('failed' in asked) failed.push(asked.failed);
    else known[part] = asked.answer;
  };
  if (login_code !== '') take('session', await login(platform, given, login_code));
  if (code !== '') {
    try {
      take('phone', await phone(platform, given, code));
    } catch (error) {
      if (login_code === '' || !(error instanceof PlatformError)) throw error;
      const meta = { ...metaOf(given), after: String(error.afterMs ?? 0) };
      return [...failed, { body: JSON.stringify({ ...known, code }), meta }];
    }
  }
  const { openid, unionid, mobile } = factsOf(known);
  if (firstOf(openid, unionid, mobile) === '' && failed.length > 0) return failed;
  return [{ body: JSON.stringify(known), meta: metaOf(given) }, ...failed];
}

const asker: Asker<Settings> = { callsPerSecond: 50, answer: identify };

export const wechatMiniprogram: Channel = defineChannel<Settings>({
  ...MINIPROGRAM_PAGE,
  name: 'wechat-miniprogram',
  settings,
  secrets: ['appSecret'],
  accept,
  read: ({ body }) => readAgain(tryJson(body)),
  fields: LOGIN_FIELDS,
  map: loginOutcomes,
  asks: { identify: asker },
});
