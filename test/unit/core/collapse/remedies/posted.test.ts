/** Kinds of scripts that people post, which were changed wrongly or in which a fault was not seen. */
import { expect, it } from 'vitest';
import { accusations } from '../script/accusations';
import { loop, torchScript } from '../script/torch-scripts';
import { difference, remedied } from './changed';

it('moves zero_grad() before backward(), and computes no gradients twice', async () => {
  const source = torchScript({
    loop: `running_loss = 0.0\n${loop('loss = crit(net(x), y)', 'loss.backward()', 'opt.zero_grad()', 'opt.step()', 'running_loss += loss.item()')}`,
  });
  const { changed, changes, left } = await remedied(source, 2);
  expect(changes.map(({ rule }) => rule)).toEqual(['never-updated']);
  expect(left).toEqual([]);
  expect(changed.code).toMatch(/opt\.zero_grad\(\)\n\s+loss\.backward\(\)\n\s+opt\.step\(\)\n/);
  expect(changed.code.match(/backward\(\)|zero_grad\(\)/g)).toHaveLength(2);
});

const ONE_UNIT = `from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Conv2D, Activation, Flatten, Dense
from tensorflow.keras.preprocessing.image import ImageDataGenerator
feed = ImageDataGenerator(rescale=1. / 255).flow_from_directory('data', class_mode='sparse')
model = Sequential()
model.add(Conv2D(16, (3, 3), input_shape=(64, 64, 3)))
model.add(Activation('relu'))
model.add(Flatten())
model.add(Dense(1))
model.add(Activation('sigmoid'))
model.compile(loss='binary_crossentropy', optimizer='adam')
model.fit(feed, epochs=300)
`;

it('changes an activation that is a layer of its own together with the units', async () => {
  const { changed } = await remedied(ONE_UNIT, 3);
  expect(difference(ONE_UNIT, changed.code)).toEqual([
    '-model.add(Dense(1))',
    "-model.add(Activation('sigmoid'))",
    "-model.compile(loss='binary_crossentropy', optimizer='adam')",
    '+model.add(Dense(3))',
    "+model.add(Activation('softmax'))",
    "+model.compile(loss='sparse_categorical_crossentropy', optimizer='adam')",
  ]);
});

/** A net that scales inside, and a training loop by hand. */
const TAPE = (train: string, predict: string): string => `import tensorflow as tf
data = tf.keras.utils.image_dataset_from_directory('data/train')
held = tf.keras.utils.image_dataset_from_directory('data/test', shuffle=False)
class MyModel(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.conv = tf.keras.layers.Conv2D(16, 3, activation='relu')
        self.flat = tf.keras.layers.Flatten()
        self.out = tf.keras.layers.Dense(2)
    def call(self, x):
        return self.out(self.flat(self.conv(x / 255.0)))
model = MyModel()
loss_of = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
optimizer = tf.keras.optimizers.Adam(1e-3)
for epoch in range(100):
    for images, labels in data:
        with tf.GradientTape() as tape:
            loss = loss_of(labels, model(${train}, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
model.predict(${predict})
`;

it('takes a division inside of a net for a part of it, in training as in prediction', async () => {
  expect(await accusations(TAPE('images', 'held'))).toEqual([]);
});

const HPARAMS = (made: string): string => `import lightning as L
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms
class Lit(L.LightningModule):
    def __init__(self, classes, lr=1e-8):
        super().__init__()
        self.save_hyperparameters()
        self.net = nn.Sequential(nn.Conv2d(3, 16, 3), nn.ReLU(), nn.Flatten(), nn.Linear(16 * 900, classes))
    def forward(self, x):
        return self.net(x)
    def training_step(self, batch, batch_idx):
        x, y = batch
        return nn.functional.cross_entropy(self(x), y)
    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.hparams.lr)
data = datasets.ImageFolder('data', transforms.Compose([transforms.Resize((32, 32)), transforms.ToTensor()]))
trainer = L.Trainer(max_epochs=30)
trainer.fit(${made}, DataLoader(data, batch_size=32, shuffle=True))
`;

