import type { FieldTable } from './fields.ts';

/**
 * What the fans service of Weibo sends: open.weibo.com wiki, 接收普通消息 and 接收事件推送; below them the form that is
 * compatible with WeChat's XML, where every value is text.
 */
export const WEIBO_FIELDS: FieldTable = {
  type: ['string', 'event type'],
  sender_id: ['text', 'weibo_uid, part of the id'],
  receiver_id: 'text',
  created_at: ['string', 'time, part of the id'],
  text: ['string', 'properties.text'],
  data: 'map',
  'data.subtype': ['string', 'event type, properties.subtype'],
  'data.key': ['text', 'properties.key, properties.scene of a scan'],
  'data.ticket': ['text', 'properties.ticket'],
  'data.latitude': ['number|string', 'properties.latitude'],
  'data.longitude': ['number|string', 'properties.longitude'],
  'data.vfid': ['text', 'properties.vfid'],
  'data.tovfid': ['text', 'properties.tovfid'],
  ToUserName: 'string',
  FromUserName: ['string', 'weibo_uid, part of the id'],
  CreateTime: ['integer', 'time, part of the id'],
  MsgType: ['string', 'event type'],
  Event: ['string', 'event type, properties.subtype'],
  EventKey: ['string', 'properties.key'],
  Ticket: ['string', 'properties.ticket'],
  Latitude: ['string', 'properties.latitude'],
  Longitude: ['string', 'properties.longitude'],
  Precision: 'string',
  Content: ['string', 'properties.text'],
  MediaId: ['string', 'properties.media_id'],
  PicUrl: ['string', 'properties.pic_url'],
  Format: 'string',
  ThumbMediaId: 'string',
  Location_X: ['string', 'properties.location_x'],
  Location_Y: ['string', 'properties.location_y'],
  Scale: 'string',
  Label: 'string',
  MsgId: 'string',
};
