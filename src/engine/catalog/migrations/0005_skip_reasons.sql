-- Why something was skipped, as a code; until now a coarse kind and a text that was shown to users.
ALTER TABLE other_files RENAME COLUMN kind TO reason;
ALTER TABLE other_files RENAME COLUMN label TO name;
UPDATE other_files SET
  reason = CASE
    WHEN reason = 'unlabelled' THEN 'no-label'
    WHEN reason = 'hidden' AND name <> 'hidden files' THEN 'system-file'
    WHEN reason = 'hidden' THEN 'hidden'
    WHEN name = 'links in a circle' THEN 'link-loop'
    WHEN name = 'links that lead nowhere' THEN 'broken-link'
    WHEN name = 'folder links in a circle' THEN 'folder-link-loop'
    WHEN name = 'folder links inside linked folders' THEN 'nested-folder-links'
    WHEN name = 'files without permission' THEN 'file-forbidden'
    WHEN name = 'folders without permission' THEN 'folder-forbidden'
    WHEN name = 'devices and sockets' THEN 'special-file'
    ELSE 'other-type'
  END,
  name = CASE
    WHEN reason = 'unlabelled' AND name <> 'images outside of class folders' THEN name
    WHEN reason = 'hidden' AND name <> 'hidden files' THEN name
    WHEN reason = 'other' AND name LIKE '.%' THEN substr(name, 2)
    ELSE ''
  END;
