-- The recipe that the user gave for this data set, and the script that it was read from.
CREATE TABLE recipe (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  reading TEXT NOT NULL,
  script TEXT,
  at REAL NOT NULL
) STRICT;
