"""Trains a net on noise with and without plumbline_watch.py, one epoch in turn. Started by bench/watch.ts.

Prints a JSON object: the CPU seconds of each epoch without and with the recorder (all threads of this process, user and
system), and those in the recorder's own functions. CPU time, because other processes may use the machine; one thread,
because threads that wait for each other may count as busy. The first epoch of each is left out: it compiles.
"""
import json
import os
import resource
import sys
import time

FRAMEWORK, SIZE, FOLDER, EPOCHS = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
IMAGES, SIDE, CLASSES, BATCH = 4096, 32, 10, 64
WIDTHS = {"small": (16, 32, 64), "large": (32, 64, 128, 256)}[SIZE]
plain, watched, inside = [], [], []


def seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def timed(owner, names):
    """Adds the CPU time in these methods to the last element of `inside`."""
    def wrapped(work):
        def run(*args, **options):
            start = seconds()
            try:
                return work(*args, **options)
            finally:
                if inside:
                    inside[-1] += seconds() - start
        return run
    for name in names:
        setattr(owner, name, wrapped(getattr(owner, name)))


def left_out(record, since):
    """Hides the time of an epoch without the recorder from its budget."""
    record.last_sample += time.perf_counter() - since


for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
    os.environ[variable] = "1"

if FRAMEWORK == "torch":
    import torch
    from torch import nn
    from plumbline_watch import TorchWatch

    torch.set_num_threads(1)
    torch.manual_seed(1)
    x, y = torch.randn(IMAGES, 3, SIDE, SIDE), torch.randint(0, CLASSES, (IMAGES,))
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), BATCH, shuffle=True)
    layers = []
    for before, after in zip((3, *WIDTHS), WIDTHS):
        layers += [nn.Conv2d(before, after, 3, padding=1), nn.BatchNorm2d(after), nn.ReLU(), nn.MaxPool2d(2)]
    net = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(WIDTHS[-1], CLASSES))
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), 0.01)
    timed(TorchWatch, ["_add_loss", "_count_hits", "_measure_gradients", "_look", "_prepare", "_write_epoch"])
    watch = TorchWatch(FOLDER, net, optimizer, validation=(x[:1024], y[:1024]), criterion=criterion)

    def epoch(batches):
        for images, labels in batches:
            optimizer.zero_grad()
            criterion(net(images), labels).backward()
            optimizer.step()

    for turn in range(EPOCHS + 1):
        clock, start = time.perf_counter(), seconds()
        epoch(loader)
        plain.append(seconds() - start)
        left_out(watch._record, clock)
        inside.append(0.0)
        start = seconds()
        epoch(watch.epoch(loader))
        watched.append(seconds() - start)
else:
    import keras
    import numpy as np
    import tensorflow as tf
    from keras import layers
    from plumbline_watch import KerasWatch

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    rng = np.random.default_rng(1)
    x = rng.standard_normal((IMAGES, SIDE, SIDE, 3)).astype("float32")
    y = rng.integers(0, CLASSES, IMAGES)
    net = keras.Sequential([keras.Input((SIDE, SIDE, 3))])
    for width in WIDTHS:
        for layer in (layers.Conv2D(width, 3, padding="same"), layers.BatchNormalization(), layers.ReLU(),
                      layers.MaxPooling2D()):
            net.add(layer)
    net.add(layers.GlobalAveragePooling2D())
    net.add(layers.Dense(CLASSES, activation="softmax"))
    net.compile(keras.optimizers.SGD(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    timed(KerasWatch, ["on_train_begin", "on_epoch_end"])
    watch = KerasWatch(FOLDER, validation=(x[:1024], y[:1024]), training=(x, y))
    # The end of a training predicts the sample again. Here each epoch is a call of fit, so that one without the recorder
    # has no callback.
    watch.on_train_end = lambda logs=None: None
    for turn in range(EPOCHS + 1):
        clock, start = time.perf_counter(), seconds()
        net.fit(x, y, batch_size=BATCH, epochs=1, verbose=0)
        plain.append(seconds() - start)
        left_out(watch._record, clock)
        inside.append(0.0)
        start = seconds()
        net.fit(x, y, batch_size=BATCH, epochs=1, verbose=0, callbacks=[watch])
        watched.append(seconds() - start)

print(json.dumps({"plain": plain[1:], "watched": watched[1:], "inside": inside[1:]}))
