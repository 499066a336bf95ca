/** Names that are made elsewhere and changed by themselves: `data = data.shuffle(9)`. A part of a notebook has many. */
import { expect, it } from 'vitest';
import { accusations } from './accusations';

const itself = (name: string, ...methods: readonly string[]): string =>
  methods
    .map((method) => `${name} = ${method.includes('@') ? method.replaceAll('@', name) : `${name}.${method}`}`)
    .join('\n');

const DATA = [
  'shuffle(9)',
  'map(ready)',
  'batch(32)',
  'prefetch(1)',
  'unbatch()',
  'cache().shuffle(9).repeat()',
  'take(9)',
];
const ARRAYS = [
  'astype("float32")',
  '@ / 255.0',
  'reshape(-1, 64)',
  '@[order]',
  'np.array(@)',
  'preprocess_input(@)',
  'shuffle(@)',
];

const keras = (lines: string): string => `import numpy as np
from tensorflow import keras
from sklearn.utils import shuffle
from keras.applications.resnet50 import preprocess_input
${lines}
base = keras.applications.Xception(weights='imagenet', include_top=False)
net = keras.Model(base.input, keras.layers.Dense(5, activation='softmax')(keras.layers.GlobalAveragePooling2D()(base.output)))
net.compile('adam', 'sparse_categorical_crossentropy')
net.fit(data, labels, epochs=30)
found = np.argmax(net.predict(held), axis=1)
print((found == labels).mean())`;

const torch = (lines: string): string => `import torch, torch.nn as nn
${lines}
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for x, y in loader:
    x = x.cuda()
    y = y.view(-1)
    out = net(x)
    out = out.squeeze()
    loss = nn.functional.cross_entropy(out, y)
    loss = loss / 2
    opt.zero_grad()
    loss.backward()
    opt.step()`;

it.each([
  ...DATA.map((method) => keras(itself('data', method))),
  ...ARRAYS.map((method) =>
    keras(['data', 'labels', 'held', 'net', 'base'].map((name) => itself(name, method)).join('\n')),
  ),
  keras(`${itself('data', 'map(ready)')}\nheld = data.take(90)\ndata = data.skip(90)`),
  keras(`${itself('every', 'map(ready)')}\nheld = every.take(90)\ndata = every.skip(90)`),
  keras(['data', 'held'].map((name) => itself(name, ...DATA, ...ARRAYS)).join('\n')),
  ...['net.cuda()', 'nn.DataParallel(@)', 'nn.Sequential(@, nn.Linear(9, 5))', '@.train()', 'wrap(@)'].map((method) =>
    torch(itself('net', method.replace('net.', '@.'))),
  ),
  ...['shuffled(@)', 'torch.utils.data.DataLoader(@, shuffle=True)', 'DataLoader(@.dataset, sampler=@.sampler)'].map(
    (method) => torch(itself('loader', method)),
  ),
  ...['@.step', 'torch.optim.SGD(@, lr=1)', 'wrap(@)'].map((method) => torch(itself('opt', method))),
])('are read: %#', async (source) => {
  await expect(accusations(source, 5)).resolves.toBeInstanceOf(Array);
});
