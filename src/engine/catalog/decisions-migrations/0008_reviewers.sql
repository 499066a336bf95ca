-- Decisions of other reviewers, by their names. They never become decisions of the user.
CREATE TABLE reviewers (
  name TEXT PRIMARY KEY,
  at REAL NOT NULL
) STRICT, WITHOUT ROWID;

-- `given` and `label` are own classes of the data set where there is one of that name. `at`: when it was imported first.
CREATE TABLE other_decisions (
  reviewer TEXT NOT NULL REFERENCES reviewers (name) ON DELETE CASCADE,
  path TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  given TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('keep', 'relabel', 'exclude', 'unsure')),
  label TEXT,
  at REAL NOT NULL,
  PRIMARY KEY (reviewer, path, sha256)
) STRICT, WITHOUT ROWID;
