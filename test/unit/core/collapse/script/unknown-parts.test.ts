/** Parts of a script that are made elsewhere: what they do is not known, so nobody is accused of it. */
import { describe, expect, it } from 'vitest';
import { soundRecipe } from '../../../../../src/core/collapse/recipe';
import { readScript } from '../../../../../src/core/collapse/script/reading';
import { parsePython } from '../../../../../src/engine/files/python';
import { remedied } from '../remedies/changed';
import { accusations } from './accusations';
import { HEAD, torchScript } from './torch-scripts';

const notes = async (source: string): Promise<string[]> => {
  const setting = { images: 600, imbalanceRatio: 1, classes: 2 };
  return readScript(await parsePython(source), soundRecipe(setting), 2).notes.map(({ sentence }) => sentence);
};

const made = (head: string, net: string): string => torchScript({ head: `${HEAD}\n${head}`, net });
const HELD = (layer: string): string =>
  `class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = ${layer}
        self.out = nn.Linear(512, 2)
    def forward(self, x):
        return self.out(self.body(x))
net = Net()`;

describe('a net with layers of another file is not called linear', () => {
  it.each([
    ['a function', 'from bodies import make_body', 'net = nn.Sequential(make_body(), nn.Flatten(), nn.Linear(512, 2))'],
    ['a module', 'import bodies', 'net = nn.Sequential(bodies.make(), nn.Flatten(), nn.Linear(512, 2))'],
    ['a star import', 'from bodies import *', 'net = nn.Sequential(make_body(), nn.Flatten(), nn.Linear(512, 2))'],
    [
      'a list of layers',
      'from bodies import layers',
      'net = nn.Sequential(*layers(3), nn.Flatten(), nn.Linear(512, 2))',
    ],
    ['a part of a class', 'from bodies import Body', HELD('Body(3)')],
    ['a part of a class, by a star import', 'from bodies import *', HELD('Body(3)')],
    ['the whole net, with a new head', 'from bodies import Body', 'net = Body()\nnet.fc = nn.Linear(512, 2)'],
    [
      'an activation',
      'from bodies import Mish2',
      'net = nn.Sequential(nn.Conv2d(3, 8, 3), Mish2(), nn.Flatten(), nn.Linear(512, 2))',
    ],
  ])('%s', async (_, head, net) => {
    expect(await accusations(made(head, net))).toEqual([]);
    expect((await notes(made(head, net))).join()).toContain('may have layers that are not in this script');
  });

  it('nor one that a library trains and holds layers of the script', async () => {
    const source = `import torch, torch.nn as nn, somelib
data = torch.utils.data.DataLoader(somelib.data.Images('d'), batch_size=64, shuffle=True)
old = somelib.models.Generator('resnet-18')
body = nn.Sequential(*list(old.children())[:-1], nn.Conv2d(512, 32, 1), nn.AdaptiveAvgPool2d(1))
model = somelib.models.Contrast(body, features=32)
opt = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
somelib.Embedding(model, somelib.loss.Contrastive(), opt, data).train(max_epochs=20)`;
    expect(await accusations(source)).toEqual([]);
  });

  it.each([
    ['nn.TransformerEncoderLayer(64, 4)'],
    ['nn.MultiheadAttention(64, 4)'],
    ['torchvision.ops.MLP(64, [64])'],
    ['timm.layers.Mlp(64)'],
  ])('nor one with layers that have others inside: %s', async (layer) => {
    const net = `net = nn.Sequential(nn.Flatten(), nn.Linear(3072, 64), ${layer}, nn.Linear(64, 2))`;
    expect(await accusations(made('import torchvision', net))).toEqual([]);
  });

  it('a net without such layers is, also if the script imports other functions', async () => {
    const source = made('from tools import save', 'net = nn.Sequential(nn.Flatten(), nn.Linear(3072, 2))');
    expect(await accusations(`${source}\nsave(net)`)).toEqual(['linear-model 8']);
    expect((await notes(source)).join()).not.toContain('may have layers');
  });
});

describe('layers and loaders that partial() makes', () => {
  const HEAD_OF = `${HEAD}\nimport functools as ft`;
  it('are those that it is given, by any name of the module', async () => {
    const net = `Conv = ft.partial(nn.Conv2d, kernel_size=3)
block = lambda i, o: [Conv(i, o), nn.BatchNorm2d(o), nn.ReLU()]
net = nn.Sequential(*sum([block(i, o) for i, o in [(3, 8), (8, 16)]], []), nn.Flatten(), nn.Linear(16, 2))`;
    expect(await accusations(torchScript({ head: HEAD_OF, net }))).toEqual([]);
  });

  it('keep the arguments that it is given', async () => {
    const loaders =
      "Load = ft.partial(DataLoader, batch_size=16, shuffle=False)\ntrain_loader = Load(datasets.ImageFolder('data', tf))";
    const source = torchScript({ head: HEAD_OF, loaders, evaluation: '' });
    expect(await accusations(source)).toEqual(['unshuffled 7']);
    expect(await accusations(source.replace('shuffle=False', 'shuffle=True'))).toEqual([]);
  });

  it('are made by the call of its result', async () => {
    const optimizer = 'opt = ft.partial(torch.optim.Adam, lr=7.0)(net.parameters())';
    expect((await accusations(torchScript({ head: HEAD_OF, optimizer }))).join()).toContain('rate-too-high');
  });
});

describe('a net of Keras that a loop of PyTorch trains', () => {
  const script = (apply: string): string => `import keras, torch
from torchvision import datasets, transforms
tf = transforms.Compose([transforms.Resize((64, 64)), transforms.ToTensor()])
loader = torch.utils.data.DataLoader(datasets.ImageFolder('data', tf), batch_size=32, shuffle=True)
net = keras.Sequential([keras.layers.Conv2D(8, 3, activation='relu'), keras.layers.Flatten(), keras.layers.Dense(2)])
opt = keras.optimizers.Adam(1e-3)
loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
for epoch in range(300):
    for x, y in loader:
        loss = loss_fn(y, net(x, training=True))
        net.zero_grad()
        loss.backward()
        weights = net.trainable_weights
        with torch.no_grad():
            ${apply}
`;
  it('is updated by apply()', async () => {
    expect(await accusations(script('opt.apply([v.value.grad for v in weights], weights)'))).toEqual([]);
  });

  it('is not updated without it, and the advice is that of Keras', async () => {
    const [found, ...others] = await accusations(script('print(loss)'), 2, true);
    expect(found).toMatch(/^never-updated 12: .*optimizer\.apply\(/);
    expect(others).toEqual([]);
    // The step of an optimizer of PyTorch would be a new fault.
    expect((await remedied(script('print(loss)'), 2)).left.map(({ rule }) => rule)).toEqual(['never-updated']);
  });

  it('is read as far as its loop and its loaders', async () => {
    const found = await notes(script('opt.apply([v.value.grad for v in weights], weights)'));
    expect(found.join()).toContain('layers of Keras');
  });
});
