import type { Source } from '../../ingest/sources.ts';
import type { IdentifierRef } from '../../schemas/identifier.ts';
import type { Secrets } from './samples.ts';

/** The invented brand, its accounts, and the invented people whose ids stand in the samples. */
export const BRAND = 'sample-brand';
export const OPEN_PLATFORM = 'sample-brand';
export const SHOP = 'sample-brand-cn.myshopify.com';
export const MINI_APPID = 'wx7b1e9c4d2a6f8350';
/** The app that the Youzan shop's OpenIDs belong to. */
const YOUZAN_APPID = 'wx5e20d8c3a94b17f6';
export const YOUZAN_SHOP = '90000123';

export const CHEN = {
  name: '陈思远',
  mobile: '13900001234',
  card: '8800012345678901',
  unionid: 'os6WufHc5fI5po2U25QhHMa6UWrK',
  mpOpenid: 'oR0lNbXEEi7QKolr8BvqQ_Q58L1u',
  miniOpenid: 'o_q4S-jOalDjAMe39xYv6Ihh6IVQ',
  weibo: '5600000000123',
  youzan: 'yzKQZqd5EEja3JpHQU',
  shopify: '8200000000017',
};
export const OUYANG = {
  name: '欧阳雨晴',
  mobile: '18600005678',
  card: '8800012345678918',
  unionid: 'oz9JDQ7vOMwRu4ie3fcq_9f70oEx',
  mpOpenid: 'ohDrp2xyGgo7humIUJHe8n9vmFT1',
};
/** Two people of one household with one number. */
export const FAMILY = {
  mobile: '13700004321',
  people: [
    { name: '王建国', card: '8800012345678925' },
    { name: '刘芳', card: '8800012345678932' },
  ],
};

/** Where 陈思远 is known, and as what, before anybody knows that it is one person. */
export function accountsOf(secrets: Secrets): { zh: string; en: string; ref: IdentifierRef }[] {
  const { wechatMp, youzan } = secrets;
  return [
    { zh: '门店会员卡', en: 'member card', ref: { kind: 'member_card', scope: BRAND, value: CHEN.card } },
    { zh: '公众号粉丝', en: 'WeChat follower', ref: openid(wechatMp.appid, CHEN.mpOpenid) },
    { zh: '微博粉丝', en: 'Weibo follower', ref: { kind: 'weibo_uid', value: CHEN.weibo } },
    {
      zh: '有赞买家',
      en: 'Youzan buyer',
      ref: { kind: 'youzan_open_id', scope: youzan.client_id, value: CHEN.youzan },
    },
    { zh: 'Shopify 顾客', en: 'Shopify customer', ref: { kind: 'shopify_customer', scope: SHOP, value: CHEN.shopify } },
  ];
}

const openid = (scope: string, value: string): IdentifierRef => ({ kind: 'wechat_openid', scope, value });
export const cardOf = (value: string): IdentifierRef => ({ kind: 'member_card', scope: BRAND, value });

const STORES = { 北京朝阳门店: 'BJ001', 上海徐汇店: 'SH002', 广州天河店: 'GZ003', 成都春熙店: 'CD004' };

/** The accounts whose doors the samples go through. */
export function sourcesOf({ wechatMp, weibo, youzan, shopify }: Secrets): Source[] {
  const pos = { brand: BRAND, stores: STORES };
  return [
    { channel: 'pos', source: 'members', title: '会员系统', settings: pos },
    { channel: 'pos', source: 'beijing', title: '北京门店', settings: pos },
    { channel: 'pos', source: 'shanghai', title: '上海门店', settings: pos },
    {
      channel: 'wechat-mp',
      source: 'main',
      title: '品牌公众号',
      settings: { ...wechatMp, openPlatform: OPEN_PLATFORM, mode: 'secure' },
    },
    { channel: 'weibo', source: 'main', title: '品牌微博', settings: weibo },
    {
      channel: 'youzan',
      source: 'flagship',
      title: '有赞旗舰店',
      settings: {
        clientId: youzan.client_id,
        clientSecret: youzan.client_secret,
        kdtId: YOUZAN_SHOP,
        wechatAppid: YOUZAN_APPID,
      },
    },
    { channel: 'shopify', source: 'cn', title: 'Shopify 官网', settings: { shop: SHOP, ...shopify } },
  ];
}
