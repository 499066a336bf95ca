import { describe, expect, it } from 'vitest';
import { accusations } from './accusations';

/** Images and labels that are read folder by folder into X and y, then `code`, then a training on them. */
const arrays = (code: string, pair = 'X, y'): string => `import os, cv2, random, glob
import numpy as np
import pandas as pd
from tensorflow.keras.layers import *
from tensorflow.keras import Sequential
X, y = [], []
for i, name in enumerate(sorted(os.listdir('data'))):
    for f in os.listdir('data/' + name):
        X.append(cv2.imread(f'data/{name}/{f}') / 255.)
        y.append(i)
${code}
net = Sequential([Conv2D(16, 3, activation='relu'), Flatten(), Dense(2, activation='softmax')])
net.compile(optimizer='adam', loss='sparse_categorical_crossentropy')
net.fit(${pair}, epochs=300)
`;
const ONLY_ARRAYS = 'X = np.array(X)\ny = np.array(y)\n';

describe('images and their labels', () => {
  it.each([
    ['random.shuffle(X)', 11],
    ['np.random.shuffle(y)', 11],
    [`${ONLY_ARRAYS}rng = np.random.default_rng(0)\nrng.shuffle(X)`, 14],
    ['np.random.shuffle(X)\nnp.random.shuffle(y)', 11],
    [`${ONLY_ARRAYS}X = X[np.random.permutation(len(X))]`, 13],
    [`${ONLY_ARRAYS}a = np.random.permutation(len(X))\nb = np.random.permutation(len(X))\nX, y = X[a], y[b]`, 13],
    ['X = np.random.permutation(X)', 11],
    ['from sklearn.utils import shuffle\nX = shuffle(X)', 12],
    ['def mix(a):\n    random.shuffle(a)\nmix(X)', 12],
    [
      'from sklearn.model_selection import train_test_split\nX, _ = train_test_split(X, test_size=0.2, random_state=1)\ny, _ = train_test_split(y, test_size=0.2, random_state=2)',
      12,
    ],
    ['X, _ = train_test_split(X, test_size=0.2)\ny, _ = train_test_split(y, test_size=0.2)', 11],
  ])('are parted by %j', async (code, line) => {
    expect(await accusations(arrays(code))).toContain(`shuffled-apart ${line}`);
  });

  it.each([
    ['X[:cut], y[:cut]', ''],
    ['A, b', 'A, b = X[:cut], y[:cut]'],
  ])('are parted by a shuffle of one before both are cut at the same place: %s', async (pair, cut) => {
    const code = `${ONLY_ARRAYS}np.random.shuffle(X)\ncut = int(0.8 * len(X))\n${cut}`;
    expect(await accusations(arrays(code, pair))).toContain('shuffled-apart 13');
  });

  it('are parted by the results of train_test_split in another order', async () => {
    const split = (names: string): string =>
      arrays(
        `from sklearn.model_selection import train_test_split\n${names} = train_test_split(X, y)`,
        'X_train, y_train',
      );
    expect(await accusations(split('X_train, y_train, X_test, y_test'))).toEqual(['split-order 12']);
    expect(await accusations(split('X_train, X_test, y_train, y_test'))).toEqual([]);
  });

  const zipped = (labels: string): string =>
    `import tensorflow as tf
files, classes = listed()
images = tf.data.Dataset.from_tensor_slices(files).shuffle(1000, seed=1).map(load)
labels = tf.data.Dataset.from_tensor_slices(classes)${labels}
ds = tf.data.Dataset.zip((images, labels)).batch(16)
net = tf.keras.Sequential([Conv2D(16, 3, activation='relu'), Flatten(), Dense(2, activation='softmax')])
net.compile('adam', 'sparse_categorical_crossentropy')
net.fit(ds, epochs=300)
`;
  it('are parted by a shuffle of one of two data sets that are zipped', async () => {
    expect(await accusations(zipped(''))).toContain('shuffled-apart 3');
    expect(await accusations(zipped('.shuffle(1000)'))).toContain('shuffled-apart 3');
    expect((await accusations(zipped('.shuffle(1000, seed=1)'))).join()).not.toContain('shuffled-apart');
  });

  it.each([
    [''],
    ['random.seed(1)\nrandom.shuffle(X)\nrandom.seed(1)\nrandom.shuffle(y)'],
    ['random.Random(4).shuffle(X)\nrandom.Random(4).shuffle(y)'],
    ['state = np.random.get_state()\nnp.random.shuffle(X)\nnp.random.set_state(state)\nnp.random.shuffle(y)'],
    ['order = np.random.permutation(len(X))\nX = np.array(X)[order]\ny = np.array(y)[order]'],
    ['order = np.arange(len(X))\nnp.random.shuffle(order)\nX, y = np.array(X)[order], np.array(y)[order]'],
    ['from sklearn.utils import shuffle\nX, y = shuffle(X, y, random_state=0)'],
    ['both = list(zip(X, y))\nrandom.shuffle(both)\nX, y = zip(*both)'],
    ['from sklearn.model_selection import train_test_split\nX, X2, y, y2 = train_test_split(X, y, test_size=0.2)'],
    ['X, _ = train_test_split(X, random_state=1)\ny, _ = train_test_split(y, random_state=1)'],
    [
      'data = []\nfor name in names:\n    for f in os.listdir(name):\n        data.append([cv2.imread(f), name])\nrandom.shuffle(data)\nX = np.array([a for a, b in data])\ny = np.array([b for a, b in data])',
    ],
    [
      "files = glob.glob('data/*/*')\nrandom.shuffle(files)\nX = [cv2.imread(f) for f in files]\ny = [f.split('/')[1] == 'cat' for f in files]",
    ],
    [
      'X, y = [], []\nfor i, name in enumerate(names):\n    files = os.listdir(name)\n    random.shuffle(files)\n    for f in files:\n        X.append(cv2.imread(f))\n        y.append(i)',
    ],
    [
      "df = pd.read_csv('labels.csv').sample(frac=1)\nX = np.array([cv2.imread(f) for f in df['file']])\ny = df['label'].values",
    ],
    [
      'import tensorflow as tf\nds = tf.data.Dataset.from_tensor_slices((X, y)).shuffle(1000)\nfor a, b in ds:\n    grads = tape.gradient(loss(b, model(a)), model.variables)\n    opt.apply_gradients(zip(grads, model.variables))',
    ],
    ['X = np.array(X)\ny = np.array(y)\ncolours = list(range(9))\nrandom.shuffle(colours)'],
    [
      'order = np.random.permutation(len(X))\nX, y = X[order], y[order]\nwith tf.GradientTape() as tape:\n    loss = loss_fn(y, model(X))\ngrads = tape.gradient(loss, model.trainable_variables)\nopt.apply_gradients(zip(grads, model.trainable_variables))',
    ],
    [
      'fig, axes = plt.subplots(3, 3)\nX = np.array(X)\nchosen = np.random.permutation(len(X))[:9]\nfor img, ax in zip(X[chosen], axes.flat):\n    ax.imshow(img)',
    ],
    [
      'from sklearn.model_selection import train_test_split\ntrain, rest = train_test_split(files)\nfor name, p in zip(classes, other.predict(load(rest))[0]):\n    print(name, p)',
    ],
    [
      "net = Sequential([Flatten(), Dense(2, activation='softmax')])\nlabels = ['cat', 'dog']\nchosen = np.random.permutation(len(X))\nfor label, p in zip(labels, net(np.array(X)[chosen])[0]):\n    print(label, p)",
    ],
  ])('stay together with %j', async (code) => {
    const found = await accusations(arrays(code));
    expect(found.filter((one) => /apart/.test(one))).toEqual([]);
  });

  it.each([
    ["X = [cv2.imread(f) for f in os.listdir('images')]\ny = pd.read_csv('labels.csv')['label']", 11],
    ["X = []\nfor f in glob.glob('images/*.jpg'):\n    X.append(cv2.imread(f))\ny = np.loadtxt('labels.txt')", 12],
    ["X = [cv2.imread(f) for f in sorted(os.listdir('d'))]\ny = [f[0] for f in os.listdir('d')]", 12],
    [
      "files = os.listdir('d')\nfiles.sort()\nX = [cv2.imread(f) for f in files]\ny = [f[0] for f in glob.glob('d/*')]",
      14,
    ],
  ])('come in different orders in %j', async (code, line) => {
    expect(await accusations(arrays(code))).toContain(`listed-apart ${line}`);
  });

  it.each([
    ["X = [cv2.imread(f) for f in sorted(os.listdir('images'))]\ny = pd.read_csv('labels.csv')['label']"],
    [
      "df = pd.read_csv('labels.csv', index_col=0)\nfiles = os.listdir('d')\nX = [cv2.imread(f) for f in files]\ny = [df.loc[f, 'label'] for f in files]",
    ],
    ["files = sorted(os.listdir('d'))\nX = [cv2.imread(f) for f in files]\ny = [f[0] for f in files]"],
    ["df = pd.read_csv('labels.csv')\nX = [cv2.imread('d/' + f) for f in df.file]\ny = df.label"],
  ])('come in the same order in %j', async (code) => {
    const found = await accusations(arrays(code));
    expect(found.filter((one) => /apart/.test(one))).toEqual([]);
  });
});

