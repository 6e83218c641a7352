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
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 8192, merge_max_block_size = 1024,
    merge_max_block_size_bytes = 1048576
COMMENT 'Whose the events of an anchor are, from a time on: merge and split write here alone';
