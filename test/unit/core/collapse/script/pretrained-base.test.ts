import { describe, expect, it } from 'vitest';
import { parsePython } from '../../../../../src/engine/files/python';
import { soundRecipe } from '../../../../../src/core/collapse/recipe';
import { readScript } from '../../../../../src/core/collapse/script/reading';
import { accusations } from './accusations';
import { torchScript } from './torch-scripts';

const read = async (source: string) =>
  readScript(await parsePython(source), soundRecipe({ images: 600, imbalanceRatio: 1 }), 3);

interface Parts {
  readonly base?: string;
  readonly freeze?: string;
  readonly late?: string;
  readonly generator?: string;
  readonly head?: string;
  readonly rate?: string;
}
const keras = ({
  base = 'MobileNetV2',
  freeze = '',
  late = '',
  generator = 'rescale=1/127.5',
  head = '',
  rate = '1e-3',
}: Parts) => `
from tensorflow.keras.applications import ${base.split('(')[0]}
from tensorflow.keras.layers import Dense, GlobalAveragePooling2D, Dropout
from tensorflow.keras.models import Sequential
from tensorflow.keras.preprocessing.image import ImageDataGenerator
from tensorflow.keras.optimizers import Adam
feed = ImageDataGenerator(${generator}).flow_from_directory('data', shuffle=True)
base = ${base.includes('(') ? base : `${base}(include_top=False, weights='imagenet')`}
${freeze}
net = Sequential([base, GlobalAveragePooling2D(), ${head}Dense(3, activation='softmax')])
net.compile(optimizer=Adam(${rate}), loss='categorical_crossentropy')
${late}
net.fit(feed, epochs=20)
`;
const torch = ({
  base = 'models.resnet18(weights="IMAGENET1K_V1")',
  freeze = '',
  given = 'net.parameters()',
  rate = '1e-3',
}) => `
import torch
from torch import nn, optim
from torchvision import datasets, models, transforms
t = transforms.Compose([transforms.Resize(224), transforms.ToTensor()])
loader = torch.utils.data.DataLoader(datasets.ImageFolder('data', t), batch_size=32, shuffle=True)
net = ${base}
${freeze}
net.fc = nn.Linear(512, 3)
opt = optim.Adam(${given}, lr=${rate})
loss = nn.CrossEntropyLoss()
for epoch in range(20):
    net.train()
    for x, y in loader:
        opt.zero_grad()
        loss(net(x), y).backward()
        opt.step()
`;

describe('the pretrained base of a Keras script', () => {
  it.each<[string, Parts, string, string]>([
    ['all weights are trained if nothing is frozen', {}, 'whole', 'default'],
    ['trainable = False freezes it', { freeze: 'base.trainable = False' }, 'frozen', 'read'],
    [
      'a loop over all its layers freezes it',
      { freeze: 'for l in base.layers:\n    l.trainable = False' },
      'frozen',
      'read',
    ],
    [
      'a loop over some layers leaves the others',
      { freeze: 'for l in base.layers[:-20]:\n    l.trainable = False' },
      'last-blocks',
      'read',
    ],
    [
      'trainable = True after False trains it',
      { freeze: 'base.trainable = False\nbase.trainable = True' },
      'whole',
      'read',
    ],
    ['trainable = False after compile comes too late', { late: 'base.trainable = False' }, 'whole', 'read'],
  ])('%s', async (_, parts, base, how) => {
    const { recipe, sources } = await read(keras(parts));
    expect([recipe.base, sources.base.how]).toEqual([base, how]);
  });

  it.each([
    ['VGG16', 'caffe'],
    ['ResNet50', 'caffe'],
    ['ResNet50V2', 'symmetric'],
    ['Xception', 'symmetric'],
    ['DenseNet121', 'imagenet'],
    ['EfficientNetB0', 'raw'],
  ])('%s expects the scaling “%s”', async (base, scale) => {
    expect((await read(keras({ base }))).recipe.baseScale).toBe(scale);
  });

  it.each([
    ['a net with random weights', 'MobileNetV2(include_top=False, weights=None)'],
    ['a net whose scaling is not inside', 'EfficientNetB0(include_top=False, include_preprocessing=False)'],
  ])('is not %s', async (_, base) => {
    const { recipe, notes } = await read(keras({ base }));
    expect(recipe.base).toBe('none');
    expect(notes.map(({ sentence }) => sentence).join(' ')).toContain('small net of its own');
  });

  it('has the scaling that it gets as the normalization, also one that is done twice', async () => {
    const raw = await read(keras({ generator: '' }));
    expect(raw.recipe.normalization).toBe('raw');
    expect(raw.notes.find(({ fault }) => fault?.rule === 'base-scaled-otherwise')?.fault?.stated).toEqual([
      'normalization',
    ]);
    const unit = await read(keras({ base: 'EfficientNetB0', generator: 'rescale=1/255.' }));
    expect(unit.recipe).toMatchObject({ normalization: 'unit', baseScale: 'raw' });
    const twice = await read(
      keras({
        generator: 'rescale=1/255., preprocessing_function=tf.keras.applications.mobilenet_v2.preprocess_input',
      }),
    );
    expect(twice.recipe.normalization).toBe('twice');
  });

  it('has its own scaling assumed if the script does not tell how it is scaled', async () => {
    const { recipe, sources } = await read(keras({ base: 'EfficientNetB0', generator: '' }));
    expect([recipe.normalization, sources.normalization.how]).toEqual(['raw', 'assumed']);
  });

  it('is followed by the layers that the script adds, trained at the rate that it says', async () => {
    const frozen = { freeze: 'base.trainable = False' };
    expect((await read(keras(frozen))).recipe.architecture).toMatchObject({ kind: 'linear', layers: 0 });
    const deep = await read(keras({ ...frozen, head: "Dense(256, activation='relu'), Dropout(0.5), ", rate: '1e-5' }));
    expect(deep.recipe).toMatchObject({
      architecture: { kind: 'dense', layers: 1, width: 256 },
      dropout: { rate: 0.5 },
      learningRate: 1e-5,
    });
  });

  it('has a late freeze told', async () => {
    const faults = (await read(keras({ late: 'base.trainable = False' }))).notes.flatMap(
      ({ fault }) => fault?.rule ?? [],
    );
    expect(faults).toContain('frozen-after-compile');
    const early = await read(keras({ freeze: 'base.trainable = False' }));
    expect(early.notes.flatMap(({ fault }) => fault?.rule ?? [])).not.toContain('frozen-after-compile');
  });
});

