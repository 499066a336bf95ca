-- The review log. Rows are only ever added; what holds now is a fold over them (core/review/log).

CREATE TABLE acts (
  seq INTEGER PRIMARY KEY,
  at REAL NOT NULL,
  batch INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('keep', 'relabel', 'exclude', 'unsure', 'clear', 'undo', 'redo')),
  path TEXT,
  sha256 TEXT,
  given TEXT,
  label TEXT,
  queue TEXT,
  value REAL,
  note TEXT,
  target INTEGER,
  CHECK (CASE WHEN kind IN ('undo', 'redo') THEN target IS NOT NULL AND path IS NULL ELSE target IS NULL AND path IS NOT NULL AND given IS NOT NULL END),
  CHECK ((kind = 'relabel') = (label IS NOT NULL))
) STRICT;

CREATE TRIGGER acts_are_never_changed BEFORE UPDATE ON acts BEGIN SELECT raise(ABORT, 'the review log is append-only'); END;
CREATE TRIGGER acts_are_never_removed BEFORE DELETE ON acts BEGIN SELECT raise(ABORT, 'the review log is append-only'); END;

-- Folders that the user chose for an export, by the token that stands for them; a cut-off export goes on with it.
CREATE TABLE export_targets (
  token TEXT PRIMARY KEY,
  path TEXT NOT NULL,
  at REAL NOT NULL
) STRICT, WITHOUT ROWID;
