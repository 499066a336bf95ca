-- Where a probe saw the images, until neighbours and the map are made from it: images × dimensions float32, in path order.
CREATE TABLE unplaced_embedding (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  kind TEXT NOT NULL,
  dimensions INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT;
