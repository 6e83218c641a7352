import type { Source } from '../../ingest/sources.ts';
import {
  BRAND,
  DOUDIAN_SHOP,
  JD_SHOP,
  MINI_APPID,
  OPEN_PLATFORM,
  PDD_SHOP,
  SHOP,
  TAOBAO,
  WOO_SHOP,
  YOUZAN_APPID,
  YOUZAN_SHOP,
} from './cast.ts';
import type { Secrets } from './samples.ts';
import type { StandIn } from './stand-in/server.ts';

/** The accounts of the brand. What they ask of a platform goes to the stand-in: the demo calls nobody else. */
const STORES = { 北京朝阳门店: 'BJ001', 上海徐汇店: 'SH002', 广州天河店: 'GZ003', 成都春熙店: 'CD004' };
/** Secrets of accounts whose samples bear no signature; the stand-in does not look at them. */
export const MADE_UP = 'made up for the demo';

export const sourcesOf = (secrets: Secrets, at: StandIn['at']): Source[] => [
  ...tills(secrets, at),
  ...tencent(secrets, at),
  ...shops(secrets),
  ...marketplaces(secrets, at),
];

function tills({ pospal }: Secrets, at: StandIn['at']): Source[] {
  const pos = { brand: BRAND, stores: STORES };
  return [
    { channel: 'pos', source: 'members', title: '会员系统', settings: pos },
    { channel: 'pos', source: 'beijing', title: '北京门店', settings: pos },
    { channel: 'pos', source: 'shanghai', title: '上海门店', settings: pos },
    {
      ...{ channel: 'pospal', source: 'popup', title: '三里屯快闪店' },
      settings: { ...pospal, brand: BRAND, store: 'BJ-POPUP', baseUrl: at('pospal') },
    },
    {
      ...{ channel: 'file', source: 'salon', title: '沙龙报名表' },
      settings: {
        type: { column: '状态', values: { 已报名: 'form_submitted', 已取消: null } },
        id: ['报名编号'],
        time: { column: '报名时间' },
        identifiers: [{ kind: 'mobile', column: '手机号' }],
        traits: { name: '姓名' },
      },
    },
  ];
}

function tencent({ wechatMp, wechatPay, wecom }: Secrets, at: StandIn['at']): Source[] {
  const openPlatform = OPEN_PLATFORM;
  return [
    {
      ...{ channel: 'wechat-mp', source: 'main', title: '品牌公众号' },
      settings: { ...wechatMp, openPlatform, mode: 'secure', appSecret: MADE_UP, baseUrl: at('weixin') },
    },
    {
      ...{ channel: 'wechat-miniprogram', source: 'main', title: '品牌小程序' },
      settings: { appid: MINI_APPID, appSecret: MADE_UP, openPlatform, baseUrl: at('weixin') },
    },
    { channel: 'wechat-pay', source: 'main', title: '微信支付商户号', settings: wechatPay },
    {
      ...{ channel: 'wecom', source: 'main', title: '导购企业微信' },
      settings: { ...wecom, openPlatform, contactSecret: MADE_UP, baseUrl: at('wecom') },
    },
  ];
}

function shops({ weibo, youzan, shopify, woocommerce }: Secrets): Source[] {
  return [
    { channel: 'weibo', source: 'main', title: '品牌微博', settings: weibo },
    {
      ...{ channel: 'youzan', source: 'flagship', title: '有赞旗舰店' },
      settings: {
        ...{ clientId: youzan.client_id, clientSecret: youzan.client_secret },
        ...{ kdtId: YOUZAN_SHOP, wechatAppid: YOUZAN_APPID },
      },
    },
    { channel: 'shopify', source: 'cn', title: 'Shopify 官网', settings: { shop: SHOP, ...shopify } },
    {
      ...{ channel: 'woocommerce', source: 'nanjing', title: '南京分站' },
      settings: { shop: WOO_SHOP, ...woocommerce },
    },
  ];
}

function marketplaces({ doudian }: Secrets, at: StandIn['at']): Source[] {
  return [
    {
      ...{ channel: 'taobao', source: 'flagship', title: '淘宝旗舰店' },
      settings: { ...TAOBAO, brand: BRAND, appSecret: MADE_UP, sessionKey: MADE_UP, baseUrl: at('taobao') },
    },
    {
      ...{ channel: 'jd', source: 'flagship', title: '京东旗舰店' },
      settings: { appKey: MADE_UP, appSecret: MADE_UP, accessToken: MADE_UP, shop: JD_SHOP, baseUrl: at('jd') },
    },
    {
      ...{ channel: 'pdd', source: 'flagship', title: '拼多多旗舰店' },
      settings: {
        ...{ clientId: 'demo', clientSecret: MADE_UP, accessToken: MADE_UP, shop: PDD_SHOP },
        ...{ baseUrl: at('pdd'), messageUrl: at('pdd').replace(/^http/, 'ws') },
      },
    },
    {
      ...{ channel: 'doudian', source: 'live', title: '抖店直播间' },
      settings: {
        ...{ appKey: doudian.app_key, appSecret: doudian.app_secret, shop: DOUDIAN_SHOP },
        ...{ accessToken: MADE_UP, decrypt: true, baseUrl: at('doudian') },
      },
    },
  ];
}
