/** Decisions that are taken over the images of a batch, and splits that change in each epoch. */
import { describe, expect, it } from 'vitest';
import { remedied } from '../remedies/changed';
import { accusations, remarks, trained } from './accusations';
import { torchScript } from './torch-scripts';

const KERAS = trained(
  "Conv2D(16, 3, activation='relu'), GlobalAveragePooling2D(), Dense(2, activation='softmax')",
  "'categorical_crossentropy'",
);
const keras = (use: string): string => `${KERAS}import numpy as np\n${use}\n`;
const torch = (use: string): string =>
  torchScript({ evaluation: `    net.eval()\n    for x, y in test_loader:\n        ${use}` });

describe('a decision over the images', () => {
  it.each([
    [keras('p = net.predict(test)\ny = np.argmax(p, axis=0)'), 'np.argmax(p, axis=1)'],
    [keras('y = net.predict(test).argmax(0)'), 'net.predict(test).argmax(1)'],
    [keras('y = tf.argmax(net.predict(test), 0)'), 'tf.argmax(net.predict(test), 1)'],
    [torch('_, p = torch.max(net(x).data, 0)'), 'torch.max(net(x).data, 1)'],
    [torch('p = F.softmax(net(x), dim=1).argmax(dim=0)'), 'argmax(dim=1)'],
    [torch('p = net(x).cpu().numpy().argmax(axis=0)'), 'argmax(axis=1)'],
  ])('is told and changed: %#', async (source, after) => {
    const found = await accusations(source);
    expect(found.map((one) => one.split(' ')[0])).toEqual(['decided-over-images']);
    const { changed, left } = await remedied(source, 2);
    expect(left).toEqual([]);
    expect(changed.code).toContain(after);
  });

  it.each([
    [keras('y = np.argmax(net.predict(test), axis=1)')],
    [keras('y = np.argmax(net.predict(test)[0], axis=0)')],
    [keras('best = net.predict(test).max(axis=0)')],
    [keras('y = np.argmax(net.predict(test).squeeze(), axis=0)')],
    [keras('y = np.argmax(votes, axis=0)')],
    [torch('_, p = torch.max(net(x), 1)')],
    [torch('p = net(x)[0].argmax(0)')],
    [torch('p = net(x).mean(0).argmax(0)')],
    [torch('p = net(x).squeeze().argmax(0)')],
  ])('is not seen in %#', async (source) => {
    expect(await accusations(source)).toEqual([]);
  });
});

const split = (set: string, parts = 'train, held = ds.skip(120), ds.take(120)'): string => `import tensorflow as tf
from tensorflow.keras.layers import *
ds = ${set}
${parts}
net = tf.keras.Sequential([Input((64, 64, 3)), Conv2D(16, 3, activation='relu'), GlobalAveragePooling2D(), Dense(2, activation='softmax')])
net.compile('adam', 'sparse_categorical_crossentropy')
net.fit(train.map(load).batch(16), validation_data=held.map(load).batch(16), epochs=300)
`;

describe('a split by take and skip', () => {
  it.each([
    ["tf.data.Dataset.list_files('data/*/*')"],
    ['tf.data.Dataset.from_tensor_slices((files, labels)).shuffle(600, seed=1)'],
    ["tf.data.Dataset.list_files('data/*/*', shuffle=False).shuffle(600, reshuffle_each_iteration=True)"],
  ])('changes in each epoch: %s', async (set) => {
    // The net is trained, so this is a remark.
    expect(await accusations(split(set))).toEqual([]);
    expect(await remarks(split(set))).toEqual(['split-reshuffled 3']);
  });

  it.each([
    ["tf.data.Dataset.list_files('data/*/*', shuffle=False).shuffle(600, reshuffle_each_iteration=False)", undefined],
    ["tf.data.Dataset.list_files('data/*/*').cache()", undefined],
    ["tf.data.Dataset.list_files('data/*/*')", 'train, held = ds, other\nfor x in ds.take(1):\n    show(x)'],
    ["tf.data.Dataset.list_files('data/*/*')", 'train, held = ds.skip(120), other'],
    ["tf.data.Dataset.list_files('data/*/*')", 'train, held, test = other, ds.skip(120), ds.take(120)'],
  ])('stays: %s', async (set, parts) => {
    expect((await remarks(split(set, parts))).join()).not.toContain('split-reshuffled');
  });
});
