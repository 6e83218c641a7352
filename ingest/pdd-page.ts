import type { ChannelPage } from './channel.ts';
import type { PddSettings } from './pdd-api.ts';

/** What Pinduoduo's connector says about itself. */
export const PDD_PAGE: ChannelPage<PddSettings> = {
  title: { zh: '拼多多', en: 'Pinduoduo' },
  about: {
    zh:
      '拼多多店铺的订单、售后与消息，由本系统主动读取，没有推送地址。拼多多不提供任何买家编号，因此订单是匿名的：计入统计，' +
      '但不归到某个顾客；只有别处同样给出这个订单号时才连得上。收货人不等于买家：密文、检索索引和掩码只随订单加密保存，从不用来认人；' +
      '发货后这些字段变为空串，空串不表示任何事。',
    en:
      'Orders, after-sales and messages of a Pinduoduo shop, read by the product itself; there is no webhook. ' +
      'Pinduoduo gives no id of the buyer whatever: orders are anonymous and belong to a customer only where another ' +
      'source names the same order. A receiver is not the buyer: ciphertext, search index and mask stay encrypted ' +
      'with the order and join nobody. After shipping those fields are empty, which says nothing.',
  },
  steps: {
    zh: [
      '登录拼多多开放平台（open.pinduoduo.com），在应用详情里抄下 client_id 和 client_secret，填入本数据源；shop 填店铺编号。',
      '请店铺授权该应用，把得到的 access_token 填入 accessToken；过期后重新授权并更新。',
      '在“消息服务”里开通并订阅交易与售后消息，并为店铺授权消息（pdd.pmc.user.permit）。',
      '几分钟后在 /v1/fates 里能看到本数据源的记录。',
    ],
    en: [
      'At open.pinduoduo.com copy client_id and client_secret into this source; shop is the shop’s number.',
      'Have the shop authorise the application and enter the access_token as accessToken; renew it when it expires.',
      'Under 消息服务 subscribe to trade and after-sale messages, and permit them for the shop (pdd.pmc.user.permit).',
      'Within some minutes /v1/fates counts what this source has read.',
    ],
  },
  help: {
    clientId: { zh: '应用的 client_id。', en: 'The application’s client_id.' },
    clientSecret: {
      zh: '应用的 client_secret：为请求签名。',
      en: 'The application’s client_secret, which signs calls.',
    },
    shop: { zh: '店铺编号。', en: 'The shop’s number.' },
    maxAge: { zh: '没有推送地址，此项不起作用。', en: 'There is no webhook: this does nothing.' },
    accessToken: {
      zh: '店铺授权的令牌；不填则只读消息，不读订单和售后单。',
      en: 'The token of the shop’s authorisation; without it messages are read, orders and after-sales are not.',
    },
    daysBack: {
      zh: '首次读取时往回多少天，1 到 90；默认 1。',
      en: 'How many days back the first reading goes, 1 to 90; 1 by default.',
    },
    baseUrl: { zh: '接口地址；默认 https://gw-api.pinduoduo.com。', en: 'Where the API is; its own address.' },
    messageUrl: {
      zh: '消息服务地址；默认 wss://message-api.pinduoduo.com。',
      en: 'Where the message service is; its own address.',
    },
  },
  tells: [
    { sent: 'order_status 1 / 2 / 3', becomes: 'order_paid / order_shipped / order_completed' },
    { sent: 'confirm_status 0', becomes: 'order_created' },
    { sent: 'confirm_status 2, group_status 2', becomes: 'order_cancelled' },
    { sent: 'refund_status 2, 3, 4', becomes: 'custom:pdd.refund_status' },
    { sent: 'pdd.refund.list.increment.get, after_sales_status 10', becomes: 'order_refunded' },
    { sent: 'pdd_trade_TradeSellerShip', becomes: 'order_shipped' },
    { sent: 'pdd_trade_TradeSuccess', becomes: 'order_completed' },
    { sent: 'pdd_trade_TradeConfirmed, pdd_refund_RefundCreated, …', becomes: 'custom:pdd.<type>' },
  ],
  joins: [
    {
      ...{ kind: 'order', scope: 'pdd:source', from: 'order_sn, tid' },
      worth: {
        zh: '把消息、订单和售后单连在一起；本身不指向任何人。',
        en: 'Ties messages, orders and refunds together; points to nobody by itself.',
      },
    },
  ],
};
