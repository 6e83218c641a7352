import type { IdentifierRef } from '../../schemas/identifier.ts';
import type { Secrets } from './samples.ts';

/** The invented brand, its accounts, and the invented people whose ids stand in the samples. */
export const BRAND = 'sample-brand';
export const OPEN_PLATFORM = 'sample-brand';
export const SHOP = 'sample-brand-cn.myshopify.com';
export const MINI_APPID = 'wx7b1e9c4d2a6f8350';
/** The app that the Youzan shop's OpenIDs belong to. */
export const YOUZAN_APPID = 'wx5e20d8c3a94b17f6';
export const YOUZAN_SHOP = '90000123';
export const TAOBAO = { appKey: '30000017', shop: '2200000000777' };
export const JD_SHOP = '12000017';
export const PDD_SHOP = '660000017';
export const DOUDIAN_SHOP = '4400017';
export const WOO_SHOP = 'shop.example.cn';

export const CHEN = {
  name: '陈思远',
  mobile: '13900001234',
  card: '8800012345678901',
  mpOpenid: 'oR0lNbXEEi7QKolr8BvqQ_Q58L1u',
  miniOpenid: 'o_q4S-jOalDjAMe39xYv6Ihh6IVQ',
  wecom: 'wmVg2LRuTDOoHChEy_cnuHP6I7lEwT09',
  weibo: '5600000000123',
  youzan: 'yzKQZqd5EEja3JpHQU',
  shopify: '8200000000017',
  pospal: '900000000000000321',
  jd: 'D6jUjqQv1iPu9v8V0F7nnnUtTEim',
  doudian: '1@#GDHpU75uzUo6sN6bTyhxR7rZ138iXeUQ6zDQ89dXtQPUGtdzwkOXKQJ7om2soz9L3eRKsQlHidFL3YPn',
};
export const OUYANG = {
  name: '欧阳雨晴',
  card: '8800012345678918',
  mpOpenid: 'ohDrp2xyGgo7humIUJHe8n9vmFT1',
  wecom: 'wmdnjLcnfsZlBRygI4c9faiRP1ojxaWD',
  weibo: '5600000000456',
  taobao: 'AAHHxBJ5D0rDygseeUAEYCPx',
};
/** Two people of one household with one number. */
export const FAMILY = {
  mobile: '13700004321',
  people: [
    { name: '王建国', card: '8800012345678925' },
    { name: '刘芳', card: '8800012345678932' },
  ],
};

/** An account somewhere, and what it is called. */
export type Known = { zh: string; en: string; ref: IdentifierRef };
/** An account that nothing ties to its person, and why. */
export type Apart = Known & { why: readonly [zh: string, en: string] };

const openid = (scope: string, value: string): IdentifierRef => ({ kind: 'wechat_openid', scope, value });
export const cardOf = (value: string): IdentifierRef => ({ kind: 'member_card', scope: BRAND, value });

/** Where 陈思远 is known, and as what, before anybody knows that it is one person. */
export function accountsOf({ wechatMp, wecom, youzan }: Secrets): Known[] {
  const user: IdentifierRef = { kind: 'user_id', scope: `pospal:${BRAND}`, value: CHEN.pospal };
  return [
    { zh: '门店会员卡', en: 'member card', ref: cardOf(CHEN.card) },
    { zh: '银豹会员', en: 'Pospal member', ref: user },
    { zh: 'Shopify 顾客', en: 'Shopify customer', ref: { kind: 'shopify_customer', scope: SHOP, value: CHEN.shopify } },
    { zh: '公众号粉丝', en: 'WeChat follower', ref: openid(wechatMp.appid, CHEN.mpOpenid) },
    { zh: '企微联系人', en: 'WeCom contact', ref: contactOf(wecom.corpid, CHEN.wecom) },
    { zh: '微信支付付款人', en: 'payer of WeChat Pay', ref: openid(MINI_APPID, CHEN.miniOpenid) },
    { zh: '微博粉丝', en: 'Weibo follower', ref: { kind: 'weibo_uid', value: CHEN.weibo } },
    {
      zh: '有赞买家',
      en: 'Youzan buyer',
      ref: { kind: 'youzan_open_id', scope: youzan.client_id, value: CHEN.youzan },
    },
  ];
}

const contactOf = (corpid: string, value: string): IdentifierRef => ({
  ...{ kind: 'wecom_external_userid', scope: corpid, value },
});

/** His accounts that no evidence ties to him. */
export const APART: readonly Apart[] = [
  {
    ...{ zh: '京东买家', en: 'JD buyer', ref: { kind: 'jd_open_id', scope: JD_SHOP, value: CHEN.jd } },
    why: [
      '京东订单只带京东自己的买家标识，姓名、电话、地址都是密文',
      'a JD order bears ids of JD’s own; name, telephone and address are ciphertext',
    ],
  },
  {
    ...{
      zh: '抖店买家',
      en: 'Doudian buyer',
      ref: { kind: 'doudian_open_id', scope: DOUDIAN_SHOP, value: CHEN.doudian },
    },
    why: [
      '抖店解密得到的是收件人的虚拟号，到期会换人，不能当手机号',
      'what Doudian decrypts is a receiver’s virtual number: it ends, and is no mobile',
    ],
  },
];

/** Where 欧阳雨晴 is known as one person; her card first. */
export const togetherOf = ({ wechatMp }: Secrets): Known[] => [
  { zh: '门店会员卡', en: 'member card', ref: cardOf(OUYANG.card) },
  { zh: '公众号粉丝', en: 'WeChat follower', ref: openid(wechatMp.appid, OUYANG.mpOpenid) },
];

/** Her accounts that no evidence ties to her card. */
export function ouyangOf({ wecom }: Secrets): Apart[] {
  return [
    {
      ...{ zh: '淘宝买家', en: 'Taobao buyer' },
      ref: { kind: 'taobao_ouid', scope: TAOBAO.shop, value: OUYANG.taobao },
      why: [
        '淘宝只给自己的三种买家标识（入会、付款、退款已连成一人），收件人脱敏',
        'Taobao gives ids of its own (joining, paying and refund are one buyer), the receiver is masked',
      ],
    },
    {
      ...{ zh: '微博粉丝', en: 'Weibo follower', ref: { kind: 'weibo_uid', value: OUYANG.weibo } },
      why: ['她没有在别处用微博登录并留下号码', 'she left no number anywhere while logged in with Weibo'],
    },
    {
      ...{ zh: '企微联系人', en: 'WeCom contact', ref: contactOf(wecom.corpid, OUYANG.wecom) },
      why: [
        '她删除了导购；此后企业微信不再告知 UnionID',
        'she removed the clerk, and WeCom tells no UnionID of who is gone',
      ],
    },
  ];
}
