import type { ChannelPage } from './channel.ts';
import type { JdSettings } from './jd-api.ts';

/** What JD's connector says about itself. */
export const JD_PAGE: ChannelPage<JdSettings> = {
  title: { zh: '京东', en: 'JD' },
  about: {
    zh:
      '京东 POP 店铺的订单，由本系统每五分钟按修改时间取一次，首次回溯 30 天。买家没有手机号：只有 open_id_buyer、' +
      'xid_buyer 或加密的 pin；收货人的姓名、电话、地址是密文，只随订单加密保存，不算买家的信息，也不用来认人。' +
      '订单金额为 orderPayment（用户应付：已减优惠，含运费、税费、服务费）加 balanceUsed（用余额付的部分）。',
    en:
      'Orders of a merchant’s shop at JD, asked for every five minutes by time of change, 30 days back at the first ' +
      'turn. There is no mobile of a buyer: open_id_buyer, xid_buyer or an encrypted pin is all; name, telephone and ' +
      'address of the receiver are ciphertext, stay encrypted with the order, say nothing about the buyer and join ' +
      'nobody. The total of an order is orderPayment (what the buyer owes: discounts taken off, freight, taxes and ' +
      'fees in it) and balanceUsed (what was paid out of a balance).',
  },
  steps: {
    zh: [
      '在 open.jd.com 的“控制台 → 应用管理”里抄下应用的 App Key 和 App Secret，填入本数据源的设置。',
      '申请订单接口 jingdong.pop.order.enSearch 的权限。',
      '商家主账号授权该应用，把得到的 access_token 填为 accessToken；过期后需重新授权并更新此项。',
      '五分钟内 /v1/fates 会出现第一批订单；token 失效时本数据源会停下并说明原因。',
    ],
    en: [
      'At open.jd.com, under 控制台 → 应用管理, copy the App Key and the App Secret of the application into this source.',
      'Have it permitted jingdong.pop.order.enSearch.',
      'Have the merchant’s main account authorise it and enter the access_token as accessToken; once it expires, ' +
        'authorise again.',
      'Within five minutes /v1/fates counts the first orders; a token that is no longer valid stops the source, ' +
        'which says so.',
    ],
  },
  help: {
    appKey: { zh: '应用的 App Key。', en: 'The App Key.' },
    appSecret: { zh: '应用的 App Secret：给每次调用签名。', en: 'The App Secret: signs every call.' },
    shop: {
      zh: '店铺代号：买家标识的作用域，自定，定后不要改。',
      en: 'The shop, the scope of the buyer’s id: your own name; keep it.',
    },
    accessToken: {
      zh: '商家授权得到的 access_token；不填则什么也不取。',
      en: 'The access_token of the merchant’s authorisation; without it nothing is asked for.',
    },
    baseUrl: {
      zh: '接口网关地址，默认 https://api.jd.com/routerjson。',
      en: 'The gateway, https://api.jd.com/routerjson by default.',
    },
  },
  tells: [
    { sent: 'WAIT_SELLER_STOCK_OUT, WAIT_SELLER_DELIVERY; any order with paymentConfirmTime', becomes: 'order_paid' },
    { sent: 'WAIT_SELLER_STOCK_OUT, cash on delivery', becomes: 'order_created' },
    { sent: 'WAIT_GOODS_RECEIVE_CONFIRM', becomes: 'order_shipped' },
    { sent: 'FINISHED_L', becomes: 'order_completed' },
    { sent: 'TRADE_CANCELED', becomes: 'order_cancelled' },
    { sent: 'LOCKED, PAUSE, POP_ORDER_PAUSE, …; returnOrder 1', becomes: 'custom:jd.order' },
  ],
  joins: [
    {
      ...{ kind: 'jd_open_id', scope: 'shop', from: 'open_id_buyer' },
      worth: { zh: '买家的稳定标识，首选。', en: 'The buyer, stable; the one to rely on.' },
    },
    {
      ...{ kind: 'jd_open_id', scope: 'shop', from: 'xid_buyer' },
      worth: {
        zh: '同一买家的另一标识：两者同现的订单把只带其一的订单连起来。',
        en: 'Another id of the same buyer: an order that bears both ties those that bear only one.',
      },
    },
    {
      ...{ kind: 'jd_open_id', scope: 'shop', from: 'pin' },
      worth: { zh: '仅当以上两者都没有时。', en: 'Only where neither of those is told.' },
    },
  ],
};
