-- The folder into which the user's training records, as the user chose it. At most one row.
CREATE TABLE watched_folder (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  path TEXT NOT NULL
) STRICT;
