-- Where in the window a step was made; null for older steps, and where its kind says it.
ALTER TABLE acts ADD COLUMN source TEXT;
