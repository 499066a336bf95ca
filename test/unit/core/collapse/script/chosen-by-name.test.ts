/** Losses and optimizers that a script takes from a dictionary, or chooses by a name that only a settings file knows. */
import { describe, expect, it } from 'vitest';
import { soundRecipe } from '../../../../../src/core/collapse/recipe';
import { readScript } from '../../../../../src/core/collapse/script/reading';
import { parsePython } from '../../../../../src/engine/files/python';
import { difference, remedied } from '../remedies/changed';
import { accusations } from './accusations';
import { HEAD, LOOP, net, torchScript } from './torch-scripts';

describe('a loss out of a dictionary', () => {
  const script = (loss: string, units: string, how: string): string =>
    torchScript({
      head: `${HEAD}\nLOSSES = {'ce': nn.CrossEntropyLoss, 'bce': nn.BCEWithLogitsLoss}\nargs = {'loss': '${loss}'}`,
      net: net('z', units),
      loss: how,
      loop: LOOP.replace('net(x), y', 'net(x).squeeze(1), y.float()'),
    });
  it.each([["LOSSES[args['loss']]()"], ["LOSSES.get(args['loss'])()"]])('is that of its key: %s', async (how) => {
    expect(await accusations(script('ce', '1', how))).toEqual(['one-output 14']);
    expect(await accusations(script('bce', '1', how))).toEqual([]);
  });
});

describe('an optimizer that is chosen by a name that is not known', () => {
  const chosen = (how: string, make: string): string =>
    torchScript({
      head: `${HEAD}\nimport yaml\nfrom hydra.utils import instantiate\ncfg = yaml.safe_load(open('cfg.yaml'))`,
      net: make,
      optimizer: '',
      loop: LOOP,
    }).replace('OPTIMIZER', how);
  const HOWS = [
    ["getattr(torch.optim, cfg['name'])(net.parameters(), lr=cfg['lr'])"],
    ['instantiate(cfg.optimizer, params=net.parameters())'],
  ];
  const RESNET = "net = models.resnet18(weights='DEFAULT')";
  const NEW_HEAD = 'net.fc = nn.Linear(512, 2)';

  it.each(HOWS)('is no fault, and its choice is said not to be read: %s', async (how) => {
    const source = chosen(how, `${RESNET}\n${NEW_HEAD}\nopt = OPTIMIZER`);
    expect(await accusations(source)).toEqual([]);
    const { notes } = readScript(await parsePython(source), soundRecipe({ images: 600, imbalanceRatio: 1 }), 2);
    expect(notes.map(({ sentence }) => sentence).join()).toContain('Which optimizer the script chooses cannot be read');
  });

  it.each(HOWS)('has no layer that is put into the net later: %s', async (how) => {
    const found = await accusations(chosen(how, `${RESNET}\nopt = OPTIMIZER\n${NEW_HEAD}`));
    expect(found.map((one) => one.split(' ')[0])).toEqual(['layer-after-optimizer']);
  });

  it('is made after the layer in the changed script', async () => {
    const { changed, left } = await remedied(chosen(HOWS[0]![0]!, `${RESNET}\nopt = OPTIMIZER\n${NEW_HEAD}`), 2);
    expect(left).toEqual([]);
    expect(changed.code).toMatch(/net\.fc = .*\nopt = getattr/);
  });

  it('is missed if its step is', async () => {
    const source = chosen(HOWS[0]![0]!, `${RESNET}\n${NEW_HEAD}\nopt = OPTIMIZER`).replace('opt.step()', 'opt.step');
    expect(await accusations(source)).toEqual([]);
  });
});

it('gives a loss of any name its backward pass', async () => {
  const source = torchScript({
    loop: LOOP.replace('loss = crit', 'verlust = crit').replace('        loss.backward()\n', ''),
  });
  const { changed, left } = await remedied(source, 2);
  expect(left).toEqual([]);
  expect(difference(source, changed.code)).toEqual(['+verlust.backward()']);
});
