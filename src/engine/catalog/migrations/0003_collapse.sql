-- Predictions that the user brought, and what the lab trained. All of it can be made again from the user's files and by training.

CREATE TABLE own_predictions (
  id TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  name TEXT NOT NULL,
  at REAL NOT NULL,
  content_key TEXT NOT NULL,
  classes TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- predicted: index into the classes. probabilities: float32 little-endian, one per class; null where only labels were given.
CREATE TABLE own_prediction_rows (
  predictions TEXT NOT NULL REFERENCES own_predictions (id) ON DELETE CASCADE,
  image INTEGER NOT NULL REFERENCES images (id) ON DELETE CASCADE,
  predicted INTEGER NOT NULL,
  probabilities BLOB,
  PRIMARY KEY (predictions, image)
) STRICT, WITHOUT ROWID;
CREATE INDEX own_prediction_rows_by_image ON own_prediction_rows (image);

-- Models that the user chose, by the token that stands for them; a cut-off run goes on with it.
CREATE TABLE model_files (
  token TEXT PRIMARY KEY,
  path TEXT NOT NULL,
  at REAL NOT NULL
) STRICT, WITHOUT ROWID;

-- Finished runs of the lab. The fingerprint names the images, their roles, the recipe and the version of the code that trained.
CREATE TABLE lab_runs (
  fingerprint TEXT NOT NULL,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  seed INTEGER NOT NULL,
  steps INTEGER NOT NULL,
  at REAL NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (fingerprint, kind, key, seed, steps)
) STRICT, WITHOUT ROWID;

CREATE TABLE lab_yardsticks (
  fingerprint TEXT PRIMARY KEY,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The last lab that came to its end.
CREATE TABLE lab_result (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  content_key TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
