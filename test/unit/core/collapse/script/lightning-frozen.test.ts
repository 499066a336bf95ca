/** Modules of Lightning that are frozen as a whole. */
import { describe, expect, it } from 'vitest';
import { remedied } from '../remedies/changed';
import { accusations } from './accusations';
import { HEAD, LOADERS, TRANSFORMS } from './torch-scripts';

const script = (init: string, before: string, after = '', method = ''): string => `${HEAD}
import pytorch_lightning as pl
${TRANSFORMS}
${LOADERS}
class Lit(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.base = models.resnet18(weights='DEFAULT')
        self.base.fc = nn.Linear(512, 2)
        ${init}
        self.criterion = nn.CrossEntropyLoss()
    def forward(self, x):
        return self.base(x)
    def training_step(self, batch, i):
        x, y = batch
        return F.cross_entropy(self(x), y)
    ${method}
    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=1e-4)
lit = Lit()
${before}
trainer = pl.Trainer(max_epochs=100)
trainer.fit(lit, train_loader)
${after}
`;
const LOOP = 'for p in self.parameters():\n            p.requires_grad = False';

describe('a module of Lightning', () => {
  it.each([
    ['self.freeze()', '', 'self.freeze()'],
    [LOOP, '', 'p.requires_grad'],
    ['self.requires_grad_(False)', '', 'self.requires_grad_'],
    ['pass', 'lit.freeze()', 'lit.freeze()'],
    ['pass', 'lit.requires_grad_(False)', 'lit.requires_grad_'],
  ])('is frozen as a whole: %j %j', async (init, before, part) => {
    const source = script(init, before);
    const line = source.split('\n').findIndex((text) => text.includes(part)) + 1;
    expect(await accusations(source)).toEqual([`all-frozen ${line}`]);
    const { changed, left } = await remedied(source, 2);
    expect(left.length === 0 || changed.code === source).toBe(true);
  });

  it.each([
    ['a new head afterwards', 'self.freeze()\n        self.base.fc = nn.Linear(512, 2)', '', '', ''],
    ['a new layer of its own afterwards', 'self.freeze()\n        self.fc_outputs = nn.Linear(512, 2)', '', '', ''],
    ['a list of layers afterwards', 'self.freeze()\n        self.more = nn.ModuleList(heads)', '', '', ''],
    ['unfreezing', 'pass', 'lit.freeze()\nlit.unfreeze()', '', ''],
    ['unfreezing of a part', 'pass', 'lit.freeze()\nlit.base.fc.requires_grad_(True)', '', ''],
    ['freezing for prediction', 'pass', '', 'lit.freeze()', ''],
    ['a condition', 'pass', 'if args.frozen:\n    lit.freeze()', '', ''],
    ['a frozen part', 'self.base.layer1.requires_grad_(False)', '', '', ''],
    [
      'unfreezing in a later epoch',
      'self.freeze()',
      '',
      '',
      'def on_train_epoch_start(self):\n        if self.current_epoch == 5:\n            self.unfreeze()',
    ],
    [
      'a freeze of its own',
      'pass',
      'lit.freeze()',
      '',
      'def freeze(self):\n        self.base.layer1.requires_grad_(False)',
    ],
    ['another module', 'pass', 'teacher = Lit()\nteacher.freeze()', '', ''],
  ])('learns after %s', async (_, ...parts) => {
    expect(await accusations(script(...parts))).toEqual([]);
  });
});
