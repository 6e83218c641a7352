import { below, type FieldTable } from './fields.ts';

/** An order as jingdong.pop.order.enSearch gives it. Yuan are text; person and receiver are encrypted. */
const ORDER: FieldTable = {
  orderId: ['text', 'order.id, event id'],
  venderId: ['text', 'properties.vender_id'],
  orderType: ['text', 'properties.order_type'],
  payType: ['text', 'properties.pay_type; 1: cash on delivery'],
  orderTotalPrice: ['string', 'properties.order_total_price: the goods, before anything is taken off'],
  orderSellerPrice: ['string', 'properties.order_seller_price'],
  orderPayment: ['string', 'order.total, with balanceUsed'],
  balanceUsed: ['string', 'order.total, with orderPayment'],
  freightPrice: ['string', 'properties.freight_price; contained in orderPayment'],
  sellerDiscount: ['string', 'order.discount where no coupons are listed'],
  orderState: ['string', 'event type, event id, properties.order_state'],
  orderStateRemark: ['string', 'properties.order_state_remark'],
  orderStartTime: ['string', 'time of order_created'],
  orderEndTime: ['string', 'time of order_completed and order_cancelled'],
  paymentConfirmTime: ['string', 'time of order_paid'],
  modified: ['string', 'time where no other is told'],
  pin: ['text', 'jd_open_id where no other id is told'],
  open_id_buyer: ['text', 'jd_open_id'],
  xid_buyer: ['text', 'jd_open_id'],
  open_id: 'text',
  realPin: 'text',
  deliveryType: ['text', 'properties.delivery_type'],
  invoiceCode: 'text',
  invoiceInfo: 'any',
  invoiceEasyInfo: 'any',
  orderRemark: ['string', 'properties.order_remark'],
  venderRemark: ['string', 'properties.vender_remark'],
  returnOrder: ['flag', 'properties.return_order; 1: an exchange, no purchase'],
  storeOrder: ['text', 'properties.store_order'],
  orderSource: ['text', 'properties.order_source'],
  parentOrderId: ['text', 'properties.parent_order_id'],
  directParentOrderId: ['text', 'properties.direct_parent_order_id'],
  waybill: 'text',
  logisticsId: 'text',
  isShipmenttype: 'text',
  scDT: 'text',
  idSopShipmenttype: 'text',
  orderMarkDesc: 'any',
  consigneeInfo: ['map', 'properties.receiver'],
  itemInfoList: 'list|map',
  couponDetailList: ['list|map', 'order.discount, properties.coupons'],
};

const ITEM: FieldTable = {
  skuId: ['text', 'order.items.sku where the shop has no code of its own'],
  outerSkuId: ['text', 'order.items.sku'],
  skuName: ['string', 'order.items.name'],
  jdPrice: ['string', 'order.items.price'],
  itemTotal: ['integer', 'order.items.quantity'],
  wareId: 'text',
  productNo: 'text',
  giftPoint: 'text',
  serviceName: 'string',
  newStoreId: 'text',
  invoiceContentId: 'text',
  itemExt: 'any',
};

const COUPON: FieldTable = {
  orderId: 'text',
  skuId: ['text', 'properties.coupons.sku_id'],
  couponType: ['text', 'properties.coupons.coupon_type'],
  couponPrice: ['string', 'order.discount, properties.coupons.coupon_price'],
};

const RECEIVER: FieldTable = {
  fullname: ['text', 'properties.receiver.fullname, encrypted'],
  telephone: ['text', 'properties.receiver.telephone, encrypted'],
  mobile: ['text', 'properties.receiver.mobile, encrypted'],
  fullAddress: ['text', 'properties.receiver.full_address, encrypted'],
  province: ['string', 'properties.receiver.province'],
  provinceId: 'text',
  city: ['string', 'properties.receiver.city'],
  cityId: 'text',
  county: ['string', 'properties.receiver.county'],
  countyId: 'text',
  town: ['string', 'properties.receiver.town'],
  townId: 'text',
};

export const JD_FIELDS: FieldTable = {
  ...ORDER,
  ...below('consigneeInfo', RECEIVER),
  // One element alone may come as an object.
  ...below('itemInfoList', ITEM),
  ...below('itemInfoList[]', ITEM),
  ...below('couponDetailList', COUPON),
  ...below('couponDetailList[]', COUPON),
};
