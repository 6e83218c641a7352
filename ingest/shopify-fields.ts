import type { FieldTable } from './fields.ts';

/**
 * What Shopify sends: shopify.dev, the Order, Refund, Customer and Fulfillment resources of the REST Admin API, and the
 * bodies of the three compliance topics. Amounts are decimal text; refund lines alone have them as numbers too. What is
 * not used of an order is named without its inner form.
 */
type Entry = FieldTable[string];

const all = (type: Entry, ...names: string[]): FieldTable => Object.fromEntries(names.map((name) => [name, type]));
const below = (path: string, table: FieldTable): FieldTable =>
  Object.fromEntries(Object.entries(table).map(([name, entry]) => [`${path}.${name}`, entry]));

const ORDER: FieldTable = {
  id: ['text', 'order.id; shopify_customer of a customer'],
  name: ['text', 'properties.order_name'],
  order_number: ['text', 'properties.order_number'],
  created_at: ['string', 'time of orders/create'],
  updated_at: ['string', 'time'],
  processed_at: ['string', 'time of refunds/create'],
  cancelled_at: ['string', 'time of orders/cancelled'],
  currency: ['string', 'order.currency'],
  total_price: ['string', 'order.total'],
  total_discounts: ['string', 'order.discount'],
  location_id: ['text', 'order.store'],
  email: ['string', 'email'],
  contact_email: ['string', 'email'],
  phone: ['text', 'mobile'],
  customer: 'map',
  financial_status: ['string', 'event type, properties.financial_status'],
  fulfillment_status: ['string', 'properties.fulfillment_status'],
  cancel_reason: ['string', 'properties.cancel_reason'],
  source_name: ['string', 'properties.source_name'],
  customer_locale: ['string', 'properties.customer_locale'],
  buyer_accepts_marketing: ['flag', 'properties.buyer_accepts_marketing'],
  test: ['flag', 'properties.test'],
  note: ['string', 'properties.note'],
  tags: ['string|list', 'properties.tags'],
  'discount_codes[].code': ['string', 'properties.discount_codes'],
  'discount_codes[].amount': 'string',
  'discount_codes[].type': 'string',
  ...all('string', 'closed_at', 'subtotal_price', 'total_tax', 'total_line_items_price', 'total_outstanding'),
  ...all('string', 'current_subtotal_price', 'current_total_price', 'current_total_discounts', 'current_total_tax'),
  ...all('number|string', 'total_tip_received', 'total_weight'),
  ...all('string', 'presentment_currency', 'admin_graphql_api_id', 'token', 'cart_token', 'checkout_token', 'gateway'),
  ...all('string', 'browser_ip', 'landing_site', 'landing_site_ref', 'referring_site', 'reference', 'source_url'),
  ...all('text', 'app_id', 'checkout_id', 'device_id', 'user_id', 'number', 'po_number', 'source_identifier'),
  ...all('text', 'confirmation_number', 'merchant_of_record_app_id', 'merchant_business_entity_id'),
  ...all('string', 'order_status_url', 'processing_method'),
  ...all('flag', 'confirmed', 'taxes_included', 'tax_exempt', 'estimated_taxes', 'duties_included'),
  ...all('any', 'client_details', 'company', 'payment_terms', 'payment_details', 'tax_lines', 'note_attributes'),
  ...all(
    'any',
    'discount_applications',
    'fulfillments',
    'shipping_lines',
    'payment_gateway_names',
    'refunds',
    'returns',
  ),
  ...all('any', 'total_price_set', 'subtotal_price_set', 'total_tax_set', 'total_discounts_set', 'total_duties_set'),
  ...all('any', 'total_line_items_price_set', 'total_shipping_price_set', 'total_cash_rounding_payment_adjustment_set'),
  ...all('any', 'total_cash_rounding_refund_adjustment_set', 'current_shipping_price_set', 'current_total_tax_set'),
  ...all('any', 'current_subtotal_price_set', 'current_total_price_set', 'current_total_discounts_set'),
  ...all('any', 'current_total_duties_set', 'current_total_additional_fees_set', 'original_total_duties_set'),
  ...all('any', 'original_total_additional_fees_set'),
};

