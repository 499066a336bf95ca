-- One data set. Everything here can be made again from the folder; what the user decided lives in decisions.sqlite.

CREATE TABLE dataset (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  root TEXT NOT NULL,
  note TEXT,
  layout_kind TEXT,
  layout_table TEXT,
  layouts TEXT NOT NULL DEFAULT '[]',
  revision INTEGER NOT NULL DEFAULT 0,
  indexed_at REAL
) STRICT;

-- A file that may be an image. class_name is null where the layout in use gives it no label: it is then no member of the data set.
-- state: 0 not measured yet, 1 measured, 2 unreadable. measured_by is the version of the code that wrote the row's facts.
CREATE TABLE images (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,
  raw_path BLOB,
  class_name TEXT,
  split TEXT,
  extension TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  modified REAL NOT NULL,
  state INTEGER NOT NULL DEFAULT 0,
  measured_by INTEGER NOT NULL DEFAULT 0,
  unreadable_code TEXT,
  unreadable_reason TEXT,
  sha256 TEXT,
  format TEXT,
  width INTEGER,
  height INTEGER,
  channels INTEGER,
  depth INTEGER,
  pages INTEGER,
  orientation INTEGER,
  colour_space TEXT,
  has_alpha INTEGER,
  has_icc INTEGER,
  camera TEXT,
  mean_r REAL, mean_g REAL, mean_b REAL,
  std_r REAL, std_g REAL, std_b REAL,
  border_r REAL, border_g REAL, border_b REAL,
  luminance_1 REAL, luminance_5 REAL, luminance_50 REAL, luminance_95 REAL, luminance_99 REAL,
  brightness REAL,
  entropy REAL,
  laplacian_variance REAL,
  edge_share REAL,
  colourfulness REAL,
  p_hash TEXT,
  d_hash TEXT,
  pixel_hash TEXT
) STRICT;

-- One covering index per order of the gallery: what filters need is in the index, so that a page never reads the wide rows it skips.
-- The id comes second, so that pages of equal values (all images of one size) need no sorting.
CREATE INDEX images_by_path ON images (path, class_name, split, format, state) WHERE class_name IS NOT NULL;
CREATE INDEX images_by_class ON images (class_name, path, split, format, state) WHERE class_name IS NOT NULL;
CREATE INDEX images_by_width ON images (width, id, class_name, split, format, state) WHERE class_name IS NOT NULL AND width IS NOT NULL;
CREATE INDEX images_by_bytes ON images (bytes, id, class_name, split, format, state) WHERE class_name IS NOT NULL;
CREATE INDEX images_by_brightness ON images (brightness, id, class_name, split, format, state) WHERE class_name IS NOT NULL AND brightness IS NOT NULL;
CREATE INDEX images_by_entropy ON images (entropy, id, class_name, split, format, state) WHERE class_name IS NOT NULL AND entropy IS NOT NULL;
CREATE INDEX images_by_sharpness ON images (laplacian_variance, id, class_name, split, format, state) WHERE class_name IS NOT NULL AND laplacian_variance IS NOT NULL;
CREATE INDEX images_to_measure ON images (id) WHERE state = 0 AND class_name IS NOT NULL;

CREATE TABLE thumbnails (
  image INTEGER PRIMARY KEY REFERENCES images (id) ON DELETE CASCADE,
  data BLOB NOT NULL
) STRICT;

CREATE TABLE rasters (
  image INTEGER PRIMARY KEY REFERENCES images (id) ON DELETE CASCADE,
  data BLOB NOT NULL
) STRICT;

-- What the scan passed over.
CREATE TABLE other_files (
  path TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  label TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE empty_classes (
  class_name TEXT NOT NULL,
  split TEXT NOT NULL,
  PRIMARY KEY (class_name, split)
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  params TEXT NOT NULL,
  progress TEXT,
  error TEXT,
  result TEXT,
  owner_pid INTEGER NOT NULL,
  owner_token TEXT NOT NULL,
  started_at REAL NOT NULL,
  ended_at REAL
) STRICT;
CREATE INDEX jobs_by_start ON jobs (started_at);

CREATE TABLE findings (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  position INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;

CREATE TABLE finding_images (
  finding INTEGER NOT NULL REFERENCES findings (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  image INTEGER NOT NULL REFERENCES images (id) ON DELETE CASCADE,
  value REAL,
  PRIMARY KEY (finding, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX finding_images_by_image ON finding_images (image, finding);

CREATE TABLE finding_groups (
  id INTEGER PRIMARY KEY,
  finding INTEGER NOT NULL REFERENCES findings (id) ON DELETE CASCADE,
  position INTEGER NOT NULL
) STRICT;
CREATE INDEX finding_groups_in_order ON finding_groups (finding, position);

CREATE TABLE finding_group_members (
  group_id INTEGER NOT NULL REFERENCES finding_groups (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  image INTEGER NOT NULL REFERENCES images (id) ON DELETE CASCADE,
  relation TEXT,
  similarity REAL NOT NULL,
  PRIMARY KEY (group_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX finding_group_members_by_image ON finding_group_members (image);

-- Results that are costly to make again and cheap to keep, by a key that names everything they depend on.
CREATE TABLE kept_results (
  name TEXT PRIMARY KEY,
  key TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