const generators = (code: string): string => `import numpy as np
from tensorflow.keras.layers import *
from tensorflow.keras import Sequential
from tensorflow.keras.preprocessing.image import ImageDataGenerator
from sklearn.metrics import confusion_matrix, classification_report
gen = ImageDataGenerator(rescale=1/255.)
feed = gen.flow_from_directory('data/train', class_mode='categorical')
net = Sequential([Conv2D(16, 3, activation='relu'), Flatten(), Dense(2, activation='softmax')])
net.compile(optimizer='adam', loss='categorical_crossentropy')
net.fit(feed, epochs=300)
${code}
`;

describe('predictions and the labels they are compared with', () => {
  const test = (more = ''): string => `test = gen.flow_from_directory('data/test', class_mode='categorical'${more})\n`;
  const compared = 'p = net.predict(test)\nprint(confusion_matrix(test.classes, np.argmax(p, axis=1)))';
  it.each([
    [`${test()}${compared}`, 11],
    [
      `${test(', shuffle=True')}y_true = test.labels\np = np.argmax(net.predict(test), axis=1)\nprint(classification_report(y_true, p))`,
      11,
    ],
    [`${test()}p = net.predict_generator(test, 10).argmax(1)\nprint((p == test.classes).mean())`, 11],
    [`def feed_of(d):\n    return gen.flow_from_directory(d)\ntest = feed_of('t')\n${compared}`, 12],
    [
      "import tensorflow as tf\nval = tf.keras.utils.image_dataset_from_directory('v')\nval = val.map(lambda a, b: (a / 255., b))\np = net.predict(val)\ny = np.concatenate([b for a, b in val])\nprint(confusion_matrix(y, p.argmax(1)))",
      12,
    ],
  ])('do not belong together in %j', async (code, line) => {
    expect(await accusations(generators(code))).toEqual([`predictions-shuffled ${line}`]);
  });

  it.each([
    [`${test(', shuffle=False')}${compared}`],
    [`${test()}test.shuffle = False\n${compared}`],
    [`${test()}print(net.evaluate(test), len(test.classes))`],
    [`${test()}p = net.predict(test)\nprint(p)`],
    [
      `other = gen.flow_from_directory('x', shuffle=False)\np = net.predict(other)\nprint(confusion_matrix(other.classes, p.argmax(1)))\nprint(np.unique(feed.classes))`,
    ],
    ['for a, b in feed:\n    print(confusion_matrix(b, net.predict(a)))\n    break'],
  ])('belong together in %j', async (code) => {
    expect(await accusations(generators(code))).toEqual([]);
  });
});