describe('the pretrained base of a PyTorch script', () => {
  const loop = 'for p in net.parameters():\n    p.requires_grad = False';
  it.each([
    ['all weights are trained if nothing is frozen', {}, 'whole'],
    ['a loop over all parameters freezes it', { freeze: loop }, 'frozen'],
    ['an optimizer of the head alone leaves it as it is', { given: 'net.fc.parameters()' }, 'frozen'],
    [
      'a loop over some parameters leaves the others',
      { freeze: 'for n, p in net.named_parameters():\n    if "layer4" not in n:\n        p.requires_grad = False' },
      'last-blocks',
    ],
    ['without weights there is none', { base: 'models.resnet18()' }, 'none'],
    ['pretrained=False is none', { base: 'models.resnet18(pretrained=False)' }, 'none'],
    ['pretrained=True is one', { base: 'models.resnet18(pretrained=True)' }, 'whole'],
    ['timm has one too', { base: 'timm.create_model("resnet18", pretrained=True)', freeze: loop }, 'frozen'],
  ])('%s', async (_, parts, base) => {
    const { recipe } = await read(torch(parts));
    expect(recipe.base).toBe(base);
    if (base !== 'none') expect(recipe).toMatchObject({ baseScale: 'imagenet', normalization: 'unit' });
  });
});

it.each([
  ['sgd', 'torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)', []],
  [
    'sgd, higher',
    'torch.optim.SGD(net.parameters(), lr=0.2, momentum=0.9)',
    [expect.stringMatching(/^rate-too-high /)],
  ],
  [
    'adam',
    'torch.optim.Adam(net.parameters(), lr=0.01)',
    expect.arrayContaining([expect.stringMatching(/^rate-too-high /)]),
  ],
])('knows how high rates are for a pretrained net: %s', async (_, optimizer, expected) => {
  const source = torchScript({
    net: 'net = models.resnet18(weights="DEFAULT")\nnet.fc = nn.Linear(512, 2)',
    optimizer: `opt = ${optimizer}`,
  });
  expect(await accusations(source)).toEqual(expected);
});

const probed = (rate: number, hidden = ''): string => `from tensorflow import keras
from keras import layers
data = keras.utils.image_dataset_from_directory('d', image_size=(224, 224))
data = data.map(lambda x, y: (keras.applications.xception.preprocess_input(x), y))
base = keras.applications.Xception(weights='imagenet', include_top=False)
for layer in base.layers:
    layer.trainable = False
z = layers.GlobalAveragePooling2D()(base.output)${hidden}
net = keras.Model(base.input, layers.Dense(2, activation='softmax')(z))
net.compile(optimizer=keras.optimizers.SGD(${rate}, momentum=0.9), loss='sparse_categorical_crossentropy')
net.fit(data, epochs=30)`;

it.each([
  [0.2, '', []],
  [3, '', [expect.stringMatching(/^rate-too-high /)]],
  [0.2, "\nz = layers.Dense(512, activation='relu')(z)", [expect.stringMatching(/^rate-too-high /)]],
])('knows how high rates are for one layer on a frozen base: %d %j', async (rate, hidden, expected) => {
  expect(await accusations(probed(rate, hidden))).toEqual(expected);
});
