-- Merges read fewer rows of each part at once: sealed rows are long, and in process a merge of ten parts would take
-- some 100 MiB for a moment. Never edit: add a migration.

ALTER TABLE events MODIFY SETTING merge_max_block_size = 1024, merge_max_block_size_bytes = 1048576;
ALTER TABLE orders MODIFY SETTING merge_max_block_size = 1024, merge_max_block_size_bytes = 1048576;
ALTER TABLE owners MODIFY SETTING merge_max_block_size = 1024, merge_max_block_size_bytes = 1048576;
ALTER TABLE customers MODIFY SETTING merge_max_block_size = 1024, merge_max_block_size_bytes = 1048576;
ALTER TABLE compared MODIFY SETTING merge_max_block_size = 1024, merge_max_block_size_bytes = 1048576;
