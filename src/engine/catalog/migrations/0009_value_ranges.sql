-- Samples of more than 8 bits are scaled: the values found, and those shown as black and white. png_fault: JSON.
ALTER TABLE images ADD COLUMN value_min REAL;
ALTER TABLE images ADD COLUMN value_max REAL;
ALTER TABLE images ADD COLUMN value_low REAL;
ALTER TABLE images ADD COLUMN value_high REAL;
ALTER TABLE images ADD COLUMN png_fault TEXT;
