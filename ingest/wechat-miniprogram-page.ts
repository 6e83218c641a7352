import type { ChannelPage } from './channel.ts';
import { BASE_URL_HELP, OPEN_PLATFORM_HELP, UNIONID_WORTH } from './wechat-mp-page.ts';

/** What the connector of mini programs says about itself. */
type Names = 'appid' | 'appSecret' | 'openPlatform' | 'baseUrl' | 'maxAge';

export const MINIPROGRAM_PAGE: ChannelPage<Record<Names, unknown>> = {
  title: { zh: '微信小程序', en: 'WeChat mini program' },
  about: {
    zh:
      '小程序的登录与手机号快速验证。微信不推送这些，由品牌自己的小程序后端发来：要么发两个 code，由本服务去换；要么发已经换到的' +
      '结果。这里的手机号由微信验证过，与 OpenID、UnionID 同在一个事件里，是把微信身份与会员连起来最可靠的一处。' +
      'session_key 用完即弃，任何地方都不保存。',
    en:
      'Logins of a mini program, and the mobiles that WeChat verified. WeChat pushes none of it: the brand’s own ' +
      'back end sends either the two codes, which are then asked for here, or the answers it already has. The mobile ' +
      'stands in one event with OpenID and UnionID: nowhere else does WeChat tie itself to a member as surely. A ' +
      'session_key is used where it comes and never kept.',
  },
  steps: {
    zh: [
      '小程序后台“管理 → 开发管理 → 开发设置”抄下 AppID，生成 AppSecret，填入本数据源；把本服务的出口 IP 加进“IP 白名单”。',
      '小程序里用 wx.login 取 login_code，用 getPhoneNumber 按钮取 code，交给自己的后端。',
      '后端向 https://你的域名/v1/channels/wechat-miniprogram/数据源名 POST JSON：' +
        '{"code":"手机号 code","login_code":"wx.login 的 code"}。每个 code 只能用一次、五分钟内有效，立即发送、只发一次。',
      '请求头 x-huaxiang-signature：以 appSecret 为密钥对请求体原始字节做 HMAC-SHA256，小写十六进制。',
      '后端已自行换过 code 的，改发 {"session":{code2session 的应答},"phone":{getuserphonenumber 的应答}}。旧接口则发 ' +
        '{"openid","unionid","session_key","encryptedData","iv"}，另可带 rawData 与 signature。',
      '任何一种都可带 time（秒、毫秒或 RFC 3339）、id（事件编号，重发时不变）、scene 和其他字段。',
    ],
    en: [
      'Copy the AppID from 管理 → 开发管理 → 开发设置, make an AppSecret, and put both into this source; add the address ' +
        'that this service calls from to the IP 白名单 (allowed addresses).',
      'In the mini program get a login_code by wx.login and a code by a getPhoneNumber button, for your back end.',
      'The back end POSTs JSON to https://your-domain/v1/channels/wechat-miniprogram/your-source: ' +
        '{"code":"<code of getPhoneNumber>","login_code":"<code of wx.login>"}. A code works once and for five ' +
        'minutes: send it at once, and only here.',
      'Header x-huaxiang-signature: HMAC-SHA256 of the raw body under appSecret, in hexadecimal.',
      'A back end that has used the codes itself sends {"session":{answer of code2session},"phone":{answer of ' +
        'getuserphonenumber}}; with the old interface {"openid","unionid","session_key","encryptedData","iv"}, and ' +
        'rawData with signature if it likes.',
      'Each may also bear time (s, ms or RFC 3339), id (of the event, the same when sent again), scene, and more.',
    ],
  },
  help: {
    appid: { zh: '小程序的 AppID：OpenID 的作用域。', en: 'The AppID: the scope of its OpenIDs.' },
    appSecret: {
      zh: '小程序的 AppSecret：验证后端的签名，并用来调用微信接口。',
      en: 'The AppSecret: it signs what your back end sends, and is used to ask WeChat.',
    },
    openPlatform: OPEN_PLATFORM_HELP,
    baseUrl: BASE_URL_HELP,
    maxAge: {
      zh: '请求体里的时间（微信水印，其次 time）之后多少秒拒收；没有时间的也拒收。不填则不限。',
      en:
        'Seconds after the time in the body (WeChat’s watermark, else time) at which it is refused, as it is without ' +
        'any; not set: no limit.',
    },
  },
  tells: [
    { sent: '{"code", "login_code"}', becomes: 'identified, once code2session and getuserphonenumber have answered' },
    { sent: '{"session", "phone"}', becomes: 'identified' },
    { sent: '{"openid", "session_key", "encryptedData", "iv"}', becomes: 'identified' },
    { sent: 'a code that is used or too old (40163, 40029)', becomes: 'a dead letter, platform_failed' },
    { sent: 'a watermark of another app', becomes: 'a dead letter, event_malformed' },
  ],
  joins: [
    {
      ...{ kind: 'wechat_openid', scope: 'appid', from: 'session.openid, openid, or what was encrypted' },
      worth: { zh: '一人在一个小程序里一个，可靠。', en: 'One per person within a mini program; reliable.' },
    },
    { ...{ kind: 'wechat_unionid', scope: 'openPlatform', from: 'session.unionid, unionid' }, worth: UNIONID_WORTH },
    {
      ...{ kind: 'mobile', scope: '', from: 'countryCode and purePhoneNumber of phone_info' },
      worth: { zh: '微信验证过的手机号。', en: 'Verified by WeChat.' },
    },
  ],
};
