import type { ChannelPage } from './channel.ts';

/** What Shopify's connector says about itself. */
export const SHOPIFY_PAGE: ChannelPage<Record<'shop' | 'apiSecret' | 'maxAge', unknown>> = {
  title: { zh: 'Shopify', en: 'Shopify' },
  about: {
    zh:
      'Shopify 店铺的订单、退款与客户。应用获得“受保护的客户数据”第 2 级权限后，手机号和邮箱是明文；没有该权限时它们为空，' +
      '买家只剩客户编号。收货与账单地址里的姓名、电话只随订单加密保存，不算买家的信息。',
    en:
      'Orders, refunds and customers of a Shopify shop. Telephone and e-mail come in clear where the app may see ' +
      'protected customer data of level 2; without that they are empty and a buyer is a customer id alone. Names and ' +
      'telephones of shipping and billing addresses stay encrypted with the order and say nothing about the buyer.',
  },
  steps: {
    zh: [
      '在应用的“API 凭据”里抄下客户端密钥（client secret），与店铺域名一起填入本数据源的设置；在店铺后台建 webhook 时，' +
        '用“设置 → 通知 → Webhook”页底部显示的签名密钥。',
      '为下列主题订阅 webhook，格式选 JSON，地址填 https://你的域名/v1/channels/shopify/数据源名：orders/create、' +
        'orders/updated、orders/paid、orders/cancelled、refunds/create、customers/create、customers/update。',
      '三个合规主题 customers/data_request、customers/redact、shop/redact 也填同一地址。',
      '点“发送测试通知”：它作为事件收下，属性 test 为 true；随后在 /v1/fates 里能看到一条 accepted。',
    ],
    en: [
      'Copy the app’s client secret from its API credentials into this source, with the shop’s domain; for webhooks ' +
        'made in the shop’s admin it is the key at the foot of Settings → Notifications → Webhooks.',
      'Subscribe, as JSON, to https://your-domain/v1/channels/shopify/your-source for these topics: orders/create, ' +
        'orders/updated, orders/paid, orders/cancelled, refunds/create, customers/create, customers/update.',
      'Send the three compliance topics customers/data_request, customers/redact and shop/redact to the same address.',
      'Send a test notification: it is taken as an event whose property test is true; /v1/fates counts it as accepted.',
    ],
  },
  help: {
    shop: {
      zh: '店铺域名，如 brand.myshopify.com：客户编号的作用域。',
      en: 'The shop’s domain, such as brand.myshopify.com: the scope of its customer ids.',
    },
    apiSecret: { zh: '应用的客户端密钥：验证签名用。', en: 'The app’s client secret, which signs.' },
    maxAge: {
      zh: 'X-Shopify-Triggered-At 之后多少秒拒收；不填则不限。',
      en: 'Seconds since X-Shopify-Triggered-At after which a request is refused; without it there is no limit.',
    },
  },
  tells: [
    { sent: 'orders/create, orders/updated, orders/paid', becomes: 'order_paid where paid, else order_created' },
    { sent: 'orders/cancelled', becomes: 'order_cancelled' },
    { sent: 'refunds/create', becomes: 'order_refunded' },
    { sent: 'customers/create, customers/update, …', becomes: 'member_updated' },
    { sent: 'customers/redact', becomes: 'account_closed' },
    { sent: 'customers/data_request', becomes: 'custom:shopify.customers_data_request' },
    { sent: 'orders/fulfilled, …', becomes: 'custom:shopify.orders_fulfilled, …' },
  ],
  joins: [
    {
      ...{ kind: 'shopify_customer', scope: 'shop', from: 'customer.id' },
      worth: { zh: '同一店铺内的客户编号，可靠。', en: 'The customer within one shop; reliable.' },
    },
    {
      ...{ kind: 'mobile', scope: '', from: 'customer.phone, phone' },
      worth: { zh: '买家自己填的号码，未经验证。', en: 'Typed by the buyer, not verified.' },
    },
    {
      ...{ kind: 'email', scope: '', from: 'customer.email, email, contact_email' },
      worth: {
        zh: '客户记录里的邮箱且 verified_email 为真时已验证。',
        en: 'Verified where it is the customer’s own and verified_email is true.',
      },
    },
  ],
};
