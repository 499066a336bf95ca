import { describe, expect, it } from 'vitest';
import { soundRecipe } from '../../../../../src/core/collapse/recipe';
import { readScript } from '../../../../../src/core/collapse/script/reading';
import { parsePython } from '../../../../../src/engine/files/python';
import { accusations } from './accusations';
import { HEAD, loop, net, OPTIMIZER, torchScript, type Parts } from './torch-scripts';

const rules = async (parts: Parts): Promise<string[]> =>
  (await accusations(torchScript(parts))).map((one) => one.split(' ')[0]!);

const reading = async (parts: Parts) =>
  readScript(await parsePython(torchScript(parts)), soundRecipe({ images: 600, imbalanceRatio: 1 }), 2);

/** A net that returns its features besides its outputs. */
const PAIR = net('z, x');
const STEP = ['opt.zero_grad()', 'out = net(x)', 'loss = crit(out, y)', 'loss.backward()', 'opt.step()'];
const without = (name: string): string[] => STEP.filter((line) => !line.includes(name));
const FREEZE = 'for p in net.parameters():\n    p.requires_grad = False';

describe('habits of PyTorch scripts', () => {
  it.each<[string, Parts, string]>([
    [
      'softmax before the loss, with a net that returns two values',
      {
        net: PAIR,
        loop: loop('opt.zero_grad()', 'out, _ = net(x)', 'crit(out.softmax(1), y).backward()', 'opt.step()'),
      },
      'double-activation',
    ],
    [
      'NLLLoss on plain outputs, with net.forward()',
      {
        loss: 'nn.NLLLoss()',
        loop: loop('opt.zero_grad()', 'out = net.forward(x)', 'loss = crit(out, y)', 'loss.backward()', 'opt.step()'),
      },
      'nll-without-log-softmax',
    ],
    [
      'a loss that is moved to the device',
      { loss: 'nn.CrossEntropyLoss().to("cuda")', net: net('self.soft(z)') },
      'double-activation',
    ],
    [
      'outputs without gradient, of a net from another file',
      {
        head: `${HEAD}\nfrom nets import build`,
        net: 'net = build()',
        loop: loop('opt.zero_grad()', 'out = net(x)', 'loss = crit(out.detach(), y)', 'loss.backward()', 'opt.step()'),
      },
      'no-gradient',
    ],
    [
      'no backward() beside a progress bar from another file',
      {
        head: `${HEAD}\nfrom utils import progress_bar`,
        loop: loop(...without('backward'), 'progress_bar(i, len(train_loader), loss.item())'),
      },
      'never-updated',
    ],
    [
      'no zero_grad() beside a log of the gradients',
      { loop: loop(...without('zero_grad'), 'print(net.out.weight.grad.norm())') },
      'gradients-add-up',
    ],
    [
      'no zero_grad(), with a variable that is called like a module, and transforms of a module that is called train',
      {
        head: `${HEAD}\nfrom model import Big\nfrom train import train_transforms, mixup_data, mixup_criterion`,
        net: 'model = Big()',
        optimizer: 'opt = torch.optim.Adam(model.parameters(), lr=1e-3)',
        loop: loop(
          'x, ya, yb, lam = mixup_data(x, y)',
          'loss = mixup_criterion(crit, model(x), ya, yb, lam)',
          'loss.backward()',
          'nn.utils.clip_grad_norm_(model.parameters(), 1)',
          'opt.step()',
        ).replace('net.train', 'model.train'),
        evaluation: '    model.eval()',
      },
      'gradients-add-up',
    ],
    [
      'softmax before the loss of mixed images',
      {
        head: `${HEAD}\nfrom mixing import mixup_data, mixup_criterion`,
        loop: loop(
          'opt.zero_grad()',
          'x, ya, yb, lam = mixup_data(x, y)',
          'loss = mixup_criterion(crit, net(x).softmax(1), ya, yb, lam)',
          'loss.backward()',
          'opt.step()',
        ),
      },
      'double-activation',
    ],
    [
      'a step after the loop over the batches, in which the gradients are cleared',
      { loop: `${loop(...without('step'))}\n    opt.step()` },
      'update-after-loop',
    ],
    [
      'all frozen, and the class is used again for prediction',
      { net: `${net()}\n${FREEZE}`, evaluation: '    net.eval()\nbest = Net()\nbest.eval()' },
      'all-frozen',
    ],
    [
      'all frozen in a function that runs for some folds',
      {
        net: net().replace('net = Net()', ''),
        optimizer: '',
        loop: `def run(fold):\n    net = Net()\n    for p in net.parameters():\n        p.requires_grad = False\n    ${OPTIMIZER}\n${loop(...STEP).replace(/^/gm, '    ')}`,
        evaluation: '    net.eval()\nfor fold in range(5):\n    if fold in folds:\n        run(fold)',
      },
      'all-frozen',
    ],
    [
      'no eval() in a loop over phases',
      {
        loop: 'for epoch in range(30):\n    for phase in ["train", "val"]:\n        for x, y in {"train": train_loader, "val": test_loader}[phase]:\n            opt.zero_grad()\n            out = net(x)\n            loss = crit(out, y)\n            if phase == "train":\n                loss.backward()\n                opt.step()',
        evaluation: '',
      },
      'prediction-in-training-mode',
    ],
    [
      'division by 255 after a ToTensor that stands alone',
      {
        transforms: 'tf = None',
        loaders:
          "train_loader = DataLoader(datasets.ImageFolder('data/train', transform=transforms.ToTensor()), batch_size=16, shuffle=True)",
        loop: loop('x = x / 255', ...STEP),
        evaluation: '    net.eval()',
      },
      'scaled-twice',
    ],
    [
      'an evaluation every few steps, after which the net stays in evaluation mode',
      { loop: `steps = 0\n${loop('steps += 1', ...STEP, 'if steps % 5 == 0:', '    net.eval()')}`, evaluation: '' },
      'trained-in-eval-mode',
    ],
    ['a softmax over one output', { net: net('self.soft(z)', '1'), loss: 'nn.BCELoss()' }, 'softmax-over-one-unit'],
    [
      'a rate that is too high, with two optimizers of the same settings',
      {
        optimizer: 'opt = torch.optim.SGD(net.parameters(), lr=5)\nother = torch.optim.SGD(net.parameters(), lr=5)',
        loop: `${loop(...STEP)}\n        other.step()`,
      },
      'rate-too-high',
    ],
  ])('%s: told', async (_, parts, rule) => {
    expect(await rules(parts)).toContain(rule);
  });

  it.each<[string, Parts]>([
    [
      'a net that returns two values',
      { net: PAIR, loop: loop('opt.zero_grad()', 'out, _ = net(x)', 'crit(out, y).backward()', 'opt.step()') },
    ],
    [
      'gradients of all batches of an epoch that are added up on purpose',
      {
        loop: `${loop(...without('opt.')).replace('    net.train()', '    net.train()\n    opt.zero_grad()')}\n    opt.step()`,
      },
    ],
    [
      'parts of a batch, after which there is a step',
      {
        loop: loop(
          'opt.zero_grad()',
          'for part, label in zip(x.chunk(4), y.chunk(4)):',
          '    loss = crit(net(part), label) / 4',
          '    loss.backward()',
          'opt.step()',
        ),
      },
    ],
    [
      'a step in a function from another file',
      {
        head: `${HEAD}\nfrom engine import backward`,
        loop: loop(...without('backward'), 'backward(loss)'),
      },
    ],
    [
      'gradients that are set to None by hand',
      { loop: loop(...without('zero_grad'), 'for p in net.parameters(): p.grad = None') },
    ],
    [
      'a low rate for a pretrained net',
      {
        net: 'net = timm.create_model("vit_small_patch16_224", pretrained=True, num_classes=2)',
        optimizer: 'opt = torch.optim.AdamW(net.parameters(), lr=2e-5)',
      },
    ],
    [
      'a rate of 0.1 with batch norm in small batches',
      { optimizer: 'opt = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)' },
    ],
    ['a rate of 0.001 without momentum', { optimizer: 'opt = torch.optim.SGD(net.parameters(), lr=1e-3)' }],
    ['a rate of 0.01 of Adagrad', { optimizer: 'opt = torch.optim.Adagrad(net.parameters(), lr=1e-2)' }],
    [
      'tensors in an order that is not known',
      {
        loaders:
          'train_loader = DataLoader(torch.utils.data.TensorDataset(images, labels), batch_size=16)\ntest_loader = train_loader',
      },
    ],
    [
      'another, deep net that is not trained',
      { net: `deep = nn.Sequential(${Array.from({ length: 12 }, () => 'nn.Conv2d(8, 8, 3)').join(', ')})\n${net()}` },
    ],
    [
      'a net that is chosen by its name',
      {
        net: "name = 'convnext_tiny'\nnet = getattr(models, name)(weights='DEFAULT')\nnet.classifier[2] = nn.Linear(768, 2)",
      },
    ],
    [
      'a loss that is not known, and validation under no_grad',
      {
        head: `${HEAD}\nfrom losses import SmoothLoss`,
        loop: loop('opt.zero_grad()', 'SmoothLoss()(net(x), y).backward()', 'opt.step()'),
        evaluation: '    net.eval()\n    with torch.no_grad():\n        v = crit(net(x), y)',
      },
    ],
  ])('%s: nothing', async (_, parts) => {
    expect(await rules(parts)).toEqual([]);
  });

  it('reads the epochs inside the loop over the folds', async () => {
    const { recipe } = await reading({
      loop: `for fold in range(5):\n${loop(...STEP).replace(/^/gm, '    ')}`,
      evaluation: '    net.eval()',
    });
    expect(recipe.epochs).toBe(300);
  });

  it('reads a transform in a list by its name', async () => {
    const { recipe } = await reading({
      transforms:
        'normalize = transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])\ntf = transforms.Compose([transforms.ToTensor(), normalize])',
    });
    expect(recipe.normalization).toBe('imagenet');
  });

  it('reads an optimizer that is chosen by the name in an option', async () => {
    const { recipe, sources } = await reading({
      optimizer: `import argparse
parser = argparse.ArgumentParser()
parser.add_argument('--opt', default='SGD')
args = parser.parse_args()
name = args.opt.lower()
if name.startswith('sgd'):
    opt = torch.optim.SGD(net.parameters(), lr=0.05, nesterov='nesterov' in name)
elif name == 'adamw':
    opt = torch.optim.AdamW(net.parameters(), lr=1e-3)`,
    });
    expect(recipe.optimizer.kind).toBe('sgd');
    expect(sources.learningRate.how).toBe('read');
  });

  it('does not read the rate if the groups of parameters have rates of their own', async () => {
    const { sources } = await reading({
      optimizer:
        'opt = torch.optim.SGD([{"params": net.out.parameters(), "lr": 0.1}, {"params": net.a.parameters(), "lr": 0.01}], momentum=0.9)',
    });
    expect(sources.learningRate.how).toBe('assumed');
  });
});

