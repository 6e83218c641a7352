import type { ChannelPage } from './channel.ts';
import type { FieldTable } from './fields.ts';

type Settings = Record<'appId' | 'appKey' | 'brand' | 'baseUrl' | 'store' | 'maxAge', unknown>;

/** Tickets as queryTicketPages tells them, and customers as queryByUid does. Both stand in one table. */
export const POSPAL_FIELDS: FieldTable = {
  uid: ['text', 'properties.uid'],
  sn: ['text', 'event id, order.id, receipt'],
  datetime: ['string', 'time'],
  cashierUid: 'text',
  'cashier.jobNumber': ['text', 'properties.cashier'],
  'cashier.name': ['string', 'properties.cashier_name'],
  'cashier.uid': 'text',
  customerUid: ['text', 'user_id'],
  totalAmount: ['number|string', 'order.total'],
  totalProfit: 'number|string',
  discount: ['number|string', 'properties.discount'],
  rounding: ['number|string', 'properties.rounding'],
  externalOrderNo: ['text', 'payment_id where it is one, else properties.external_order_no'],
  remark: ['string', 'properties.remark'],
  ticketType: ['string', 'type'],
  invalid: ['flag', 'order_cancelled'],
  'items[].name': ['string', 'order.items.name'],
  'items[].productUid': ['text', 'order.items.sku without a barcode'],
  'items[].productBarcode': ['text', 'order.items.sku'],
  'items[].sellPrice': ['number|string', 'order.discount'],
  'items[].customerPrice': 'number|string',
  'items[].quantity': ['number|string', 'order.items.quantity'],
  'items[].discount': 'number|string',
  'items[].customerDiscount': 'number|string',
  'items[].totalAmount': ['number|string', 'order.items.price'],
  'items[].totalProfit': 'number|string',
  'items[].isCustomerDiscount': 'flag',
  'items[].ticketitemattributes': 'any',
  'payments[].code': ['text', 'properties.payments, properties.payment_method'],
  'payments[].amount': ['number|string', 'properties.payments'],
  number: ['text', 'member_card'],
  name: ['string', 'traits.name'],
  phone: ['text', 'mobile'],
  email: ['string', 'email'],
  point: ['number|string', 'traits.points'],
  balance: ['number|string', 'properties.balance'],
  birthday: ['string', 'traits.birthday'],
  categoryName: ['string', 'traits.level'],
  address: ['string', 'traits.address'],
  qq: ['text', 'properties.qq'],
  remarks: ['string', 'properties.remarks'],
  createdDate: ['string', 'time of member_joined'],
  enable: ['text', 'properties.enable'],
};

/** What Pospal's connector says about itself. */
export const POSPAL_PAGE: ChannelPage<Settings> = {
  title: { zh: '银豹收银', en: 'Pospal' },
  about: {
    zh:
      '银豹收银的小票、退货与作废。系统每 5 分钟主动读取一次，每次多读前面 1 小时以收进晚到的小票；小票只带会员编号，' +
      '手机号、姓名和卡号随后按编号向银豹查询。',
    en:
      'Receipts, returns and voided receipts of Pospal tills. They are read every 5 minutes, each time from an hour ' +
      'before the last, for receipts that arrive late. A receipt names its member by a number alone: telephone, name ' +
      'and card are asked for by that number.',
  },
  steps: {
    zh: [
      '登录银豹云后台，在“开放平台”里申请并抄下 appId、appKey 和接口地址前缀。',
      '设置本数据源：appId、appKey、brand，接口地址填 baseUrl；门店编号填 store。',
      '几秒后首次读取最近 7 天；进度见 GET /v1/sources 的 pulls。',
      '更早的小票：POST /v1/sources/pospal/数据源名/pulls/tickets，请求体 {"from":"2026-01-01T00:00:00+08:00"}。',
    ],
    en: [
      'In the back office of Pospal ask for the open platform, and copy appId, appKey and the address of the API.',
      'Set this source: appId, appKey and brand; the address as baseUrl; the code of the shop as store.',
      'The last 7 days are read within seconds; pulls in GET /v1/sources tells how far it is.',
      'For older receipts: POST /v1/sources/pospal/your-source/pulls/tickets {"from":"2026-01-01T00:00:00+08:00"}.',
    ],
  },
  help: {
    appId: { zh: '开放平台给的 appId。', en: 'The appId that the open platform gave.' },
    appKey: { zh: '开放平台给的 appKey：签名用。', en: 'The appKey that the open platform gave: it signs.' },
    brand: {
      zh: '品牌：会员卡号与小票号的作用域，同一品牌的各数据源填同一个值。',
      en: 'The scope of member cards and receipts; the same for all sources of a brand.',
    },
    baseUrl: {
      zh: '接口地址前缀，如 https://area00-win.pospal.cn:443；每个账号不同，不填则不读取。',
      en:
        'The address of the API, such as https://area00-win.pospal.cn:443; each account has its own. Without it ' +
        'nothing is read.',
    },
    store: { zh: '门店编号；不填则用数据源名。', en: 'The code of the shop; the name of the source if not said.' },
    maxAge: { zh: '银豹不推送，此项不起作用。', en: 'Pospal sends nothing by itself: this does nothing.' },
  },
  tells: [
    { sent: '小票 ticket SELL', becomes: 'order_completed' },
    { sent: '退货 ticket SELL_RETURN', becomes: 'order_refunded' },
    { sent: '作废 ticket with invalid 1', becomes: 'order_cancelled' },
    { sent: '会员资料 customer', becomes: 'member_updated, member_joined' },
  ],
  joins: [
    {
      ...{ kind: 'user_id', scope: 'pospal:{brand}', from: 'customerUid' },
      worth: {
        zh: '银豹会员编号：把小票与会员资料连起来。',
        en: 'Pospal’s member: ties receipts to the member’s data.',
      },
    },
    {
      ...{ kind: 'member_card', scope: 'brand', from: 'number' },
      worth: { zh: '一卡一人，前导零保留。', en: 'A card is one customer; leading zeros are kept.' },
    },
    {
      ...{ kind: 'mobile', scope: '', from: 'phone' },
      worth: { zh: '会员登记的号码。', en: 'The number the member registered.' },
    },
    {
      ...{ kind: 'receipt', scope: 'brand', from: 'sn' },
      worth: { zh: '把小票与付款、退货连起来。', en: 'Ties a receipt to payments and returns.' },
    },
    {
      ...{ kind: 'payment_id', scope: 'wechat-pay, alipay', from: 'externalOrderNo' },
      worth: { zh: '把小票与支付渠道的付款连起来。', en: 'Ties a receipt to its payment in the network.' },
    },
  ],
};
