import { describe, expect, it } from 'vitest';
import { accusations, trained } from '../script/accusations';
import { loop, net, torchScript } from '../script/torch-scripts';
import { difference, remedied } from './changed';

const LOSS = "'categorical_crossentropy'";
const CONV = "Conv2D(16, 3, activation='relu')";
const HEAD = "GlobalAveragePooling2D(), Dense(2, activation='softmax')";
const NET = (inside: string): string => `net = tf.keras.Sequential([Input((64, 64, 3)), ${inside}])`;
const deep = (layer: string): string => Array<string>(9).fill(layer).join(', ');

const ARRAYS = (order: string): string => `import os, cv2, random, numpy as np
from tensorflow.keras.layers import *
from tensorflow.keras import Sequential
from sklearn.model_selection import train_test_split
X, y = [], []
for i, name in enumerate(sorted(os.listdir('data'))):
    for f in os.listdir('data/' + name):
        X.append(cv2.imread(f'data/{name}/{f}') / 255.)
        y.append(i)
X, y = np.array(X), np.array(y)
${order}
net = Sequential([Conv2D(16, 3, activation='relu'), Flatten(), Dense(2, activation='softmax')])
net.compile(optimizer='adam', loss='sparse_categorical_crossentropy')
net.fit(X, y, epochs=300)
`;

const BASE = (scaling: string, family = 'ResNet50'): string => `import tensorflow as tf
from tensorflow.keras import applications as A
from tensorflow.keras.layers import *
from tensorflow.keras.preprocessing.image import ImageDataGenerator
gen = ImageDataGenerator(${scaling})
feed = gen.flow_from_directory('data/train', target_size=(64, 64), class_mode='categorical')
net = tf.keras.Sequential([Input((64, 64, 3)), A.${family}(include_top=False), GlobalAveragePooling2D(), Dense(2, activation='softmax')])
net.compile(optimizer='adam', loss='categorical_crossentropy')
net.fit(feed, epochs=300)
`;

const torchNet = (layers: string): string => `net = nn.Sequential(${layers})`;
const step = (...body: readonly string[]): string => torchScript({ loop: loop('opt.zero_grad()', ...body) });

