/** Images that the loop normalizes by hand. */
import { expect, it } from 'vitest';
import { accusations } from './accusations';
import { loop, torchScript } from './torch-scripts';

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
