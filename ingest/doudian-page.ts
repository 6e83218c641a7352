import type { ChannelPage } from './channel.ts';
import type { DoudianSettings } from './doudian-api.ts';

/** What Doudian's connector says about itself. */
export const DOUDIAN_PAGE: ChannelPage<DoudianSettings> = {
  title: { zh: '抖店', en: 'Doudian' },
  about: {
    zh:
      '抖音小店的订单与售后。推送只含订单号、不含买家；随后用订单详情接口问出买家的 doudian_open_id，推送的事件凭订单号归到同一位买家。' +
      '收货人不等于买家：其姓名、电话、地址的密文、掩码、检索索引和解密结果都只随订单加密保存，从不用来认人；' +
      '解密得到的多为到期失效的虚拟号。',
    en:
      'Orders and after-sales of a Doudian shop. A push bears an order number and no person; the order is then asked ' +
      'for, which tells the buyer’s doudian_open_id, and the pushed events follow by the order. A receiver is not ' +
      'the buyer: name, telephone and address stay encrypted with the order as ciphertext, mask, search index or ' +
      'decrypted text, and join nobody; what decryption gives is mostly a virtual number that expires.',
  },
  steps: {
    zh: [
      '登录抖店开放平台（op.jinritemai.com），在应用详情里抄下 app_key 和 app_secret，填入本数据源；shop 填店铺编号。',
      '在“消息推送”里把地址填为 https://你的域名/v1/channels/doudian/数据源名，订阅订单类与售后类消息。',
      '点“测试推送”：它在 /v1/fates 里记为 ignored test_payload。',
      '确认应用有订单详情权限。自用型应用自动换取令牌；工具型应用把店铺授权得到的令牌填入 accessToken。',
    ],
    en: [
      'At op.jinritemai.com copy app_key and app_secret into this source; shop is the shop’s number.',
      'Under 消息推送 enter https://your-domain/v1/channels/doudian/your-source; subscribe to orders and after-sales.',
      'Send a test message: /v1/fates counts it as ignored test_payload.',
      'See that the application may read order details. A self-use application makes its own token; for any other, ' +
        'enter the token of the shop’s authorisation as accessToken.',
    ],
  },
  help: {
    appKey: { zh: '应用的 app_key：参与签名。', en: 'The application’s app_key: part of the signature.' },
    appSecret: {
      zh: '应用的 app_secret：验证推送、为接口请求签名。',
      en: 'The application’s app_secret: checks pushes and signs calls.',
    },
    shop: { zh: '店铺：doudian_open_id 的作用域。', en: 'The shop: the scope of doudian_open_id.' },
    maxAge: { zh: '抖店的签名不含时间，此项不起作用。', en: 'Doudian signs no time: this does nothing.' },
    accessToken: {
      zh: '店铺授权的令牌；不填则按自用型应用自动换取。',
      en: 'A token that the shop granted; without it one is made as a self-use application does.',
    },
    shopId: {
      zh: '换取令牌用的店铺编号；不填则用推送里的 shop_id。',
      en: 'The shop’s number to make a token for; without it the shop_id of the push.',
    },
    baseUrl: { zh: '接口地址；默认 https://openapi-fxg.jinritemai.com。', en: 'Where the API is; its own address.' },
    askOrders: {
      zh: '设为 false 则不询问订单详情，买家保持匿名。',
      en: 'false: orders are not asked for, and their buyers stay anonymous.',
    },
    decrypt: {
      zh: '设为 true 则解密收货人的姓名和电话，加密存入订单；须有合法依据，并占用解密额度。',
      en:
        'true: name and telephone of the receiver are decrypted and kept encrypted with the order; needs a legal ' +
        'basis and uses up the quota.',
    },
  },
  tells: [
    { sent: '101, order_status 2', becomes: 'order_paid' },
    { sent: '102, order_status 3', becomes: 'order_shipped' },
    { sent: '103, order_status 5', becomes: 'order_completed' },
    { sent: '106, order_status 4', becomes: 'order_cancelled' },
    { sent: '206, success_time', becomes: 'order_refunded' },
    { sent: '100, 104, 105, 200–205, 207, …', becomes: 'custom:doudian.<tag>' },
    {
      sent: 'order.orderDetail, order_status 1 / 2, 105 / 3, 101 / 4 / 5',
      becomes: 'order_created / paid / shipped / cancelled / completed',
    },
    { sent: '0', becomes: 'ignored test_payload' },
  ],
  joins: [
    {
      ...{ kind: 'doudian_open_id', scope: 'shop', from: 'order.orderDetail: doudian_open_id' },
      worth: { zh: '同一店铺内的买家编号，可靠。', en: 'The buyer within one shop; reliable.' },
    },
    {
      ...{ kind: 'order', scope: 'doudian:source', from: 'p_id, order_id' },
      worth: { zh: '把推送归到订单的买家。', en: 'Gives a push to the buyer of its order.' },
    },
  ],
};
