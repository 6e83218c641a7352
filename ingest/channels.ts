import type { Channel } from './channel.ts';
import { doudian } from './channels/doudian.ts';
import { file } from './channels/file.ts';
import { jd } from './channels/jd.ts';
import { pdd } from './channels/pdd.ts';
import { pos } from './channels/pos.ts';
import { pospal } from './channels/pospal.ts';
import { shopify } from './channels/shopify.ts';
import { taobao } from './channels/taobao.ts';
import { wechatMiniprogram } from './channels/wechat-miniprogram.ts';
import { wechatMp } from './channels/wechat-mp.ts';
import { wechatPay } from './channels/wechat-pay.ts';
import { wecom } from './channels/wecom.ts';
import { weibo } from './channels/weibo.ts';
import { woocommerce } from './channels/woocommerce.ts';
import { youzan } from './channels/youzan.ts';

/** Every kind of source there is, by name: a line per channel. */
export const CHANNELS: ReadonlyMap<string, Channel> = new Map(
  [
    doudian,
    file,
    jd,
    pdd,
    pos,
    pospal,
    shopify,
    taobao,
    wechatMiniprogram,
    wechatMp,
    wechatPay,
    wecom,
    weibo,
    woocommerce,
    youzan,
  ].map((channel): [string, Channel] => [channel.name, channel]),
);
