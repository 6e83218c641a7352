import type { Channel } from './channel.ts';
import { pos } from './channels/pos.ts';
import { shopify } from './channels/shopify.ts';
import { wechatMp } from './channels/wechat-mp.ts';
import { weibo } from './channels/weibo.ts';
import { youzan } from './channels/youzan.ts';

/** Every kind of source there is, by name: a line per channel. */
export const CHANNELS: ReadonlyMap<string, Channel> = new Map(
  [pos, shopify, wechatMp, weibo, youzan].map((channel): [string, Channel] => [channel.name, channel]),
);
