/** Optimizers that have parts of a net: parameters chosen by name, and one of two whose gradients are never cleared. */
import { describe, expect, it } from 'vitest';
import { difference, remedied } from '../remedies/changed';
import { accusations } from './accusations';
import { loop, torchScript } from './torch-scripts';

const RESNET = 'net = models.resnet18(weights="DEFAULT")\nfor q in net.parameters():\n    q.requires_grad = False\n';
const NEW = 'net.fc = nn.Linear(512, 2)';
const by = (...lines: string[]): string =>
  torchScript({ net: RESNET + NEW, optimizer: [...lines, 'opt = torch.optim.Adam(chosen, lr=1e-3)'].join('\n') });
const each = (condition: string): string =>
  `chosen = []\nfor n, q in net.named_parameters():\n    if ${condition}:\n        chosen.append(q)`;
const of = (condition: string): string => `chosen = [q for n, q in net.named_parameters() if ${condition}]`;

describe('parameters that are chosen by their names', () => {
  it.each([
    of("not n.startswith('fc')"),
    of("'fc' not in n"),
    of("'layer4' in n"),
    each("'fc' not in n"),
    each("n.startswith('layer4.')"),
  ])('are all frozen: %s', async (lines) => {
    expect(await accusations(by(lines))).toEqual([expect.stringMatching(/^frozen-in-optimizer /)]);
  });

  it.each([
    of("'fc' in n"),
    of("n.startswith('fc')"),
    of("'weight' in n"),
    of("'bn' not in n"),
    of('q.requires_grad'),
    each("'fc' in n"),
    each("'layer4' not in n"),
    `${of("'fc' not in n")} + list(net.fc.parameters())`,
    `${each("'layer4' in n")}\n    else:\n        chosen.append(q)`,
  ])('have the new layer, or are not known: %s', async (lines) => {
    expect(await accusations(by(lines))).toEqual([]);
  });

  it.each([
    'net.layer4.requires_grad_(True)',
    "for n, q in net.named_parameters():\n    if 'layer4' in n:\n        q.requires_grad = True",
  ])('are trained if they are thawed: %s', async (thaw) => {
    expect(await accusations(by(thaw, of("'layer4' in n")))).toEqual([]);
  });

  it('are not known inside of a new layer of the script', async () => {
    const head =
      'class Head(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.extra = nn.Linear(512, 2)\n    def forward(self, x):\n        return self.extra(x)\n';
    const source = torchScript({
      net: `${head}${RESNET}net.fc = Head()`,
      optimizer: `${of("'extra' in n")}\nopt = torch.optim.Adam(chosen, lr=1e-3)`,
    });
    expect(await accusations(source)).toEqual([]);
  });
});

describe('two optimizers', () => {
  const two = (...body: string[]): string =>
    torchScript({
      net: 'base = models.resnet18(weights="DEFAULT")\nbase.fc = nn.Identity()\nnet = nn.Linear(512, 2)',
      optimizer:
        'one = torch.optim.SGD(base.parameters(), lr=1e-3, momentum=0.9)\nother = torch.optim.Adam(net.parameters(), lr=1e-3)',
      loop: loop(...body),
      evaluation: '',
    });
  const [L, B] = ['loss = crit(net(base(x)), y)', 'loss.backward()'];

  it('of which one is never cleared', async () => {
    const source = two('other.zero_grad()', L, B, 'one.step()', 'other.step()');
    const line = source.split('\n').findIndex((text) => text.includes('one.step')) + 1;
    expect(await accusations(source)).toEqual([`gradients-add-up ${line}`]);
    const { changed, left } = await remedied(source, 2);
    expect(difference(source, changed.code)).toEqual(['+one.zero_grad()']);
    expect(left).toEqual([]);
  });

  it.each([
    ['both', 'one.zero_grad()', 'other.zero_grad()'],
    ['the nets', 'base.zero_grad()', 'net.zero_grad()'],
    ['one and a net', 'other.zero_grad()', 'base.zero_grad()'],
    ['a loop over both', 'for o in (one, other):', '    o.zero_grad()'],
    ['a list of both', '[o.zero_grad() for o in [one, other]]'],
  ])('that are cleared: %s', async (_, ...lines) => {
    expect(await accusations(two(...lines, L, B, 'one.step()', 'other.step()'))).toEqual([]);
  });

  it('in loops of their own', async () => {
    const source = two('one.zero_grad()', L, B, 'one.step()');
    const again = source + loop('other.zero_grad()', L, B, 'other.step()').replaceAll('epoch', 'again');
    expect(await accusations(again)).toEqual([]);
  });
});

