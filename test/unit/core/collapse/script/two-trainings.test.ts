/** A net that first learns without labels, and then as a classifier. */
import { expect, it } from 'vitest';
import { parsePython } from '../../../../../src/engine/files/python';
import { soundRecipe } from '../../../../../src/core/collapse/recipe';
import { readScript } from '../../../../../src/core/collapse/script/reading';
import { accusations } from './accusations';
import { HEAD } from './torch-scripts';

const NORM = 'transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])';
const compose = (normalize: boolean): string =>
  `transforms.Compose([transforms.ToTensor()${normalize ? `, ${NORM}` : ''}])`;

const twice = (first: boolean, second: boolean, test: boolean): string => `${HEAD}
views = DataLoader(datasets.ImageFolder('all', ${compose(first)}), 64, shuffle=True)
train = DataLoader(datasets.ImageFolder('train', ${compose(second)}), 64, shuffle=True)
test = DataLoader(datasets.ImageFolder('test', ${compose(test)}), 64)
enc = models.resnet18()
enc.fc = nn.Identity()
opt = torch.optim.Adam(enc.parameters(), lr=1e-3)
for epoch in range(100):
    for x, _ in views:
        z = F.normalize(enc(x), dim=1)
        loss = F.cross_entropy(z @ z.T / 0.5, torch.arange(len(z)))
        opt.zero_grad()
        loss.backward()
        opt.step()
head = nn.Linear(512, 2)
enc.eval()
opt_head = torch.optim.Adam(head.parameters(), lr=1e-3)
for epoch in range(50):
    for x, y in train:
        with torch.no_grad():
            h = enc(x)
        loss = F.cross_entropy(head(h), y)
        opt_head.zero_grad()
        loss.backward()
        opt_head.step()
hits = sum((head(enc(x)).argmax(1) == y).sum().item() for x, y in test)
`;

const notes = async (source: string): Promise<string[]> =>
  readScript(await parsePython(source), soundRecipe({ images: 600, imbalanceRatio: 1 }), 2).notes.map(
    ({ sentence }) => sentence,
  );
const TWICE = /^The script trains twice: .* “0 to 1” \(line 4\), then “ImageNet’s mean and deviation” \(line 5\)\./;

it('compares its predictions with the training as a classifier', async () => {
  expect(await accusations(twice(true, true, true))).toEqual([]);
  expect(await accusations(twice(false, true, true))).toEqual([]);
  expect(await accusations(twice(false, true, false))).toEqual(['prediction-scaled-otherwise 6']);
});

const phases = (between: string, inside: string): string => `import torch, torch.nn as nn
from torchvision import datasets, models, transforms
from torch.utils.data import DataLoader
tf = transforms.Compose([transforms.ToTensor(), transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])
loader = DataLoader(datasets.ImageFolder('train', tf), batch_size=16, shuffle=True)
crit = nn.CrossEntropyLoss()
net = models.resnet18(weights='DEFAULT')
net.fc = nn.Linear(512, 2)
def fit(net, opt, epochs):
    for epoch in range(epochs):
        net.train()
        for x, y in loader:
            opt.zero_grad()
            loss = crit(net(x), y)
            loss.backward()
            opt.step()
fit(net, torch.optim.Adam(net.parameters(), lr=1e-4), 50)
${between}
def finetune(net):
    opt = torch.optim.SGD(net.parameters(), lr=1e-3, momentum=0.9)
    ${inside}
    fit(net, opt, 100)
finetune(net)
`;

it('is told if the second one puts a layer into the net after its optimizer was made', async () => {
  expect(await accusations(phases('', 'net.fc = nn.Linear(512, 2)'))).toEqual(['layer-after-optimizer 21']);
});

it.each([
  ['net.fc = nn.Linear(512, 2)', 'pass'],
  ['', 'if args.again:\n        net.fc = nn.Linear(512, 2)'],
  ['', 'net.fc = nn.Linear(512, 2)\n    opt = torch.optim.SGD(net.parameters(), lr=1e-3, momentum=0.9)'],
])('is sound if the layer comes before the optimizer, or may: %j %j', async (between, inside) => {
  expect(await accusations(phases(between, inside))).toEqual([]);
});

it('is told if both trainings scale the images differently', async () => {
  expect(await notes(twice(false, true, true))).toContainEqual(expect.stringMatching(TWICE));
  expect(await notes(twice(true, true, true))).not.toContainEqual(expect.stringMatching(/^The script trains twice/));
});
