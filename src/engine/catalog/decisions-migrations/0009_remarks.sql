-- 'tag' and 'untag' give and take a tag, and 'note' sets the note of an image ('' removes it). The text is in `label`.
ALTER TABLE acts RENAME TO earlier_acts;

CREATE TABLE acts (
  seq INTEGER PRIMARY KEY,
  at REAL NOT NULL,
  batch INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('keep', 'relabel', 'exclude', 'unsure', 'clear', 'move', 'tag', 'untag', 'note', 'class', 'rename', 'undo', 'redo')),
  path TEXT,
  sha256 TEXT,
  given TEXT,
  label TEXT,
  queue TEXT,
  value REAL,
  note TEXT,
  target INTEGER,
  source TEXT,
  CHECK ((kind IN ('undo', 'redo')) = (target IS NOT NULL)),
  CHECK ((kind IN ('class', 'rename', 'undo', 'redo')) = (path IS NULL)),
  CHECK (kind IN ('undo', 'redo') OR given IS NOT NULL),
  CHECK ((kind IN ('relabel', 'move', 'tag', 'untag', 'note', 'class', 'rename')) = (label IS NOT NULL))
) STRICT;

INSERT INTO acts SELECT * FROM earlier_acts;
DROP TABLE earlier_acts;

CREATE TRIGGER acts_are_never_changed BEFORE UPDATE ON acts BEGIN SELECT raise(ABORT, 'the review log is append-only'); END;
CREATE TRIGGER acts_are_never_removed BEFORE DELETE ON acts BEGIN SELECT raise(ABORT, 'the review log is append-only'); END;
