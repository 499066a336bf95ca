/** Images that a Keras net is validated on while it is trained: scaled like those that it learns from, or not. */
import { describe, expect, it } from 'vitest';
import { remedied } from '../remedies/changed';
import { accusations } from './accusations';

const NET = `net = tf.keras.Sequential([Conv2D(16, 3, activation='relu'), Flatten(), Dense(2, activation='softmax')])
net.compile('adam', 'sparse_categorical_crossentropy')`;
const script = (data: string, fit: string): string => `import numpy as np, cv2, glob, tensorflow as tf
from tensorflow.keras.layers import *
from tensorflow.keras.preprocessing.image import ImageDataGenerator
from sklearn.model_selection import train_test_split
${NET}
${data}
net.fit(${fit}, epochs=300)
`;
const generators = (held: string): string =>
  script(
    `a = ImageDataGenerator(rescale=1. / 255).flow_from_directory('train', class_mode='sparse')
b = ${held}.flow_from_directory('held', class_mode='sparse', shuffle=False)`,
    'a, validation_data=b',
  );
const sets = (held: string): string =>
  script(
    `norm = Rescaling(1. / 255)
a = tf.keras.utils.image_dataset_from_directory('train').map(lambda x, y: (norm(x), y))
b = tf.keras.utils.image_dataset_from_directory('held')${held}`,
    'a, validation_data=b',
  );
const arrays = (after: string): string =>
  script(
    `X = np.array([cv2.imread(f) for f in sorted(glob.glob('d/*/*.jpg'))])
y = np.array([int(f.split('/')[1]) for f in sorted(glob.glob('d/*/*.jpg'))])
Xa, Xb, ya, yb = train_test_split(X, y)
${after}`,
    'Xa, ya, validation_data=(Xb, yb)',
  );

describe('images that a net is validated on', () => {
  it.each([
    ['a generator', generators('ImageDataGenerator()'), 8, 'b = ImageDataGenerator(rescale=1.0 / 255).flow'],
    ['a data set', sets(''), 10, 'validation_data=b.map(lambda x, y: (norm(x), y))'],
    ['arrays', arrays('Xa = Xa / 255.'), 11, 'validation_data=(Xb / 255.0, yb)'],
  ])('are scaled otherwise: %s', async (_, source, line, changed) => {
    const [found, ...others] = await accusations(source, 2, true);
    expect(found).toContain(
      `prediction-scaled-otherwise ${line}: The net gets 0 to 1 in training, but 0 to 255 where it is validated`,
    );
    expect(others).toEqual([]);
    const better = await remedied(source, 2);
    expect(better.left).toEqual([]);
    expect(better.changed.code).toContain(changed);
  });

  it.each([
    ['a generator', generators('ImageDataGenerator(rescale=1. / 255)')],
    ['a data set', sets('.map(lambda x, y: (norm(x), y))')],
    ['arrays', arrays('Xa, Xb = Xa / 255., Xb / 255.')],
    ['arrays in a loop', arrays('Xa = Xa / 255.\nfor one in (Xb,):\n    one /= 255.')],
    [
      'the mean and the deviation, in place',
      arrays(
        'Xa, Xb = Xa / 255., Xb / 255.\nmean, std = Xa.mean(0), Xa.std(0)\nXa = (Xa - mean) / std\nXb -= mean\nXb /= std',
      ),
    ],
    ['a value that is not known, in place', arrays('Xa = Xa / 255.\nXb = Xb.astype(float)\nXb /= most')],
  ])('are scaled alike, or nothing is known: %s', async (_, source) => {
    expect(await accusations(source)).toEqual([]);
  });
});

it('leaves the training of a net without pretrained weights as it is', async () => {
  const source = generators('ImageDataGenerator()').replace(
    /^net = .*$/m,
    "base = tf.keras.applications.DenseNet121(include_top=False, weights=None, pooling='avg', input_shape=(64, 64, 3))\nnet = tf.keras.Model(base.input, Dense(2, activation='softmax')(base.output))",
  );
  const { changed, left } = await remedied(source, 2);
  expect(left).toEqual([]);
  expect(changed.code).toContain('a = ImageDataGenerator(rescale=1. / 255)');
  expect(changed.code).toContain('b = ImageDataGenerator(rescale=1.0 / 255)');
});

describe('a table of pixels', () => {
  const table = (test: string): string => `import numpy as np, pandas as pd, tensorflow as tf
from tensorflow.keras.layers import *
train, test = pd.read_csv('train.csv'), pd.read_csv('test.csv')
y = train['label']
X = train.drop(columns=['label']) / 255.0
X = X.values.reshape(-1, 28, 28, 1)
${test}
${NET}
net.fit(X, y, epochs=300)
print(np.argmax(net.predict(test), axis=1))
`;
  it('that is predicted is not divided by 255 like the other', async () => {
    const source = table('test = test.values.reshape(-1, 28, 28, 1)');
    expect(await accusations(source)).toEqual(['prediction-scaled-otherwise 11']);
    const { changed, left } = await remedied(source, 2);
    expect(left).toEqual([]);
    expect(changed.code).toContain('net.predict(test / 255.0)');
  });

  it.each([
    ['test = test.values.reshape(-1, 28, 28, 1) / 255.0'],
    ['test = test.values.reshape(-1, 28, 28, 1)\ntest = prepare(test)'],
  ])('is not accused: %s', async (test) => {
    expect(await accusations(table(test))).toEqual([]);
  });
});

it.each([
  ['shuffle=True', []],
  ['shuffle=False', ['unshuffled 6']],
  ['', ['unshuffled 6']],
])('a net of Keras gets its images in the order of a loader of PyTorch: %s', async (given, found) => {
  const source = `import torch, tensorflow as tf
from tensorflow.keras.layers import *
from torchvision import datasets, transforms
tf_ = transforms.Compose([transforms.Resize((64, 64)), transforms.ToTensor()])
data = datasets.ImageFolder('data', tf_)
loader = torch.utils.data.DataLoader(data, batch_size=16${given && `, ${given}`})
${NET}
net.fit(loader, epochs=300)
`;
  expect(await accusations(source)).toEqual(found);
});
