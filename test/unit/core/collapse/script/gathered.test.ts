/** Arrays and tensors that were gathered from a feed, and nets that are called by their methods. */
import { describe, expect, it } from 'vitest';
import { soundRecipe, type RecipeReading } from '../../../../../src/core/collapse/recipe';
import { readScript } from '../../../../../src/core/collapse/script/reading';
import { parsePython } from '../../../../../src/engine/files/python';
import { HEAD, net, torchScript } from './torch-scripts';

const read = async (source: string): Promise<RecipeReading> =>
  readScript(await parsePython(source), soundRecipe({ images: 600, imbalanceRatio: 1 }), 2);

const keras = (gathering: string, training: string, shuffle = 'False'): string => `import numpy as np, tensorflow as tf
from tensorflow.keras.layers import *
from tensorflow.keras.preprocessing.image import ImageDataGenerator
feed = ImageDataGenerator(rescale=1/255.).flow_from_directory('data', class_mode='categorical', shuffle=${shuffle})
${gathering}
net = tf.keras.Sequential([Input((64, 64, 3)), Conv2D(16, 3, activation='relu'), GlobalAveragePooling2D(), Dense(2, activation='softmax')])
net.compile(optimizer='adam', loss='categorical_crossentropy')
${training}
`;
const LISTS = `xs, ys = [], []
for i in range(len(feed)):
    a, b = feed[i]
    xs.append(a)
    ys.append(b)
X, y = np.concatenate(xs), np.concatenate(ys)`;
const COMPREHENSION = `pairs = [next(feed) for _ in range(len(feed))]
X, y = np.concatenate([p[0] for p in pairs]), np.concatenate([p[1] for p in pairs])`;

describe('arrays gathered from a Keras feed that does not shuffle', () => {
  it.each([
    ['in a loop', keras(LISTS, 'net.fit(X, y, epochs=9)')],
    ['in a comprehension', keras(COMPREHENSION, 'net.fit(X, y, epochs=9, batch_size=16)')],
    ['at once', keras('X, y = next(feed)', 'net.fit(x=X, y=y, epochs=9, shuffle=True)')],
    [
      'and split',
      keras(
        `${LISTS}\nfrom sklearn.model_selection import train_test_split\nX, V, y, v = train_test_split(X, y)`,
        'net.fit(X, y, epochs=9, shuffle=False, validation_data=(V, v))',
      ),
    ],
    [
      'and mixed as a data set',
      keras(
        `${LISTS}\nds = tf.data.Dataset.from_tensor_slices((X, y)).shuffle(600).batch(16)`,
        'net.fit(ds, epochs=9)',
      ),
    ],
    ['that shuffles', keras(LISTS, 'net.fit(X, y, epochs=9, shuffle=False)', 'True')],
  ])('%s are shuffled', async (_, source) => {
    expect((await read(source)).recipe.shuffle).toBe(true);
  });

  it.each([
    ['fit is told not to shuffle', keras(LISTS, 'net.fit(X, y, epochs=9, shuffle=False)')],
    [
      'they become a data set that is not mixed',
      keras(`${LISTS}\nds = tf.data.Dataset.from_tensor_slices((X, y)).batch(16)`, 'net.fit(ds, epochs=9)'),
    ],
    ['the feed itself is trained on', keras('', 'net.fit(feed, epochs=9)')],
  ])('stay sorted if %s', async (_, source) => {
    expect((await read(source)).recipe.shuffle).toBe(false);
  });
});

const LOADERS = `loader = DataLoader(datasets.ImageFolder('data/train', tf), batch_size=100, shuffle=False)
xs, ys = [], []
for x, y in loader:
    xs.append(x)
    ys.append(y)
X, Y = torch.cat(xs), torch.cat(ys)
`;
const STEP = ['opt.zero_grad()', 'loss = crit(net(x), y)', 'loss.backward()', 'opt.step()'];
const torch = (gathered: string, over: string, ...first: readonly string[]): string =>
  torchScript({
    head: `${HEAD}\nfrom torch.utils.data import TensorDataset\nimport random, numpy as np`,
    loaders: LOADERS + gathered,
    loop: [
      'for epoch in range(300):',
      `    for ${over}:`,
      ...[...first, ...STEP].map((line) => `        ${line}`),
    ].join('\n'),
    evaluation: '',
  });

