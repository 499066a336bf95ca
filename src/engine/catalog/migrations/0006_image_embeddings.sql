-- What a pretrained network computed from an image, by content: float16 little-endian, all its outputs one after another.
-- network names the network, its outputs and how pictures are fed to it; side is the side in pixels at which it saw them.
CREATE TABLE image_embeddings (
  network TEXT NOT NULL,
  side INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (network, side, sha256)
) STRICT;