const LINE: FieldTable = {
  sku: ['text', 'order.items.sku'],
  variant_id: ['text', 'order.items.sku where there is no SKU'],
  title: ['string', 'order.items.name'],
  vendor: ['string', 'order.items.brand'],
  quantity: ['integer', 'order.items.quantity'],
  price: ['string', 'order.items.price'],
  ...all('text', 'id', 'product_id'),
  ...all('string', 'name', 'variant_title', 'fulfillment_status', 'fulfillment_service', 'admin_graphql_api_id'),
  ...all('string', 'total_discount', 'variant_inventory_management'),
  ...all('integer', 'current_quantity', 'fulfillable_quantity', 'grams'),
  ...all('flag', 'gift_card', 'taxable', 'requires_shipping', 'product_exists'),
  ...all('any', 'properties', 'tax_lines', 'duties', 'discount_allocations', 'attributed_staffs', 'origin_location'),
  ...all('any', 'price_set', 'total_discount_set', 'pre_tax_price', 'pre_tax_price_set', 'sales_line_item_group_id'),
  ...all('any', 'applied_discount', 'destination_location'),
};

const CUSTOMER: FieldTable = {
  id: ['text', 'shopify_customer'],
  email: ['string', 'email'],
  phone: ['text', 'mobile'],
  first_name: ['string', 'traits.name'],
  last_name: ['string', 'traits.name'],
  verified_email: ['flag', 'the e-mail is verified'],
  state: ['string', 'properties.state'],
  'default_address.province': ['string', 'traits.province where it is in Chinese characters'],
  'default_address.city': ['string', 'traits.city where it is in Chinese characters'],
  'default_address.*': 'any',
  'email_marketing_consent.state': ['string', 'properties.email_marketing_state'],
  'email_marketing_consent.*': 'any',
  'sms_marketing_consent.state': ['string', 'properties.sms_marketing_state'],
  'sms_marketing_consent.*': 'any',
  ...all('string', 'created_at', 'updated_at', 'currency', 'admin_graphql_api_id', 'total_spent', 'note'),
  ...all('string', 'accepts_marketing_updated_at', 'marketing_opt_in_level', 'last_order_name'),
  ...all('string|list', 'tags'),
  ...all('text', 'last_order_id', 'multipass_identifier'),
  ...all('integer', 'orders_count'),
  ...all('flag', 'tax_exempt', 'accepts_marketing'),
  ...all('any', 'addresses', 'tax_exemptions', 'metafield'),
};

const REFUND: FieldTable = {
  order_id: ['text', 'order.original_id of a refund'],
  'transactions[].kind': ['string', 'which of them give money back'],
  'transactions[].status': ['string', 'which of them came through'],
  'transactions[].amount': ['string', 'order.total of a refund'],
  'transactions[].currency': ['string', 'order.currency of a refund'],
  'transactions[].*': 'any',
  'refund_line_items[].subtotal': ['number|string', 'order.total of a refund without transactions'],
  'refund_line_items[].total_tax': ['number|string', 'order.total of a refund without transactions'],
  'refund_line_items[].*': 'any',
  ...all('flag', 'restock'),
  ...all('any', 'order_adjustments', 'duties', 'return', 'refund_shipping_lines', 'additional_fees'),
};

const COMPLIANCE: FieldTable = {
  customer_id: ['text', 'shopify_customer'],
  'orders_requested[]': ['text', 'properties.orders'],
  'orders_to_redact[]': ['text', 'properties.orders'],
  'data_request.id': 'text',
  ...all('text', 'shop_id'),
  ...all('string', 'shop_domain'),
};

const address = (becomes: string): FieldTable => ({
  name: ['string', `${becomes}.name`],
  phone: ['text', `${becomes}.mobile`],
  country_code: ['string', `${becomes}.country`],
  province: ['string', `${becomes}.province`],
  city: ['string', `${becomes}.city`],
  address1: ['string', `${becomes}.address`],
  address2: ['string', `${becomes}.address`],
  zip: ['text', `${becomes}.postal_code`],
  ...all('string', 'first_name', 'last_name', 'company', 'country', 'province_code'),
  ...all('number|string', 'latitude', 'longitude'),
});

export const SHOPIFY_FIELDS: FieldTable = {
  ...CUSTOMER,
  ...REFUND,
  ...COMPLIANCE,
  ...ORDER,
  ...below('line_items[]', LINE),
  ...below('customer', CUSTOMER),
  ...below('shipping_address', address('properties.receiver')),
  ...below('billing_address', address('properties.billing')),
};
