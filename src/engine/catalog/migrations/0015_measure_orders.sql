-- The measures that have no order yet; columns as in the other indexes. An index of an expression covers a query only with its columns.
CREATE INDEX images_by_size ON images (sqrt(width * height), id, class_name, split, format, state, width, height) WHERE class_name IS NOT NULL AND width IS NOT NULL;
CREATE INDEX images_by_aspect ON images ((CAST(width AS REAL) / height), id, class_name, split, format, state, width, height) WHERE class_name IS NOT NULL AND width IS NOT NULL;
CREATE INDEX images_by_edges ON images (edge_share, id, class_name, split, format, state) WHERE class_name IS NOT NULL AND edge_share IS NOT NULL;
CREATE INDEX images_by_colourfulness ON images (colourfulness, id, class_name, split, format, state) WHERE class_name IS NOT NULL AND colourfulness IS NOT NULL;
