/** Classes that are numbered in the order in which folders are listed. */
import { expect, it } from 'vitest';
import { accusations, remarks } from './accusations';

const script = (list: string, label = 'label'): string => `import os, cv2, numpy as np
from tensorflow import keras
from tensorflow.keras.layers import *
def load(folder):
    X, y = [], []
    for label, name in enumerate(${list}):
        for f in os.listdir(os.path.join(folder, name)):
            X.append(cv2.imread(os.path.join(folder, name, f)))
            y.append(${label})
    return np.array(X) / 255., np.array(y)
X, y = load('train')
Xt, yt = load('test')
net = keras.Sequential([Conv2D(16, 3, activation='relu'), GlobalAveragePooling2D(), Dense(2, activation='softmax')])
net.compile('adam', 'sparse_categorical_crossentropy')
net.fit(X, y, epochs=300)
net.evaluate(Xt, yt)
`;

it('are told, and nobody is accused', async () => {
  expect(await remarks(script('os.listdir(folder)'))).toContain('classes-in-listed-order 6');
  expect(await accusations(script('os.listdir(folder)'))).toEqual([]);
});

it.each([
  ['the list is sorted', script('sorted(os.listdir(folder))')],
  ['the classes have a list of their own', script('CLASSES')],
  ['the number is not that of the list', script('os.listdir(folder)', 'NAMES.index(name)')],
  ['there is one folder', script('os.listdir(folder)').replace("load('test')", "load('train')")],
])('are not if %s', async (_, source) => {
  expect((await remarks(source)).join()).not.toContain('classes-in-listed-order');
});