const CASES: readonly [rule: string, source: string, added: readonly string[]][] = [
  [
    'deep-without-batch-norm',
    trained(`${deep(CONV)}, ${HEAD}`, LOSS),
    [NET(`${deep(`${CONV}, BatchNormalization()`)}, ${HEAD}`)],
  ],
  [
    'deep-without-batch-norm',
    torchScript({
      net: torchNet(`${deep('nn.Conv2d(3, 3, 3, padding=1), nn.ReLU()')}, nn.Flatten(), nn.Linear(3 * 64 * 64, 2)`),
    }),
    [
      torchNet(
        `${deep('nn.Conv2d(3, 3, 3, padding=1), nn.BatchNorm2d(3), nn.ReLU()')}, nn.Flatten(), nn.Linear(3 * 64 * 64, 2)`,
      ),
    ],
  ],
  ['no-activation', trained(`Conv2D(8, 3), ${HEAD}`, LOSS), [NET(`Conv2D(8, 3, activation='relu'), ${HEAD}`)]],
  [
    'no-activation',
    torchScript({ net: torchNet('nn.Flatten(), nn.Linear(12288, 64), nn.Linear(64, 2)') }),
    [torchNet('nn.Flatten(), nn.Linear(12288, 64), nn.ReLU(), nn.Linear(64, 2)')],
  ],
  [
    'linear-model',
    trained("Flatten(), Dense(2, activation='softmax')", LOSS),
    [
      NET(
        "Conv2D(32, 3, activation='relu'), MaxPooling2D(), Conv2D(64, 3, activation='relu'), MaxPooling2D(), Flatten(), Dense(2, activation='softmax')",
      ),
    ],
  ],
  [
    'linear-model',
    torchScript({ net: torchNet('nn.Flatten(), nn.Linear(12288, 2)') }),
    [torchNet('nn.Flatten(), nn.Linear(12288, 128), nn.ReLU(), nn.Linear(128, 2)')],
  ],
  [
    'shuffled-apart',
    ARRAYS('np.random.shuffle(X)\nnp.random.shuffle(y)'),
    ['import sklearn.utils', 'X, y = sklearn.utils.shuffle(X, y, random_state=0)'],
  ],
  [
    'shuffled-apart',
    ARRAYS('np.random.shuffle(X)').replace(/from sklearn.*\n/, ''),
    ['np.random.RandomState(0).shuffle(X)', 'np.random.RandomState(0).shuffle(y)'],
  ],
  // Without the shuffle, the part that is cut off has one class.
  [
    'shuffled-apart',
    ARRAYS('np.random.shuffle(X)\nX_train, y_train = X[:800], y[:800]').replace('fit(X, y', 'fit(X_train, y_train'),
    ['import sklearn.utils', 'X, y = sklearn.utils.shuffle(X, y, random_state=0)'],
  ],
  [
    'shuffled-apart',
    ARRAYS('X = X[np.random.permutation(len(X))]'),
    ['order = np.random.permutation(len(X))', 'X = X[order]', 'y = y[order]'],
  ],
  [
    'shuffled-apart',
    ARRAYS('X, _ = train_test_split(X, test_size=0.2)\ny, _ = train_test_split(y, test_size=0.2)'),
    [
      'X, _ = train_test_split(X, test_size=0.2, random_state=0)',
      'y, _ = train_test_split(y, test_size=0.2, random_state=0)',
    ],
  ],
  [
    'listed-apart',
    ARRAYS(
      "X = np.array([cv2.imread(f) / 255. for f in sorted(os.listdir('d'))])\ny = np.array([f[0] for f in os.listdir('d')])",
    ),
    ["y = np.array([f[0] for f in sorted(os.listdir('d'))])"],
  ],
  [
    'base-scaled-otherwise',
    BASE('rescale=1/255.'),
    ['gen = ImageDataGenerator(preprocessing_function=A.resnet50.preprocess_input)'],
  ],
  [
    'base-scaled-otherwise',
    BASE('preprocessing_function=A.resnet50.preprocess_input', 'MobileNetV2'),
    ['gen = ImageDataGenerator(preprocessing_function=A.mobilenet_v2.preprocess_input)'],
  ],
  ['base-scaled-otherwise', BASE('rescale=1/255.', 'EfficientNetB0'), ['gen = ImageDataGenerator()']],
  [
    'base-scaled-otherwise',
    BASE('horizontal_flip=True', 'ConvNeXtTiny').replace(
      'include_top=False',
      'include_top=False, include_preprocessing=False',
    ),
    [
      "net = tf.keras.Sequential([Input((64, 64, 3)), A.ConvNeXtTiny(include_top=False), GlobalAveragePooling2D(), Dense(2, activation='softmax')])",
    ],
  ],
  [
    'prediction-scaled-otherwise',
    `${trained(`${CONV}, ${HEAD}`, LOSS)}x = tf.keras.utils.img_to_array(tf.keras.utils.load_img('a.jpg'))[None]\nnet.predict(x)\n`,
    ['net.predict(x / 255.0)'],
  ],
  [
    'prediction-scaled-otherwise',
    `${trained(`${CONV}, ${HEAD}`, LOSS)}x = tf.keras.utils.img_to_array(tf.keras.utils.load_img('a.jpg'))\nnet.predict(x[None] + 0)\nnet.predict(x)\n`,
    ['net.predict((x[None] + 0) / 255.0)', 'net.predict(x / 255.0)'],
  ],
  [
    'prediction-scaled-otherwise',
    `import tensorflow as tf
from tensorflow.keras.layers import *
train = tf.keras.utils.image_dataset_from_directory('d', label_mode='categorical').map(lambda x, y: (x / 255.0, y))
val = tf.keras.utils.image_dataset_from_directory('v', label_mode='categorical')
net = tf.keras.Sequential([Input((64, 64, 3)), ${CONV}, ${HEAD}])
net.compile(optimizer='adam', loss=${LOSS})
net.fit(train, validation_data=val, epochs=300)
image = tf.keras.utils.img_to_array(tf.keras.utils.load_img('a.jpg'))[None]
net.predict(image)
`,
    ['net.fit(train, validation_data=val.map(lambda x, y: (x / 255.0, y)), epochs=300)', 'net.predict(image / 255.0)'],
  ],
  [
    'class-numbers-differ',
    trained(`${CONV}, ${HEAD}`, LOSS, "class_mode='categorical', classes=['dog', 'cat']").replace(
      'epochs=300',
      "validation_data=ImageDataGenerator(rescale=1/255.).flow_from_directory('val'), epochs=300",
    ),
    [
      "net.fit(feed, validation_data=ImageDataGenerator(rescale=1/255.).flow_from_directory('val', classes=['dog', 'cat']), epochs=300)",
    ],
  ],
  [
    'last-activation',
    trained(`${CONV}, GlobalAveragePooling2D(), Dense(2), Activation('tanh')`, LOSS),
    [NET(`${CONV}, GlobalAveragePooling2D(), Dense(2), Activation('softmax')`)],
  ],
  [
    'no-gradient',
    step('with torch.no_grad():', '    out = net(x)', 'loss = crit(out, y)', 'loss.backward()', 'opt.step()'),
    ['with torch.enable_grad():'],
  ],
  [
    'no-gradient',
    step('loss = crit(net(x).argmax(1).float(), y.float())', 'loss.backward()', 'opt.step()'),
    ['loss = crit(net(x), y)'],
  ],
  [
    'no-gradient',
    step('out = net(x)', 'out = out.detach()', 'loss = crit(out, y)', 'loss.backward()', 'opt.step()'),
    [],
  ],
  [
    'few-parameters',
    torchScript({ optimizer: 'opt = torch.optim.Adam(net.out.parameters(), lr=1e-3)' }),
    ['opt = torch.optim.Adam(net.parameters(), lr=1e-3)'],
  ],
  [
    'schedule-per-batch',
    step('loss = crit(net(x), y)', 'loss.backward()', 'opt.step()', 'sched.step()').replace(
      'crit =',
      'sched = torch.optim.lr_scheduler.StepLR(opt, 1)\ncrit =',
    ),
    ['sched = torch.optim.lr_scheduler.StepLR(opt, 100)', 'sched.step()'],
  ],
  [
    'normalize-before-tensor',
    torchScript({
      transforms: 'tf = transforms.Compose([transforms.Normalize([0.5], [0.5]), transforms.ToTensor()])',
    }),
    ['tf = transforms.Compose([transforms.ToTensor(), transforms.Normalize([0.5], [0.5])])'],
  ],
  ['double-activation', torchScript({ net: net('self.soft(z)') }), ['return z']],
  [
    'tiny-clip',
    step(
      'loss = crit(net(x), y)',
      'loss.backward()',
      'nn.utils.clip_grad_norm_(net.parameters(), 1e-7)',
      'opt.step()',
    ).replace('optim.Adam(net.parameters(), lr=1e-3)', 'optim.SGD(net.parameters(), lr=0.01)'),
    ['nn.utils.clip_grad_norm_(net.parameters(), 1.0)'],
  ],
];

