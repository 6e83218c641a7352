import type { ChannelPage } from './channel.ts';

type Settings = Record<'brand' | 'store' | 'stores' | 'timeZone' | 'dayEndsAt' | 'receiptNumbers' | 'maxAge', unknown>;

/** What the connector of tills says about itself. */
export const POS_PAGE: ChannelPage<Settings> = {
  title: { zh: '门店收银', en: 'Store / POS' },
  about: {
    zh:
      '收银系统或会员系统导出的文件：小票、退货单、会员资料，以及微信支付账单。编码（UTF-8、GBK、GB18030、UTF-16）、' +
      '分隔符、表头名称和表头所在行自动识别；每一行都有去向，读不出来的行连同行号和原因可以下载。',
    en:
      'Files of a till or member system: receipts, returned goods, member cards, and the bill of WeChat Pay. ' +
      'Encoding (UTF-8, GBK, GB18030, UTF-16), separator, names of columns and their line are found by themselves; ' +
      'each row has its fate, and those that could not be read can be fetched with line and reason.',
  },
  steps: {
    zh: [
      '在收银系统里导出销售明细（每行一件商品，带小票号）、退货明细或会员资料，CSV 格式，不必改表头。',
      '设置本数据源：brand 填品牌名；文件里没有门店列时填 store；门店写的是名称时用 stores 给出对应的编号。',
      '上传：POST /v1/imports/pos/数据源名，请求体就是文件本身；kind 可填 sales、members、refunds、bill，默认自动判断。',
      '看回答里的 fates 与 reasons；rejects 给出被拒的行。同一文件再传一次不会重复计数。',
    ],
    en: [
      'Export sales (a line per article, with the receipt’s number), returned goods or members as CSV; leave the ' +
        'header as it is.',
      'Set this source: brand; store where the file has no column for it; stores where it calls shops by name.',
      'Send it with POST /v1/imports/pos/your-source, the file itself as the body; kind is sales, members, ' +
        'refunds or bill, found by itself where it is not said.',
      'Read fates and reasons in the answer; rejects names the rows that were refused. The same file sent again ' +
        'counts nothing twice.',
    ],
  },
  help: {
    brand: {
      zh: '品牌：会员卡号和小票号的作用域，同一品牌的各数据源填同一个值。',
      en: 'The scope of member cards and receipts; the same for all sources of a brand.',
    },
    store: { zh: '文件里没有门店时使用的门店编号。', en: 'The code of the shop where a file names none.' },
    stores: {
      zh: '门店名称到编号的对照，如 {"朝阳门店":"BJ001"}。',
      en: 'Codes of shops that files call by name, such as {"朝阳门店":"BJ001"}.',
    },
    timeZone: { zh: '文件里时间的时区，默认 Asia/Shanghai。', en: 'The zone of the times; Asia/Shanghai if not said.' },
    dayEndsAt: {
      zh: '营业日的结束时刻（当地时间，如 06:00），默认 00:00。',
      en: 'The local time at which a business day ends, such as 06:00; 00:00 if not said.',
    },
    receiptNumbers: {
      zh: 'unique：小票号永不重复（默认）；daily：每个营业日重新编号。',
      en: 'unique: a receipt’s number comes once (if not said); daily: numbers start anew each business day.',
    },
    maxAge: { zh: '文件没有签名，此项不起作用。', en: 'Files bear no signature: this does nothing.' },
  },
  tells: [
    { sent: '小票 receipt', becomes: 'order_completed' },
    { sent: '退货 refund, negative lines of a receipt', becomes: 'order_refunded' },
    { sent: '会员 member row', becomes: 'member_joined, member_updated' },
    { sent: '微信支付账单 bill row', becomes: 'payment_received, payment_refunded' },
  ],
  joins: [
    {
      ...{ kind: 'member_card', scope: 'brand', from: '会员卡号, 会员编号' },
      worth: { zh: '一卡一人，前导零保留。', en: 'A card is one customer; leading zeros are kept.' },
    },
    {
      ...{ kind: 'mobile', scope: '', from: '手机号' },
      worth: {
        zh: '会员资料里的号码是登记的，小票上的是店员录入的。',
        en: 'Registered in a member file; typed by a clerk on a receipt.',
      },
    },
    {
      ...{ kind: 'receipt', scope: 'brand', from: '小票号' },
      worth: { zh: '把小票、退货与付款连到一起。', en: 'Ties receipt, return and payment to one another.' },
    },
    {
      ...{ kind: 'payment_id', scope: 'wechat-pay', from: '微信订单号, 交易单号' },
      worth: { zh: '把小票与微信支付的付款连起来。', en: 'Ties a receipt to its payment at WeChat Pay.' },
    },
  ],
};
