import type { ChannelPage } from './channel.ts';

type Setting = 'mchid' | 'apiV3Key' | 'serial' | 'platformPublicKey' | 'countsAsOrder' | 'maxAge';

/** What the connector of WeChat Pay says about itself. */
export const WECHAT_PAY_PAGE: ChannelPage<Record<Setting, unknown>> = {
  title: { zh: '微信支付', en: 'WeChat Pay' },
  about: {
    zh:
      '微信支付 APIv3 的支付与退款通知。没有手机号，但同时带有付款人的 OpenID 和微信支付订单号：' +
      '门店小票上印的也是这个号，于是一张没有会员卡的小票能找到付款的人。支付本身不是订单，默认不计入消费额。',
    en:
      'Payments and refunds as WeChat Pay’s API v3 notifies them. They bear no telephone, but the payer’s OpenID and ' +
      'the number of the payment, which the till’s receipt bears too: so a receipt without a member card finds who ' +
      'paid it. A payment is no order and adds nothing to spend, unless the source says so.',
  },
  steps: {
    zh: [
      '登录商户平台 pay.weixin.qq.com，在“账户中心 → API安全”里设置 APIv3 密钥（32 个字符），填入 apiV3Key。',
      '在同一页申请并下载“微信支付公钥”，全文填入 platformPublicKey，公钥 ID（PUB_KEY_ID_…）填入 serial；' +
        '仍在用平台证书的商户填证书的 PEM 和证书序列号。',
      '下单和退款时把 notify_url 设为 https://你的域名/v1/channels/wechat-pay/数据源名；' +
        '收银系统已占用该地址时，由它把收到的请求原样转发过来：请求头和正文一个字节都不能变。',
      '付一分钱再退掉：/v1/fates 里会出现两条 accepted。',
    ],
    en: [
      'At pay.weixin.qq.com, under 账户中心 → API安全, set the APIv3 key (32 characters) and enter it as apiV3Key.',
      'On the same page get the WeChat Pay public key (微信支付公钥): its text is platformPublicKey, its id ' +
        '(PUB_KEY_ID_…) is serial. Merchants who still have a platform certificate enter its PEM and serial number.',
      'Give https://your-domain/v1/channels/wechat-pay/your-source as notify_url of orders and refunds. Where the ' +
        'till system has that address, let it pass requests on as they came: not a byte of headers or body may change.',
      'Pay a fen and give it back: /v1/fates counts two as accepted.',
    ],
  },
  help: {
    mchid: {
      zh: '商户号；通知里的商户号（服务商模式下为服务商或子商户的）不是它时拒收。',
      en: 'The merchant’s number; a notification for another one (as provider or its merchant) is refused.',
    },
    apiV3Key: {
      zh: 'APIv3 密钥，32 个字符：解密通知内容用。',
      en: 'The APIv3 key, 32 characters, which opens what a notification says.',
    },
    serial: {
      zh: '微信支付公钥 ID 或平台证书序列号；填了就必须与请求头 Wechatpay-Serial 一致。',
      en: 'Id of the public key or serial number of the certificate; where given, Wechatpay-Serial must equal it.',
    },
    platformPublicKey: {
      zh: '微信支付公钥或平台证书，PEM 格式：验证签名用。不是商户自己的证书。',
      en: 'WeChat Pay’s public key or platform certificate, PEM, which verifies signatures. Not the merchant’s own.',
    },
    countsAsOrder: {
      zh: '设为 true 时支付与退款记为订单（order_paid、order_refunded）并计入消费额；订单另有来源时保持 false，以免重复计算。',
      en: 'True: payments and refunds are orders and count in spend. Leave it false where orders come from elsewhere.',
    },
    maxAge: {
      zh: 'Wechatpay-Timestamp 之后多少秒拒收；不填则不限。',
      en: 'Seconds since Wechatpay-Timestamp after which a request is refused; without it there is no limit.',
    },
  },
  tells: [
    { sent: 'TRANSACTION.SUCCESS', becomes: 'payment_received; order_paid with countsAsOrder' },
    { sent: 'REFUND.SUCCESS', becomes: 'payment_refunded; order_refunded with countsAsOrder' },
    { sent: 'REFUND.ABNORMAL, REFUND.CLOSED, …', becomes: 'custom:wechat-pay.REFUND.ABNORMAL, …' },
  ],
  joins: [
    {
      ...{ kind: 'wechat_openid', scope: 'appid', from: 'payer.openid' },
      worth: { zh: '付款人在该应用下的 OpenID，平台给出，可靠。', en: 'The payer within the app; reliable.' },
    },
    {
      ...{ kind: 'payment_id', scope: 'wechat-pay', from: 'transaction_id' },
      worth: {
        zh: '微信支付订单号，与小票、账单上的相同；付款人可能替别人付款，所以只作旁证。',
        en: 'Stands on receipts and bills too. Who pays may pay for another: it attaches and joins nobody by itself.',
      },
    },
  ],
};
