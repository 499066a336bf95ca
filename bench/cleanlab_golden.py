"""Writes test/unit/core/labels/cleanlab.json: the results of cleanlab 2.9.0 for some generated predictions. Run it again only for a new version of cleanlab."""
import json
import sys

import numpy as np
from cleanlab import __version__
from cleanlab.count import compute_confident_joint, get_confident_thresholds


def case(name, seed, images, classes, noise, skill):
    rng = np.random.default_rng(seed)
    shares = rng.dirichlet(np.full(classes, 3.0))
    truth = rng.choice(classes, images, p=shares)
    truth[:classes] = np.arange(classes)
    given = np.where(rng.random(images) < noise, rng.integers(0, classes, images), truth)
    given[:classes] = np.arange(classes)
    logits = rng.normal(0, 1.3, (images, classes)) + skill * np.eye(classes)[truth]
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    # Multiples of 2^-20 are exact in JSON and in 32 bits; the small ramp avoids ties in sorting.
    p = np.round(p * 2**20) / 2**20
    p[:, -1] = 1 - p[:, :-1].sum(1)
    args = {"labels": given, "pred_probs": p}
    return {
        "name": name,
        "classes": classes,
        "labels": given.tolist(),
        "probabilities": p.flatten().tolist(),
        "thresholds": get_confident_thresholds(**args).tolist(),
        "counts": compute_confident_joint(**args, calibrate=False).flatten().tolist(),
        "calibrated": compute_confident_joint(**args, calibrate=True).flatten().tolist(),
    }


def has_ties(example):
    """Whether rounding the joint meets equal remainders. Which of them cleanlab rounds up depends on its sort."""
    counts = np.array(example["counts"]).reshape(example["classes"], -1)
    given = np.bincount(example["labels"], minlength=example["classes"])
    rest = (counts.T / counts.sum(1) * given).T % 1
    return any(len(np.unique(np.round(row[row > 1e-9], 9))) < (row > 1e-9).sum() for row in rest)


def first_without_ties(name, seed, *args):
    while has_ties(example := case(name, seed, *args)):
        seed += 100
    return example


def main():
    cases = [
        first_without_ties("a skilled probe, one label in five wrong", 1, 120, 4, 0.25, 3.0),
        first_without_ties("a weak probe, many labels wrong", 2, 90, 3, 0.5, 1.0),
        first_without_ties("classes of very different size", 3, 80, 6, 0.15, 2.0),
        first_without_ties("two classes", 4, 60, 2, 0.2, 2.5),
    ]
    json.dump({"cleanlab": __version__, "cases": cases}, open(sys.argv[1], "w"), separators=(",", ":"))


main()