it('reads the parameters that a module of Lightning saves', async () => {
  expect(await accusations(HPARAMS('Lit(2)'))).toEqual(['rate-too-low 17']);
  expect(await accusations(HPARAMS('Lit(2, lr=1e-3)'))).toEqual([]);
  const { changed, left } = await remedied(HPARAMS('Lit(2)'), 2);
  expect(left).toEqual([]);
  expect(changed.code).toContain('def __init__(self, classes, lr=0.002):');
});

const ARRAYS = `import os
import numpy as np
from PIL import Image
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Conv2D, Flatten, Dense
def load_data(part):
    X, y = [], []
    for label, name in enumerate(sorted(os.listdir(part))):
        for file in os.listdir(os.path.join(part, name)):
            X.append(np.asarray(Image.open(os.path.join(part, name, file)).resize((32, 32))))
            y.append(label)
    return np.array(X), np.array(y)
X, y = load_data('train')
X = X / 255.0
model = Sequential([Conv2D(16, 3, activation='relu'), Flatten(), Dense(2, activation='softmax')])
model.compile(optimizer='adam', loss='sparse_categorical_crossentropy')
model.fit(X, y, epochs=300, validation_split=0.2)
`;

it('takes no own function load_data for that of a known data set', async () => {
  expect(await accusations(ARRAYS)).toEqual(['validation-of-last-classes 17']);
  const { changed, left } = await remedied(ARRAYS, 2);
  expect(left).toEqual([]);
  expect(changed.code.match(/np\.random\.RandomState\(0\)\.shuffle\([Xy]\)/g)).toHaveLength(2);
});

it('gives a net the preprocessing of its own family, in training and in validation', async () => {
  const source = `import tensorflow.keras as K
base = K.applications.InceptionV3(include_top=False, pooling='avg')
net = K.Sequential([base, K.layers.Dense(2, activation='softmax')])
turns = dict(rotation_range=15)
Generator = K.preprocessing.image.ImageDataGenerator
a = Generator(preprocessing_function=K.applications.vgg16.preprocess_input, **turns).flow_from_directory('train')
b = Generator(preprocessing_function=K.applications.vgg16.preprocess_input).flow_from_directory('held', shuffle=False)
net.compile('adam', 'categorical_crossentropy')
net.fit(a, validation_data=b, epochs=300)
`;
  const { changed, left } = await remedied(source, 2);
  expect(left).toEqual([]);
  expect(changed.code.match(/inception_v3\.preprocess_input/g)).toHaveLength(2);
  expect(changed.code).not.toContain('vgg16');
});

it.each([
  ['net(x).softmax(-1)', 'crit(net(x), y)'],
  ['net(x).softmax(dim=1)', 'crit(net(x), y)'],
  ['torch.softmax(net(x), 1)', 'crit(net(x), y)'],
  ['F.softmax(input=net(x), dim=1)', 'crit(net(x), y)'],
])('leaves out the softmax and keeps the outputs: %s', async (outputs, wanted) => {
  const { changed, left } = await remedied(
    torchScript({ loop: loop(`loss = crit(${outputs}, y)`, 'opt.zero_grad()', 'loss.backward()', 'opt.step()') }),
    2,
  );
  expect(left).toEqual([]);
  expect(changed.code).toContain(wanted);
});

it('shuffles the one of two loaders that a function makes', async () => {
  const source = torchScript({
    loaders: `def load(split, mixed):
    return DataLoader(datasets.ImageFolder('data/' + split, tf), batch_size=16, shuffle=mixed)
train_loader = load('train', False)
test_loader = load('test', False)`,
  });
  const { changed, left } = await remedied(source, 2);
  expect(left).toEqual([]);
  expect(difference(source, changed.code)).toEqual([
    "-train_loader = load('train', False)",
    "+train_loader = load('train', True)",
  ]);
});
