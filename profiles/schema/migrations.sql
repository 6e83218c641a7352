CREATE TABLE IF NOT EXISTS migrations
(
    `number` UInt32 COMMENT 'Number of the migration, from its file name',
    `name` String COMMENT 'File name',
    `checksum` String COMMENT 'SHA-256 of the file, hexadecimal',
    `applied` DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When it was applied'
)
ENGINE = ReplacingMergeTree(applied)
ORDER BY number
COMMENT 'Migrations that were applied; one that changes afterwards is refused';
