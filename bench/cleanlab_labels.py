"""cleanlab on given probabilities: reads {labels, classes, probabilities} as JSON, writes {flags, scores}. Started by bench/probe.ts."""
import json
import sys

import numpy as np
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores

given = json.load(sys.stdin)
labels = np.array(given["labels"])
probabilities = np.array(given["probabilities"], dtype=np.float64).reshape(len(labels), given["classes"])
probabilities /= probabilities.sum(1, keepdims=True)
flags = find_label_issues(labels, probabilities, n_jobs=1)
scores = get_label_quality_scores(labels, probabilities, method="self_confidence")
json.dump({"flags": np.flatnonzero(flags).tolist(), "scores": scores.tolist()}, sys.stdout)
