-- Filters of the images that the user named. `filter` and `sort` are JSON in the form of the contract.
CREATE TABLE saved_views (
  name TEXT PRIMARY KEY,
  filter TEXT NOT NULL,
  sort TEXT NOT NULL,
  at REAL NOT NULL
) STRICT, WITHOUT ROWID;
