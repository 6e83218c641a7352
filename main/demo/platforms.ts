import type { Delivery, Stop } from './delivery.ts';
import { posted, type Told } from './posted.ts';
import { headersOf, queryOf, type Secrets, sample } from './samples.ts';
import { sealedForWechat, signedForWeibo } from './sign.ts';

/** What the platforms push to the doors: the samples as they are; those without a signature are given one here. */
export async function platformStops(secrets: Secrets): Promise<Stop[]> {
  return [
    { channel: 'shopify', source: 'cn', deliveries: await shopify() },
    { channel: 'wechat-mp', source: 'main', deliveries: await wechat(secrets) },
    { channel: 'weibo', source: 'main', deliveries: await weibo(secrets) },
    { channel: 'youzan', source: 'flagship', deliveries: await posted('youzan', YOUZAN) },
  ];
}

const WECHAT: Told[] = [
  ['text', '留言：几点关门', 'message: when do you close'],
  ['event-click', '点菜单“我的积分”', 'taps the menu “my points”'],
  ['event-view', '看春季新品页', 'views the spring page'],
  ['event-location', '上报位置', 'reports a location'],
  ['event-user_get_card', '领取会员卡', 'takes the card: now its UnionID is known'],
  ['event-submit_membercard_user_info', '提交会员卡资料', 'fills in the card’s form'],
  ['event-subscribe_msg_popup_event', '订阅消息：一允一拒', 'templates: one allowed, one refused'],
  ['event-scan', '再次扫门店码', 'scans the shop’s code again'],
  ['event-subscribe-search', '欧阳雨晴搜索关注', '欧阳雨晴 follows after a search'],
  ['event-unsubscribe', '李婉儀取消关注', '李婉儀 unfollows: marketing withdrawn'],
];

async function wechat({ wechatMp }: Secrets): Promise<Delivery[]> {
  const query = await queryOf('wechat-mp/encrypted-subscribe.query.json');
  const body = await sample('wechat-mp/encrypted-subscribe.xml');
  const other = await queryOf('wechat-mp/encrypted-wrong-appid.query.json');
  const foreign = await sample('wechat-mp/encrypted-wrong-appid.xml');
  const sealed = WECHAT.map(
    async ([file, zh, en]): Promise<Delivery> => ({
      ...{ to: 'door', zh, en },
      ...sealedForWechat(String(await sample(`wechat-mp/${file}.xml`)), wechatMp),
    }),
  );
  const whole = String(await sample('wechat-mp/event-click.xml'));
  const broken = sealedForWechat(whole.slice(0, whole.indexOf('<MsgType>')), wechatMp);
  return [
    { to: 'door', zh: '扫门店码关注', en: 'follows by the shop’s code', query, body },
    { to: 'door', zh: '平台重试同一条', en: 'the platform retries the same', query, body },
    ...(await Promise.all(sealed)),
    { to: 'door', zh: '密文完好、内容残缺', en: 'sealed well, but cut off inside: kept', ...broken },
    {
      to: 'door',
      zh: '发给别家公众号的密文',
      en: 'sealed for another account',
      query: other,
      body: foreign,
      refused: true,
    },
  ];
}

const WEIBO: Told[] = [
  ['event-follow', '关注品牌微博', 'follows the brand'],
  ['event-subscribe', '订阅消息', 'subscribes to messages'],
  ['event-click', '点菜单“领券”', 'taps the menu “coupon”'],
  ['position', '发送位置', 'sends a location'],
  ['event-scan_follow', '欧阳雨晴扫码关注', '欧阳雨晴 follows by a code'],
  ['mention', '欧阳雨晴 @品牌', '欧阳雨晴 mentions the brand'],
];

async function weibo({ weibo: secret }: Secrets): Promise<Delivery[]> {
  const text = { query: await queryOf('weibo/text.query.json'), body: await sample('weibo/text.json') };
  const signed = WEIBO.map(
    async ([file, zh, en]): Promise<Delivery> => ({
      ...{ to: 'door', zh, en },
      ...signedForWeibo(await sample(`weibo/${file}.json`), secret),
    }),
  );
  return [
    { to: 'door', zh: '私信：新品何时到店', en: 'message: when do the new ones come', ...text },
    ...(await Promise.all(signed)),
  ];
}

const YOUZAN: Told[] = [
  ['SCRM_CUSTOMER_EVENT', '客户资料更新', 'customer record, mobile as ciphertext'],
  ['trade_TradePaid', '订单已付款', 'an order is paid'],
  ['trade_TradeSuccess', '交易完成', 'the order is completed'],
  ['trade_refund_RefundSuccess', '退款成功', 'its refund'],
  ['youzan_trade_RefundSuccess', '同一退款的另一推送', 'the same refund by another message'],
  ['trade_TradeClose', '未付款订单关闭', 'an unpaid order closes: names nobody'],
];

async function shopify(): Promise<Delivery[]> {
  const [headers, body] = [
    await headersOf('shopify/orders-create.headers.json'),
    await sample('shopify/orders-create.body.json'),
  ];
  const forged = Buffer.from(String(body).replace('"total_price":"478.00"', '"total_price":"0.01"'));
  return [
    { to: 'door', zh: '官网下单并付款', en: 'an order, paid', headers, body },
    {
      ...{ to: 'door', zh: '买家信息被抹去的订单', en: 'an order, its buyer redacted' },
      headers: await headersOf('shopify/orders-create-redacted.headers.json'),
      body: await sample('shopify/orders-create-redacted.body.json'),
    },
    {
      to: 'door',
      zh: '金额被篡改的同一订单',
      en: 'the first one forged: total 0.01',
      headers,
      body: forged,
      refused: true,
    },
  ];
}
