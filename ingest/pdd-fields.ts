import { below, type FieldTable } from './fields.ts';

/**
 * What Pinduoduo sends: open.pinduoduo.com, its messages, orders and after-sales. Amounts of orders and after-sales are
 * yuan, as numbers or as text by the call; refund_fee of messages is whole fen. Ids are numbers beyond 2^53 or text.
 */
const YUAN = 'number|string';
/** `2026-03-03 09:06:05`, or an epoch. */
const TIME = 'text';

export const PDD_CONTENT_FIELDS: FieldTable = {
  mall_id: ['text', 'properties.mall_id'],
  tid: ['text', 'order.id'],
  order_sn: ['text', 'order.id where there is no tid'],
  refund_id: ['text', 'properties.refund_id'],
  refund_fee: ['integer', 'properties.refund_fee'],
  bill_type: ['integer', 'properties.bill_type'],
  operation: ['integer', 'properties.operation'],
  modified: ['integer', 'time'],
};

const FRAME: FieldTable = {
  id: ['text', 'id'],
  commandType: 'string',
  time: ['integer', 'time where no other is told'],
  sendTime: ['integer', 'time where the message tells none'],
  message: 'map',
  'message.type': ['string', 'event type, properties.message_type'],
  'message.mallID': ['text', 'properties.mall_id'],
  'message.content': 'map',
};

export const PDD_ORDER_FIELDS: FieldTable = {
  order_sn: ['string', 'id, order.id'],
  order_status: ['integer', 'id, event type'],
  confirm_status: ['integer', 'event type'],
  group_status: ['integer', 'event type'],
  refund_status: ['integer', 'custom:pdd.refund_status'],
  after_sales_status: ['integer', 'properties.after_sales_status'],
  created_time: [TIME, 'time of order_created'],
  confirm_time: [TIME, 'time of order_paid where there is no pay_time'],
  pay_time: [TIME, 'time of order_paid'],
  shipping_time: [TIME, 'time of order_shipped'],
  receive_time: [TIME, 'time of order_completed'],
  updated_at: [TIME, 'time'],
  last_ship_time: TIME,
  pay_type: ['string', 'properties.pay_type'],
  pay_no: ['text', 'properties.pay_no'],
  inner_transaction_id: 'text',
  goods_amount: YUAN,
  pay_amount: [YUAN, 'order.total'],
  discount_amount: [YUAN, 'order.discount'],
  platform_discount: [YUAN, 'properties.platform_discount'],
  seller_discount: [YUAN, 'properties.seller_discount'],
  capital_free_discount: YUAN,
  postage: [YUAN, 'properties.postage'],
  trade_type: ['integer', 'properties.trade_type'],
  is_lucky_flag: ['integer', 'properties.is_lucky_flag'],
  risk_control_status: ['integer', 'properties.risk_control_status'],
  mall_id: ['text', 'properties.mall_id'],
  open_address_id: ['string', 'properties.receiver.address_id'],
  country: ['string', 'properties.receiver.country'],
  province: ['string', 'properties.receiver.province'],
  city: ['string', 'properties.receiver.city'],
  town: ['string', 'properties.receiver.district'],
  country_id: 'text',
  province_id: 'text',
  city_id: 'text',
  town_id: 'text',
  receiver_name: ['string', 'properties.receiver.name_cipher'],
  receiver_name_mask: ['string', 'properties.receiver.name_masked'],
  receiver_phone: ['string', 'properties.receiver.mobile_cipher'],
  receiver_phone_mask: ['string', 'properties.receiver.mobile_masked'],
  receiver_address: ['string', 'properties.receiver.address_cipher'],
  receiver_address_mask: ['string', 'properties.receiver.address_masked'],
  address: ['string', 'properties.receiver.address_cipher'],
  address_mask: 'string',
  buyer_memo: ['string', 'properties.buyer_memo'],
  remark: ['string', 'properties.remark'],
  tracking_number: ['text', 'properties.tracking_number'],
  logistics_id: ['text', 'properties.logistics_id'],
  item_list: 'list|map',
  'item_list[].goods_id': ['text', 'order.items.sku where there is no other'],
  'item_list[].sku_id': ['text', 'order.items.sku where there is no outer_id'],
  'item_list[].outer_id': ['text', 'order.items.sku'],
  'item_list[].outer_goods_id': 'text',
  'item_list[].goods_name': ['string', 'order.items.name'],
  'item_list[].goods_spec': 'string',
  'item_list[].goods_count': ['integer', 'order.items.quantity'],
  'item_list[].goods_price': [YUAN, 'order.items.price'],
  'item_list[].goods_img': 'string',
};

export const PDD_REFUND_FIELDS: FieldTable = {
  id: ['text', 'id, order.id'],
  order_sn: ['string', 'order.original_id'],
  after_sales_status: ['integer', '10: order_refunded'],
  after_sales_type: ['integer', 'properties.after_sales_type'],
  after_sale_reason: ['string', 'properties.reason'],
  refund_amount: [YUAN, 'order.total'],
  order_amount: YUAN,
  discount_amount: YUAN,
  goods_price: YUAN,
  goods_number: 'text',
  goods_id: 'text',
  sku_id: 'text',
  outer_id: ['text', 'properties.outer_id'],
  outer_goods_id: 'text',
  goods_name: ['string', 'properties.goods_name'],
  good_image: 'string',
  tracking_number: 'text',
  created_time: [TIME, 'time where no other is told'],
  confirm_time: [TIME, 'time where no other is told'],
  updated_time: [TIME, 'time'],
};

export const PDD_FIELDS: FieldTable = {
  ...FRAME,
  ...below('message.content', PDD_CONTENT_FIELDS),
  order: 'map',
  ...below('order', PDD_ORDER_FIELDS),
  refund: 'map',
  ...below('refund', PDD_REFUND_FIELDS),
};
