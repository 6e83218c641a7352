CREATE TABLE IF NOT EXISTS compared
(
    `id` String COMMENT 'Customer id',
    `blocks` Array(UInt64) COMMENT 'Keyed hashes of what two records of one person may share, ascending',
    `sealed` String COMMENT 'Ciphertext, in base64, of all that is compared',
    `version` UInt64 COMMENT 'The greatest version of a row stands',
    `deleted` UInt8 DEFAULT 0 COMMENT '1: an alias, or nothing is left to compare'
)
ENGINE = ReplacingMergeTree(version, deleted)
ORDER BY id
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 8192, merge_max_block_size = 1024,
    merge_max_block_size_bytes = 1048576
COMMENT 'What probable duplicates are found by: nothing clear';
