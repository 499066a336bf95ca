import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { localEngine } from '../../../src/engine/app/local-engine';
import { putClasses, scratch } from '../support/indexed';

let home: ReturnType<typeof scratch>;
let engine: ReturnType<typeof localEngine>;
let dataset: string;

const SCRIPT = `import tensorflow as tf
from tensorflow.keras.layers import *
feed = tf.keras.utils.image_dataset_from_directory('data', image_size=(24, 24))
net = tf.keras.Sequential([Input((24, 24, 3)), Rescaling(1 / 255), Conv2D(16, 3, activation='relu'), Flatten(), Dense(3, activation='softmax')])
net.compile(tf.keras.optimizers.Adam(), 'sparse_categorical_crossentropy')
net.fit(feed, epochs=900)
`;
const remedy = (additions: ('baseline' | 'normalization')[] = []) =>
  engine.client.call('recipe.remedy', { dataset, name: 'train.py', text: SCRIPT, additions });

beforeEach(async () => {
  home = scratch();
  const root = join(home.folder, 'source');
  // Keras and torchvision sort capital letters first.
  await putClasses(root, { emu: 3, cat: 12, Zebra: 2 });
  engine = localEngine({ cache: join(home.folder, 'cache'), data: join(home.folder, 'data') });
  ({ dataset } = await engine.client.call('dataset.open', { root }));
  await engine.client.runJob('jobs.index', { dataset });
});
afterEach(async () => {
  await engine.stop();
  home.remove();
});

it('gives the classes of the folder their weights, also when the user merged and renamed some', async () => {
  const weights = 'class_weight={0: 2.83, 1: 0.472, 2: 1.89}';
  expect((await remedy()).text).toContain(weights);
  await engine.client.call('review.renameClasses', { dataset, from: ['Zebra', 'emu'], to: 'animal' });
  const after = await remedy();
  expect(after.text).toContain(weights);
  expect(after.changes[0]!.reason).toContain('(Zebra, cat, emu)');
});

it('fills in the numbers of the data set', async () => {
  const { text, additions, patch } = await remedy(['baseline', 'normalization']);
  expect(additions).toEqual(['normalization', 'baseline']);
  expect(text).toContain('Always \\"cat\\": accuracy 0.706, balanced accuracy 0.333');
  const mean = /Normalization\(mean=\[(0\.\d+), /.exec(text)![1]!;
  expect(Number(mean)).toBeCloseTo(0.5, 1);
  expect(patch).toContain('+net.fit(feed, epochs=900, class_weight=');
});

it('reads what the script imports, says its faults, and changes only the script', async () => {
  const text = `import torch, torch.nn as nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms
from model import Net
train = datasets.ImageFolder('data', transforms.ToTensor())
loader = DataLoader(train, batch_size=4)
net = Net()
crit = nn.CrossEntropyLoss()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for epoch in range(300):
    for x, y in loader:
        opt.zero_grad()
        loss = crit(net(x), y)
        loss.backward()
        opt.step()
`;
  const model = `import torch.nn as nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 3))
    def forward(self, x):
        return self.net(x).softmax(1)
`;
  const found = await engine.client.call('recipe.remedy', {
    dataset,
    name: 'train.py',
    text,
    beside: [{ name: 'model.py', text: model }],
    additions: [],
  });
  expect(found.left.map(({ rule }) => rule)).toContain('double-activation');
  expect(found.changes.map(({ rule }) => rule)).toContain('unshuffled');
  expect(found.text).toContain('from model import Net');
  expect(found.text).toContain('shuffle=True');
  const alone = await engine.client.call('recipe.remedy', { dataset, name: 'train.py', text, additions: [] });
  expect(alone.left.map(({ rule }) => rule)).not.toContain('double-activation');
});
