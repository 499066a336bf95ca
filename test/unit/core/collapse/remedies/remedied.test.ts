import { describe, expect, it } from 'vitest';
import { withCode } from '../../../../../src/core/collapse/script/notebook';
import { accusations, trained } from '../script/accusations';
import { HEAD, loop, net, torchScript } from '../script/torch-scripts';
import { difference, remedied } from './changed';

const CONV = "Conv2D(16, 3, activation='relu'), GlobalAveragePooling2D()";
const SOFTMAX = `${CONV}, Dense(2, activation='softmax')`;
const LOSS = "'categorical_crossentropy'";

interface Case {
  readonly rule: string;
  readonly name: string;
  readonly source: string;
  readonly classes?: number;
  /** The lines that are new. */
  readonly added: readonly string[];
}

const keras = (layers: string, loss: string, edit: (code: string) => string = (code) => code): string =>
  edit(trained(layers, loss));
const instead = (from: string, to: string) => (code: string) => code.replace(from, to);
const NET = (inside: string): string => `net = tf.keras.Sequential([Input((64, 64, 3)), ${inside}])`;

const KERAS: readonly Case[] = [
  {
    rule: 'rate-too-high',
    name: 'the rate of an optimizer',
    source: keras(SOFTMAX, LOSS, instead("'adam'", 'tf.keras.optimizers.Adam(0.5)')),
    added: [`net.compile(optimizer=tf.keras.optimizers.Adam(0.002), loss=${LOSS})`],
  },
  {
    rule: 'rate-too-high',
    name: 'a rate that has a name',
    source: keras(SOFTMAX, LOSS, (code) =>
      code.replace('UNITS = 1', 'RATE = 0.5').replace("'adam'", 'tf.keras.optimizers.Adam(learning_rate=RATE)'),
    ),
    added: ['RATE = 0.002'],
  },
  {
    rule: 'rate-too-low',
    name: 'the first rate of a schedule',
    source: keras(
      SOFTMAX,
      LOSS,
      instead("'adam'", 'tf.keras.optimizers.Adam(tf.keras.optimizers.schedules.ExponentialDecay(1e-9, 100, 0.9))'),
    ),
    added: [
      `net.compile(optimizer=tf.keras.optimizers.Adam(tf.keras.optimizers.schedules.ExponentialDecay(0.002, 100, 0.9)), loss=${LOSS})`,
    ],
  },
  {
    rule: 'missing-activation',
    name: 'no activation before a loss on probabilities',
    source: keras(`${CONV}, Dense(2)`, LOSS),
    added: [NET(`${CONV}, Dense(2, activation='softmax')`)],
  },
  {
    rule: 'last-activation',
    name: 'ReLU as the last activation',
    source: keras(`${CONV}, Dense(2, activation='relu')`, LOSS),
    added: [NET(SOFTMAX)],
  },
  {
    rule: 'sigmoid-for-classes',
    name: 'a sigmoid before a loss over classes',
    source: keras(`${CONV}, Dense(2, activation='sigmoid')`, LOSS),
    added: [NET(SOFTMAX)],
  },
  {
    rule: 'binary-loss-on-classes',
    name: 'binary cross-entropy on three classes',
    source: keras(`${CONV}, Dense(3, activation='sigmoid')`, "'binary_crossentropy'"),
    classes: 3,
    added: [NET(`${CONV}, Dense(3, activation='softmax')`), `net.compile(optimizer='adam', loss=${LOSS})`],
  },
  {
    rule: 'squared-error',
    name: 'squared error',
    source: keras(SOFTMAX, "'mse'"),
    added: [`net.compile(optimizer='adam', loss=${LOSS})`],
  },
  {
    rule: 'softmax-over-one-unit',
    name: 'softmax over one unit',
    source: keras(`${CONV}, Dense(UNITS, activation='softmax')`, LOSS),
    added: ['UNITS = 2'],
  },
  {
    rule: 'binary-labels-of-classes',
    name: 'one unit for three classes',
    source: keras(
      `${CONV}, Dense(1, activation='sigmoid')`,
      "'binary_crossentropy'",
      instead("class_mode='categorical'", "class_mode='binary'"),
    ),
    classes: 3,
    added: [
      "feed = ImageDataGenerator(rescale=1/255.).flow_from_directory('data', class_mode='sparse')",
      NET(`${CONV}, Dense(3, activation='softmax')`),
      "net.compile(optimizer='adam', loss='sparse_categorical_crossentropy')",
    ],
  },
  {
    rule: 'labels-of-another-form',
    name: 'one-hot labels for a loss on class numbers',
    source: keras(SOFTMAX, "'sparse_categorical_crossentropy'"),
    added: [`net.compile(optimizer='adam', loss=${LOSS})`],
  },
  {
    rule: 'labels-of-another-form',
    name: 'class numbers for a loss on one-hot labels',
    source: keras(
      SOFTMAX,
      'tf.keras.losses.CategoricalCrossentropy()',
      instead("class_mode='categorical'", "class_mode='sparse'"),
    ),
    added: ["net.compile(optimizer='adam', loss=tf.keras.losses.SparseCategoricalCrossentropy())"],
  },
  {
    rule: 'too-few-steps',
    name: 'too few epochs',
    source: keras(SOFTMAX, LOSS, instead('epochs=300', 'epochs=2')),
    added: ['net.fit(feed, epochs=22)'],
  },
  {
    rule: 'raw-input',
    name: 'a generator that does not scale',
    source: keras(SOFTMAX, LOSS, instead('rescale=1/255.', '')),
    added: ["feed = ImageDataGenerator(rescale=1.0 / 255).flow_from_directory('data', class_mode='categorical')"],
  },
  {
    rule: 'unshuffled',
    name: 'a feed in the order of the folders',
    source: keras(SOFTMAX, LOSS, instead("class_mode='categorical'", "class_mode='categorical', shuffle=False")),
    added: [
      "feed = ImageDataGenerator(rescale=1/255.).flow_from_directory('data', class_mode='categorical', shuffle=True)",
    ],
  },
  {
    rule: 'zero-init',
    name: 'weights of zero',
    source: keras(
      `Conv2D(16, 3, activation='relu', kernel_initializer='zeros'), GlobalAveragePooling2D(), Dense(2, kernel_initializer='zeros', activation='softmax')`,
      LOSS,
    ),
    added: [NET(SOFTMAX)],
  },
  {
    rule: 'much-dropout',
    name: 'too much dropout',
    source: keras(`${CONV}, Dropout(0.95), Dense(2, activation='softmax')`, LOSS),
    added: [NET(`${CONV}, Dropout(0.5), Dense(2, activation='softmax')`)],
  },
  {
    rule: 'dropout-after-output',
    name: 'dropout after the outputs',
    source: keras(`${SOFTMAX}, Dropout(0.4)`, LOSS),
    added: [NET(SOFTMAX)],
  },
];

