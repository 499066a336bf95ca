-- Orders of images: by the class that a probe predicted, and by suspicion with the same direction of both columns.
CREATE INDEX probe_outputs_by_prediction ON probe_outputs (kind, predicted, image);
CREATE INDEX label_verdicts_by_wrong ON label_verdicts (wrong, image);