describe('a squared error with one output', () => {
  const squared = (outputs: string, targets: string, ...before: string[]): string =>
    torchScript({
      net: 'net = models.resnet18(weights="DEFAULT")\nnet.fc = nn.Linear(512, 1)',
      loss: 'nn.MSELoss()',
      loop: loop('opt.zero_grad()', ...before, `loss = crit(${outputs}, ${targets})`, 'loss.backward()', 'opt.step()'),
      evaluation: '',
    });
  const found = async (...parts: Parameters<typeof squared>): Promise<boolean> =>
    (await accusations(squared(...parts))).some((one) => one.startsWith('broadcast-labels'));

  it.each<Parameters<typeof squared>>([
    ['torch.sigmoid(net(x))', 'y.float()'],
    ['net(x).sigmoid()', 'y.to(torch.float32).cuda()'],
    ['z', 'y', 'z = torch.sigmoid(net(x))', 'y = y.float()'],
  ])('meets labels without that axis: %s, %s', async (...parts) => {
    expect(await found(...parts)).toBe(true);
    const source = squared(...parts);
    const { changed, left } = await remedied(source, 2);
    expect(changed.code).toContain(`(${parts[0]}.squeeze(1), ${parts[1]})`);
    expect(left).toEqual([]);
  });

  it.each<Parameters<typeof squared>>([
    ['net(x).sigmoid().squeeze()', 'y.float()'],
    ['torch.sigmoid(net(x)).view(-1)', 'y.float()'],
    ['torch.sigmoid(net(x))[:, 0]', 'y.float()'],
    ['net(x).sigmoid()', 'y.float().unsqueeze(1)'],
    ['net(x).sigmoid()', 'y.float().view(-1, 1)'],
    ['net(x).sigmoid()', 'y', 'y = y.float()[:, None]'],
    ['z', 'y.float()', 'z = net(x).sigmoid()', 'z = z.flatten()'],
    ['net(x).sigmoid()', 'F.one_hot(y).float()'],
  ])('meets labels of its shape: %s, %s', async (...parts) => {
    expect(await found(...parts)).toBe(false);
  });

  it('meets labels of another file, whose shape is not known', async () => {
    const source = squared('net(x).sigmoid()', 'y.float()').replace('datasets.ImageFolder', 'MyFolder');
    expect((await accusations(source)).filter((one) => one.startsWith('broadcast'))).toEqual([]);
  });
});

describe('gradients of several batches that add up on purpose', () => {
  const every = (...after: string[]): string =>
    torchScript({
      loop: loop('loss = crit(net(x), y) / 4', 'loss.backward()', 'if (i + 1) % 4 == 0:', '    opt.step()', ...after),
    });

  it('are cleared after each step', async () => {
    expect(await accusations(every('    opt.zero_grad()'))).toEqual([]);
    const source = every();
    expect(await accusations(source, 2, true)).toEqual([
      expect.stringMatching(/^gradients-add-up .* Call optimizer.zero_grad\(\) after each step\(\)\.$/),
    ]);
    const { changed, left } = await remedied(source, 2);
    expect(changed.code).toContain('            opt.step()\n            opt.zero_grad()\n');
    expect(left).toEqual([]);
  });
});

describe('an optimizer of another net', () => {
  const nets = (of: string, more = ''): string =>
    torchScript({
      net: `teacher = models.resnet50(weights="DEFAULT")\nteacher.fc = nn.Linear(2048, 2)\nnet = models.resnet18(weights="DEFAULT")\nnet.fc = nn.Linear(512, 2)`,
      optimizer: `opt = torch.optim.Adam(${of}.parameters(), lr=1e-3)${more}`,
    });

  it('is seen where the nets are of different kinds', async () => {
    expect(await accusations(nets('teacher'))).toEqual([expect.stringMatching(/^optimizer-of-another-net /)]);
    expect(await accusations(nets('net'))).toEqual([]);
    expect(await accusations(nets('teacher', '\nother = torch.optim.Adam(net.parameters(), lr=1e-3)'))).toEqual([]);
  });
});

describe('an optimizer of Lightning', () => {
  const script = (
    part: string,
    more = '',
    trainer = 'pl.Trainer(max_epochs=30)',
  ): string => `import torch, torch.nn as nn
import pytorch_lightning as pl
from torchvision import models
class Net(pl.LightningModule):
    def __init__(self):
        super().__init__()
        old = models.resnet50(weights='DEFAULT')
        self.base = nn.Sequential(*list(old.children())[:-1])
        for q in self.base.parameters():
            q.requires_grad = False
        self.out = nn.Linear(2048, 2)
    def forward(self, x):
        return self.out(self.base(x).flatten(1))
    def training_step(self, batch, at):
        x, y = batch
        return nn.functional.cross_entropy(self(x), y)
    def configure_optimizers(self):
        return torch.optim.Adam(self${part}.parameters(), lr=1e-3)
${more}
trainer = ${trainer}
trainer.fit(Net(), loader)`;

  it('has only frozen parameters', async () => {
    expect(await accusations(script('.base'))).toEqual(['frozen-in-optimizer 18']);
  });

  it.each([
    [''],
    ['.out'],
    ['.base', '    def on_train_epoch_start(self):\n        self.base[-2].requires_grad_(True)'],
    ['.base', '', 'pl.Trainer(callbacks=[pl.callbacks.BackboneFinetuning(5)])'],
  ])('is not accused: %j %j', async (...parts) => {
    expect((await accusations(script(...(parts as [string])))).join()).not.toContain('frozen-in-optimizer');
  });
});
