-- What the layout in use took from the folder and what it did not use, as JSON; null before the next scan.
ALTER TABLE dataset ADD COLUMN reading TEXT;
