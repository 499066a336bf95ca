import { describe, expect, it } from 'vitest';
import { accusations } from './accusations';
import { HEAD, loop, net, OPTIMIZER, torchScript, type Parts } from './torch-scripts';

const at = (source: string, part: string): number => source.split('\n').findIndex((text) => text.includes(part)) + 1;
const RESNET = 'net = models.resnet18(weights="DEFAULT")';
const FREEZE = 'for q in net.parameters():\n    q.requires_grad = False';
const NEW = 'net.fc = nn.Linear(512, 2)';
const made = (...lines: string[]): Parts => ({ net: lines.join('\n') });
const late = (...lines: string[]): Parts => ({ net: RESNET, optimizer: lines.join('\n') });

describe('the parameters that a PyTorch script trains', () => {
  it.each<[string, Parts, string, string]>([
    [
      'a frozen net of timm',
      made('net = timm.create_model("resnet18", num_classes=2)', FREEZE),
      'all-frozen',
      'requires_grad',
    ],
    [
      'a frozen net of torchvision',
      made('net = models.resnet18(num_classes=2)', FREEZE),
      'all-frozen',
      'requires_grad',
    ],
    ['a net whose new head is frozen too', made(RESNET, NEW, FREEZE), 'all-frozen', 'requires_grad'],
    ['a frozen net of the script', made(net(), 'net.requires_grad_(False)'), 'all-frozen', 'requires_grad_'],
    [
      'named parameters',
      made(net(), 'for name, q in net.named_parameters():\n    q.requires_grad_(False)'),
      'all-frozen',
      'requires_grad_',
    ],
    [
      'a net that a helper freezes',
      made('def freeze(m):\n    for q in m.parameters():\n        q.requires_grad = False', net(), 'freeze(net)'),
      'all-frozen',
      'requires_grad',
    ],
    [
      'a head after the optimizer, base frozen',
      { ...late(OPTIMIZER, NEW), net: `${RESNET}\n${FREEZE}` },
      'layer-after-optimizer',
      NEW,
    ],
    ['a head after the optimizer', late(OPTIMIZER, NEW), 'layer-after-optimizer', NEW],
    [
      'a classifier after the optimizer',
      {
        net: 'net = models.vgg16(weights="DEFAULT")',
        optimizer: `${OPTIMIZER}\nnet.classifier[6] = nn.Linear(4096, 2)`,
      },
      'layer-after-optimizer',
      'classifier[6]',
    ],
    [
      'a head replaced after its parameters were given',
      late('opt = torch.optim.Adam(net.fc.parameters(), lr=1e-3)', NEW),
      'layer-after-optimizer',
      NEW,
    ],
    [
      'reset_classifier after the optimizer',
      {
        net: 'net = timm.create_model("resnet18", pretrained=True)',
        optimizer: `${OPTIMIZER}\nnet.reset_classifier(2)`,
      },
      'layer-after-optimizer',
      'reset_classifier',
    ],
    [
      'one layer of a net from random weights',
      { optimizer: 'opt = torch.optim.Adam(net.out.parameters(), lr=1e-3)' },
      'few-parameters',
      'opt =',
    ],
    [
      'the head of a net that is not pretrained',
      {
        net: `net = models.resnet18(weights=None)\n${NEW}`,
        optimizer: 'opt = torch.optim.Adam(net.fc.parameters(), lr=1e-3)',
      },
      'few-parameters',
      'opt =',
    ],
    [
      'the head of a net without weights',
      { net: `net = models.resnet50()\n${NEW}`, optimizer: 'opt = torch.optim.SGD(net.fc.parameters(), lr=1e-2)' },
      'few-parameters',
      'opt =',
    ],
    [
      'the parameters of a frozen base below the head that is trained',
      {
        net: 'base = models.resnet18(weights="DEFAULT")\nbase.requires_grad_(False)\nnet = nn.Linear(1000, 2)',
        optimizer: 'opt = torch.optim.Adam(base.parameters(), lr=1e-3)',
        loop: loop('opt.zero_grad()', 'loss = crit(net(base(x)), y)', 'loss.backward()', 'opt.step()'),
      },
      'frozen-in-optimizer',
      'opt =',
    ],
    ['the optimizer of another net', { optimizer: `${OPTIMIZER}\nnet = Net()` }, 'optimizer-of-another-net', 'opt ='],
    [
      'a huge weight decay',
      { optimizer: 'opt = torch.optim.Adam(net.parameters(), lr=1e-3, weight_decay=0.5)' },
      'weight-decay',
      'opt =',
    ],
    [
      'a negative weight decay',
      { optimizer: 'opt = torch.optim.SGD(net.parameters(), lr=1e-2, weight_decay=-1e-4)' },
      'weight-decay',
      'opt =',
    ],
    [
      'a huge weight decay of AdamW',
      { optimizer: 'opt = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=10)' },
      'weight-decay',
      'opt =',
    ],
  ])('%s: told', async (_, parts, rule, line) => {
    const source = torchScript(parts);
    expect(await accusations(source)).toEqual([`${rule} ${at(source, line)}`]);
  });

  it.each<[string, Parts]>([
    ['a new head after the freeze', made(RESNET, FREEZE, NEW)],
    [
      'a head that is thawed again',
      made(RESNET, NEW, FREEZE, 'for q in net.fc.parameters():\n    q.requires_grad = True'),
    ],
    [
      'a condition on the name',
      made(RESNET, NEW, 'for n, q in net.named_parameters():\n    if "fc" not in n:\n        q.requires_grad = False'),
    ],
    [
      'a value that depends on the name',
      made(RESNET, NEW, 'for n, q in net.named_parameters():\n    q.requires_grad = n.startswith("fc")'),
    ],
    ['the first layers only', made(RESNET, NEW, 'for q in list(net.parameters())[:-2]:\n    q.requires_grad = False')],
    ['a part of the net', made(net(), 'for q in net.a.parameters():\n    q.requires_grad = False')],
    ['a frozen teacher', made(net(), 'teacher = models.resnet18(weights="DEFAULT")\nteacher.requires_grad_(False)')],
    [
      'a freeze by option',
      made(RESNET, NEW, 'if args.freeze:\n    for q in net.parameters():\n        q.requires_grad = False'),
    ],
    [
      'a frozen base in a class',
      made(
        `class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.base = models.resnet18(weights="DEFAULT")\n        for q in self.base.parameters():\n            q.requires_grad = False\n        self.base.fc = nn.Linear(512, 2)\n    def forward(self, x):\n        return self.base(x)\nnet = Net()`,
      ),
    ],
    ['a group that is added', late(OPTIMIZER, NEW, 'opt.add_param_group({"params": net.fc.parameters()})')],
    ['an optimizer that is made again', late(OPTIMIZER, NEW, OPTIMIZER)],
    ['a wrapper after the optimizer', { optimizer: `${OPTIMIZER}\nnet = nn.DataParallel(net)` }],
    [
      'the head of a pretrained net',
      { net: `${RESNET}\n${NEW}`, optimizer: 'opt = torch.optim.Adam(net.fc.parameters(), lr=1e-3)' },
    ],
    [
      'parameters that are filtered',
      {
        net: `${RESNET}\n${FREEZE}\n${NEW}`,
        optimizer: 'opt = torch.optim.Adam(filter(lambda p: p.requires_grad, net.parameters()), lr=1e-3)',
      },
    ],
    [
      'groups with rates of their own',
      {
        net: `${RESNET}\n${NEW}`,
        optimizer:
          'opt = torch.optim.Adam([{"params": net.fc.parameters(), "lr": 1e-3}, {"params": net.layer4.parameters()}], lr=1e-3)',
      },
    ],
    [
      'resnet18 of torchvision',
      { head: `${HEAD}\nfrom torchvision.models import resnet18`, net: `net = resnet18(weights='DEFAULT')\n${NEW}` },
    ],
    ['a net of torch.hub', made('net = torch.hub.load("pytorch/vision", "resnet18", pretrained=True)', NEW)],
    ['weight decay of AdamW', { optimizer: 'opt = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.3)' }],
    [
      'a rate of 0.1 for batches of 256',
      {
        loaders:
          "train_loader = DataLoader(datasets.ImageFolder('data/train', tf), batch_size=256, shuffle=True)\ntest_loader = DataLoader(datasets.ImageFolder('data/test', tf), batch_size=256)",
        optimizer: 'opt = torch.optim.SGD(net.parameters(), 0.1, momentum=0.9, weight_decay=1e-4)',
      },
    ],
  ])('%s: nothing', async (_, parts) => {
    expect(await accusations(torchScript(parts))).toEqual([]);
  });
});
