-- Older readings lack the column of the splits and the lists of splits. The next scan writes them again.
UPDATE dataset SET reading = NULL;