describe('numbers of classes', () => {
  const feeds = (train: string, test: string): string =>
    generators(
      `val = gen.flow_from_directory('data/val'${test})\nnet.fit(gen.flow_from_directory('data/train'${train}), validation_data=val, epochs=300)`,
    );
  it.each([
    [", classes=['cat', 'dog']", ", classes=['dog', 'cat']"],
    [", classes=['dog', 'cat']", ''],
    ['', ", classes=['dog', 'cat']"],
    [', classes=NAMES', ', classes=NAMES[::-1]'],
  ])('differ between %j and %j', async (train, test) => {
    const found = (await accusations(`NAMES = ['cat', 'dog']\n${feeds(train, test)}`)).map((one) => one.split(' ')[0]);
    // A reversed list cannot be read, so nothing is said.
    expect(found).toEqual(test.includes('::') ? [] : ['class-numbers-differ']);
  });

  it.each([
    [", classes=['dog', 'cat']", ", classes=['dog', 'cat']"],
    [", classes=['cat', 'dog']", ''],
    ['', ''],
    [', classes=find()', ", classes=['dog', 'cat']"],
  ])('are the same for %j and %j', async (train, test) => {
    expect(await accusations(feeds(train, test))).toEqual([]);
  });
});

describe('frozen layers', () => {
  const frozen = (
    code: string,
    head = 'net = Sequential([base, GlobalAveragePooling2D(), Dense(2, activation="softmax")])',
  ): string =>
    `import tensorflow as tf
from tensorflow.keras.layers import *
from tensorflow.keras import Sequential, Model
base = tf.keras.applications.MobileNetV2(include_top=False)
${head}
${code}
net.compile(optimizer='adam', loss='categorical_crossentropy')
net.fit(feed, epochs=300)
`;
  const functional =
    'x = base.output\nx = GlobalAveragePooling2D()(x)\nnet = Model(base.input, Dense(2, activation="softmax")(x))';
  it.each([
    ['for layer in net.layers:\n    layer.trainable = False', undefined, 7],
    ['net.trainable = False', undefined, 6],
    ['net.trainable = False', functional, 8],
    ['def freeze(m):\n    for l in m.layers:\n        l.trainable = False\nfreeze(net)', functional, 10],
  ])('are all layers after %j', async (code, head, line) => {
    expect(await accusations(frozen(code, head))).toEqual([`all-frozen ${line}`]);
  });

  it.each([
    ['base.trainable = False', undefined],
    ['for layer in base.layers:\n    layer.trainable = False', functional],
    ['for layer in net.layers[:-1]:\n    layer.trainable = False', undefined],
    ['for layer in net.layers[0].layers:\n    layer.trainable = False', undefined],
    ['net.trainable = False\nnet.layers[-1].trainable = True', undefined],
    [
      'for layer in net.layers:\n    if isinstance(layer, BatchNormalization):\n        layer.trainable = False',
      undefined,
    ],
    [
      'net.trainable = False\nnet.add(Dense(2, activation="softmax"))',
      'net = Sequential([base, GlobalAveragePooling2D()])',
    ],
    ['for i, layer in enumerate(net.layers):\n    layer.trainable = i > 100', undefined],
  ])('are not all layers after %j', async (code, head) => {
    expect(await accusations(frozen(code, head))).toEqual([]);
  });

  it.each([
    ['x = base(inputs, training=True)', ['base-in-training-mode 6']],
    ['base.trainable = False\nx = base(inputs, training=True)', ['base-in-training-mode 7']],
    ['x = base(inputs, training=MODE)', ['base-in-training-mode 6']],
    ['base.trainable = False\nx = base(inputs, training=False)', []],
    ['x = base(inputs)', []],
    ['x = base(Dropout(0.5)(inputs, training=True))', []],
  ])('of %j: %j', async (code, expected) => {
    const head = `MODE = True; inputs = Input((64, 64, 3))\n${code}\nnet = Model(inputs, Dense(2, activation="softmax")(GlobalAveragePooling2D()(x)))`;
    expect(await accusations(frozen('', head))).toEqual(expected);
  });
});