describe('sound scripts that hand their functions to a library', () => {
  const head = `import torch, torch.nn as nn, torch.nn.functional as F
from torch.utils.data import DataLoader, random_split
from torchvision import datasets, transforms
from ray import tune
tf = transforms.Compose([transforms.ToTensor(), transforms.Normalize([0.5] * 3, [0.2] * 3)])
`;

  it('are not said to train without gradients, nor to scale the test images otherwise', async () => {
    const source = `${head}
def load():
    return datasets.ImageFolder('train', tf), datasets.ImageFolder('test', tf)
def fake():
    return datasets.FakeData(9, transform=transforms.ToTensor()), datasets.FakeData(9, transform=transforms.ToTensor())
class Net(nn.Module):
    def __init__(self, wide):
        super().__init__()
        self.conv, self.fc = nn.Conv2d(3, 8, 3), nn.Linear(8, 2)
    def forward(self, x):
        return self.fc(F.relu(self.conv(x)).mean((2, 3)))
def train(config):
    net = Net(config['wide'])
    crit = nn.CrossEntropyLoss()
    opt = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
    data, _ = fake() if config['small'] else load()
    loader = DataLoader(data, batch_size=16, shuffle=True)
    for epoch in range(100):
        for x, y in loader:
            opt.zero_grad()
            outputs = net(x)
            loss = crit(outputs, y)
            loss.backward()
            opt.step()
        for x, y in loader:
            with torch.no_grad():
                outputs = net(x)
                loss = crit(outputs, y)
def judge(config, small):
    net = Net(config['wide'])
    if small:
        _, data = fake()
    else:
        _, data = load()
    with torch.no_grad():
        for x, y in DataLoader(data, batch_size=4):
            outputs = net(x)
def main(small):
    tuner = tune.Tuner(tune.with_parameters(train), param_space={'wide': 8, 'small': small})
    results = tuner.fit()
    judge(results.get_best_result().config, small)
if __name__ == '__main__':
    main(False)
`;
    expect(await accusations(source)).toEqual([]);
  });

  it('keep what one method of a data module stores for the others', async () => {
    const source = `${head}import pytorch_lightning as pl
class Data(pl.LightningDataModule):
    def setup(self, stage=None):
        self.train, self.val = random_split(datasets.ImageFolder('data', tf), [800, 200])
    def train_dataloader(self):
        return DataLoader(self.train, batch_size=16)
class Lit(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.one, self.two, self.three = nn.Linear(12288, 64), nn.Linear(64, 64), nn.Linear(64, 2)
    def forward(self, x):
        return self.three(F.relu(self.two(F.relu(self.one(x.flatten(1))))))
    def training_step(self, batch, index):
        x, y = batch
        return F.cross_entropy(self(x), y)
    def validation_step(self, batch, index):
        self.log('val', F.cross_entropy(self(batch[0]), batch[1]))
    def test_step(self, batch, index):
        self.log('test', F.cross_entropy(self(batch[0]), batch[1]))
    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=1e-3)
`;
    expect(await accusations(source)).toEqual([]);
  });

  it('may stay in eval mode if the net has neither dropout nor batch norm', async () => {
    const source = (layer: string): string => `${head}
loader = DataLoader(datasets.ImageFolder('data', tf), batch_size=16, shuffle=True)
net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), ${layer}nn.Linear(8, 2))
crit, opt = nn.CrossEntropyLoss(), torch.optim.Adam(net.parameters(), lr=1e-3)
for epoch in range(50):
    for x, y in loader:
        opt.zero_grad()
        loss = crit(net(x), y)
        loss.backward()
        opt.step()
    net.eval()
    with torch.no_grad():
        print((net(x).argmax(1) == y).float().mean())
`;
    expect(await accusations(source(''))).toEqual([]);
    expect(await accusations(source('nn.Dropout(0.3), '))).toEqual(['trained-in-eval-mode 16']);
  });
});

