import type { ChannelPage } from './channel.ts';
import type { TaobaoSettings } from './taobao-api.ts';

/** What Taobao's connector says about itself. */
export const TAOBAO_PAGE: ChannelPage<TaobaoSettings> = {
  title: { zh: '淘宝 / 天猫', en: 'Taobao and Tmall' },
  about: {
    zh:
      '店铺的订单、退款与会员消息，由本系统主动去取：消息（TMC）每半分钟一次，有变化的订单每五分钟一次，首次回溯 89 天。' +
      '平台不给买家手机号：昵称、收货信息都是打码的，OAID 每周会变，隐私号用完即废，这些都只随订单加密保存，从不用来认人。' +
      '认人靠 ouid（同一店铺）、omid（同一品牌）和 buyer_open_uid（同一应用）。',
    en:
      'Orders, refunds and member messages of a shop. This side asks for them: messages (TMC) every half minute, ' +
      'trades that changed every five minutes, 89 days back at the first turn. The platform gives no mobile of a ' +
      'buyer: nicknames and receivers are masked, an OAID changes by the week, a privacy number ends with the ' +
      'parcel; all of these stay encrypted with the order and join nobody. A buyer is known by ouid (one shop), omid ' +
      '(one brand) and buyer_open_uid (one application).',
  },
  steps: {
    zh: [
      '在 open.taobao.com 的“控制台 → 应用管理”里抄下应用的 App Key 和 App Secret。',
      '申请交易（trades.sold.increment.get、trade.fullinfo.get）与消息（tmc.messages.consume、confirm）的接口权限。',
      '在“消息服务”里订阅 taobao_trade_*、taobao_refund_*、taobao_opencrm_Member*，并为店铺开通（tmc.user.permit）。',
      '店铺主账号授权该应用，把得到的 SessionKey 填入本数据源；过期后需重新授权并更新此项。',
      '一个消息分组只能有一个消费者：若 ERP 已在消费默认分组，请为本系统另建分组并填入 group。',
    ],
    en: [
      'At open.taobao.com, under 控制台 → 应用管理, copy the App Key and the App Secret of the application.',
      'Have it permitted trades.sold.increment.get, trade.fullinfo.get, tmc.messages.consume and tmc.messages.confirm.',
      'Under 消息服务 subscribe to taobao_trade_*, taobao_refund_* and taobao_opencrm_Member*, and switch the messages ' +
        'of the shop on (tmc.user.permit).',
      'Have the shop authorise the application and enter the SessionKey here; once it expires, authorise again.',
      'A group of messages has one consumer: where an ERP reads the default group already, make one for this and ' +
        'enter its name as group.',
    ],
  },
  help: {
    appKey: {
      zh: '应用的 App Key：调用接口用，也是 buyer_open_uid 的作用域。',
      en: 'The App Key: names the caller, and the scope of buyer_open_uid.',
    },
    appSecret: { zh: '应用的 App Secret：给每次调用签名。', en: 'The App Secret: signs every call.' },
    shop: {
      zh: '店铺代号：ouid 的作用域，自定，定后不要改。',
      en: 'The shop, the scope of ouid: your own name; keep it.',
    },
    brand: {
      zh: '品牌代号：omid 的作用域，同一品牌的店铺填同一个。',
      en: 'The brand, the scope of omid: one for all its shops.',
    },
    sessionKey: {
      zh: '店铺授权得到的 SessionKey；不填则什么也不取。',
      en: 'The SessionKey of the shop’s authorisation; without it nothing is asked for.',
    },
    group: { zh: '消息分组名；不填为默认分组。', en: 'The group of messages; without it the default one.' },
    baseUrl: {
      zh: '接口网关地址，默认 https://eco.taobao.com/router/rest。',
      en: 'The gateway, https://eco.taobao.com/router/rest by default.',
    },
    messageUrl: { zh: '消息接口的地址，默认同 baseUrl。', en: 'The gateway for messages, by default that of baseUrl.' },
  },
  tells: [
    { sent: 'taobao_trade_TradeCreate', becomes: 'order_created' },
    { sent: 'taobao_trade_TradeBuyerPay', becomes: 'order_paid' },
    { sent: 'taobao_trade_TradeSellerShip, taobao_trade_TradePartlySellerShip', becomes: 'order_shipped' },
    { sent: 'taobao_trade_TradeSuccess', becomes: 'order_completed' },
    { sent: 'taobao_trade_TradeClose', becomes: 'order_cancelled' },
    { sent: 'taobao_refund_RefundSuccess', becomes: 'order_refunded' },
    { sent: 'taobao_opencrm_MemberJoin, taobao_opencrm_MemberJoinPrivate', becomes: 'member_joined' },
    { sent: 'taobao_opencrm_MemberGradeChange', becomes: 'member_updated' },
    { sent: 'tmall_mei_CrmBind', becomes: 'identified' },
    { sent: 'taobao_refund_RefundCreated, …', becomes: 'custom:taobao.taobao_refund_RefundCreated, …' },
    { sent: 'trade WAIT_BUYER_PAY', becomes: 'order_created' },
    { sent: 'trade WAIT_SELLER_SEND_GOODS; any trade with pay_time', becomes: 'order_paid' },
    { sent: 'trade WAIT_BUYER_CONFIRM_GOODS, SELLER_CONSIGNED_PART', becomes: 'order_shipped' },
    { sent: 'trade TRADE_FINISHED', becomes: 'order_completed' },
    { sent: 'trade TRADE_CLOSED, TRADE_CLOSED_BY_TAOBAO', becomes: 'order_cancelled' },
  ],
  joins: [
    {
      ...{ kind: 'taobao_ouid', scope: 'shop', from: 'ouid; user in MemberJoinPrivate' },
      worth: { zh: '同一店铺内的买家，换应用也不变。', en: 'The buyer within one shop, whatever the application.' },
    },
    {
      ...{ kind: 'taobao_omid', scope: 'brand', from: 'omid' },
      worth: { zh: '同一品牌各店铺间的买家。', en: 'The buyer over all shops of one brand.' },
    },
    {
      ...{ kind: 'taobao_buyer_open_uid', scope: 'appKey', from: 'buyer_open_uid; open_uid of members' },
      worth: {
        zh: '同一应用内的买家；订单和消息都带。',
        en: 'The buyer within one application; in orders and messages.',
      },
    },
    {
      ...{ kind: 'masked_mobile', scope: '', from: 'mix_mobile, mobile of member messages' },
      worth: { zh: '打码号码只作佐证，不认人。', en: 'A masked number is evidence and joins nobody.' },
    },
  ],
};
