/** Images that the loop normalizes by hand. */
import { describe, expect, it } from 'vitest';
import { accusations } from './accusations';
import { HEAD, loop, torchScript } from './torch-scripts';

const script = (held: string, transform = 'transforms.ToTensor()', norm = 'x = (x - mean) / std'): string =>
  torchScript({
    transforms: `mean, std = torch.tensor([0.4]).view(1, 1, 1, 1), torch.tensor([0.2]).view(1, 1, 1, 1)
tf = transforms.Compose([transforms.ToTensor()])
held = transforms.Compose([${transform}])
def ready(x):
    return (x - mean) / std`,
    loaders: `train_loader = DataLoader(datasets.ImageFolder('data/train', tf), batch_size=16, shuffle=True)
test_loader = DataLoader(datasets.ImageFolder('data/test', held), batch_size=16)`,
    loop: loop(norm, 'opt.zero_grad()', 'loss = crit(net(x), y)', 'loss.backward()', 'opt.step()'),
    evaluation: `    net.eval()
    with torch.no_grad():
        for x, y in test_loader:
            ${held}`,
  });

const FOUND = /^prediction-scaled-otherwise /;

it.each(['hits = (net(x).argmax(1) == y).sum()', "x = x.to('cuda')\n            out = net(x)"])(
  'are not normalized in validation: %s',
  async (held) => {
    expect(await accusations(script(held))).toEqual([expect.stringMatching(FOUND)]);
    expect(await accusations(script(held, undefined, 'x = ready(x)'))).toEqual([expect.stringMatching(FOUND)]);
  },
);

it.each([
  'out = net((x - mean) / std)',
  'x = (x - mean) / std\n            out = net(x)',
  'out = net(ready(x))',
  'out = net(fancy(x))',
  'x -= mean\n            x /= std\n            out = net(x)',
  'x.sub_(mean).div_(std)\n            out = net(x)',
  'show(x)',
])('may be normalized there too: %s', async (held) => {
  expect(await accusations(script(held))).toEqual([]);
});

describe('batches that are dicts', () => {
  const MOVED = 'batch = {k: v.to(acc.device) for k, v in batch.items()}';
  const dicts = (held: string): string =>
    torchScript({
      head: `${HEAD}\nfrom accelerate import Accelerator\nimport argparse\nacc = Accelerator(cpu=argparse.ArgumentParser().parse_args().cpu)`,
      transforms: `mean, std = torch.tensor([0.4]).view(1, 1, 1, 1), torch.tensor([0.2]).view(1, 1, 1, 1)
class Pets(torch.utils.data.Dataset):
    def __init__(self, names):
        self.names = names
        self.tf = transforms.Compose([transforms.Resize((64, 64)), transforms.ToTensor()])
    def __len__(self):
        return len(self.names)
    def __getitem__(self, i):
        return {'image': self.tf(Image.open(self.names[i])), 'label': labels[i]}`,
      loaders: `train_loader = DataLoader(Pets(names), batch_size=16, shuffle=True)
test_loader = DataLoader(Pets(held), batch_size=16)`,
      optimizer: `opt = torch.optim.Adam(net.parameters(), lr=2e-2 / 25)
net, opt, train_loader, test_loader = acc.prepare(net, opt, train_loader, test_loader)`,
      loop: `for epoch in range(300):
    net.train()
    for batch in train_loader:
        ${MOVED}
        x = (batch['image'] - mean) / std
        loss = crit(net(x), batch['label'])
        opt.zero_grad()
        acc.backward(loss)
        opt.step()`,
      evaluation: `    net.eval()
    for _, batch in enumerate(test_loader):
        ${MOVED}
        x = ${held}
        with torch.no_grad():
            out = net(x)`,
    });

  it('are not normalized in validation', async () => {
    expect(await accusations(dicts("batch['image']"))).toEqual([expect.stringMatching(FOUND)]);
  });

  it.each(["(batch['image'] - mean) / std", "ready(batch['image'])", "batch['normalized']"])(
    'may be normalized: %s',
    async (held) => {
      expect(await accusations(dicts(held))).toEqual([]);
    },
  );
});
