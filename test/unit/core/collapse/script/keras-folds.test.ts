/** Keras scripts that read images by a table of names, and predict the parts of a cross-validation. */
import { describe, expect, it } from 'vitest';
import { difference, remedied } from '../remedies/changed';
import { accusations } from './accusations';

interface Parts {
  readonly prep?: string;
  readonly held?: string;
  readonly predict?: string;
  readonly use?: string;
}

const folds = (parts: Parts = {}): string => `import cv2, numpy as np, pandas as pd, tensorflow as tf
from sklearn.model_selection import StratifiedKFold
from sklearn.metrics import accuracy_score
from tensorflow.keras.layers import *
from tensorflow.keras.preprocessing.image import ImageDataGenerator
A = tf.keras.applications
table = pd.read_csv('train.csv')
def read(name):
    return cv2.resize(cv2.cvtColor(cv2.imread('images/' + name), cv2.COLOR_BGR2RGB), (64, 64))
X = np.stack([read(name) for name in table.image.values]).astype('float32')
Y = tf.keras.utils.to_categorical(table.label.values)
out = np.zeros_like(Y)
for tr, va in StratifiedKFold(5, shuffle=True).split(X, Y.argmax(1)):
    gen = ImageDataGenerator(rotation_range=20, preprocessing_function=${parts.prep ?? 'A.densenet.preprocess_input'})
    held = ImageDataGenerator(${parts.held ?? `preprocessing_function=${parts.prep ?? 'A.densenet.preprocess_input'}`})
    base = A.DenseNet121(include_top=False, input_shape=(64, 64, 3))
    net = tf.keras.Sequential([base, GlobalAveragePooling2D(), Dense(2, activation='softmax')])
    net.compile(tf.keras.optimizers.Adam(1e-4), 'categorical_crossentropy')
    net.fit(gen.flow(X[tr], Y[tr], batch_size=16), epochs=30)
    out[va] = net.predict(held.flow(X[va], batch_size=16${parts.predict ?? ', shuffle=False'}))
${parts.use ?? 'print(accuracy_score(Y.argmax(1), out.argmax(1)))'}
`;

it('finds nothing in a sound one', async () => {
  expect(await accusations(folds())).toEqual([]);
});

it('knows that images which a table names are 0 to 255', async () => {
  expect(await accusations(folds({ held: '' }))).toEqual(['prediction-scaled-otherwise 15']);
  expect(await accusations(folds({ prep: 'A.efficientnet.preprocess_input' }))).toEqual([
    expect.stringMatching(/^base-scaled-otherwise /),
  ]);
});

describe('predictions of a generator of arrays that shuffles', () => {
  it('are not in the order of the labels', async () => {
    const source = folds({ predict: '' });
    expect(await accusations(source)).toEqual(['predictions-shuffled 20']);
    const { changed, left } = await remedied(source, 2);
    expect(difference(source, changed.code)).toEqual([
      '-out[va] = net.predict(held.flow(X[va], batch_size=16))',
      '+out[va] = net.predict(held.flow(X[va], batch_size=16, shuffle=False))',
    ]);
    expect(left).toEqual([]);
  });

  it('need no order for one image, or for a mean', async () => {
    expect(await accusations(folds({ predict: '', use: 'print(out.mean(0))' }))).toEqual([]);
    const one = 'answer = net.predict(held.flow(X[:1]))\nif answer.argmax() == 0:\n    print("cat")';
    expect(await accusations(folds({ use: one }))).toEqual([]);
  });
});
