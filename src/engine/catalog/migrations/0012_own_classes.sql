-- own_class: the class in the user's folder or table. class_name: the name that the user gave to this class, else the same.
ALTER TABLE images ADD COLUMN own_class TEXT;
UPDATE images SET own_class = class_name;
CREATE INDEX images_by_own_class ON images (own_class, class_name) WHERE own_class IS NOT NULL;
