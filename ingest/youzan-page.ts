import type { ChannelPage } from './channel.ts';

/** What Youzan's connector says about itself. */
export const YOUZAN_PAGE: ChannelPage<
  Record<'clientId' | 'clientSecret' | 'kdtId' | 'wechatAppid' | 'maxAge', unknown>
> = {
  title: { zh: '有赞', en: 'Youzan' },
  about: {
    zh:
      '有赞店铺的订单、退款与客户消息。手机号是店铺内的密文：同一店铺里同一号码的密文总是相同，只在该店铺内用来认人，' +
      '从不当作手机号。收货人的姓名、电话和地址只随订单加密保存，不算买家的信息。',
    en:
      'Orders, refunds and customers of a Youzan shop. Mobile numbers come as ciphertext, the same for the same ' +
      'number within one shop: it joins inside that shop alone and never counts as a number. Name, telephone and ' +
      'address of a receiver stay encrypted with the order and say nothing about the buyer.',
  },
  steps: {
    zh: [
      '登录有赞云控制台（console.youzanyun.com），在应用的“应用概览”里抄下 client_id 和 client_secret，填入本数据源的设置。',
      '在“消息订阅”里把推送地址填为 https://你的域名/v1/channels/youzan/数据源名。',
      '订阅交易、退款、客户（SCRM_CUSTOMER_EVENT）和积分消息，并确认应用已授权给店铺；kdtId 填该店铺的编号。',
      '点“测试推送”：它在 /v1/fates 里记为 ignored test_payload；下一笔真实订单记为 accepted。',
    ],
    en: [
      'In the 有赞云 console (console.youzanyun.com), copy client_id and client_secret from 应用概览 into this source.',
      'Under 消息订阅 enter https://your-domain/v1/channels/youzan/your-source as the address.',
      'Subscribe to trades, refunds, customers (SCRM_CUSTOMER_EVENT) and points, and see that the shop has ' +
        'authorised the application; kdtId is the number of that shop.',
      'Send a test message: /v1/fates counts it as ignored test_payload, and the next real order as accepted.',
    ],
  },
  help: {
    clientId: {
      zh: '应用的 client_id：参与签名，也是 yz_open_id 的作用域。',
      en: 'The application’s client_id: part of the signature, and the scope of yz_open_id.',
    },
    clientSecret: { zh: '应用的 client_secret：验证签名用。', en: 'The application’s client_secret, which signs.' },
    kdtId: {
      zh: '店铺编号：手机号密文的作用域；不填则用消息里的 kdt_id。',
      en: 'The shop whose ciphertexts these are; without it the kdt_id of each message.',
    },
    wechatAppid: {
      zh: 'outer_user_id（微信 OpenID）所属的公众号或小程序 appid；不填则该标识被拒（scope_missing）。',
      en: 'The appid that outer_user_id (a WeChat OpenID) belongs to; without it that id is refused (scope_missing).',
    },
    maxAge: {
      zh: '有赞的签名不含时间，此项不起作用。',
      en: 'Youzan signs no time: this does nothing.',
    },
  },
  tells: [
    { sent: 'trade_TradeCreate', becomes: 'order_created' },
    { sent: 'trade_TradePaid, trade_TradeBuyerPay', becomes: 'order_paid' },
    { sent: 'trade_TradePartlySellerShip, trade_TradeSellerShip', becomes: 'order_shipped' },
    { sent: 'trade_TradeSuccess', becomes: 'order_completed' },
    { sent: 'trade_TradeClose', becomes: 'order_cancelled' },
    {
      sent: 'trade_refund_RefundSuccess, trade_refund_SysRefund, youzan_trade_RefundSuccess',
      becomes: 'order_refunded',
    },
    { sent: 'SCRM_CUSTOMER_EVENT', becomes: 'member_updated' },
    { sent: 'SCRM_CUSTOMER_EVENT, is_log_off', becomes: 'account_closed' },
    { sent: 'POINTS, …', becomes: 'custom:youzan.POINTS, …' },
  ],
  joins: [
    {
      ...{ kind: 'youzan_open_id', scope: 'clientId', from: 'yz_open_id' },
      worth: { zh: '同一应用内的买家编号，可靠。', en: 'The buyer within one application; reliable.' },
    },
    {
      ...{ kind: 'wechat_openid', scope: 'wechatAppid', from: 'outer_user_id' },
      worth: { zh: '与公众号、小程序的数据合为一人。', en: 'Joins with the service account or mini program.' },
    },
    {
      ...{ kind: 'cipher', scope: 'youzan:kdtId', from: 'buyer_phone, mobile' },
      worth: { zh: '只在同一店铺内认人。', en: 'Joins inside one shop alone.' },
    },
    {
      ...{ kind: 'mobile', scope: '', from: 'buyer_phone, mobile' },
      worth: { zh: '仅当店铺推送明文时。', en: 'Only where a shop sends it in clear.' },
    },
    {
      ...{ kind: 'payment_id', scope: 'wechat-pay', from: 'transaction, outer_transactions' },
      worth: { zh: '把订单与微信支付的付款连起来。', en: 'Ties the order to the payment at WeChat Pay.' },
    },
  ],
};
