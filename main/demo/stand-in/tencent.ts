import { CHEN, OUYANG } from '../cast.ts';
import type { Play } from './desk.ts';

/** api.weixin.qq.com and qyapi.weixin.qq.com. */
const TOKEN = JSON.stringify({ errcode: 0, errmsg: 'ok', access_token: 'a token of the demo', expires_in: 7200 });
const NOBODY = JSON.stringify({ errcode: 40003, errmsg: 'invalid openid' });
const NO_CUSTOMER = JSON.stringify({ errcode: 84061, errmsg: 'not external contact' });

const FOLLOWERS = new Map([
  [CHEN.mpOpenid, 'wechat-mp/api-user-info.json'],
  [OUYANG.mpOpenid, 'wechat-mp/api-user-info-ouyang.json'],
]);

export const weixin: Play = async ({ path, query }, { asked }) => {
  switch (path) {
    case '/cgi-bin/stable_token':
      return TOKEN;
    case '/cgi-bin/user/info': {
      const follower = FOLLOWERS.get(query.get('openid') ?? '');
      return follower === undefined ? NOBODY : asked('wechat-mp', follower);
    }
    case '/card/membercard/userinfo/get':
      return asked('wechat-mp', 'wechat-mp/api-membercard-userinfo.json');
    case '/sns/jscode2session':
      return asked('wechat-miniprogram', 'wechat-miniprogram/code2session.json');
    case '/wxa/business/getuserphonenumber':
      return asked('wechat-miniprogram', 'wechat-miniprogram/getuserphonenumber-cn.json');
    default:
      return null;
  }
};

export const wecom: Play = async ({ path, query }, { asked }) => {
  if (path === '/cgi-bin/gettoken') return TOKEN;
  if (path !== '/cgi-bin/externalcontact/get') return null;
  if (query.get('external_userid') !== CHEN.wecom) return NO_CUSTOMER;
  return asked('wecom', 'wecom/api-externalcontact-get.json');
};
