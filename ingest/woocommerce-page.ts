import type { ChannelPage } from './channel.ts';

/** What the connector of WooCommerce says about itself. */
export const WOOCOMMERCE_PAGE: ChannelPage<Record<'shop' | 'secret' | 'maxAge', unknown>> = {
  title: { zh: 'WooCommerce', en: 'WooCommerce' },
  about: {
    zh:
      '自建站 WooCommerce 的订单、退款与客户。账单地址是买家的：姓名、手机号、邮箱都是明文，但由买家随手填写、未经验证。' +
      '收货地址可能是别人的，只随订单加密保存。',
    en:
      'Orders, refunds and customers of a WooCommerce shop. The billing address is the buyer’s: name, telephone and ' +
      'e-mail are in clear, as typed and never verified. The shipping address may be anybody’s and stays encrypted ' +
      'with the order.',
  },
  steps: {
    zh: [
      '在后台“WooCommerce → 设置 → 高级 → Webhook”里新建，状态选“启用”，API 版本选 WP REST API 集成 v3。',
      '主题各建一个：订单已创建、订单已更新、客户已创建、客户已更新；' +
        '发送网址都填 https://你的域名/v1/channels/woocommerce/数据源名。',
      '密钥自己定一个长的随机字符串，几个 webhook 填同一个，也填入本数据源的 secret。',
      '保存时 WooCommerce 会发一条不带签名的 ping（webhook_id=…），计为 ignored、test_payload；' +
        '之后改一张订单，会出现一条 accepted。',
    ],
    en: [
      'Under WooCommerce → Settings → Advanced → Webhooks add webhooks: status active, API version WP REST API v3.',
      'One each for the topics order created, order updated, customer created and customer updated; the delivery URL ' +
        'of all is https://your-domain/v1/channels/woocommerce/your-source.',
      'Make up a long random secret; enter the same one in each webhook and in this source.',
      'On saving, WooCommerce sends an unsigned ping (webhook_id=…), which counts as ignored, test_payload. Change ' +
        'an order then, and one is accepted.',
    ],
  },
  help: {
    shop: {
      zh: '店铺名，自己定，如 shop.example.cn：客户编号的作用域，定了不要再改。',
      en: 'A name for the shop, such as shop.example.cn: the scope of its customer ids, to be left as it is.',
    },
    secret: { zh: 'Webhook 的密钥：验证签名用。', en: 'The secret of the webhooks, which signs.' },
    maxAge: {
      zh: 'WooCommerce 的签名不含时间，填了也不起作用；重复推送靠投递编号去重。',
      en: 'WooCommerce signs no time, so this does nothing; repeats are known by their delivery id.',
    },
  },
  tells: [
    { sent: 'order.*: pending, on-hold', becomes: 'order_created' },
    { sent: 'order.*: processing', becomes: 'order_paid' },
    { sent: 'order.*: completed', becomes: 'order_completed' },
    { sent: 'order.*: cancelled, failed', becomes: 'order_cancelled' },
    { sent: 'order.*: refunded; each of refunds[]', becomes: 'order_refunded' },
    { sent: 'customer.created, customer.updated', becomes: 'member_updated' },
    { sent: 'customer.deleted, other topics with a person', becomes: 'custom:woocommerce.customer.deleted, …' },
    { sent: 'webhook_id=… (ping)', becomes: 'ignored, test_payload' },
  ],
  joins: [
    {
      ...{ kind: 'woo_customer', scope: 'shop', from: 'customer_id; id of a customer' },
      worth: { zh: '同一店铺内的客户编号，可靠；0 是游客，不算。', en: 'The customer within one shop; 0 is a guest.' },
    },
    {
      ...{ kind: 'mobile', scope: '', from: 'billing.phone' },
      worth: { zh: '买家随手填的，写法不一，未经验证。', en: 'Free text typed by the buyer, not verified.' },
    },
    {
      ...{ kind: 'email', scope: '', from: 'billing.email; email of a customer' },
      worth: { zh: '未经验证，只作旁证。', en: 'Not verified: it attaches and joins nobody by itself.' },
    },
    {
      ...{ kind: 'payment_id', scope: 'wechat-pay', from: 'transaction_id' },
      worth: {
        zh: '28 位的微信支付订单号：与小票和支付通知相同。',
        en: 'A WeChat Pay number of 28 digits: the same as on receipts and in its own notifications.',
      },
    },
  ],
};