const TORCH: readonly Case[] = [
  {
    rule: 'rate-too-high',
    name: 'the rate of an optimizer',
    source: torchScript({ optimizer: 'opt = torch.optim.Adam(net.parameters(), lr=0.5)' }),
    added: ['opt = torch.optim.Adam(net.parameters(), lr=0.002)'],
  },
  {
    rule: 'rate-too-low',
    name: 'a rate in a dictionary',
    source: torchScript({
      optimizer: "config = {'lr': 1e-9}\nopt = torch.optim.Adam(net.parameters(), lr=config['lr'])",
    }),
    added: ["config = {'lr': 0.002}"],
  },
  {
    rule: 'double-activation',
    name: 'a softmax function in forward',
    source: torchScript({ net: net('F.softmax(z, dim=1)') }),
    added: ['return z'],
  },
  {
    rule: 'double-activation',
    name: 'a softmax method',
    source: torchScript({ net: net('z.softmax(1)') }),
    added: ['return z'],
  },
  {
    rule: 'double-activation',
    name: 'a softmax in the loop',
    source: torchScript({
      loop: loop('opt.zero_grad()', 'loss = crit(torch.softmax(net(x), dim=1), y)', 'loss.backward()', 'opt.step()'),
    }),
    added: ['loss = crit(net(x), y)'],
  },
  {
    rule: 'relu-on-output',
    name: 'ReLU as the last activation',
    source: torchScript({ net: net('F.relu(z)') }),
    added: ['return z'],
  },
  {
    rule: 'relu-on-output',
    name: 'ReLU before log_softmax',
    source: torchScript({ net: net('F.log_softmax(F.relu(z), dim=1)'), loss: 'nn.NLLLoss()' }),
    added: ['return F.log_softmax(z, dim=1)'],
  },
  {
    rule: 'nll-without-log-softmax',
    name: 'a likelihood of no logarithms',
    source: torchScript({ loss: 'nn.NLLLoss()' }),
    added: ['crit = nn.CrossEntropyLoss()'],
  },
  {
    rule: 'softmax-over-batch',
    name: 'a softmax over the images',
    source: torchScript({ net: net('F.log_softmax(z, dim=0)'), loss: 'nn.NLLLoss()' }),
    added: ['return F.log_softmax(z, dim=1)'],
  },
  {
    rule: 'one-output',
    name: 'one output',
    source: torchScript({ net: net('z', '1') }),
    added: ['def __init__(self, classes=2):'],
  },
  {
    rule: 'gradients-add-up',
    name: 'no zero_grad',
    source: torchScript({ loop: loop('loss = crit(net(x), y)', 'loss.backward()', 'opt.step()') }),
    added: ['opt.zero_grad()'],
  },
  {
    rule: 'never-updated',
    name: 'no step',
    source: torchScript({ loop: loop('opt.zero_grad()', 'loss = crit(net(x), y)', 'loss.backward()') }),
    added: ['opt.step()'],
  },
  {
    rule: 'never-updated',
    name: 'no backward',
    source: torchScript({ loop: loop('opt.zero_grad()', 'loss = crit(net(x), y)', 'opt.step()') }),
    added: ['loss.backward()'],
  },
  {
    rule: 'unshuffled',
    name: 'a loader in the order of the folders',
    source: torchScript({
      loaders:
        "train_loader = DataLoader(datasets.ImageFolder('data/train', tf), batch_size=16)\ntest_loader = DataLoader(datasets.ImageFolder('data/test', tf), batch_size=16)",
    }),
    added: ["train_loader = DataLoader(datasets.ImageFolder('data/train', tf), batch_size=16, shuffle=True)"],
  },
  {
    rule: 'prediction-in-training-mode',
    name: 'no eval',
    source: torchScript({
      evaluation:
        '    with torch.no_grad():\n        hits = sum((net(x).argmax(1) == y).sum().item() for x, y in test_loader)',
    }),
    added: ['net.eval()'],
  },
  {
    rule: 'normalized-for-255',
    name: 'a mean for 0 to 255',
    source: torchScript({
      transforms: 'tf = transforms.Compose([transforms.ToTensor(), transforms.Normalize([123.7] * 3, [58.4] * 3)])',
    }),
    added: [
      'tf = transforms.Compose([transforms.ToTensor(), transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])',
    ],
  },
  {
    rule: 'layer-after-optimizer',
    name: 'a head that the optimizer does not know',
    source: torchScript({
      net: 'net = models.resnet18(weights="DEFAULT")',
      optimizer: 'opt = torch.optim.Adam(net.parameters(), lr=1e-3)\nnet.fc = nn.Linear(512, 2)',
    }),
    added: [],
  },
];

