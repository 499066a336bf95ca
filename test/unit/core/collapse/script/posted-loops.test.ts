/** Loops of PyTorch as courses and templates write them. */
import { describe, expect, it } from 'vitest';
import { remedied } from '../remedies/changed';
import { accusations } from './accusations';
import { HEAD, LOOP, loop, net, torchScript } from './torch-scripts';

describe('a validation within the loop over the batches', () => {
  const script = (...after: readonly string[]): string =>
    torchScript({
      loop: loop(
        'x, y = x.cuda(), y.cuda()',
        'opt.zero_grad()',
        'loss = crit(net(x), y)',
        'loss.backward()',
        'opt.step()',
        'if i % 50 == 0:',
        '    net.eval()',
        '    with torch.no_grad():',
        '        for x, y in test_loader:',
        '            print(crit(net(x), y))',
        ...after,
      ),
      evaluation: '',
    });
  it('goes back to training', async () => {
    expect(await accusations(script('    net.train()'))).toEqual([]);
  });

  it('does not, and the net itself is set to training at the start of each batch', async () => {
    expect((await accusations(script())).map((one) => one.split(' ')[0])).toEqual(['trained-in-eval-mode']);
    const { changed, left } = await remedied(script(), 2);
    expect(left).toEqual([]);
    expect(changed.code).toMatch(/enumerate\(train_loader\):\n {8}net\.train\(\)\n/);
  });
});

describe('a training step in a function without gradients', () => {
  const script = (decorator: string, forced = ''): string =>
    torchScript({
      loop: `${decorator}
def run():
    net.train()
    for x, y in train_loader:
        opt.zero_grad()
        loss = crit(net(x), y)
${forced}        loss.backward()
        opt.step()
for epoch in range(300):
    run()`,
    });
  it.each([['@torch.no_grad()'], ['@torch.inference_mode()']])('learns nothing: %s', async (decorator) => {
    const found = await accusations(script(decorator));
    expect(found).toEqual([`no-gradient ${script(decorator).split('\n').indexOf(decorator) + 1}`]);
    const { changed, left } = await remedied(script(decorator), 2);
    expect(left).toEqual([]);
    expect(changed.code).not.toContain(decorator);
  });

  it('is not repaired by leaving out the line that hides it', async () => {
    const source = script('@torch.no_grad()', '        loss.requires_grad = True\n');
    const { changed } = await remedied(source, 2);
    expect(changed.code).not.toContain('@torch.no_grad()');
    expect(changed.code).not.toContain('requires_grad');
  });

  it('is sound without the decorator', async () => {
    expect(await accusations(script('@timed'))).toEqual([]);
  });
});

it('counts no epochs of a method that another file calls', async () => {
  const source = torchScript({
    head: `${HEAD}\nfrom base import BaseTrainer`,
    loop: `class Trainer(BaseTrainer):
    def _train_epoch(self, epoch):
        net.train()
        for x, y in train_loader:
            opt.zero_grad()
            loss = crit(net(x), y)
            loss.backward()
            opt.step()
Trainer(net).train()`,
  });
  expect(await accusations(source)).toEqual([]);
  const once = LOOP.split('\n')
    .slice(2)
    .map((line) => line.slice(4))
    .join('\n');
  expect((await accusations(torchScript({ loop: once }))).join()).toContain('too-few-steps');
});

it('takes no class for linear that gets its layers from another class', async () => {
  const made = `from torchvision.models.resnet import BasicBlock, ResNet
class Net(ResNet):
    def __init__(self):
        super().__init__(BasicBlock, [2, 2, 2, 2], num_classes=2)
        self.conv1 = nn.Conv2d(1, 64, 7, 2, 3, bias=False)
net = Net()`;
  expect(await accusations(torchScript({ net: made }))).toEqual([]);
  const softmax = '    def forward(self, x):\n        return F.softmax(super().forward(x), dim=1)\nnet = Net()';
  const source = torchScript({ net: made.replace('net = Net()', softmax) });
  const line = source.split('\n').findIndex((one) => one.includes('F.softmax')) + 1;
  expect(await accusations(source)).toEqual([`double-activation ${line}`]);
});

it('allows Adam at 0.01 for a net with batch norm that warms up', async () => {
  const rate = (value: string, schedule: string): string =>
    torchScript({
      net: net(),
      optimizer: `opt = torch.optim.Adam(net.parameters(), lr=${value})\n${schedule}`,
      loop: `${LOOP}\n        sched.step()`,
    });
  const cycle = 'sched = torch.optim.lr_scheduler.OneCycleLR(opt, 0.01, epochs=300, steps_per_epoch=len(train_loader))';
  expect(await accusations(rate('0.01', cycle))).toEqual([]);
  expect((await accusations(rate('0.05', cycle))).join()).toContain('rate-too-high');
  expect(
    (await accusations(torchScript({ optimizer: 'opt = torch.optim.Adam(net.parameters(), lr=0.01)' }))).join(),
  ).toContain('rate-too-high');
});

describe('ToDtype', () => {
  const scaled = (dtype: string): string =>
    torchScript({
      head: 'import torch, torch.nn as nn, torch.nn.functional as F\nfrom torchvision import datasets\nfrom torchvision.transforms import v2\nfrom torch.utils.data import DataLoader',
      transforms: `tf = v2.Compose([v2.PILToTensor(), ${dtype}, v2.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])`,
    });
  it.each([['v2.ToDtype(torch.float32)'], ['v2.ToDtype(torch.float32, scale=False)']])(
    'leaves images at 0 to 255: %s',
    async (dtype) => {
      expect(await accusations(scaled(dtype))).toEqual(['normalized-for-one 5']);
      const { changed, left } = await remedied(scaled(dtype), 2);
      expect(left).toEqual([]);
      expect(changed.code).toContain('v2.ToDtype(torch.float32, scale=True)');
    },
  );

  it.each([
    ['v2.ToDtype(torch.float32, scale=True)'],
    ['v2.ToDtype(torch.float32, scale=args.scale)'],
    ['v2.ToDtype({None: torch.float32})'],
  ])('scales them, or may: %s', async (dtype) => {
    expect(await accusations(scaled(dtype))).toEqual([]);
  });
});

it('judges the classifier, and not the net that first gave its images back', async () => {
  const before = `first = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 3, 3, padding=1), nn.Sigmoid())
opt = torch.optim.Adam(first.parameters(), lr=1e-3)
for epoch in range(10):
    for x, _ in train_loader:
        opt.zero_grad()
        F.mse_loss(first(x), x).backward()
        opt.step()`;
  expect(await accusations(torchScript({ net: `${before}\n${net()}` }))).toEqual([]);
  const faulty = torchScript({ net: `${before}\n${net('F.softmax(z, dim=1)')}` });
  expect((await accusations(faulty)).map((one) => one.split(' ')[0])).toEqual(['double-activation']);
});
