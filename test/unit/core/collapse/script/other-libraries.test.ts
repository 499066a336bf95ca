/** Libraries that take over a part of the loop, or give the features that a net is trained on. */
import { describe, expect, it } from 'vitest';
import { accusations } from './accusations';
import { loop, torchScript } from './torch-scripts';

describe('Fabric', () => {
  const fabric = (...body: string[]): string =>
    torchScript({
      optimizer:
        'import lightning as L\nfabric = L.Fabric()\nopt = torch.optim.Adam(net.parameters(), lr=1e-3)\nnet, opt = fabric.setup(net, opt)\ntrain_loader = fabric.setup_dataloaders(train_loader)',
      loop: loop(...body),
    });
  const L = 'loss = crit(net(x), y)';

  it('leaves the loop to the script', async () => {
    expect(await accusations(fabric('opt.zero_grad()', L, 'fabric.backward(loss)', 'opt.step()'))).toEqual([]);
    expect(await accusations(fabric(L, 'fabric.backward(loss)', 'opt.zero_grad()', 'opt.step()'))).toEqual([
      expect.stringMatching(/^never-updated /),
    ]);
  });
});

describe('steps of other libraries', () => {
  const L = 'loss = crit(net(x), y)';

  it('are those of PyTorch/XLA', async () => {
    const source = (...body: string[]): string =>
      torchScript({
        optimizer: 'import torch_xla.core.xla_model as xm\nopt = torch.optim.Adam(net.parameters(), lr=1e-3)',
        loop: loop(...body),
      });
    expect(await accusations(source('opt.zero_grad()', L, 'loss.backward()', 'xm.optimizer_step(opt)'))).toEqual([]);
    expect(await accusations(source('opt.zero_grad()', L, 'loss.backward()'))).toEqual([
      expect.stringMatching(/^never-updated /),
    ]);
  });

  it('are those of DeepSpeed, which clears the gradients itself', async () => {
    const source = torchScript({
      optimizer:
        'import deepspeed\nengine, opt, _, _ = deepspeed.initialize(model=net, model_parameters=net.parameters(), config="ds.json")',
      loop: loop('loss = crit(engine(x), y)', 'engine.backward(loss)', 'engine.step()'),
    });
    expect(await accusations(source)).toEqual([]);
  });
});

it('takes one linear layer on the features of another net for no net on pixels', async () => {
  const head = (input: string): string =>
    torchScript({
      net: 'import clip\nmodel, preprocess = clip.load("ViT-B/32")\nnet = nn.Linear(512, 2)',
      loop: loop(
        'with torch.no_grad():',
        `    f = ${input}`,
        'opt.zero_grad()',
        'loss = crit(net(f), y)',
        'loss.backward()',
        'opt.step()',
      ),
      evaluation: '',
    });
  expect(await accusations(head('model.encode_image(x).float()'))).toEqual([]);
  expect(await accusations(head('x.view(x.size(0), -1).float()'))).toEqual([expect.stringMatching(/^linear-model /)]);
});
