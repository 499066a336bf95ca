-- The columns of the chosen label table; null for those that are detected.
ALTER TABLE chosen_layout ADD COLUMN image_column TEXT;
ALTER TABLE chosen_layout ADD COLUMN label_column TEXT;
