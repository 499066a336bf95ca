"""Trains the probe's CNN in Keras on generated pictures; prints a line per slice of time. Started by bench/train.ts, which alternates it with ours.

Each line read from standard input asks for one slice: seconds. Each line written answers: images, wall seconds, processor seconds.
"""
import os
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import layers  # noqa: E402

side, channels, classes, batch = (int(value) for value in sys.argv[1:5])
widths = [int(value) for value in sys.argv[5].split(",")]

inputs = keras.Input((side, side, channels))
x = inputs
for width in widths:
    x = layers.Conv2D(width, 3, strides=2, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization(momentum=0.9)(x)
    x = layers.ReLU()(x)
x = layers.GlobalAveragePooling2D()(x)
x = layers.Dense(classes)(x)
model = keras.Model(inputs, x)
model.compile(keras.optimizers.Adam(1e-3), keras.losses.SparseCategoricalCrossentropy(from_logits=True))

rng = np.random.default_rng(1)
pictures = (rng.random((4096, side, side, channels)) - 0.5).astype("float32")
labels = rng.integers(0, classes, 4096).astype("int32")


class Until(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.end = 0.0
        self.batches = 0

    def on_train_batch_end(self, step, logs=None):
        self.batches += 1
        if time.perf_counter() >= self.end:
            self.model.stop_training = True
            raise StopIteration


def fit(seconds):
    until = Until()
    began, cpu = time.perf_counter(), time.process_time()
    until.end = began + seconds
    try:
        model.fit(pictures, labels, batch_size=batch, epochs=10**6, verbose=0, callbacks=[until])
    except StopIteration:
        pass
    return until.batches * batch, time.perf_counter() - began, time.process_time() - cpu


fit(1)
for line in sys.stdin:
    print(*fit(float(line)), flush=True)
