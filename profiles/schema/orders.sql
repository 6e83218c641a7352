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
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 8192, merge_max_block_size = 1024,
    merge_max_block_size_bytes = 1048576
COMMENT 'Orders as they stand now';
