-- Parts are merged column after column whatever their size, not only beyond 131,072 rows: of ten parts with some
-- 70,000 rows that takes half the memory for customers and a fifth for events, and no longer. Never edit: add a
-- migration.

ALTER TABLE events MODIFY SETTING vertical_merge_algorithm_min_rows_to_activate = 1;
ALTER TABLE customers MODIFY SETTING vertical_merge_algorithm_min_rows_to_activate = 1;
