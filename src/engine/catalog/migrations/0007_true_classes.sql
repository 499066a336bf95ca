-- truth: P(true class | image), float32 little-endian. Older runs stored only this, as their probabilities.
ALTER TABLE probe_outputs ADD COLUMN truth BLOB NOT NULL DEFAULT x'';
UPDATE probe_outputs SET truth = probabilities;
