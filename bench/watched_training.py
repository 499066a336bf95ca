"""Trains a net on noise with and without plumbline_watch.py, one epoch in turn. Started by bench/watch.ts.

Prints the median seconds of an epoch without and with the recorder. The first epoch of each is not counted: it
compiles.
"""
import statistics
import sys
import time

FRAMEWORK, FOLDER, EPOCHS = sys.argv[1], sys.argv[2], int(sys.argv[3])
IMAGES, SIDE, CLASSES, BATCH = 4096, 32, 10, 64
plain, watched = [], []

if FRAMEWORK == "torch":
    import torch
    from torch import nn
    from plumbline_watch import TorchWatch

    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(1)
    x, y = torch.randn(IMAGES, 3, SIDE, SIDE), torch.randint(0, CLASSES, (IMAGES,))
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), BATCH, shuffle=True)
    layers = []
    for before, after in ((3, 32), (32, 64), (64, 128)):
        layers += [nn.Conv2d(before, after, 3, padding=1), nn.BatchNorm2d(after), nn.ReLU(), nn.MaxPool2d(2)]
    net = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(128, CLASSES)).to(device)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), 0.01)
    watch = TorchWatch(FOLDER, net, optimizer, validation=(x[:1024], y[:1024]), criterion=criterion)

    def epoch(batches):
        for images, labels in batches:
            optimizer.zero_grad()
            criterion(net(images.to(device)), labels.to(device)).backward()
            optimizer.step()
        if device == "cuda":
            torch.cuda.synchronize()

    for turn in range(EPOCHS + 1):
        for times, batches in ((plain, lambda: loader), (watched, lambda: watch.epoch(loader))):
            start = time.perf_counter()
            epoch(batches())
            times.append(time.perf_counter() - start)
else:
    import keras
    import numpy as np
    from keras import layers
    from plumbline_watch import KerasWatch

    rng = np.random.default_rng(1)
    x = rng.standard_normal((IMAGES, SIDE, SIDE, 3)).astype("float32")
    y = rng.integers(0, CLASSES, IMAGES)
    net = keras.Sequential([keras.Input((SIDE, SIDE, 3))])
    for width in (32, 64, 128):
        for layer in (layers.Conv2D(width, 3, padding="same"), layers.BatchNormalization(), layers.ReLU(),
                      layers.MaxPooling2D()):
            net.add(layer)
    net.add(layers.GlobalAveragePooling2D())
    net.add(layers.Dense(CLASSES, activation="softmax"))
    net.compile(keras.optimizers.SGD(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    watch = KerasWatch(FOLDER, validation=(x[:1024], y[:1024]), training=(x, y))

    class Turns(keras.callbacks.Callback):
        """Calls the recorder in every second epoch, between the two readings of the clock."""

        def set_model(self, model):
            super().set_model(model)
            watch.set_model(model)

        def on_train_begin(self, logs=None):
            watch.on_train_begin(logs)

        def on_epoch_begin(self, epoch, logs=None):
            self.start = time.perf_counter()

        def on_train_batch_end(self, batch, logs=None):
            if self.watching:
                watch.on_train_batch_end(batch, logs)

        def on_epoch_end(self, epoch, logs=None):
            if self.watching:
                watch.on_epoch_end(epoch, logs)
            (watched if self.watching else plain).append(time.perf_counter() - self.start)
            self.watching = not self.watching

    turns = Turns()
    turns.watching = False
    net.fit(x, y, batch_size=BATCH, epochs=2 * (EPOCHS + 1), verbose=0, callbacks=[turns])

print(statistics.median(plain[1:]), statistics.median(watched[1:]))
