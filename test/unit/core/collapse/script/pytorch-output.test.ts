import { describe, expect, it } from 'vitest';
import { accusations } from './accusations';
import { loop, net, torchScript, type Parts } from './torch-scripts';

const at = (source: string, part: string): number => source.split('\n').findIndex((text) => text.includes(part)) + 1;
const computed = (loss: string): Parts => ({ loop: loop('opt.zero_grad()', loss, 'loss.backward()', 'opt.step()') });
const NLL = 'nn.NLLLoss()';

describe('outputs and loss of a PyTorch script', () => {
  it.each<[string, Parts, string, string]>([
    ['softmax in forward', { net: net('F.softmax(z, dim=1)') }, 'double-activation', 'F.softmax'],
    ['a softmax layer in forward', { net: net('self.soft(z)') }, 'double-activation', 'self.soft(z)'],
    ['a method softmax in forward', { net: net('z.softmax(-1)') }, 'double-activation', 'z.softmax'],
    [
      'softmax in the loop',
      computed('loss = crit(torch.softmax(net(x), dim=1), y)'),
      'double-activation',
      'torch.softmax',
    ],
    [
      'softmax in a line before',
      computed('p = F.softmax(net(x), 1); loss = crit(p, y)'),
      'double-activation',
      'F.softmax',
    ],
    [
      'softmax layer in the loop',
      computed('loss = crit(nn.Softmax(dim=1)(net(x)), y)'),
      'double-activation',
      'nn.Softmax(dim=1)(net',
    ],
    [
      'softmax at the end of Sequential',
      {
        net: 'net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Tanh(), nn.Flatten(), nn.Linear(12288, 2), nn.Softmax(dim=1))',
      },
      'double-activation',
      'net = nn.Seq',
    ],
    [
      'softmax in a new head',
      { net: 'net = models.resnet18(weights="DEFAULT")\nnet.fc = nn.Sequential(nn.Linear(512, 2), nn.Softmax(1))' },
      'double-activation',
      'net.fc',
    ],
    [
      'sigmoid before BCEWithLogits',
      { net: net('torch.sigmoid(z)'), loss: 'nn.BCEWithLogitsLoss()' },
      'double-activation',
      'torch.sigmoid',
    ],
    [
      'sigmoid before cross_entropy',
      computed('loss = F.cross_entropy(net(x).sigmoid(), y)'),
      'double-activation',
      'net(x).sigmoid',
    ],
    [
      'log_softmax over the batch',
      { net: net('F.log_softmax(z, dim=0)'), loss: NLL },
      'softmax-over-batch',
      'F.log_softmax',
    ],
    [
      'LogSoftmax(0)',
      { net: net('self.ls(z)', '2', 'self.ls = nn.LogSoftmax(0)'), loss: NLL },
      'softmax-over-batch',
      'nn.LogSoftmax',
    ],
    [
      'log_softmax over the batch in the loop',
      { ...computed('loss = crit(torch.log_softmax(net(x), 0), y)'), loss: NLL },
      'softmax-over-batch',
      'torch.log_softmax',
    ],
    ['softmax(dim=0)', { net: net('z.softmax(dim=0)') }, 'softmax-over-batch', 'z.softmax'],
    ['NLLLoss on plain outputs', { loss: NLL }, 'nll-without-log-softmax', 'crit ='],
    ['nll_loss on plain outputs', computed('loss = F.nll_loss(net(x), y)'), 'nll-without-log-softmax', 'F.nll_loss'],
    ['NLLLoss on softmax', { net: net('F.softmax(z, 1)'), loss: NLL }, 'nll-without-log-softmax', 'crit ='],
    [
      'NLLLoss on a pretrained net',
      { net: 'net = models.resnet18(num_classes=2)', loss: NLL },
      'nll-without-log-softmax',
      'crit =',
    ],
    ['one output', { net: net('z', '1') }, 'one-output', 'self.out = nn.Linear'],
    [
      'one output of a new head',
      { net: 'net = models.resnet18(weights="DEFAULT")\nnet.fc = nn.Linear(512, 1)' },
      'one-output',
      'net.fc',
    ],
    ['one output of timm', { net: 'net = timm.create_model("resnet18", num_classes=1)' }, 'one-output', 'timm.create'],
    [
      'one output, squeezed',
      { ...computed('loss = F.cross_entropy(net(x).squeeze(), y)'), net: net('z', '1') },
      'one-output',
      'self.out =',
    ],
    [
      'one output given where the net is made',
      { net: `${net().slice(0, -5)}Net(classes=1)` },
      'one-output',
      'self.out =',
    ],
    ['ReLU on the last layer', { net: net('F.relu(z)') }, 'relu-on-output', 'return F.relu(z)'],
    [
      'ReLU layer at the end',
      { net: 'net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Tanh(), nn.Flatten(), nn.Linear(12288, 2), nn.ReLU())' },
      'relu-on-output',
      'net = nn.Seq',
    ],
    ['torch.relu in the loop', computed('loss = crit(torch.relu(net(x)), y)'), 'relu-on-output', 'torch.relu'],
    [
      'ReLU before log_softmax',
      { net: net('F.log_softmax(F.relu(z), dim=1)'), loss: NLL },
      'relu-on-output',
      'F.log_softmax(F.relu',
    ],
    [
      'ReLU of the last layer, in a line before log_softmax',
      { ...computed('z = F.relu(net(x)); loss = F.nll_loss(F.log_softmax(z, 1), y)') },
      'relu-on-output',
      'F.relu(net(x))',
    ],
    [
      'ReLU layer before a LogSoftmax layer',
      {
        net: `net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Tanh(), nn.Flatten(),
    nn.Linear(12288, 2),
    nn.ReLU(),
    nn.LogSoftmax(dim=1))`,
        loss: NLL,
      },
      'relu-on-output',
      'nn.ReLU',
    ],
    [
      'ReLU before the sigmoid of one output',
      { net: net('torch.sigmoid(F.relu(z))', '1'), loss: 'nn.BCELoss()' },
      'relu-on-output',
      'torch.sigmoid(F.relu',
    ],
    ['BCELoss without sigmoid', { loss: 'nn.BCELoss()' }, 'missing-activation', 'crit ='],
    [
      'binary_cross_entropy without sigmoid',
      computed('loss = F.binary_cross_entropy(net(x), y)'),
      'missing-activation',
      'binary_cross',
    ],
    [
      'BCELoss on a pretrained net',
      { net: 'net = models.vgg16(num_classes=1)', loss: 'nn.BCELoss()' },
      'missing-activation',
      'crit =',
    ],
    ['detached outputs', computed('loss = crit(net(x).detach(), y)'), 'no-gradient', 'detach'],
    ['predicted classes', computed('loss = crit(net(x).argmax(1).float(), y.float())'), 'no-gradient', 'argmax'],
    ['outputs by .data', computed('out = net(x); loss = crit(out.data, y)'), 'no-gradient', 'out.data'],
    ['label smoothing of 1', { loss: 'nn.CrossEntropyLoss(label_smoothing=1.0)' }, 'label-smoothing', 'crit ='],
    [
      'label smoothing of 0.9',
      computed('loss = F.cross_entropy(net(x), y, label_smoothing=0.9)'),
      'label-smoothing',
      'label_smoothing',
    ],
    ['negative label smoothing', { loss: 'nn.CrossEntropyLoss(label_smoothing=-0.1)' }, 'label-smoothing', 'crit ='],
  ])('%s: told', async (_, parts, rule, line) => {
    const source = torchScript(parts);
    expect(await accusations(source)).toEqual([`${rule} ${at(source, line)}`]);
  });

  it.each<[string, Parts]>([
    ['plain outputs with CrossEntropyLoss', {}],
    ['log_softmax with NLLLoss', { net: net('F.log_softmax(z, dim=1)'), loss: NLL }],
    ['log_softmax of the last dimension', { net: net('F.log_softmax(z, -1)'), loss: NLL }],
    ['log_softmax in the loop', { ...computed('loss = crit(F.log_softmax(net(x), 1), y)'), loss: NLL }],
    ['the logarithm of a softmax', { ...computed('loss = crit(torch.log(F.softmax(net(x), 1)), y)'), loss: NLL }],
    ['log_softmax before CrossEntropyLoss', { net: net('F.log_softmax(z, dim=1)') }],
    ['softmax only to show probabilities', computed('out = net(x); p = F.softmax(out, 1); loss = crit(out, y)')],
    ['softmax only in prediction', { net: net('z if self.training else F.softmax(z, 1)') }],
    [
      'softmax over dimension 0 of one image',
      { evaluation: '    net.eval()\n    p = F.softmax(net(test_loader.dataset[0][0][None])[0], dim=0)' },
    ],
    ['softmax within the net', { net: net('self.out(x * F.softmax(z, dim=0))') }],
    ['BCEWithLogitsLoss on one output', { net: net('z.squeeze(1)', '1'), loss: 'nn.BCEWithLogitsLoss()' }],
    ['BCELoss after a sigmoid', { net: net('torch.sigmoid(z)', '1'), loss: 'nn.BCELoss()' }],
    ['ReLU between layers', { net: net('self.out(F.relu(self.a(x)))') }],
    ['a detached teacher', computed('t = net2(x).detach(); loss = crit(net(x), y) + F.kl_div(net(x), t)')],
    ['one-hot targets as floats', computed('loss = crit(net(x), F.one_hot(y, 2).float())')],
    ['label smoothing of 0.1', { loss: 'nn.CrossEntropyLoss(label_smoothing=0.1)' }],
    ['label smoothing that is not known', { loss: 'nn.CrossEntropyLoss(label_smoothing=args.smoothing)' }],
    [
      'a net of another file',
      {
        head: 'import torch, torch.nn as nn, torch.nn.functional as F\nfrom model import Net\nfrom torch.utils.data import DataLoader\nfrom torchvision import datasets, transforms',
        net: 'net = Net()',
        loss: NLL,
      },
    ],
    [
      'a loss of the script',
      {
        loss: 'Focal()',
        net: `class Focal(nn.Module):\n    def forward(self, p, y):\n        return (F.cross_entropy(p, y, reduction='none') ** 2).mean()\n${net()}`,
      },
    ],
  ])('%s: nothing', async (_, parts) => {
    expect(await accusations(torchScript(parts))).toEqual([]);
  });

  it.each<[string, Parts, RegExp]>([
    ['NLLLoss', { loss: NLL }, /CrossEntropyLoss, or end the net with log_softmax/],
    ['BCELoss', { loss: 'nn.BCELoss()' }, /BCEWithLogitsLoss/],
    ['softmax', { net: net('F.softmax(z, 1)') }, /Leave out the softmax in training/],
  ])('advises what PyTorch has for %s', async (_, parts, remedy) => {
    const [told] = await accusations(torchScript(parts), 2, true);
    expect(told).toMatch(remedy);
    expect(told).not.toMatch(/from_logits|Keras/);
  });
});
