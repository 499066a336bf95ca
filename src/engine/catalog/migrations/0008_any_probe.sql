-- probed: JSON, what each probe says about the label. The next audit judges the labels again and fills it.
ALTER TABLE label_verdicts ADD COLUMN probed TEXT NOT NULL DEFAULT '[]';
ALTER TABLE label_verdicts DROP COLUMN instant_given;
ALTER TABLE label_verdicts DROP COLUMN instant_suggested;
ALTER TABLE label_verdicts DROP COLUMN cnn_given;
ALTER TABLE label_verdicts DROP COLUMN cnn_suggested;
