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
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 8192, merge_max_block_size = 1024,
    merge_max_block_size_bytes = 1048576, vertical_merge_algorithm_min_rows_to_activate = 1
COMMENT 'Canonical events, never rewritten when customers merge: whose they are is joined from owners at read';
