/** What the demo calls things in both languages; what has no entry keeps its own name. */
export type Words = ReadonlyMap<string, string>;
export const say = (words: Words, name: string): string => words.get(name) ?? name;

const words = (entries: Record<string, string>): Words => new Map(Object.entries(entries));

export const CHANNELS = words({
  pos: '门店 POS',
  pospal: '银豹收银 Pospal tills',
  file: '通用文件 files',
  'wechat-mp': '微信公众号 WeChat official account',
  'wechat-pay': '微信支付 WeChat Pay',
  wecom: '企业微信 WeCom',
  'wechat-miniprogram': '微信小程序 WeChat mini-programme',
  weibo: '微博 Weibo',
  youzan: '有赞 Youzan',
  shopify: 'Shopify 官网',
  woocommerce: 'WooCommerce 分站',
  taobao: '淘宝 Taobao',
  jd: '京东 JD',
  pdd: '拼多多 Pinduoduo',
  doudian: '抖店 Doudian',
  campaign: '活动页 campaign pages',
  'member-centre': '会员中心 member centre',
});

export const FATES = words({
  accepted: '收下 accepted',
  duplicate: '重复 duplicate',
  ignored: '忽略 ignored',
  quarantined: '隔离 quarantined',
  'dead-letter': '死信 dead-letter',
});

/** The ways that something comes in. */
export const CAME = words({
  door: '推送 pushed',
  import: '文件 files',
  events: '事件 events',
  pull: '拉取 pulled',
  answer: '应答 answers',
});

export const TRAITS = words({
  name: '姓名 name',
  nickname: '昵称 nickname',
  gender: '性别 gender',
  birthday: '生日 birthday',
  province: '省 province',
  city: '市 city',
  district: '区 district',
  address: '地址 address',
  level: '等级 level',
  points: '积分 points',
});

export const RULES = words({
  only: '只有一种说法 the only claim',
  verified: '已核验者胜 a verified claim',
  registered: '本人登记胜过顺带提及 registered over mentioned',
  source_rank: '来源等级 rank of the source',
  full_name: '全名胜过简称 a full name over a part',
  latest: '最近的说法胜 the latest claim',
  event_key: '同时则按事件键 same time: by event key',
});

export const KINDS = words({
  mobile: '手机号 mobile',
  email: '邮箱 e-mail',
  member_card: '会员卡 member card',
  wechat_unionid: '微信 UnionID',
  wechat_openid: '微信 OpenID',
  weibo_uid: '微博 UID',
  youzan_open_id: '有赞 Youzan',
  shopify_customer: 'Shopify 顾客',
  woo_customer: 'WooCommerce 顾客',
  wecom_external_userid: '企微联系人 WeCom',
  user_id: '自有账号 own account',
  taobao_ouid: '淘宝 OUID',
  taobao_omid: '淘宝 OMID',
  taobao_buyer_open_uid: '淘宝买家 Taobao buyer',
  jd_open_id: '京东买家 JD buyer',
  doudian_open_id: '抖店买家 Doudian buyer',
  payment_id: '支付单 payment',
  receipt: '小票 receipt',
  order: '订单 order',
  remark_mobile: '员工备注号 noted by staff',
  masked_mobile: '脱敏号 masked mobile',
  cipher: '平台密文 ciphertext',
});

export const STATES = words({
  active: '有效 active',
  past: '已换主 past',
  shared: '共用 shared',
  hot: '过热 hot',
  blocked: '停用 blocked',
  quarantined: '隔离 quarantined',
  evidence: '仅作证据 evidence',
  granted: '同意 granted',
  withdrawn: '撤回 withdrawn',
  open: '等人决定 open',
  later: '稍后再议 later',
  kept_apart: '决定分开 kept apart',
});

export const EVENTS = words({
  follow: '关注 follow',
  unfollow: '取关 unfollow',
  message: '留言 message',
  click: '点菜单 click',
  view: '浏览 view',
  scan: '扫码 scan',
  location: '位置 location',
  card_received: '领卡 card received',
  member_joined: '开卡 joined',
  member_updated: '资料更新 updated',
  form_submitted: '填表 form',
  identified: '登录识别 identified',
  order_created: '下单 ordered',
  order_paid: '付款 paid',
  order_completed: '完成 completed',
  order_cancelled: '取消 cancelled',
  order_refunded: '退款 refunded',
  payment_received: '支付 payment',
  payment_refunded: '支付退款 refund paid',
  order_shipped: '发货 shipped',
  contact: '联系人详情 contact',
  edit_external_contact: '改备注 edited',
  user_info: '关注者详情 follower',
  consent_changed: '授权 consent',
});

export const PURPOSES = words({
  marketing: '营销 marketing',
  messages: '消息 messages',
  authorization: '授权 authorization',
});
export const WAYS = words({
  sms: '短信 SMS',
  call: '电话 call',
  email: '邮件 e-mail',
  weibo: '微博 Weibo',
  'wechat-mp': '公众号 WeChat',
});
