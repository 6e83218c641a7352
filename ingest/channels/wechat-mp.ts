import { z } from 'zod';
import {
  type Asker,
  type Channel,
  type DoorRequest,
  defineChannel,
  type MapContext,
  type Outcome,
  type Verdict,
} from '../channel.ts';
import { maxAge, optionalText, readAgain, refused, settingText, textReply, tryMessage } from '../door.ts';
import { type Platform, PlatformError } from '../platform.ts';
import { answerOutcomes } from '../wechat-answers.ts';
import { askWithToken, baseOf, baseUrl, WEIXIN, weixinToken } from '../wechat-api.ts';
import { aesKey, signatureHolds } from '../wechat-crypto.ts';
import { encryptedParts, fresh, take, takeEncrypted } from '../wechat-door.ts';
import { messageOutcomes } from '../wechat-events.ts';
import { MP_FIELDS } from '../wechat-fields.ts';
import { MP_PAGE } from '../wechat-mp-page.ts';
import { MOST_OPENIDS, OPENID_FILE, openidOutcomes, openidUnits } from '../wechat-openids.ts';

/** WeChat official account push (公众号消息推送): developers.weixin.qq.com, "receiving messages" and "receiving events". */
const settings = z
  .object({
    appid: settingText,
    token: settingText,
    encodingAESKey: optionalText.refine((key) => !key || aesKey(key) !== null, '43 characters of base64'),
    openPlatform: optionalText,
    mode: z.enum(['plain', 'compatible', 'secure']).nullish(),
    maxAge,
    appSecret: optionalText,
    migratedFrom: optionalText,
    baseUrl,
  })
  .refine((given) => given.mode == null || given.mode === 'plain' || Boolean(given.encodingAESKey), {
    path: ['encodingAESKey'],
    message: 'this mode needs the key',
  });
type Settings = z.infer<typeof settings>;

/** `asks`: whether WeChat can be asked for more. It stands in the record: the secret may come or go meanwhile. */
const metaOf = (given: Settings): Record<string, string> => ({
  ...{ appid: given.appid, openPlatform: given.openPlatform || 'default' },
  ...(given.appSecret ? { asks: 'yes' } : {}),
});

function accept(request: DoorRequest, given: Settings): Verdict {
  const { signature, timestamp, nonce, echostr, encrypt_type: type, msg_signature: sealed } = request.query;
  const mode = given.mode ?? (given.encodingAESKey ? 'secure' : 'plain');
  const declared = type === 'aes' || sealed !== undefined || mode === 'secure';
  const parts = declared && request.method === 'POST' ? encryptedParts(request.body) : [];
  const simple = signatureHolds(signature, [given.token, timestamp, nonce]);
  // Of an encrypted message msg_signature decides; the plain one, where it came along, must not contradict it.
  if (!simple && (parts.length === 0 || signature !== undefined)) {
    return refused('signature_wrong', 'signature is missing or wrong');
  }
  const verdict = (): Verdict => {
    if (request.method === 'GET') {
      return echostr ? { verdict: 'answered', reply: textReply(echostr) } : refused('signature_wrong', 'no echostr');
    }
    const key = aesKey(given.encodingAESKey ?? '');
    if ((parts.length > 0 || type === 'aes') && !key) {
      return refused('source_incomplete', 'the source has no encodingAESKey');
    }
    if (parts.length > 0 && key) {
      return takeEncrypted(request, { token: given.token, key, receiver: given.appid }, parts, metaOf(given));
    }
    if (mode === 'secure')
      return refused('signature_wrong', 'a plain body is not covered by its signature in secure mode');
    return take(request.body, metaOf(given));
  };
  return fresh(verdict(), request, given.maxAge);
}

/** What every call needs; throws where the source has no secret any more. */
async function appOf(platform: Platform, given: Settings): Promise<{ base: string; token: string }> {
  if (!given.appSecret) throw new PlatformError('refused', 'the source has no appSecret');
  const base = baseOf(given.baseUrl, WEIXIN);
  return { base, token: await weixinToken(platform, { base, appid: given.appid, secret: given.appSecret }) };
}

const hasSecret = (given: Settings): boolean => Boolean(given.appSecret);

/** `params`: openid and created, the second of the push that made us ask. */
const userInfo: Asker<Settings> = {
  callsPerSecond: 50,
  ready: hasSecret,
  answer: async (platform, given, { openid = '', created = '' }) => {
    const call = { ...(await appOf(platform, given)), path: '/cgi-bin/user/info', query: { openid, lang: 'zh_CN' } };
    const { body, meta } = await askWithToken(platform, call, {
      ...{ ...metaOf(given), api: 'user_info', openid, created },
    });
    return [{ body, meta }];
  },
};

/** `params`: openid and created as above, card_id and code of the card. */
const memberCard: Asker<Settings> = {
  callsPerSecond: 20,
  ready: hasSecret,
  answer: async (platform, given, { openid = '', created = '', card_id = '', code = '' }) => {
    const path = '/card/membercard/userinfo/get';
    const { body, meta } = await askWithToken(
      platform,
      { ...(await appOf(platform, given)), path, body: { card_id, code } },
      { ...metaOf(given), api: 'member_card', openid, created, card_id, code },
    );
    return [{ body, meta }];
  },
};

/** `params`: openids of the account that moved here, with commas between. WeChat takes 100 a call. */
const changeOpenid: Asker<Settings> = {
  callsPerSecond: 10,
  ready: (given) => hasSecret(given) && Boolean(given.migratedFrom),
  answer: async (platform, given, { openids = '' }) => {
    const migratedFrom = given.migratedFrom ?? '';
    if (migratedFrom === '') throw new PlatformError('refused', 'the source has no migratedFrom');
    const all = openids.split(/[,\s]+/).filter(Boolean);
    const app = await appOf(platform, given);
    const items = [];
    for (let at = 0; at < all.length; at += MOST_OPENIDS) {
      const body = { from_appid: migratedFrom, openid_list: all.slice(at, at + MOST_OPENIDS) };
      const call = { ...app, path: '/cgi-bin/changeopenid', body };
      const answer = await askWithToken(platform, call, { ...metaOf(given), api: 'changeopenid', migratedFrom });
      items.push({ body: answer.body, meta: answer.meta });
    }
    return items;
  },
};

function map(value: unknown, context: MapContext): Outcome[] {
  if (context.meta.api === OPENID_FILE) return openidOutcomes(value);
  return answerOutcomes(value, context) ?? messageOutcomes(value, context);
}

export const wechatMp: Channel = defineChannel<Settings>({
  ...MP_PAGE,
  name: 'wechat-mp',
  settings,
  secrets: ['token', 'encodingAESKey', 'appSecret'],
  accept,
  read: ({ body }) => readAgain(tryMessage(body)),
  fields: MP_FIELDS,
  map,
  files: {
    kinds: [OPENID_FILE],
    read: (upload, { settings: given }) => openidUnits(upload, metaOf(given)),
  },
  asks: { user_info: userInfo, member_card: memberCard, changeopenid: changeOpenid },
});
