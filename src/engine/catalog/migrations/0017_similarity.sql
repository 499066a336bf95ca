-- Where the last probe saw the images, in blocks of rows: images × dimensions int16 little-endian, with one scale for all
-- blocks. A new set of blocks gets new ids.
CREATE TABLE similarity_blocks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  dimensions INTEGER NOT NULL,
  images BLOB NOT NULL,
  data BLOB NOT NULL
) STRICT;
