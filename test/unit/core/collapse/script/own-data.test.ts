/** Scripts that load a data set by name, in place of the folder that is open. */
import { describe, expect, it } from 'vitest';
import { soundRecipe, userUpdates } from '../../../../../src/core/collapse/recipe';
import { recipeWarnings } from '../../../../../src/core/collapse/warnings';
import { readScript } from '../../../../../src/core/collapse/script/reading';
import { parsePython } from '../../../../../src/engine/files/python';

/** A small, uneven folder: a script that trained on it would make few updates and answer the largest class. */
async function read(source: string) {
  const setting = { images: 44, imbalanceRatio: 6, classes: 3 };
  const reading = readScript(await parsePython(source), soundRecipe(setting), setting.classes);
  const accused = recipeWarnings(reading, setting).filter(({ severity }) => severity !== 'info');
  return { reading, rules: accused.map(({ rule }) => rule), notes: reading.notes.map(({ sentence }) => sentence) };
}

const keras = (load: string, fit = 'x_train, y_train', units = 10): string => `import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
import tensorflow_datasets as tfds
${load}
net = keras.Sequential([layers.Rescaling(1 / 255), layers.Conv2D(16, 3, activation='relu'), layers.Flatten(), layers.Dense(${units}, activation='softmax')])
net.compile(optimizer='adam', loss='sparse_categorical_crossentropy', metrics=['accuracy'])
net.fit(${fit}, epochs=5, batch_size=128)
`;
const torch = (data: string): string => `import torch, torch.nn as nn
import torchvision
from torchvision import datasets, transforms
from torch.utils.data import DataLoader
train = ${data}
loader = DataLoader(train, batch_size=64, shuffle=True)
net = nn.Sequential(nn.Conv2d(1, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 10))
crit = nn.CrossEntropyLoss()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for epoch in range(3):
    for x, y in loader:
        opt.zero_grad()
        loss = crit(net(x), y)
        loss.backward()
        opt.step()
`;

describe('a data set that the script loads by name', () => {
  it.each([
    [keras('(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()'), 'MNIST', 60_000],
    [
      keras('from keras.datasets import cifar10\n(x_train, y_train), _ = cifar10.load_data()\nx_train = x_train / 1.0'),
      'CIFAR-10',
      50_000,
    ],
    [
      keras("ds = tfds.load('fashion_mnist', split='train', as_supervised=True).batch(64)", 'ds'),
      'Fashion-MNIST',
      60_000,
    ],
    [torch("datasets.MNIST('data', train=True, download=True, transform=transforms.ToTensor())"), 'MNIST', 60_000],
    [
      torch("torchvision.datasets.CIFAR10(root='./data', train=True, transform=transforms.ToTensor())"),
      'CIFAR-10',
      50_000,
    ],
  ])('is named, and its numbers count', async (source, name, images) => {
    const { reading, rules, notes } = await read(source);
    expect(reading.ownData).toEqual({ name, images, classes: 10 });
    expect(rules).toEqual([]);
    expect(notes[0]).toContain(`trains on ${name}, which it loads by name, and not on the images of this folder`);
    expect(notes.join()).not.toContain('but the data set has');
    expect(userUpdates(reading, 44)).toBeGreaterThan(1000);
  });

  it('leads to no sentence about numbers that are not known', async () => {
    const { reading, rules, notes } = await read(
      keras("ds = tfds.load('stanford_dogs', split='train', as_supervised=True).batch(64)", 'ds', 120),
    );
    expect(reading.ownData).toEqual({ name: 'stanford_dogs', images: null, classes: null });
    expect(rules).toEqual([]);
    expect(notes.join()).toContain('Nothing is said that depends on the number of images or classes.');
    expect(notes.join()).not.toContain('but the data set has');
  });

  it('still leads to the faults that do not depend on numbers', async () => {
    const source = keras('(x_train, y_train), _ = keras.datasets.mnist.load_data()').replace(
      "'adam'",
      'keras.optimizers.SGD(learning_rate=5.0)',
    );
    expect((await read(source)).rules).toEqual(['rate-too-high']);
    const wide = keras('(x_train, y_train), _ = keras.datasets.mnist.load_data()', 'x_train, y_train', 7);
    expect((await read(wide)).notes.join()).toContain('The last layer has 7 units, but the data set has 10 classes.');
  });

  it.each([
    ["train = keras.utils.image_dataset_from_directory('data')\n(x, y), _ = keras.datasets.mnist.load_data()", 'train'],
    ["train = keras.utils.image_dataset_from_directory('data')", 'train'],
    ["train = tfds.load('x', data_dir='y')\nx_train = cv2.imread('a.png')", 'x_train'],
  ])('is not said of a script that reads files: %s', async (load, fit) => {
    expect((await read(keras(load, fit))).reading.ownData).toBeUndefined();
  });

  it('is not said of a class of the script with such a name', async () => {
    const source = `class MNIST:\n    pass\n${torch("MNIST('data')")}`;
    expect((await read(source)).reading.ownData).toBeUndefined();
  });
});
