/** The form of labels in arrays, and of the labels of one unit. */
import { describe, expect, it } from 'vitest';
import { remedied } from '../remedies/changed';
import { accusations, trained } from './accusations';

const arrays = (labels: string, loss: string, given = 'x, y'): string => `import numpy as np, pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder
from tensorflow.keras import Sequential
from tensorflow.keras.layers import *
from tensorflow.keras.utils import to_categorical
x = np.load('x.npy') / 255.
${labels}
net = Sequential([Input((64, 64, 3)), Conv2D(16, 3, activation='relu'), GlobalAveragePooling2D(), Dense(3, activation='softmax')])
net.compile('adam', '${loss}')
net.fit(${given}, epochs=300)
`;
const SPLIT = 'a, b, c, d = train_test_split(x, y)';
const found = async (...parts: Parameters<typeof arrays>): Promise<string[]> =>
  (await accusations(arrays(...parts), 3)).filter((one) => one.startsWith('labels-of-another-form'));

describe('the labels of arrays', () => {
  it.each([
    ["y = to_categorical(np.load('y.npy'), 3)", 'sparse_categorical_crossentropy', 'x, y'],
    [`y = to_categorical(np.load('y.npy'))\n${SPLIT}`, 'sparse_categorical_crossentropy', 'a, c'],
    ["y = pd.get_dummies(table.label).values.astype('float32')", 'sparse_categorical_crossentropy', 'x[:90], y[:90]'],
    ['y = LabelEncoder().fit_transform(names)', 'categorical_crossentropy', 'x, y'],
    [`coder = LabelEncoder()\ny = np.array(coder.fit_transform(names))\n${SPLIT}`, 'categorical_crossentropy', 'a, c'],
  ])('do not fit: %j with %s', async (labels, loss, given) => {
    expect(await found(labels, loss, given)).toHaveLength(1);
    const { changed } = await remedied(arrays(labels, loss, given), 3);
    const other = loss.startsWith('sparse') ? loss.replace('sparse_', '') : `sparse_${loss}`;
    expect(changed.code).toContain(`net.compile('adam', '${other}')`);
  });

  it.each([
    ["y = to_categorical(np.load('y.npy'), 3)", 'categorical_crossentropy', 'x, y'],
    ["y = np.argmax(to_categorical(np.load('y.npy')), axis=1)", 'sparse_categorical_crossentropy', 'x, y'],
    ["y = np.load('y.npy')", 'categorical_crossentropy', 'x, y'],
    ["y = to_categorical(np.load('y.npy'))[:, 0]", 'sparse_categorical_crossentropy', 'x, y'],
    [`y = LabelEncoder().fit_transform(names)\n${SPLIT}\nc = to_categorical(c)`, 'categorical_crossentropy', 'a, c'],
    ['y = LabelEncoder().fit_transform(names)\ny = to_categorical(y)', 'categorical_crossentropy', 'x, y'],
  ])('fit, or are not known: %j with %s', async (labels, loss, given) => {
    expect(await found(labels, loss, given)).toEqual([]);
  });
});

describe('the labels of one unit', () => {
  const script = (feed: string): string =>
    trained(
      "Conv2D(16, 3, activation='relu'), GlobalAveragePooling2D(), Dense(1, activation='sigmoid')",
      "'binary_crossentropy'",
      feed,
    );

  it.each([
    ['target_size=(64, 64)', "target_size=(64, 64), class_mode='binary'"],
    ["class_mode='categorical'", "class_mode='binary'"],
  ])('are one-hot with %j', async (feed, after) => {
    expect(await accusations(script(feed))).toEqual(['labels-of-another-form 7']);
    const { changed, left } = await remedied(script(feed), 2);
    expect(left).toEqual([]);
    expect(changed.code).toContain(`flow_from_directory('data', ${after})`);
  });

  it('are sound as 0 and 1', async () => {
    expect(await accusations(script("class_mode='binary'"))).toEqual([]);
    expect(await accusations(script("class_mode='sparse'"))).toEqual([]);
  });
});

describe('binary labels for one unit a class', () => {
  const script = (loss: string, feed: string): string =>
    trained(
      "Conv2D(16, 3, activation='relu'), GlobalAveragePooling2D(), Dense(2, activation='softmax')",
      `'${loss}'`,
      feed,
    );

  it('do not fit a loss for one-hot labels', async () => {
    const source = script('categorical_crossentropy', "class_mode='binary'");
    expect(await accusations(source)).toEqual(['labels-of-another-form 7']);
    expect((await remedied(source, 2)).left).toEqual([]);
  });

  it('fit a loss for numbers', async () => {
    expect(await accusations(script('sparse_categorical_crossentropy', "class_mode='binary'"))).toEqual([]);
  });
});

describe('labels that a map makes one-hot', () => {
  const mapped = (loss: string, map: string, before = ''): string => `import tensorflow as tf
from tensorflow.keras.layers import *
${before}
train = tf.keras.utils.image_dataset_from_directory('data', image_size=(64, 64))
train = ${map}.prefetch(2)
net = tf.keras.Sequential([Rescaling(1 / 255), Conv2D(16, 3, activation='relu'), GlobalAveragePooling2D(), Dense(3, activation='softmax')])
net.compile('adam', ${loss})
net.fit(train, epochs=300)
`;
  const SPARSE = 'tf.keras.losses.SparseCategoricalCrossentropy()';
  const FUNCTION =
    'def hot(image, label):\n    label = tf.one_hot(label, 3)\n    return tf.cast(image, tf.float32), label';
  const of = async (...parts: Parameters<typeof mapped>): Promise<string[]> =>
    (await accusations(mapped(...parts), 3)).filter((one) => one.startsWith('labels-of-another-form'));

  it.each<Parameters<typeof mapped>>([
    [SPARSE, 'train.map(lambda x, y: (x, tf.one_hot(y, 3)))'],
    [SPARSE, 'train.map(hot, num_parallel_calls=4).cache()', FUNCTION],
    [
      "'sparse_categorical_crossentropy'",
      'train.map(lambda x, y: (x, tf.keras.utils.to_categorical(y, 3))).shuffle(9)',
    ],
  ])('do not fit %s: %s', async (...parts) => {
    expect(await of(...parts)).toHaveLength(1);
    const { changed, left } = await remedied(mapped(...parts), 3);
    expect(changed.code).toMatch(/net.compile\('adam', [\w.']*(C|c)ategorical_?(C|c)rossentropy/);
    expect(left).toEqual([]);
  });

  it.each<Parameters<typeof mapped>>([
    ["'categorical_crossentropy'", 'train.map(lambda x, y: (x, tf.one_hot(y, 3)))'],
    ["'categorical_crossentropy'", 'train.map(hot)', FUNCTION],
    [SPARSE, 'train.map(lambda x, y: (x / 255, y))'],
    [SPARSE, 'train.map(lambda x, y: (x, tf.argmax(tf.one_hot(y, 3), -1)))'],
    [SPARSE, 'train.map(other)', 'from mine import other'],
    ["'categorical_crossentropy'", 'train.map(other)', 'from mine import other'],
    ["'categorical_crossentropy'", 'train.map(f)', 'def f(x, y):\n    y = other(y)\n    return x, y'],
  ])('fit, or are not known: %s, %s', async (...parts) => {
    expect(await of(...parts)).toEqual([]);
  });

  it('are class numbers where a map leaves them', async () => {
    expect(await of("'categorical_crossentropy'", 'train.map(lambda x, y: (x / 255, y))')).toHaveLength(1);
  });
});
