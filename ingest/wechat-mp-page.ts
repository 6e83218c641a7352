import type { ChannelPage } from './channel.ts';

/** What the connector of official accounts says about itself. */
type Names =
  | 'appid'
  | 'token'
  | 'encodingAESKey'
  | 'openPlatform'
  | 'mode'
  | 'maxAge'
  | 'appSecret'
  | 'migratedFrom'
  | 'baseUrl';

/** Said of every source of the WeChat family. */
export const OPEN_PLATFORM_HELP = {
  zh: '微信开放平台账号的名字（自取），UnionID 的作用域；绑定在同一开放平台账号下的数据源填同一个名字。默认 default。',
  en:
    'A name of your own for the WeChat Open Platform account, the scope of UnionIDs: the same name in all sources ' +
    'that are bound to one account. Default: default.',
};
export const BASE_URL_HELP = {
  zh: '接口地址；只在经由自家代理时填写。',
  en: 'Address of the platform’s API; only where a proxy of your own stands before it.',
};
export const UNIONID_WORTH = {
  zh: '同一开放平台账号下一人一个：微信里最可靠的标识。',
  en: 'One per person within an Open Platform account: the surest id that WeChat has.',
};

export const MP_PAGE: ChannelPage<Record<Names, unknown>> = {
  title: { zh: '微信公众号', en: 'WeChat official account' },
  about: {
    zh:
      '公众号推送的消息与事件：关注、取关、扫码、菜单点击、领卡、订阅消息授权、撤回授权与注销。推送里只有 OpenID；填了 appSecret ' +
      '之后，关注会再去取 UnionID，领会员卡和提交开卡资料会再去取开卡表单里的手机号、姓名、生日。',
    en:
      'Messages and events of an official account: follows, scans, menu clicks, cards, answers about subscription ' +
      'messages, withdrawn authorisations. A push bears an OpenID alone; with appSecret a follow is followed up by ' +
      'asking for the UnionID, and a member card by asking for the form its holder filled in: mobile, name, birthday.',
  },
  steps: {
    zh: [
      '登录公众平台，打开“设置与开发 → 开发接口管理 → 基本配置”，抄下开发者 ID（AppID）。',
      '在“服务器配置”里填 URL：https://你的域名/v1/channels/wechat-mp/数据源名，自定 Token，随机生成 EncodingAESKey，' +
        '消息加解密方式选“安全模式”。先把 appid、token、encodingAESKey 存入本数据源，再点“提交”：微信会当场校验地址。',
      '要取 UnionID 和会员卡资料：在同一页生成 AppSecret 填入 appSecret，并把本服务的出口 IP 加进“IP 白名单”。',
      '迁移过来的公众号：把旧 AppID 填入 migratedFrom，再把旧 OpenID 名单（每行一个，或 CSV 第一列，UTF-8）上传到 ' +
        '/v1/imports/wechat-mp/数据源名：新旧 OpenID 会连成同一个人。',
      '用自己的微信取关再关注一次：/v1/fates 里应各多一条 accepted；填了 appSecret 时随后还有一条 user_info。',
    ],
    en: [
      'In the console of the account open 设置与开发 → 开发接口管理 → 基本配置 and copy the AppID.',
      'Under 服务器配置 set the URL to https://your-domain/v1/channels/wechat-mp/your-source, choose a Token, have an ' +
        'EncodingAESKey made and take 安全模式 (secure mode). Save appid, token and encodingAESKey in this source before ' +
        'you press 提交: WeChat checks the address at once.',
      'For UnionIDs and the forms of member cards make an AppSecret on the same page, put it into appSecret, and add ' +
        'the address that this service calls from to the IP 白名单 (allowed addresses).',
      'An account that was migrated: put its old AppID into migratedFrom and upload the list of old OpenIDs (one a ' +
        'line, or the first column of a CSV, UTF-8) to /v1/imports/wechat-mp/your-source: old and new become one.',
      'Leave the account and follow it again: /v1/fates counts two more accepted, and with appSecret a user_info.',
    ],
  },
  help: {
    appid: { zh: '公众号的 AppID：OpenID 的作用域。', en: 'The AppID: the scope of its OpenIDs.' },
    token: { zh: '服务器配置里的 Token，验证签名用。', en: 'The Token of the server configuration, which signs.' },
    encodingAESKey: {
      zh: '服务器配置里的 EncodingAESKey，43 个字符；安全模式与兼容模式必填。',
      en: 'The EncodingAESKey, 43 characters; needed in secure and compatible mode.',
    },
    openPlatform: OPEN_PLATFORM_HELP,
    mode: {
      zh: 'plain、compatible 或 secure，与后台所选一致；有密钥时默认 secure，此时明文消息一律拒收。',
      en: 'plain, compatible or secure, as in the console; secure where a key is set, and then no plain body is taken.',
    },
    maxAge: {
      zh: 'timestamp 之后多少秒拒收；不填则不限。',
      en: 'Seconds after which a timestamp is too old; without it there is no limit.',
    },
    appSecret: {
      zh: 'AppSecret；填了才会调用微信接口取 UnionID 与会员卡资料。',
      en: 'The AppSecret; only with it WeChat is asked for UnionIDs and the forms of member cards.',
    },
    migratedFrom: {
      zh: '公众号迁移前的旧 AppID；用 changeopenid 换算旧 OpenID 时需要。',
      en: 'The AppID of the account that was migrated to this one; for asking which OpenID an old one became.',
    },
    baseUrl: BASE_URL_HELP,
  },
  tells: [
    { sent: 'subscribe / unsubscribe', becomes: 'follow / unfollow' },
    { sent: 'text, image, voice, video, shortvideo, link, …', becomes: 'message' },
    { sent: 'SCAN; CLICK; VIEW; LOCATION, location', becomes: 'scan; click; view; location' },
    { sent: 'user_get_card; submit_membercard_user_info', becomes: 'card_received; form_submitted' },
    { sent: 'subscribe_msg_popup_event, subscribe_msg_change_event', becomes: 'consent_changed, one per template' },
    { sent: 'user_authorization_revoke', becomes: 'consent_changed, withdrawn' },
    { sent: 'user_authorization_cancellation', becomes: 'account_closed' },
    { sent: 'TEMPLATESENDJOBFINISH, user_del_card, …', becomes: 'custom:wechat-mp.templatesendjobfinish, …' },
    { sent: 'answer of /cgi-bin/user/info, asked after subscribe', becomes: 'custom:wechat-mp.user_info' },
    {
      sent: 'answer of /card/membercard/userinfo/get, asked after user_get_card and submit_membercard_user_info',
      becomes: 'form_submitted; nothing where no form was filled in',
    },
    {
      sent: 'answer of /cgi-bin/changeopenid, asked for a file of old OpenIDs',
      becomes: 'identified, one per OpenID that moved',
    },
  ],
  joins: [
    {
      ...{ kind: 'wechat_openid', scope: 'appid', from: 'FromUserName; OpenID of user_* events; openid of answers' },
      worth: { zh: '一人在一个应用里一个，可靠。', en: 'One per person within an app; reliable.' },
    },
    {
      ...{ kind: 'wechat_unionid', scope: 'openPlatform', from: 'UnionId, UnionID; unionid of answers' },
      worth: UNIONID_WORTH,
    },
    {
      ...{ kind: 'member_card', scope: 'CardId', from: 'UserCardCode' },
      worth: { zh: '会员卡号，前导零保留。', en: 'The code of the card, leading zeros kept.' },
    },
    {
      ...{ kind: 'mobile', scope: '', from: 'USER_FORM_INFO_FLAG_MOBILE of the form of a card' },
      worth: {
        zh: '持卡人开卡时确认的号码，算登记，不算验证。',
        en: 'Confirmed by the card’s holder when the card was activated: registered, not verified.',
      },
    },
    {
      ...{ kind: 'payment_id', scope: 'wechat-pay', from: 'EventKey last_trade_no_… of subscribe' },
      worth: { zh: '付款后关注：指向那笔支付，不合并人。', en: 'Followed after paying: points to the payment.' },
    },
  ],
};
