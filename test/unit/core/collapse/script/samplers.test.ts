/** Samplers that keep the order of the images, which are read class by class. */
import { expect, it } from 'vitest';
import { difference, remedied } from '../remedies/changed';
import { accusations } from './accusations';
import { torchScript } from './torch-scripts';

const sampled = (sampler: string, data = "datasets.ImageFolder('data/train', tf)"): string =>
  torchScript({
    loaders: `from torch.utils.data import RandomSampler, SequentialSampler, BatchSampler
from torch.utils.data.distributed import DistributedSampler
train = ${data}
sampler = ${sampler}
train_loader = DataLoader(train, batch_size=16, sampler=sampler)
test = datasets.ImageFolder('data/test', tf)
test_loader = DataLoader(test, batch_size=16, sampler=SequentialSampler(test))`,
  });

it.each([
  ['SequentialSampler(train)', 'sampler = RandomSampler(train)'],
  ['DistributedSampler(train, shuffle=False)', 'sampler = DistributedSampler(train, shuffle=True)'],
  ['DistributedSampler(train, 4, rank, False)', null],
])('%s does not shuffle', async (sampler, mended) => {
  const source = sampled(sampler);
  expect(await accusations(source)).toEqual(['unshuffled 8']);
  if (mended === null) return;
  const { changed } = await remedied(source, 2);
  expect(difference(source, changed.code)).toEqual([`-sampler = ${sampler}`, `+${mended}`]);
});

it.each([
  'RandomSampler(train)',
  'DistributedSampler(train)',
  'DistributedSampler(train, shuffle=args.shuffle)',
  'MySampler(train)',
])('%s shuffles, or may do so', async (sampler) => {
  expect(await accusations(sampled(sampler))).toEqual([]);
});

it('a part of a data set that is drawn at random keeps its order, which is mixed', async () => {
  const part = "torch.utils.data.random_split(datasets.ImageFolder('data/train', tf), [0.8, 0.2])[0]";
  expect(await accusations(sampled('SequentialSampler(train)', part))).toEqual([]);
});
