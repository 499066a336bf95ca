import { trainingScript, type ScriptLiterals } from './training';

export const trainKeras = trainingScript('train_keras.py', script);

function script({ train, validation, test, size }: ScriptLiterals): string {
  return `"""Trains a small CNN on this export with Keras, and tells whether it learned more than the majority class.

    python train_keras.py [--epochs N] [--size PIXELS] [--save model.keras]
"""
import argparse
import csv
import json
import math
import pathlib

import numpy as np
import tensorflow as tf

ROOT = pathlib.Path(__file__).resolve().parent
TRAIN, VALIDATION, TEST = ${train}, ${validation}, ${test}

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--epochs", type=int, help="default: enough for 600 update steps, at least 10")
parser.add_argument("--size", type=int, default=${size})
parser.add_argument("--batch", type=int, default=32)
parser.add_argument("--rate", type=float, default=2e-3, help="peak learning rate of Adam")
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--flip", action="store_true", help="mirror images at random; use it only if a mirrored picture keeps its class (not for digits)")
parser.add_argument("--save", help="where to write the trained model")
args = parser.parse_args()
tf.keras.utils.set_random_seed(args.seed)


def read(name):
    return json.loads((ROOT / name).read_text(encoding="utf-8"))


names = read("class_names.json")
weights = read("class_weights.json")["weights"]
scale = read("normalization.json")
K = len(names["classes"])
if K < 2:
    raise SystemExit("There is only one class, so there is nothing to learn.")
with open(ROOT / "manifest.csv", newline="", encoding="utf-8") as table:
    expected = [row["split"] for row in csv.DictReader(table)]


def load(split, shuffle=False):
    data = tf.keras.utils.image_dataset_from_directory(
        ROOT / split, image_size=(args.size, args.size), batch_size=args.batch, shuffle=shuffle, seed=args.seed, verbose=False)
    if len(data.file_paths) != expected.count(split):
        raise SystemExit(f"Keras reads {len(data.file_paths)} of {expected.count(split)} images of {split}: it supports only jpeg, png, bmp and gif. Export again with conversion.")
    # A split may lack a class, and Keras would then give the other classes new numbers.
    index = tf.constant([names["folders"].index(folder) for folder in data.class_names], dtype=tf.int32)
    return data.map(lambda image, label: (image, tf.gather(index, label))).prefetch(2)


train = load(TRAIN, shuffle=True)
validation = load(VALIDATION) if VALIDATION else None
steps = len(train)
epochs = args.epochs or max(10, math.ceil(600 / steps))
total = steps * epochs

layers = tf.keras.layers
inputs = tf.keras.Input((args.size, args.size, 3))
x = layers.Rescaling(1 / 255)(inputs)
x = layers.Normalization(mean=scale["mean"], variance=[std**2 for std in scale["std"]])(x)
if args.flip:
    x = layers.RandomFlip("horizontal", seed=args.seed)(x)
for filters in (32, 64, 128):
    x = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False)(x)
    # The default momentum 0.99 needs some thousand steps before predictions are as good as training looks.
    x = layers.BatchNormalization(momentum=0.9)(x)
    x = layers.ReLU()(x)
x = layers.GlobalAveragePooling2D()(x)
x = layers.Dropout(0.2)(x)
# No activation here: the loss below applies softmax itself.
outputs = layers.Dense(K)(x)
model = tf.keras.Model(inputs, outputs)
model.compile(
    optimizer=tf.keras.optimizers.Adam(tf.keras.optimizers.schedules.CosineDecay(0.0, max(1, total - total // 20), warmup_target=args.rate, warmup_steps=max(1, total // 20))),
    loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
model.fit(train, validation_data=validation, epochs=epochs, class_weight=dict(enumerate(weights)), shuffle=False, verbose=2)


def judge(split):
    data = load(split)
    truth = np.concatenate([label.numpy() for _, label in data])
    predicted = model.predict(data, verbose=0).argmax(axis=1)
    counts = np.bincount(truth, minlength=K)
    recall = [np.mean(predicted[truth == k] == k) for k in range(K) if counts[k]]
    print(f"{split}: accuracy {np.mean(predicted == truth):.3f} (always the majority class: {counts.max() / len(truth):.3f}), "
          f"balanced accuracy {np.mean(recall):.3f} (chance: {1 / len(recall):.3f}), classes predicted {len(set(predicted))} of {K}")


for split in (TRAIN, VALIDATION, TEST):
    if split:
        judge(split)
if args.save:
    model.save(args.save)
`;
}
