/** Scripts that train no classifier of images are told, and classifiers that look like them are read. */
import { describe, expect, it } from 'vitest';
import { accusations } from './accusations';
import { loop, net, torchScript } from './torch-scripts';

const refusal = async (source: string): Promise<string> =>
  accusations(source).then(
    () => 'read',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

const keras = (layers: string, compile: string, fit = 'x, y'): string => `import tensorflow as tf
from tensorflow.keras.layers import *
x, y, z = load()
net = tf.keras.Sequential([${layers}])
net.compile('adam', ${compile})
net.fit(${fit}, epochs=300)
`;
const DOWN_UP = "Conv2D(16, 3, activation='relu'), UpSampling2D(), Conv2D(3, 3, activation='sigmoid')";
const ONE = "Conv2D(16, 3, activation='relu'), Flatten(), Dense(1)";

const torch = (body: string, layers: string, loss: string): string => `import torch, torch.nn as nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        ${layers}
    def forward(self, x):
        ${body}
net = Net()
crit = nn.${loss}()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for epoch in range(100):
    for x, y in loader:
        opt.zero_grad()
        loss = crit(net(x), y)
        loss.backward()
        opt.step()
`;

describe('a net for texts', () => {
  const words = (more: string): string =>
    torch(
      'return self.out(self.rnn(self.words(x))[0][:, -1])',
      `self.words = nn.Embedding(9000, 64)
        self.rnn, self.out = nn.GRU(64, 64, batch_first=True), nn.Linear(64, 2)${more}`,
      'CrossEntropyLoss',
    );

  it('is told', async () => {
    expect(await refusal(words(''))).toMatch(/trains a net for texts or other tokens \(line 5: its Embedding/);
  });

  it('is not seen in a net that has images too', async () => {
    expect(await refusal(words('\n        self.seen = nn.Conv2d(3, 64, 3)'))).not.toMatch(/texts/);
    expect(await refusal(`from PIL import Image\n${words('')}`)).not.toMatch(/texts/);
  });
});

describe('a script that trains no classifier', () => {
  it.each([
    ['an autoencoder', keras(DOWN_UP, "'binary_crossentropy'", 'x, x')],
    ['an autoencoder', keras(DOWN_UP, "'mse'", 'x=x, y=x, validation_data=(z, z)')],
    ['a net that gives pictures', keras(DOWN_UP, "'sparse_categorical_crossentropy'")],
    [
      'a net that gives pictures',
      torch(
        'return self.b(self.a(x))',
        'self.a, self.b = nn.Conv2d(3, 8, 3), nn.ConvTranspose2d(8, 2, 3)',
        'CrossEntropyLoss',
      ),
    ],
    [
      'an autoencoder',
      `import keras
from keras.layers import Input, Dense
x = load()
inputs = Input((784,))
outputs = Dense(784, activation='sigmoid')(Dense(32, activation='relu')(inputs))
net = keras.Model(inputs, outputs)
net.add_loss(keras.backend.mean(keras.losses.binary_crossentropy(inputs, outputs)))
net.compile('adam')
net.fit(x, epochs=50)
`,
    ],
    [
      'an autoencoder',
      torch(
        'return self.b(self.a(x)), self.m(x)',
        'self.a, self.b, self.m = nn.Linear(784, 9), nn.Linear(9, 784), nn.Linear(784, 9)',
        'BCELoss',
      ).replace('loss = crit(net(x), y)', 'out, mean = net(x)\n        loss = crit(out, x) + mean.pow(2).sum()'),
    ],
    ['a regression', keras(ONE, "'mse', metrics=['mae']")],
    ['a regression', keras(ONE, "loss=tf.keras.losses.MeanAbsoluteError(), metrics=['mse']")],
    ['a regression', torch('return self.a(x.mean((2, 3)))', 'self.a = nn.Linear(3, 1)', 'MSELoss')],
    [
      'a detector',
      'import torchvision\nnet = torchvision.models.detection.fasterrcnn_resnet50_fpn(weights="DEFAULT")\nloss = sum(net(x, y).values())\nloss.backward()\n',
    ],
    [
      'a segmentation',
      'import torch\nimport segmentation_models_pytorch as smp\nnet = smp.Unet("resnet34", classes=2)\nloss = torch.nn.BCEWithLogitsLoss()(net(x), y)\nloss.backward()\n',
    ],
    [
      'a generator of pictures',
      `import torch, torch.nn as nn
class Generator(nn.Module):
    def forward(self, z):
        return z
class Discriminator(nn.Module):
    def forward(self, x):
        return x
g, d = Generator(), Discriminator()
loss = nn.BCELoss()(d(g(torch.randn(8, 100))), ones)
loss.backward()
`,
    ],
    [
      'a generator of pictures',
      `import keras, numpy as np
from keras.layers import *
def build_generator():
    return keras.Sequential([Dense(784, activation='tanh')])
def build_discriminator():
    return keras.Sequential([Dense(64, activation='sigmoid'), Dense(1, activation='sigmoid')])
d, g = build_discriminator(), build_generator()
d.compile('adam', 'binary_crossentropy')
d.train_on_batch(g.predict(np.random.uniform(-1, 1, (8, 100))), zeros)
`,
    ],
  ])('%s', async (what, source) => {
    expect(await refusal(source)).toMatch(
      new RegExp(`^This script trains ${what} \\(line \\d+: .*\\)\\. Only scripts`),
    );
  });

  it.each([
    [
      'two arrays',
      keras(
        "Conv2D(16, 3, activation='relu'), Flatten(), Dense(2, activation='softmax')",
        "'sparse_categorical_crossentropy'",
      ),
    ],
    [
      'a net that also gets the labels, for its margin',
      torchScript({
        net: net('z * 30', '2').replace('def forward(self, x):', 'def forward(self, x, y=None):'),
        loop: loop('opt.zero_grad()', 'loss = crit(net(x, y), y)', 'loss.backward()', 'opt.step()'),
      }),
    ],
    ['one output with an accuracy', keras(ONE, "'mse', metrics=['accuracy']")],
    ['one output without metrics', keras(ONE, "'mse'")],
    ['a sigmoid with squared errors', keras("Flatten(), Dense(1, activation='sigmoid')", "'mse', metrics=['mae']")],
    [
      'pictures enlarged for a base',
      keras(
        "UpSampling2D(), Conv2D(16, 3), GlobalAveragePooling2D(), Dense(2, activation='softmax')",
        "'categorical_crossentropy'",
      ),
    ],
    ['squared errors of two outputs', torchScript({ net: net('z', '2'), loss: 'nn.MSELoss()' })],
    ['a sound script', torchScript()],
  ])('is none with %s', async (_, source) => {
    expect(await refusal(source)).toBe('read');
  });

  it('is told where its class is derived from the Trainer of Transformers', async () => {
    const source = `from transformers import Trainer, ViTForImageClassification
class Weighted(Trainer):
    def compute_loss(self, model, inputs):
        return model(**inputs).loss
Weighted(model=ViTForImageClassification.from_pretrained('x'), train_dataset=ds).train()
`;
    expect(await refusal(source)).toContain('trains with the Trainer of Transformers, which is not read');
  });
});

describe('the ending of a net', () => {
  it('is seen through a method of what a function gives', async () => {
    const source = torchScript({ net: net('torch.sigmoid(z).squeeze(1)', '1'), loss: 'nn.BCEWithLogitsLoss()' });
    expect((await accusations(source)).map((one) => one.split(' ')[0])).toEqual(['double-activation']);
  });

  it('the lines of two nets that one function makes are those of its calls', async () => {
    const make = `def make():
    net = models.resnet18(weights="DEFAULT")
    net.fc = nn.Linear(512, 2)
    return net`;
    const [said = ''] = await accusations(
      torchScript({ net: `${make}\nnet = make()`, optimizer: 'opt = torch.optim.Adam(make().parameters(), lr=1e-4)' }),
      2,
      true,
    );
    expect(said).toMatch(/^optimizer-of-another-net 12: .*made in line 12, but the net of line 11 is trained/);
  });
});
