-- The chosen field of the file names, and whether images that are named like masks are read like all others.
ALTER TABLE chosen_layout ADD COLUMN name_field INTEGER;
ALTER TABLE chosen_layout ADD COLUMN with_masks INTEGER NOT NULL DEFAULT 0;
