/** Images and labels that a data set of the script returns one by one. */
import { describe, expect, it } from 'vitest';
import { remedied } from '../remedies/changed';
import { accusations } from './accusations';
import { HEAD, torchScript, TRANSFORMS } from './torch-scripts';

const data = (fill: readonly string[], image: string, label: string, after = ''): string =>
  torchScript({
    head: `${HEAD}\nimport os, glob, random\nimport numpy as np\nimport pandas as pd\nfrom PIL import Image\nfrom torch.utils.data import Dataset`,
    transforms: TRANSFORMS,
    loaders: `class Pictures(Dataset):
    def __init__(self, root):
        self.root = root
        self.files, self.labels = [], []
${fill.map((one) => `        ${one}`).join('\n')}
    def __len__(self):
        return len(self.files)
    def __getitem__(self, i):
        image = tf(Image.open(${image}).convert('RGB'))
        return image, ${label}
pictures = Pictures('data')
${after}
train_loader = DataLoader(pictures, batch_size=16, shuffle=True)
test_loader = DataLoader(Pictures('held'), batch_size=16)`,
  });
const FILL = [
  'for k, name in enumerate(sorted(os.listdir(root))):',
  "    for file in glob.glob(f'{root}/{name}/*'):",
  '        self.files.append(file)',
  '        self.labels.append(k)',
];
const [FILE, LABEL] = ['self.files[i]', 'self.labels[i]'];
const TABLE = "self.table = pd.read_csv('labels.csv')";
const LISTED = ['self.files = os.listdir(root)', TABLE];
const IN_ROOT = 'os.path.join(self.root, self.files[i])';

describe('a data set', () => {
  it.each([
    [
      'shuffles its files',
      data([...FILL, 'random.shuffle(self.files)'], FILE, LABEL),
      'shuffled-apart 18',
      /random\.shuffle/,
    ],
    [
      'is shuffled from outside',
      data(FILL, FILE, LABEL, 'random.shuffle(pictures.files)'),
      'shuffled-apart 24',
      /random\.shuffle/,
    ],
  ])('that %s has lost its labels', async (_, source, fault, gone) => {
    expect(await accusations(source)).toEqual([fault]);
    const { changed, left } = await remedied(source, 2);
    expect(left).toEqual([]);
    expect(changed.code).not.toMatch(gone);
  });

  it('that lists its files, but reads the labels from a table in order, has too', async () => {
    expect(await accusations(data(LISTED, IN_ROOT, 'self.table.label[i]'))).toEqual(['listed-apart 14']);
  });

  it.each([
    ['shuffles nothing', data(FILL, FILE, LABEL)],
    [
      'shuffles pairs',
      data(
        [
          ...FILL,
          'pairs = list(zip(self.files, self.labels))',
          'random.shuffle(pairs)',
          'self.files, self.labels = zip(*pairs)',
        ],
        FILE,
        LABEL,
      ),
    ],
    [
      'takes the labels from the files after it has shuffled them',
      data(
        ["self.files = glob.glob(root + '/*/*')", 'random.shuffle(self.files)'],
        FILE,
        "int(self.files[i].split('/')[1])",
      ),
    ],
    [
      'draws one order for both',
      data(
        [...FILL, 'self.order = np.random.permutation(len(self.files))'],
        'self.files[self.order[i]]',
        'self.labels[self.order[i]]',
      ),
    ],
    [
      'looks up each label by its file',
      data(LISTED, IN_ROOT, 'self.table.loc[self.table.id == self.files[i]].label.item()'),
    ],
    ['takes both from a table', data([TABLE, 'self.files = self.table.id'], IN_ROOT, 'self.table.label[i]')],
  ])('that %s is sound', async (_, source) => {
    expect(await accusations(source)).toEqual([]);
  });
});

it('a sequence of Keras that shuffles its images after each epoch has lost their labels', async () => {
  const source = (end: string): string => `import os, numpy as np, cv2
from tensorflow import keras
from tensorflow.keras.layers import *
class Batches(keras.utils.Sequence):
    def __init__(self, x, y):
        self.x, self.y = x, y
    def __len__(self):
        return len(self.x) // 32
    def __getitem__(self, i):
        x, y = self.x[32 * i:32 * i + 32], self.y[32 * i:32 * i + 32]
        return np.array([cv2.imread(f) / 255. for f in x]), np.array(y)
    def on_epoch_end(self):
        ${end}
names = sorted(os.listdir('d'))
x = [f'd/{name}/{f}' for name in names for f in sorted(os.listdir('d/' + name))]
y = [i for i, name in enumerate(names) for f in sorted(os.listdir('d/' + name))]
net = keras.Sequential([Conv2D(16, 3, activation='relu'), GlobalAveragePooling2D(), Dense(2, activation='softmax')])
net.compile('adam', 'sparse_categorical_crossentropy')
net.fit(Batches(x, y), epochs=300)
`;
  expect(await accusations(source('np.random.shuffle(self.x)'))).toEqual(['shuffled-apart 13']);
  const order =
    'p = np.random.permutation(len(self.x)); self.x = [self.x[i] for i in p]; self.y = [self.y[i] for i in p]';
  expect(await accusations(source(order))).toEqual([]);
});

describe('arrays that are filled by their elements', () => {
  const batches = (...lines: string[]): string => `import cv2, os, random, numpy as np
from tensorflow import keras
from tensorflow.keras.layers import *
names = sorted(os.listdir('d'))
files = [f'd/{name}/{f}' for name in names for f in sorted(os.listdir('d/' + name))]
label_of = {f: names.index(f.split('/')[1]) for f in files}
class Batches(keras.utils.Sequence):
    def __init__(self, files):
        self.files, self.labels = list(files), [label_of[f] for f in files]
        self.order = np.arange(len(files))
    def __len__(self):
        return len(self.files) // 32
    def __getitem__(self, i):
        x = np.zeros((32, 64, 64, 3))
${lines.map((one) => `        ${one}`).join('\n')}
net = keras.Sequential([Conv2D(16, 3, activation='relu'), GlobalAveragePooling2D(), Dense(2, activation='softmax')])
net.compile('adam', 'categorical_crossentropy')
net.fit(Batches(files), epochs=300)
`;
  const PART = 'part = self.order[32 * i:32 * i + 32]';
  const IMAGE = 'x[j] = cv2.imread(self.files[k]) / 255.';
  const end = (name: string): string[] => [
    'return x, y',
    '',
    `def on_epoch_end(self): np.random.shuffle(self.${name})`,
  ];
  const method = (lines: string[]): string =>
    batches(...lines).replace('        def on_epoch_end', '    def on_epoch_end');

  it.each([
    [
      PART,
      'y = keras.utils.to_categorical([self.labels[k] for k in part], 2)',
      'for j, k in enumerate(part):',
      `    ${IMAGE}`,
    ],
    [PART, 'y = np.zeros((32, 2))', 'for j, k in enumerate(part):', `    ${IMAGE}`, '    y[j, self.labels[k]] = 1'],
  ])('have one order', async (...lines) => {
    expect(await accusations(method([...lines, ...end('order')]))).toEqual([]);
  });

  it('have another order than the labels', async () => {
    const lines = [
      'y = keras.utils.to_categorical(self.labels[32 * i:32 * i + 32], 2)',
      'for j, f in enumerate(self.files[32 * i:32 * i + 32]):',
      '    x[j] = cv2.imread(f) / 255.',
    ];
    expect(await accusations(method([...lines, ...end('files')]))).toEqual([expect.stringMatching(/^shuffled-apart /)]);
  });
});
