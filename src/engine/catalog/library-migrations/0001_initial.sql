-- The data sets that were opened, newest first.
CREATE TABLE recents (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  root TEXT NOT NULL,
  images INTEGER NOT NULL DEFAULT 0,
  classes INTEGER NOT NULL DEFAULT 0,
  opened_at REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX recents_by_time ON recents (opened_at);
