import { all, below, type FieldTable } from './fields.ts';

/**
 * What WeChat Pay's API v3 sends (pay.weixin.qq.com: 支付成功通知 of merchants, service providers and joint payments,
 * 退款结果通知), once the resource is open. Amounts are whole numbers of the currency's smallest unit.
 */

const PAYMENT: FieldTable = {
  mchid: ['text', 'properties.mchid'],
  appid: ['string', 'scope of the openid'],
  out_trade_no: ['text', 'properties.out_trade_no; order.id where payments count as orders'],
  transaction_id: ['text', 'payment_id'],
  trade_type: ['string', 'properties.trade_type'],
  trade_state: ['string', 'properties.trade_state'],
  trade_state_desc: 'string',
  bank_type: ['string', 'properties.bank_type'],
  attach: ['string', 'properties.attach'],
  success_time: ['string', 'time'],
  'payer.openid': ['string', 'wechat_openid'],
  'payer.sp_openid': ['string', 'wechat_openid of sp_appid'],
  'payer.sub_openid': ['string', 'wechat_openid of sub_appid'],
  'amount.total': ['integer', 'properties.amount; order.total where payments count as orders'],
  'amount.payer_total': ['integer', 'properties.payer_amount'],
  'amount.currency': ['string', 'properties.currency'],
  'amount.payer_currency': ['string', 'properties.payer_currency'],
  'scene_info.device_id': ['text', 'properties.device_id'],
  'promotion_detail[]': ['map', 'properties.promotion_detail'],
  'promotion_detail[].*': 'any',
  ...all('text', 'sp_mchid', 'sub_mchid'),
  ...all('string', 'sp_appid', 'sub_appid'),
};

const REFUND: FieldTable = {
  refund_id: ['text', 'properties.refund_id'],
  out_refund_no: ['text', 'properties.out_refund_no; order.id of a refund where payments count as orders'],
  refund_status: ['string', 'properties.refund_status'],
  user_received_account: ['string', 'properties.user_received_account'],
  'amount.refund': ['integer', 'properties.amount of a refund'],
  'amount.payer_refund': ['integer', 'properties.payer_amount of a refund'],
  ...all('integer', 'amount.settlement_refund', 'amount.settlement_total', 'amount.discount_refund'),
  'amount.from': 'any',
};

const JOINT: FieldTable = {
  combine_mchid: 'text',
  combine_appid: ['string', 'scope of the openid of a joint payment'],
  combine_out_trade_no: 'text',
  'combine_payer_info.openid': ['string', 'wechat_openid of combine_appid'],
};

/** An openid beside the rest: how other notifications name a person. */
const OTHERS: FieldTable = { openid: ['string', 'wechat_openid'] };

const PART: FieldTable = {
  ...PAYMENT,
  'amount.total_amount': ['integer', 'properties.amount of each joint payment'],
  'amount.payer_amount': ['integer', 'properties.payer_amount of each joint payment'],
  'amount.settlement_rate': 'integer',
};

/** The open resource by itself. */
export const WECHAT_PAY_RESOURCE: FieldTable = {
  ...PAYMENT,
  ...REFUND,
  ...JOINT,
  ...OTHERS,
  ...below('sub_orders[]', PART),
};

export const WECHAT_PAY_FIELDS: FieldTable = {
  id: ['text', 'event id'],
  create_time: ['string', 'time where the resource has none'],
  event_type: ['string', 'event type, properties.event'],
  resource_type: 'string',
  summary: 'string',
  ...below('resource', WECHAT_PAY_RESOURCE),
};