describe('what is not known of a net', () => {
  it('is not accused: moving statistics of a batch norm that the script may not have', async () => {
    const source = (layer: string) => `import tensorflow as tf
from tensorflow.keras import layers
train = tf.keras.utils.image_dataset_from_directory('data', image_size=(64, 64), batch_size=64)
net = tf.keras.Sequential([layers.Rescaling(1 / 255), ${layer}, layers.Flatten(), layers.Dense(2)])
net.compile('adam', tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True))
net.fit(train, epochs=1)
`;
    const moving = async (layer: string) =>
      (await accusations(source(layer))).filter((one) => one.startsWith('slow-moving-statistics'));
    expect(await moving('my_block()')).toEqual([]);
    expect(await moving('layers.Conv2D(8, 3, activation="relu"), layers.BatchNormalization()')).toHaveLength(1);
  });
});

describe('validation images of a Keras script', () => {
  it.each([
    ['net.fit(feed, validation_data=feed, epochs=2)', 11],
    ['net.fit(\n    x=feed,\n    validation_data=feed)', 13],
    ['net.fit(x, y, validation_data=(x, y))', 11],
  ])('are the training images in %j', async (code, line) => {
    const found = await accusations(generators(code));
    expect(found.filter((one) => one.startsWith('validated'))).toEqual([`validated-on-training ${line}`]);
  });

  it.each([
    ["other = gen.flow_from_directory('v')\nnet.fit(feed, validation_data=other)"],
    ['net.fit(feed.take(9), validation_data=feed.skip(9))'],
    ['net.fit(x, y, validation_data=(x_val, y_val))'],
    ['net.fit(x, y, validation_split=0.2)'],
  ])('are others in %j', async (code) => {
    expect((await accusations(generators(code))).filter((one) => one.startsWith('validated'))).toEqual([]);
  });
});