describe('what is done in the wrong loop', () => {
  const head = `import torch, torch.nn as nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms
loader = DataLoader(datasets.ImageFolder('data', transforms.ToTensor()), batch_size=16, shuffle=True)
crit = nn.CrossEntropyLoss()
def make():
    return nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 2))
`;
  const made = (indent: string): string => `${indent}net = make()
${indent}opt = torch.optim.Adam(net.parameters(), lr=1e-3)
`;
  const step = (indent: string): string => `${indent}opt.zero_grad()
${indent}loss = crit(net(x), y)
${indent}loss.backward()
${indent}opt.step()
`;
  const epochs = (indent: string, inside = ''): string =>
    `${indent}for epoch in range(50):\n${inside}${indent}    for x, y in loader:\n${step(`${indent}        `)}`;

  it('is a net that each epoch makes again', async () => {
    expect(await accusations(head + epochs('', made('    ')))).toEqual(['net-made-each-epoch 7']);
  });

  it('is not a net for each fold, whose layers count once', async () => {
    const folds = `${head}for fold in range(10):\n${made('    ')}${epochs('    ')}`;
    expect(await accusations(folds)).toEqual([]);
    expect(await accusations(`${head}${made('')}${epochs('')}`)).toEqual([]);
  });

  it('is an update after the loop over the batches', async () => {
    const late = `${head}${made('')}for epoch in range(50):
    for x, y in loader:
        loss = crit(net(x), y)
    opt.zero_grad()
    loss.backward()
    opt.step()
`;
    expect(await accusations(late)).toEqual(['update-after-loop 14']);
    const whole = late
      .replace('loss = crit(net(x), y)', 'total = total + crit(net(x), y)')
      .replace('loss.back', 'total.back');
    expect(await accusations(whole)).not.toContain('update-after-loop 14');
  });
});