describe.each([
  ['Keras', KERAS],
  ['PyTorch', TORCH],
])('a script of %s', (_, cases) => {
  it.each(cases)('$rule: $name', async ({ rule, source, classes = 2, added }) => {
    expect((await accusations(source, classes)).map((one) => one.split(' ')[0])).toContain(rule);
    const { changed, changes, left } = await remedied(source, classes);
    expect(left).toEqual([]);
    expect(changes.map((one) => one.rule)).toContain(rule);
    expect(await accusations(changed.code, classes)).toEqual([]);
    expect(difference(source, changed.code).filter((line) => line.startsWith('+'))).toEqual(
      added.map((line) => `+${line}`),
    );
  });
});

describe('a script that is changed', () => {
  it('gets the weights of the classes of the data set', async () => {
    const { changed, changes } = await remedied(keras(SOFTMAX, LOSS), 2, 6);
    expect(changed.code).toContain('net.fit(feed, epochs=300, class_weight={0: 0.583, 1: 3.5})');
    expect(changes[0]!.reason).toContain('cat, dog');
    const torch = await remedied(torchScript(), 2, 6);
    expect(torch.changed.code).toContain('nn.CrossEntropyLoss(weight=torch.tensor([0.583, 3.500]))');
  });

  it('imports torch for the weights, if it does not yet', async () => {
    const head = HEAD.replace('import torch, torch.nn as nn', 'import torch.nn as nn').replace(
      'timm',
      'timm\nfrom torch import optim, no_grad',
    );
    const source = torchScript({ head, optimizer: 'opt = optim.Adam(net.parameters(), lr=1e-3)', evaluation: '' });
    const { changed } = await remedied(source, 2, 6);
    expect(changed.code.split('\n')[0]).toBe('import torch');
  });

  it('stays as it is when nothing is wrong with it', async () => {
    for (const source of [torchScript(), keras(SOFTMAX, LOSS)]) {
      const { changed, changes, left } = await remedied(source, 2);
      expect([changed.code, changes, left]).toEqual([source, [], []]);
    }
  });

  it('gets all remedies that it needs, each with its line in the original', async () => {
    const source = torchScript({
      net: net('F.softmax(z, dim=1)'),
      optimizer: 'opt = torch.optim.Adam(net.parameters(), lr=0.5)',
      loop: loop('loss = crit(net(x), y)', 'loss.backward()', 'opt.step()'),
    });
    const { changes, left } = await remedied(source, 2);
    expect(left).toEqual([]);
    const lines = source.split('\n');
    expect(Object.fromEntries(changes.map(({ rule, line }) => [rule, lines[line - 1]!.trim()]))).toEqual({
      'rate-too-high': 'opt = torch.optim.Adam(net.parameters(), lr=0.5)',
      'double-activation': 'return F.softmax(z, dim=1)',
      'gradients-add-up': 'loss.backward()',
    });
  });

  it('names what is left for the user', async () => {
    // Nothing says that the table is in the order of the file names.
    const source = `import os, cv2, numpy as np, pandas as pd
${trained(SOFTMAX, LOSS).replace('net.fit(feed', "x = np.array([cv2.imread(f) / 255 for f in os.listdir('d')])\ny = pd.read_csv('y.csv')['y']\nnet.fit(x, y")}`;
    const { left } = await remedied(source, 2);
    expect(left.map(({ rule }) => rule)).toEqual(['listed-apart']);
  });
});

