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
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 2048, merge_max_block_size = 1024,
    merge_max_block_size_bytes = 1048576, vertical_merge_algorithm_min_rows_to_activate = 1
COMMENT 'Customers as segments ask for them: no direct identifier in clear';
