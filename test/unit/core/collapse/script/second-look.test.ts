/** Kinds of scripts in which a fault passed, or whose patch did harm. */
import { describe, expect, it } from 'vitest';
import { remedied } from '../remedies/changed';
import { accusations } from './accusations';
import { HEAD, LOADERS, torchScript, TRANSFORMS } from './torch-scripts';

const cut = (before: string, after = ''): string => `import os, cv2, random
import numpy as np
from tensorflow.keras import Sequential
from tensorflow.keras.layers import *
X, y = [], []
for i, name in enumerate(['cat', 'dog']):
    for f in os.listdir('data/' + name):
        X.append(cv2.imread(f'data/{name}/{f}') / 255.)
        y.append(i)
X, y = np.array(X), np.array(y)
${before}
n = int(len(X) * 0.8)
a, b = X[:n], X[n:]
c, d = y[:n], y[n:]
${after}
net = Sequential([Conv2D(16, 3, activation='relu'), Flatten(), Dense(2, activation='softmax')])
net.compile('adam', 'sparse_categorical_crossentropy')
net.fit(a, c, validation_data=(b, d), epochs=300)
`;

describe('arrays that were filled folder by folder and are cut at one place', () => {
  it('hold back the last class', async () => {
    expect(await accusations(cut(''))).toEqual(['validation-of-last-classes 13']);
    const { changed, left } = await remedied(cut(''), 2);
    expect(left).toEqual([]);
    expect(changed.code).toMatch(/shuffle\(X\)\n.*shuffle\(y\)\na, b = X\[:n\]/);
  });

  it('still do if only the first part is shuffled', async () => {
    const found = await accusations(cut('', 'order = np.random.permutation(len(a))\na, c = a[order], c[order]'));
    expect(found).toEqual(['validation-of-last-classes 13']);
  });

  it('do not if they are shuffled before', async () => {
    expect(await accusations(cut('order = np.random.permutation(len(X))\nX, y = X[order], y[order]'))).toEqual([]);
  });
});

describe('a data set of files that are listed in order', () => {
  const listed = (list: string): string => `import tensorflow as tf
from tensorflow.keras.layers import *
ds = tf.data.Dataset.list_files(${list}).map(load).batch(16)
net = tf.keras.Sequential([Input((64, 64, 3)), Conv2D(16, 3, activation='relu'), Flatten(), Dense(2, activation='softmax')])
net.compile('adam', 'sparse_categorical_crossentropy')
net.fit(ds, epochs=300)
`;
  it('is not shuffled', async () => {
    expect(await accusations(listed("'data/*/*', shuffle=False"))).toEqual(['unshuffled 3']);
    const { changed } = await remedied(listed("'data/*/*', shuffle=False"), 2);
    expect(changed.code).toContain("list_files('data/*/*', shuffle=False).shuffle(1000).map(load)");
  });

  it('is shuffled by default', async () => {
    expect(await accusations(listed("'data/*/*'"))).toEqual([]);
  });
});

describe('a frozen net in a net of the script', () => {
  const wrapped = (first: string, second: string, more = ''): string =>
    torchScript({
      net: `class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = models.resnet18(weights='DEFAULT')
        ${first}
        ${second}${more}
    def forward(self, x):
        return self.net(x)
net = Net()`,
      optimizer: 'opt = torch.optim.Adam(net.parameters(), lr=1e-4)',
    });
  const HEADED = 'self.net.fc = nn.Linear(512, 2)';
  const FREEZE = 'for p in self.net.parameters(): p.requires_grad = False';

  it('leaves nothing to train if its head is frozen too', async () => {
    expect((await accusations(wrapped(HEADED, FREEZE))).join()).toMatch(/^all-frozen/);
  });

  it('leaves its new head, or the other layers of the net', async () => {
    expect(await accusations(wrapped(FREEZE, HEADED))).toEqual([]);
    expect(await accusations(wrapped(HEADED, FREEZE, '\n        self.out = nn.Linear(2, 2)'))).toEqual([]);
  });
});

it('calls backward() of the loss that was computed, not of what computes it', async () => {
  const source = `${HEAD}
${TRANSFORMS}
${LOADERS}
class Learner:
    def __init__(self, net):
        self.net, self.opt = net, torch.optim.Adam(net.parameters(), lr=1e-4)
        self.loss = nn.CrossEntropyLoss()
    def fit(self):
        for epoch in range(300):
            self.net.train()
            for x, y in train_loader:
                self.opt.zero_grad()
                loss = self.loss(self.net(x), y)
                self.opt.step()
net = models.resnet18(weights='DEFAULT')
net.fc = nn.Linear(512, 2)
Learner(net).fit()
`;
  const { changed } = await remedied(source, 2);
  expect(changed.code).toMatch(/\n +loss\.backward\(\)\n +self\.opt\.step\(\)/);
  expect(changed.code).not.toContain('self.loss.backward()');
});