describe('a list of files that is shuffled in place', () => {
  const listed = (...lines: string[]): string => `import glob, os, random, numpy as np, tensorflow as tf
from PIL import Image
from tensorflow.keras.layers import *
paths = sorted(glob.glob('data/*/*.jpg'))
${lines.join('\n')}
X = np.stack([np.asarray(Image.open(p).resize((64, 64))) for p in paths]) / 255
net = tf.keras.Sequential([Input((64, 64, 3)), Conv2D(16, 3, activation='relu'), GlobalAveragePooling2D(), Dense(2, activation='softmax')])
net.compile('adam', 'sparse_categorical_crossentropy')
net.fit(X, y, epochs=300)
`;
  const labels = 'y = np.array([NAMES.index(os.path.dirname(p)) for p in paths])';
  const names = 'NAMES = sorted({os.path.dirname(p) for p in paths})';
  const shuffle = 'random.shuffle(paths)';

  it('no longer belongs to labels that were taken from it before', async () => {
    expect(await accusations(listed(names, labels, shuffle))).toEqual(['shuffled-apart 7']);
  });

  it.each([
    [names, shuffle, labels],
    [shuffle, names, labels],
    [names, `files = paths\n${shuffle}`, labels.replace('in paths', 'in files')],
    [
      names,
      `of = {p: NAMES.index(os.path.dirname(p)) for p in paths}\n${shuffle}`,
      'y = np.array([of[p] for p in paths])',
    ],
  ])('belongs to labels that are taken from it afterwards: %#', async (...lines) => {
    expect(await accusations(listed(...lines))).toEqual([]);
  });
});
