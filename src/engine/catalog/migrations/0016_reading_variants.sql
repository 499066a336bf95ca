-- What tells readings of the same kind and table apart.
ALTER TABLE dataset ADD COLUMN name_field INTEGER;
ALTER TABLE dataset ADD COLUMN with_masks INTEGER NOT NULL DEFAULT 0;