describe('the source of changed code', () => {
  const cell = (source: string | readonly string[], type = 'code'): object => ({
    cell_type: type,
    metadata: {},
    source,
  });

  it('keeps the lines that only a notebook understands, its texts and its other cells', async () => {
    const source = `${JSON.stringify(
      {
        cells: [
          cell(['# Title\n', 'text'], 'markdown'),
          cell('!pip install x\nfrom tensorflow.keras.layers import *'),
          cell(
            trained(SOFTMAX, LOSS)
              .split('\n')
              .map((line) => `${line}\n`),
          ),
          cell('%%bash\nls'),
        ],
        nbformat: 4,
      },
      null,
      1,
    ).replace("'adam'", 'tf.keras.optimizers.Adam(0.5)')}\n`;
    const { changed } = await remedied(source, 2);
    const whole = withCode(source, changed);
    expect(difference(source, whole)).toEqual([
      expect.stringMatching(/^-"net.compile\(optimizer=tf.keras.optimizers.Adam\(0.5\)/),
      expect.stringMatching(/^\+"net.compile\(optimizer=tf.keras.optimizers.Adam\(0.002\)/),
    ]);
  });

  it('keeps the line ends of Windows', async () => {
    const source = trained(SOFTMAX, LOSS).replace("'adam'", 'tf.keras.optimizers.Adam(0.5)').replaceAll('\n', '\r\n');
    const { changed } = await remedied(source, 2);
    expect(withCode(source, changed)).toBe(source.replace('Adam(0.5)', 'Adam(0.002)'));
  });
});
