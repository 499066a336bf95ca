"""Reads an export with the real libraries and compares what they see with manifest.jsonl.

    python read.py EXPORT [--hugging-face]

Prints one line for each reader; exits with 1 when one sees something else. A library that is not installed is an error, too.
"""
import collections
import json
import pathlib
import sys

root = pathlib.Path(sys.argv[1]).resolve()
flavoured = "--hugging-face" in sys.argv
rows = [json.loads(line) for line in (root / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
names = json.loads((root / "class_names.json").read_text(encoding="utf-8"))
folder_of = dict(zip(names["classes"], names["folders"]))
expected = collections.defaultdict(collections.Counter)
for row in rows:
    expected[row["split"]][folder_of[row["label"]]] += 1
failures = 0


def compare(reader, split, seen):
    global failures
    same = dict(seen) == dict(expected[split])
    failures += not same
    print(f"{'same ' if same else 'OTHER'} {reader}: {split}, {sum(seen.values())} images of {len(seen)} classes")
    if not same:
        print("  expected", dict(expected[split]), "\n  seen", dict(seen))


def keras():
    import tensorflow as tf

    for split in expected:
        data = tf.keras.utils.image_dataset_from_directory(root / split, image_size=(32, 32), batch_size=64, shuffle=False, verbose=False)
        seen = collections.Counter()
        for images, labels in data:
            assert images.shape[1:] == (32, 32, 3)
            seen.update(data.class_names[label] for label in labels.numpy())
        compare("Keras image_dataset_from_directory", split, seen)


def torchvision():
    from torchvision import datasets

    for split in expected:
        data = datasets.ImageFolder(root / split)
        seen = collections.Counter()
        for image, label in data:
            assert image.mode == "RGB"
            seen[data.classes[label]] += 1
        compare("torchvision ImageFolder", split, seen)
        if set(data.classes) == set(names["folders"]):
            assert data.classes == names["folders"], "class_names.json numbers classes otherwise than torchvision"


def hugging_face():
    from datasets import load_dataset

    # Hugging Face calls the validation split "validation", also if the folder has another name.
    aliases = {"val": "validation", "valid": "validation", "dev": "validation"}
    for split in expected:
        data = load_dataset("imagefolder", data_dir=str(root), split=aliases.get(split, split))
        feature = data.features["label"]
        label = feature.int2str if hasattr(feature, "int2str") else (lambda text: folder_of[text])
        seen = collections.Counter(label(row["label"]) for row in data)
        compare(f"Hugging Face imagefolder{' with metadata.jsonl' if flavoured else ''}", split, seen)


def pandas():
    import pandas as pd
    import pyarrow.parquet as pq

    tables = {"pandas, manifest.csv": pd.read_csv(root / "manifest.csv", keep_default_na=False),
              "pandas, manifest.parquet": pd.read_parquet(root / "manifest.parquet"),
              "pandas, manifest.jsonl": pd.read_json(root / "manifest.jsonl", lines=True, dtype=False),
              "pyarrow, manifest.parquet": pq.read_table(root / "manifest.parquet").to_pandas()}
    for reader, table in tables.items():
        for split in expected:
            part = table[table["split"] == split]
            assert all((root / name).is_file() for name in part["file_name"])
            compare(reader, split, collections.Counter(folder_of[str(label)] for label in part["label"]))


for read in (pandas, torchvision, hugging_face, keras):
    read()
sys.exit(1 if failures else 0)
