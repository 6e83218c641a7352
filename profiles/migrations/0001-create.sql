-- The tables as they stood at first: events, orders, owners, customers. Never edit: add a migration.

CREATE TABLE IF NOT EXISTS events
(
    `key` String COMMENT 'Keyed hash of channel, source and event id',
    `anchor` String COMMENT 'Keyed hash of the joining identifiers of the event; empty for an anonymous one',
    `time` DateTime64(3, 'UTC') COMMENT 'When it happened, by its source',
    `type` LowCardinality(String) COMMENT 'Event type, such as order_paid or custom:<name>',
    `channel` LowCardinality(String) COMMENT 'Kind of source, such as pos',
    `source` LowCardinality(String) COMMENT 'Configured account of the channel',
    `order_key` String COMMENT 'Keyed hash of the order spoken of, for a refund of the refunded one; empty without one',
    `order_id` String COMMENT 'Order id as its source wrote it; empty without one',
    `order_store` String COMMENT 'Store of the order; empty where none was told',
    `currency` LowCardinality(String) COMMENT 'ISO 4217 code of total and prices; empty without an order',
    `total` Nullable(Decimal(38, 4)) COMMENT 'Amount of the order or refund, in units of the currency',
    `items.sku` Array(String) COMMENT 'Stock keeping unit per order line',
    `items.name` Array(String) COMMENT 'Product name per order line',
    `items.category` Array(String) COMMENT 'Category per order line',
    `items.brand` Array(String) COMMENT 'Brand per order line',
    `items.quantity` Array(Decimal(38, 4)) COMMENT 'Quantity per order line',
    `items.price` Array(Decimal(38, 4)) COMMENT 'Price of one unit per order line, in units of the currency',
    `properties` Map(LowCardinality(String), String) COMMENT 'Queryable ones; others are encrypted elsewhere',
    `version` UInt64 COMMENT 'The greatest version of a row stands',
    `deleted` UInt8 DEFAULT 0 COMMENT '1: the row no longer counts (a correction moved it, or it was erased)'
)
ENGINE = ReplacingMergeTree(version, deleted)
PARTITION BY toYear(time)
ORDER BY (anchor, time, key)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Canonical events, never rewritten when customers merge: whose they are is joined from owners at read';

CREATE TABLE IF NOT EXISTS orders
(
    `order_key` String COMMENT 'Keyed hash of channel, source and order id',
    `anchor` String COMMENT 'Anchor whose owner at time the order counts with',
    `time` DateTime64(3, 'UTC') COMMENT 'When the order counts from',
    `currency` LowCardinality(String) COMMENT 'ISO 4217 code',
    `total` Decimal(38, 4) COMMENT 'Worth of the order, in units of the currency',
    `refunded` Decimal(38, 4) COMMENT 'Given back so far, at most the total',
    `counted` Bool COMMENT 'Whether it counts: the latest of paid, completed and cancelled decides',
    `version` UInt64 COMMENT 'The greatest version of a row stands'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY order_key
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Orders as they stand now';

CREATE TABLE IF NOT EXISTS owners
(
    `anchor` String COMMENT 'Anchor of events',
    `from` DateTime64(3, 'UTC') COMMENT 'The anchor''s events from then on are the customer''s, until its next row',
    `customer` String COMMENT 'Customer id; empty: nobody''s',
    `version` UInt64 COMMENT 'The greatest version of a row stands',
    `deleted` UInt8 DEFAULT 0 COMMENT '1: there is no boundary at this time any more'
)
ENGINE = ReplacingMergeTree(version, deleted)
ORDER BY (anchor, `from`)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Whose the events of an anchor are, from a time on: merge and split write here alone';

CREATE TABLE IF NOT EXISTS customers
(
    `id` String COMMENT 'Customer id',
    `type` LowCardinality(String) COMMENT 'person or organisation',
    `created` DateTime64(3, 'UTC') COMMENT 'When the first event was received',
    `first_seen` DateTime64(3, 'UTC') COMMENT 'Time of the earliest event',
    `last_seen` DateTime64(3, 'UTC') COMMENT 'Time of the latest event',
    `traits` Map(LowCardinality(String), String) COMMENT 'Golden record, clear traits only',
    `events` UInt64 COMMENT 'Accepted events',
    `orders` UInt64 COMMENT 'Orders that count',
    `refunds` UInt64 COMMENT 'Refunds, each once',
    `spend` Map(LowCardinality(String), Decimal(38, 4)) COMMENT 'Net worth of the counted orders, by ISO 4217 code',
    `first_order` Nullable(DateTime64(3, 'UTC')) COMMENT 'Time of the first counted order',
    `last_order` Nullable(DateTime64(3, 'UTC')) COMMENT 'Time of the last counted order',
    `channels` Map(LowCardinality(String), Tuple(events UInt64, orders UInt64, last_seen DateTime64(3, 'UTC')))
        COMMENT 'Events, counted orders and last sight by channel',
    `identifiers.kind` Array(LowCardinality(String)) COMMENT 'Kind of each identifier',
    `identifiers.node` Array(String) COMMENT 'Keyed hash of each identifier',
    `consents` Map(LowCardinality(String), LowCardinality(String))
        COMMENT '<purpose> and <purpose>.<channel> to granted or withdrawn',
    `following` Map(LowCardinality(String), Bool) COMMENT 'Channel to whether the customer follows it',
    `tokens` Array(String) COMMENT 'Keyed hashes of what the search box may ask',
    `version` UInt64 COMMENT 'The greatest version of a row stands',
    `deleted` UInt8 DEFAULT 0 COMMENT '1: an alias, or without events: it counts nowhere',
    INDEX tokens_bloom tokens TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version, deleted)
ORDER BY id
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 2048
COMMENT 'Customers as segments ask for them: no direct identifier in clear';
