import { all, below, type FieldTable } from './fields.ts';

/**
 * What WooCommerce sends: the order and the customer of its REST API v3. Amounts are decimal text, negative for
 * refunds; the unit price of a line alone is a number. What is not used is named without its inner form.
 */

const ORDER: FieldTable = {
  id: ['text', 'order.id; woo_customer of a customer'],
  number: ['text', 'properties.order_number'],
  status: ['string', 'event type, properties.status'],
  currency: ['string', 'order.currency'],
  total: ['string', 'order.total'],
  discount_total: ['string', 'order.discount'],
  shipping_total: ['string', 'properties.shipping_total'],
  customer_id: ['text', 'woo_customer; 0 is a guest'],
  date_created_gmt: ['string', 'time of order.created and customer.created'],
  date_modified_gmt: ['string', 'time'],
  date_completed_gmt: ['string', 'time where date_modified_gmt is missing'],
  date_paid_gmt: ['string', 'time where date_modified_gmt is missing'],
  date_created: ['string', 'time where no _gmt field has one'],
  date_modified: ['string', 'time where no _gmt field has one'],
  date_completed: ['string', 'time where no _gmt field has one'],
  date_paid: ['string', 'time where no _gmt field has one'],
  payment_method: ['string', 'properties.payment_method'],
  payment_method_title: ['string', 'properties.payment_method_title'],
  transaction_id: ['text', 'payment_id where it is one of WeChat Pay, properties.transaction_id'],
  created_via: ['string', 'properties.created_via'],
  customer_note: ['string', 'properties.note'],
  'coupon_lines[].code': ['text', 'properties.coupons'],
  'coupon_lines[].*': 'any',
  'refunds[].id': ['text', 'order.id of a refund'],
  'refunds[].total': ['string', 'order.total of a refund, without its minus'],
  'refunds[].reason': ['string', 'properties.reason of a refund'],
  'refunds[].*': 'any',
  'meta_data[].key': ['text', 'properties.meta; _store_id: order.store'],
  'meta_data[].value': ['any', 'properties.meta'],
  'meta_data[].*': 'any',
  ...all('string', 'version', 'discount_tax', 'shipping_tax', 'cart_tax', 'total_tax', 'order_key', 'cart_hash'),
  ...all('string', 'customer_ip_address', 'customer_user_agent', 'currency_symbol', 'payment_url'),
  ...all('text', 'parent_id'),
  ...all('flag', 'prices_include_tax', 'set_paid', 'is_editable', 'needs_payment', 'needs_processing'),
  ...all('any', 'tax_lines', 'shipping_lines', 'fee_lines', '_links'),
};

const LINE: FieldTable = {
  sku: ['text', 'order.items.sku'],
  variation_id: ['text', 'order.items.sku where there is no SKU'],
  product_id: ['text', 'order.items.sku where there is neither'],
  name: ['string', 'order.items.name'],
  quantity: ['number|string', 'order.items.quantity'],
  price: ['number|string', 'order.items.price'],
  ...all('text', 'id'),
  ...all('string', 'subtotal', 'subtotal_tax', 'total', 'total_tax', 'tax_class', 'parent_name', 'global_unique_id'),
  ...all('any', 'taxes', 'meta_data', 'image', 'bundled_by', 'bundled_items', 'composite_parent'),
};

const CUSTOMER: FieldTable = {
  email: ['string', 'email'],
  first_name: ['string', 'traits.name'],
  last_name: ['string', 'traits.name'],
  username: ['string', 'properties.username'],
  role: ['string', 'properties.role'],
  is_paying_customer: ['flag', 'properties.is_paying_customer'],
  avatar_url: 'string',
};

/** A buyer's and a receiver's address have the same fields; only the buyer's say something of a person. */
const address = (becomes: string, person: Record<'name' | 'phone' | 'email' | 'place', string>): FieldTable => ({
  first_name: ['string', person.name],
  last_name: ['string', person.name],
  phone: ['text', person.phone],
  email: ['string', person.email],
  state: ['string', person.place],
  city: ['string', person.place],
  company: ['string', `${becomes}.company`],
  country: ['string', `${becomes}.country`],
  address_1: ['string', `${becomes}.address`],
  address_2: ['string', `${becomes}.address`],
  postcode: ['text', `${becomes}.postal_code`],
});

const BILLING = {
  name: 'traits.name',
  phone: 'mobile',
  email: 'email',
  place: 'traits.province, traits.city where in Chinese characters',
};
const RECEIVER = {
  name: 'properties.receiver.name',
  phone: 'properties.receiver.mobile',
  email: 'properties.receiver.email',
  place: 'properties.receiver',
};

export const WOOCOMMERCE_FIELDS: FieldTable = {
  ...CUSTOMER,
  ...ORDER,
  ...below('line_items[]', LINE),
  ...below('billing', address('properties.billing', BILLING)),
  ...below('shipping', address('properties.receiver', RECEIVER)),
};
