/** Nets of libraries that a PyTorch script chooses by name, evaluates, or trains in a method of its own. */
import { describe, expect, it } from 'vitest';
import { remedied } from '../remedies/changed';
import { accusations } from './accusations';
import { HEAD, LOADERS, LOOP, torchScript, TRANSFORMS } from './torch-scripts';

const chosen = (make: string, outputs: string): string =>
  torchScript({
    head: `${HEAD}\nimport argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('--arch', default='resnet18')\nargs = parser.parse_args()`,
    net: `net = ${make}\nnet.fc = nn.Linear(512, ${outputs})`,
    optimizer: 'opt = torch.optim.Adam(net.parameters(), lr=1e-4)',
  });

describe('a net that is chosen by its name', () => {
  it.each([
    ["getattr(models, 'resnet18')(weights='DEFAULT')"],
    ["models.__dict__['resnet18'](pretrained=True)"],
    ['models.__dict__[args.arch](pretrained=True)'],
  ])('has the head that is put into it: %s', async (make) => {
    expect(await accusations(chosen(make, '2'))).toEqual([]);
    expect((await accusations(chosen(make, '1'))).join()).toContain('one-output');
  });
});

describe('a net of a library that is never put into the mode for predictions', () => {
  const EVALUATION = `    with torch.no_grad():
        hits = sum((net(x).argmax(1) == y).sum().item() for x, y in test_loader)`;
  const script = (made: string, evaluation = EVALUATION): string =>
    torchScript({
      net: `net = ${made}`,
      optimizer: 'opt = torch.optim.Adam(net.parameters(), lr=1e-4)',
      loop: LOOP.replace('    net.train()\n', ''),
      evaluation,
    });
  it.each([
    ["models.resnet18(weights='DEFAULT')", 'batch norm'],
    ["timm.create_model('tf_efficientnet_b0', pretrained=True, num_classes=2)", 'batch norm'],
    ["models.vgg16(weights='DEFAULT')", 'dropout'],
  ])('is told from its family: %s', async (made, effect) => {
    const [found, ...others] = await accusations(script(made), 2, true);
    expect(found).toMatch(new RegExp(`^prediction-in-training-mode \\d+: .*${effect}`));
    expect(others).toEqual([]);
    const { changed, left } = await remedied(script(made), 2);
    expect(left).toEqual([]);
    expect(changed.code).toMatch(
      /net\.train\(\)\n\s+for x, y in train_loader:[^]+net\.eval\(\)\n\s+with torch\.no_grad/,
    );
  });

  it.each([
    ["models.resnet18(weights='DEFAULT')", `    net.eval()\n${EVALUATION}`],
    ["models.resnet18(weights='DEFAULT')", ''],
    ["timm.create_model('vit_base_patch16_224', pretrained=True, num_classes=2)", EVALUATION],
    ["models.convnext_tiny(weights='DEFAULT')", EVALUATION],
  ])('is not accused: %s, evaluated by %j', async (made, evaluation) => {
    expect((await accusations(script(made, evaluation))).join()).not.toContain('prediction-in-training-mode');
  });
});

describe('images that OpenCV reads for a pretrained net', () => {
  const script = (read: string, weights = "weights='DEFAULT'"): string =>
    torchScript({
      head: `${HEAD}\nimport cv2\nfrom PIL import Image\nfrom torch.utils.data import Dataset
class Own(Dataset):
    def __init__(self, paths, labels):
        self.paths, self.labels = paths, labels
    def __len__(self):
        return len(self.paths)
    def __getitem__(self, i):
        image = ${read}
        return tf(image), self.labels[i]`,
      loaders:
        'train_loader = DataLoader(Own(paths, labels), batch_size=16, shuffle=True)\ntest_loader = DataLoader(Own(held, others), batch_size=16)',
      net: `net = models.resnet18(${weights})\nnet.fc = nn.Linear(512, 2)`,
      optimizer: 'opt = torch.optim.Adam(net.parameters(), lr=1e-4)',
    });

  it('are BGR', async () => {
    const source = script('cv2.imread(self.paths[i])');
    expect(await accusations(source)).toEqual(['channels-of-base 13']);
    const { changed, left } = await remedied(source, 2);
    expect(left).toEqual([]);
    expect(changed.code).toContain('image = cv2.cvtColor(cv2.imread(self.paths[i]), cv2.COLOR_BGR2RGB)');
  });

  it('stay BGR as a picture of PIL', async () => {
    const source = script('Image.fromarray(cv2.imread(self.paths[i]))');
    expect(await accusations(source)).toEqual(['channels-of-base 13']);
    const { changed, left } = await remedied(source, 2);
    expect(left).toEqual([]);
    expect(changed.code).toContain('Image.fromarray(cv2.cvtColor(cv2.imread(self.paths[i]), cv2.COLOR_BGR2RGB))');
  });

  it.each([
    ['Image.fromarray(cv2.cvtColor(cv2.imread(self.paths[i]), cv2.COLOR_BGR2RGB))'],
    ['Image.fromarray(cv2.imread(self.paths[i])[..., ::-1])'],
    ['cv2.cvtColor(cv2.imread(self.paths[i]), cv2.COLOR_BGR2RGB)'],
    ['cv2.imread(self.paths[i])[:, :, ::-1].copy()'],
    ['cv2.imread(self.paths[i], cv2.IMREAD_COLOR_RGB)'],
    ["Image.open(self.paths[i]).convert('RGB')"],
  ])('are not accused: %s', async (read) => {
    expect(await accusations(script(read))).toEqual([]);
  });

  it('are not accused if the net starts from random weights', async () => {
    expect(await accusations(script('cv2.imread(self.paths[i])', 'weights=None'))).toEqual([]);
  });
});

describe('a training step in a method named step', () => {
  const trainer = (zero: string): string => `${HEAD}
${TRANSFORMS}
${LOADERS}
class Trainer:
    def __init__(self, net):
        self.net = net
        self.opt = torch.optim.Adam(net.parameters(), lr=1e-4)
    def step(self, batch):
        x, y = batch
        loss = F.cross_entropy(self.net(x), y)
${zero}        loss.backward()
        self.opt.step()
    def fit(self):
        for epoch in range(300):
            self.net.train()
            for batch in train_loader:
                self.step(batch)
net = models.resnet18(weights='DEFAULT')
net.fc = nn.Linear(512, 2)
Trainer(net).fit()
`;
  it('is no step of an optimizer', async () => {
    expect(await accusations(trainer('        self.opt.zero_grad()\n'))).toEqual([]);
    expect(await accusations(trainer(''))).toEqual(['gradients-add-up 14']);
  });
});

it('does not call a loss repaired while what cuts its gradient stays', async () => {
  const source = torchScript({
    loss: 'nn.MSELoss()',
    loop: LOOP.replace(
      'loss = crit(net(x), y)',
      'out = net(x).argmax(1).float()\n        loss = crit(out, y.float())\n        loss.requires_grad = True',
    ),
  });
  const { changes, left } = await remedied(source, 2);
  expect(changes.filter(({ rule }) => rule === 'no-gradient')).toEqual([]);
  expect(left.map(({ rule }) => rule)).toContain('no-gradient');
});
