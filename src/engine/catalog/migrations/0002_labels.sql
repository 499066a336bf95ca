-- What the probes said of each image, and what follows for its label. All of it can be made again.

-- The last finished run of each probe. content_key names the images and labels it saw.
CREATE TABLE probe_runs (
  kind TEXT PRIMARY KEY,
  content_key TEXT NOT NULL,
  classes TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- probabilities: float32 little-endian, one per class in the run's order, made without the image itself.
CREATE TABLE probe_outputs (
  kind TEXT NOT NULL REFERENCES probe_runs (kind) ON DELETE CASCADE,
  image INTEGER NOT NULL REFERENCES images (id) ON DELETE CASCADE,
  given TEXT NOT NULL,
  predicted TEXT NOT NULL,
  probabilities BLOB NOT NULL,
  PRIMARY KEY (kind, image)
) STRICT, WITHOUT ROWID;
CREATE INDEX probe_outputs_by_cell ON probe_outputs (kind, given, predicted, image);
CREATE INDEX probe_outputs_by_image ON probe_outputs (image);

CREATE TABLE label_verdicts (
  image INTEGER PRIMARY KEY REFERENCES images (id) ON DELETE CASCADE,
  given TEXT NOT NULL,
  suggested TEXT NOT NULL,
  wrong REAL NOT NULL,
  flagged INTEGER NOT NULL,
  instant_given REAL, instant_suggested REAL,
  cnn_given REAL, cnn_suggested REAL
) STRICT;
CREATE INDEX label_verdicts_worst ON label_verdicts (wrong DESC, image, given, suggested);

-- neighbours: int32 image ids and float32 distances, nearest first.
CREATE TABLE embeddings (
  image INTEGER PRIMARY KEY REFERENCES images (id) ON DELETE CASCADE,
  x REAL NOT NULL,
  y REAL NOT NULL,
  outlier REAL NOT NULL,
  neighbours BLOB NOT NULL,
  distances BLOB NOT NULL
) STRICT;

-- Typical images of a class, most typical first.
CREATE TABLE exemplars (
  class_name TEXT NOT NULL,
  position INTEGER NOT NULL,
  image INTEGER NOT NULL REFERENCES images (id) ON DELETE CASCADE,
  PRIMARY KEY (class_name, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX exemplars_by_image ON exemplars (image);

CREATE TABLE curve_points (
  kind TEXT NOT NULL,
  fold INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (kind, fold, epoch)
) STRICT, WITHOUT ROWID;

-- How far a probe came that was cut off; content_key as in probe_runs, body as the training process gave it.
CREATE TABLE probe_checkpoints (
  kind TEXT NOT NULL,
  part INTEGER NOT NULL,
  content_key TEXT NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (kind, part)
) STRICT, WITHOUT ROWID;