describe('tensors gathered from a PyTorch loader that does not shuffle', () => {
  it.each([
    [
      'put into another loader',
      torch('mixed = DataLoader(TensorDataset(X, Y), batch_size=32, shuffle=True)', 'x, y in mixed'),
    ],
    [
      'put into a loader for training',
      torch('train_loader = DataLoader(TensorDataset(X, Y), 32, shuffle=True)', 'x, y in train_loader'),
    ],
    ['taken by mixed positions', torch('', 'idx in torch.randperm(len(X)).split(32)', 'x, y = X[idx], Y[idx]')],
    [
      'taken by a function of the script',
      torch(
        'def batches(a, b):\n    order = np.random.permutation(len(a))\n    for i in range(0, len(a), 32):\n        yield a[order[i:i + 32]], b[order[i:i + 32]]',
        'x, y in batches(X, Y)',
      ),
    ],
  ])('%s are shuffled', async (_, source) => {
    expect((await read(source)).recipe.shuffle).toBe(true);
  });

  it('taken by number are not judged', async () => {
    const source = torch('', 'i in range(0, 600, 32)', 'x, y = X[i:i + 32], Y[i:i + 32]');
    expect((await read(source)).sources.shuffle.how).toBe('assumed');
  });

  it.each([
    ['the loader itself', torch('', 'x, y in loader')],
    ['the numbered loader', torch('', 'i, (x, y) in enumerate(loader)')],
    ['an iterator of the loader', torch('it = iter(loader)', 'i in range(6)', 'x, y = next(it)')],
    [
      'another sorted loader',
      torch(
        'mixed = DataLoader(TensorDataset(X, Y), batch_size=32)\nloader = DataLoader(datasets.ImageFolder("data/train", tf))',
        'x, y in loader',
      ),
    ],
  ])('stay sorted in %s', async (_, source) => {
    expect((await read(source)).recipe.shuffle).toBe(false);
  });
});

const METHODS = `class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.AdaptiveAvgPool2d(1))
        self.out = nn.Linear(16, 2)
    def forward(self, x):
        return self.classify(self.embed(x))
    def embed(self, x):
        return self.features(x).flatten(1)
    def classify(self, z):
        return self.out(z)
net = Net()`;
const called = (call: string, definition = net(), after = ''): string =>
  torchScript({
    net: definition + after,
    loop: [
      'for epoch in range(300):',
      '    for x, y in train_loader:',
      ...['opt.zero_grad()', call, 'loss = crit(out, y)', 'loss.backward()', 'opt.step()'].map(
        (line) => `        ${line}`,
      ),
    ].join('\n'),
  });

describe('a convolutional net', () => {
  it.each([
    ['by forward', called('out = net.forward(x)')],
    ['by forward on the way', called('out = net.forward(x).squeeze()')],
    ['by forward of a wrapped net', called('out = net.module.forward(x)', net(), '\nnet = nn.DataParallel(net)')],
    ['by forward in a function', called('out = run(x)', net(), '\ndef run(batch):\n    return net.forward(batch)')],
    ['by its own methods', called('out = net.classify(net.embed(x))', METHODS)],
    ['by forward that uses its methods', called('out = net.forward(x)', METHODS)],
    ['as an attribute', called('out = net.out(net.features(x).flatten(1))', METHODS)],
  ])('called %s is read as one', async (_, source) => {
    const { recipe, sources } = await read(source);
    expect([recipe.architecture.kind, sources.architecture.how]).toEqual(['conv', 'read']);
    expect(recipe.batchNorm).toBe(true);
  });

  it('is judged by its last layer when it is called by forward', async () => {
    const [direct, forward] = await Promise.all(
      ['out = net(x)', 'out = net.forward(x)'].map((call) => read(called(call, net('self.soft(z)')))),
    );
    expect(forward!.recipe).toEqual(direct!.recipe);
    expect(forward!.notes.map(({ fault }) => fault?.rule)).toEqual(direct!.notes.map(({ fault }) => fault?.rule));
  });

  it('that is linear is read as such', async () => {
    const linear =
      'class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.fc = nn.Linear(12288, 2)\n    def forward(self, x):\n        return self.fc(x.flatten(1))\nnet = Net()';
    expect((await read(called('out = net.forward(x)', linear))).recipe.architecture.kind).toBe('linear');
  });
});