describe('a script is changed in its structure', () => {
  it.each(CASES)('%s (%#)', async (rule, source, added) => {
    expect((await accusations(source)).map((one) => one.split(' ')[0])).toContain(rule);
    const { changed, changes, left } = await remedied(source, 2);
    expect(left).toEqual([]);
    expect(changes.map((one) => one.rule)).toContain(rule);
    expect(await accusations(changed.code)).toEqual([]);
    const lines = difference(source, changed.code).filter((line) => line.startsWith('+'));
    expect(lines).toEqual(added.map((line) => `+${line}`));
  });

  it('keeps the order of images and labels that are gathered in two passes', async () => {
    const feed = "tf.keras.utils.image_dataset_from_directory('d', shuffle=False)";
    const source = `import numpy as np, tensorflow as tf
feed = ${feed}
X = np.concatenate([images for images, _ in feed])
y = np.concatenate([labels for _, labels in feed])
np.random.shuffle(X)
net = tf.keras.Sequential([tf.keras.layers.Rescaling(1 / 255), tf.keras.layers.Conv2D(8, 3, activation='relu'), tf.keras.layers.Flatten(), tf.keras.layers.Dense(2, activation='softmax')])
net.compile('adam', 'sparse_categorical_crossentropy')
net.fit(X, y, epochs=300)
`;
    const { changed, changes } = await remedied(source, 2);
    expect(changes.map(({ rule }) => rule)).toContain('shuffled-apart');
    expect(changed.code).toContain(feed);
  });

  it.each([
    ['the scaling of the images that are trained on', "np.load('x.npy') / 255.0", 'y', 'np.array(Image.open(p))[None]'],
    [
      'a data set undivided, and maps the other by the same function',
      "tf.keras.utils.image_dataset_from_directory('d').map(lambda a, b: (a / 255.0, b))",
      'None',
      "tf.keras.utils.image_dataset_from_directory('v')",
    ],
  ])('keeps %s, where the others are not scaled', async (_, x, y, other) => {
    const source = `import numpy as np, tensorflow as tf
from PIL import Image
x, y, p = ${x}, np.load('y.npy'), 'a.png'
z = ${other}
net = tf.keras.Sequential([tf.keras.layers.Conv2D(8, 3, activation='relu'), tf.keras.layers.Flatten(), tf.keras.layers.Dense(2, activation='softmax')])
net.compile('adam', 'sparse_categorical_crossentropy')
net.fit(x, ${y}, epochs=300)
net.predict(z)
`;
    const { changed } = await remedied(source, 2);
    expect(changed.code).toContain(`x, y, p = ${x}`);
    if (y === 'None') expect(changed.code).toContain('net.predict(z.map(lambda a, b: (a / 255.0, b)))');
  });

  it('keeps the optimizer out of loops that come after the net', async () => {
    const source = torchScript({
      net: 'net = models.resnet18(weights="DEFAULT")',
      optimizer: 'opt = torch.optim.Adam(net.parameters(), lr=1e-3)\nnet.fc = nn.Linear(512, 2)',
    });
    const { changed } = await remedied(source, 2);
    const lines = changed.code.split('\n');
    expect(lines[lines.indexOf('net.fc = nn.Linear(512, 2)') + 1]).toBe(
      'opt = torch.optim.Adam(net.parameters(), lr=1e-3)',
    );
  });
});
