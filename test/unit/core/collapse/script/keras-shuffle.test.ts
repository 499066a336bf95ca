/** The order of the images in data sets that TensorFlow makes of lists and arrays. */
import { describe, expect, it } from 'vitest';
import { difference, remedied } from '../remedies/changed';
import { accusations } from './accusations';

const FOLDERS = `paths, labels = [], []
for i, name in enumerate(sorted(os.listdir('data'))):
    for file in os.listdir('data/' + name):
        paths.append(f'data/{name}/{file}')
        labels.append(i)`;
const TABLE = `table = pd.read_csv('labels.csv')
paths, labels = table.file, table.label`;
/** Images of `paths` that become a data set by the methods `chain`. */
const slices = (chain: string, before = FOLDERS): string => `import os, random
import tensorflow as tf, numpy as np, pandas as pd
from tensorflow.keras.layers import *
from sklearn.model_selection import train_test_split
def load(path, label):
    return tf.image.resize(tf.io.decode_jpeg(tf.io.read_file(path)), (64, 64)) / 255., label
${before}
ds = tf.data.Dataset.from_tensor_slices((paths, labels))${chain}
net = tf.keras.Sequential([Input((64, 64, 3)), Conv2D(16, 3, activation='relu'), GlobalAveragePooling2D(), Dense(2, activation='softmax')])
net.compile('adam', 'sparse_categorical_crossentropy')
net.fit(ds, epochs=300)
`;

describe('a data set of what was read folder by folder', () => {
  it.each([
    ['unshuffled 12', '.map(load).batch(16)'],
    ['shuffled-after-batch 12', '.map(load).batch(16).shuffle(100)'],
    ['shuffled-after-batch 13', '.map(load).batch(16)\nds = ds.shuffle(100).prefetch(1)'],
  ])('is accused: %s, for %j', async (accusation, chain) => {
    const source = slices(chain);
    expect(await accusations(source)).toEqual([accusation]);
    const { changed, left } = await remedied(source, 2);
    expect(left).toEqual([]);
    expect(changed.code).toContain('from_tensor_slices((paths, labels)).shuffle(1000).map(load).batch(16)');
    expect(changed.code.match(/shuffle/g)).toHaveLength(1);
    expect(difference(source, changed.code).length).toBeLessThan(5);
  });

  it.each([
    ['.shuffle(1000).map(load).batch(16)'],
    ['.shuffle(1000).batch(16).map(load).shuffle(8)'],
    ['.map(load).batch(16).unbatch().shuffle(1000).batch(16)'],
  ])('is shuffled by %j', async (chain) => {
    expect(await accusations(slices(chain))).toEqual([]);
  });

  it.each([
    ['a split that mixes', `${FOLDERS}\npaths, held, labels, others = train_test_split(paths, labels)`],
    [
      'one order',
      `${FOLDERS}\norder = np.random.permutation(len(paths))\npaths = np.array(paths)[order]\nlabels = np.array(labels)[order]`,
    ],
    ['a table whose order is not known', TABLE],
    ['arrays whose order is not known', "paths, labels = np.load('x.npy'), np.load('y.npy')"],
  ])('is not accused after %s', async (_, before) => {
    expect(await accusations(slices('.map(load).batch(16)', before))).toEqual([]);
    expect(await accusations(slices('.map(load).batch(16).shuffle(9)', before))).toEqual([]);
  });

  it('is accused if the split before it does not mix', async () => {
    const before = `${FOLDERS}\npaths, held, labels, others = train_test_split(paths, labels, shuffle=False)`;
    expect(await accusations(slices('.map(load).batch(16)', before))).toEqual(['unshuffled 13']);
  });
});
