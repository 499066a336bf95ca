-- The user's own work on one data set. It is kept by content and by finding key, so that it outlives the catalog.

CREATE TABLE thresholds (
  id TEXT PRIMARY KEY,
  value REAL NOT NULL,
  at REAL NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE mutes (
  finding TEXT PRIMARY KEY,
  reason TEXT NOT NULL,
  at REAL NOT NULL
) STRICT, WITHOUT ROWID;

-- first < second, both SHA-256 of a file's bytes.
CREATE TABLE not_duplicates (
  first TEXT NOT NULL,
  second TEXT NOT NULL,
  at REAL NOT NULL,
  PRIMARY KEY (first, second)
) STRICT, WITHOUT ROWID;

-- Which reading of the folder the user chose; absent while the detected one is used.
CREATE TABLE chosen_layout (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  kind TEXT NOT NULL,
  layout_table TEXT,
  at REAL NOT NULL
) STRICT;
