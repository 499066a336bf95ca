import { describe, expect, it } from 'vitest';
import { accusations, trained } from './accusations';

const script = (last: string, loss: string, feed = "class_mode='categorical'"): string =>
  trained(`Conv2D(16, 3, activation='relu'), GlobalAveragePooling2D(), ${last}`, loss, feed);

describe('last layer and loss of a Keras script', () => {
  it.each<[string, string, string, number]>([
    // One unit with a loss on several classes.
    ["Dense(1, activation='sigmoid')", "'categorical_crossentropy'", 'one-unit-for-classes', 2],
    ["Dense(1, activation='sigmoid')", "'sparse_categorical_crossentropy'", 'one-unit-for-classes', 2],
    ['Dense(1)', 'tf.keras.losses.CategoricalCrossentropy(from_logits=True)', 'one-unit-for-classes', 2],
    ['Dense(UNITS)', 'tf.keras.losses.SparseCategoricalCrossentropy()', 'one-unit-for-classes', 2],
    // Softmax over one unit.
    ["Dense(1, activation='softmax')", "'binary_crossentropy'", 'softmax-over-one-unit', 2],
    ["Dense(1), Activation('softmax')", "'categorical_crossentropy'", 'softmax-over-one-unit', 2],
    ['Dense(1), Softmax()', "'mse'", 'softmax-over-one-unit', 2],
    // One unit without an activation.
    ['Dense(1)', "'binary_crossentropy'", 'missing-activation', 2],
    ["Dense(1, activation='linear')", 'keras.losses.BinaryCrossentropy()', 'missing-activation', 2],
    ['Dense(1, activation=None)', "'binary_crossentropy'", 'missing-activation', 2],
    // A wrong last activation.
    ["Dense(2, activation='relu')", "'categorical_crossentropy'", 'last-activation', 2],
    ['Dense(3, activation=tf.nn.relu)', "'sparse_categorical_crossentropy'", 'last-activation', 3],
    ["Dense(2), Activation('tanh')", "'categorical_crossentropy'", 'last-activation', 2],
    ["Dense(1, activation='relu')", "'binary_crossentropy'", 'last-activation', 2],
    ['Dense(2), LeakyReLU()', "'categorical_crossentropy'", 'last-activation', 2],
    // A sigmoid for each of several classes.
    ["Dense(2, activation='sigmoid')", "'categorical_crossentropy'", 'sigmoid-for-classes', 2],
    ["Dense(5, activation='sigmoid')", "'sparse_categorical_crossentropy'", 'sigmoid-for-classes', 5],
    // One unit for many classes.
    ["Dense(1, activation='sigmoid')", "'binary_crossentropy'", 'one-unit-for-many-classes', 3],
    // Label smoothing out of range.
    ["Dense(2, activation='softmax')", 'CategoricalCrossentropy(label_smoothing=1.0)', 'label-smoothing', 2],
    ["Dense(2, activation='softmax')", 'CategoricalCrossentropy(label_smoothing=-0.1)', 'label-smoothing', 2],
    ["Dense(2, activation='softmax')", 'CategoricalCrossentropy(label_smoothing=0.8)', 'label-smoothing', 2],
  ])('%s with %s: %s', async (last, loss, rule, classes) => {
    expect(await accusations(script(last, loss), classes)).toContainEqual(expect.stringMatching(`^${rule} `));
  });

  it.each([
    ["Dense(1, activation='sigmoid')", "'binary_crossentropy'", 2],
    ['Dense(1)', 'tf.keras.losses.BinaryCrossentropy(from_logits=True)', 2],
    ["Dense(1), Activation('sigmoid')", "'binary_crossentropy'", 2],
    ["Dense(1, activation='hard_sigmoid')", "'binary_crossentropy'", 2],
    ["Dense(2, activation='softmax')", "'categorical_crossentropy'", 2],
    ['Dense(2, activation=tf.nn.softmax)', "'sparse_categorical_crossentropy'", 2],
    ["Dense(64), LeakyReLU(), Dense(2, activation='softmax')", "'categorical_crossentropy'", 2],
    ['Dense(2)', 'SparseCategoricalCrossentropy(from_logits=True)', 2],
    ['Dense(2), Softmax()', "'categorical_crossentropy'", 2],
    ["Dense(2, activation='softmax')", 'CategoricalCrossentropy(label_smoothing=0.1)', 2],
    ["Dense(2, activation='softmax')", 'CategoricalCrossentropy(label_smoothing=smoothing)', 2],
    ["Dense(2, activation=choose('softmax'))", "'categorical_crossentropy'", 2],
    ["Dense(2, activation='softmax')", 'my_loss', 2],
  ])('%s with %s: nothing', async (last, loss, classes) => {
    const mode = /sparse/i.test(loss) ? 'sparse' : last.startsWith('Dense(1') ? 'binary' : 'categorical';
    expect(await accusations(script(last, loss, `class_mode='${mode}'`), classes)).toEqual([]);
  });

  it('names the line and the remedy of one unit without activation, which is no softmax', async () => {
    const [found] = await accusations(script('Dense(1)', "'binary_crossentropy'"), 2, true);
    expect(found).toMatch(/^missing-activation 6: .*sigmoid.*from_logits=True/);
    expect(found).not.toContain('softmax');
  });

  it.each([
    ["class_mode='binary'", "Dense(1, activation='sigmoid')", "'binary_crossentropy'", ['binary-labels-of-classes 4']],
    ["class_mode='binary'", "Dense(3, activation='softmax')", "'sparse_categorical_crossentropy'", []],
    ["classes=['a', 'b'], class_mode='binary'", "Dense(1, activation='sigmoid')", "'binary_crossentropy'", []],
    [
      "classes=['a', 'b', 'c', 'd'], class_mode='binary'",
      "Dense(1, activation='sigmoid')",
      "'binary_crossentropy'",
      ['binary-labels-of-classes 4'],
    ],
  ])('labels of three classes with %s, %s: %j', async (feed, last, loss, expected) => {
    expect(await accusations(script(last, loss, feed), 3)).toEqual(expected);
  });
});

describe('hidden layers of a Keras script', () => {
  const subclass = (body: string): string => `import tensorflow as tf
from tensorflow.keras.layers import *
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.c1 = Conv2D(16, 3)
        self.c2 = Conv2D(32, 3)
        self.act = LeakyReLU()
        self.out = Dense(2, activation='softmax')
    def call(self, x):
        ${body}
        return self.out(tf.reduce_mean(x, (1, 2)))
net = Net()
net.compile('adam', 'categorical_crossentropy')
net.fit(feed, epochs=300)
`;
  it.each([
    [
      'activations in call() before logits',
      subclass('x = tf.nn.relu(self.c2(tf.nn.relu(self.c1(x))))')
        .replace("Dense(2, activation='softmax')", 'Dense(2)')
        .replace("'categorical_crossentropy'", 'tf.keras.losses.CategoricalCrossentropy(from_logits=True)'),
    ],
    [
      'layers that are made in another order than they are applied',
      `from tensorflow.keras.layers import *
from tensorflow.keras import Model
last = Dense(2)
inputs = Input((64, 64, 3))
x = Conv2D(8, 3)(inputs)
x = ReLU()(x)
x = Flatten()(x)
x = Dropout(0.2)(x)
net = Model(inputs, Softmax()(last(x)))
net.compile('adam', 'categorical_crossentropy')
net.fit(feed, epochs=300)
`,
    ],
    ['tf.nn.relu in call()', subclass('x = tf.nn.relu(self.c2(tf.nn.relu(self.c1(x))))')],
    ['a layer of the class in call()', subclass('x = self.act(self.c2(self.act(self.c1(x))))')],
    [
      'a method of the class',
      subclass('x = self.block(self.c2, x)').replace(
        'net = Net()',
        '    def block(self, c, x):\n        return tf.keras.activations.relu(c(x))\nnet = Net()',
      ),
    ],
    [
      'a function for each layer',
      trained(
        "*[block(f) for f in (8, 16)], Flatten(), Dense(2, activation='softmax')",
        "'categorical_crossentropy'",
      ).replace('net =', 'def block(f):\n    return Conv2D(f, 3, activation=ACT)\nnet ='),
    ],
    [
      'a partial function',
      trained("conv(8), conv(16), Flatten(), Dense(2, activation='softmax')", "'categorical_crossentropy'").replace(
        'net =',
        "from functools import partial\nconv = partial(Conv2D, kernel_size=3, activation='relu')\nnet =",
      ),
    ],
    [
      'a net of TF-Hub',
      trained("hub.KerasLayer('https://tfhub.dev/x'), Dense(2, activation='softmax')", "'categorical_crossentropy'"),
    ],
    [
      'a net that is loaded',
      trained("tf.keras.models.load_model('base.keras'), Dense(2, activation='softmax')", "'categorical_crossentropy'"),
    ],
    [
      'a net that another file defines',
      trained("backbone(64), Flatten(), Dense(2, activation='softmax')", "'categorical_crossentropy'"),
    ],
    [
      'a net of keras.applications',
      trained(
        "tf.keras.applications.ConvNeXtTiny(include_top=False), GlobalAveragePooling2D(), Dense(2, activation='softmax')",
        "'categorical_crossentropy'",
      ).replace('rescale=1/255.', ''),
    ],
  ])('with %s are not accused', async (_, source) => {
    expect(await accusations(source, 2)).toEqual([]);
  });

  it.each([
    ["Conv2D(8, 3), Conv2D(16, 3), Flatten(), Dense(2, activation='softmax')", 'no-activation'],
    ["Flatten(), Dense(64), Dense(2, activation='softmax')", 'no-activation'],
    ["Flatten(), Dense(2, activation='softmax')", 'linear-model'],
  ])('of %s: %s', async (layers, rule) => {
    expect(await accusations(trained(layers, "'categorical_crossentropy'"), 2)).toContainEqual(
      expect.stringMatching(`^${rule} `),
    );
  });
});

describe('the net and the settings that count', () => {
  const two = `from tensorflow.keras.layers import *
from tensorflow.keras import Sequential, optimizers
def build(lr=0.1, units=2):
    m = Sequential([Conv2D(8, 3, activation='relu'), Flatten(), Dense(units, activation='softmax')])
    m.compile(optimizers.Adam(lr), 'categorical_crossentropy')
    return m
`;
  it.each([
    ['the call, not the default', `${two}net = build(lr=1e-3)\nnet.fit(x, y, epochs=300)`, []],
    ['the default', `${two}net = build()\nnet.fit(x, y, epochs=300)`, ['rate-too-high 5']],
    ['the trained one of two nets', `${two}old = build(0.5, 1)\nnet = build(1e-3)\nnet.fit(x, y, epochs=300)`, []],
    [
      'the trained one of two nets, if it is the wrong one',
      `${two}old = build(1e-3)\nnet = build(0.5)\nnet.fit(x, y, epochs=300)`,
      ['rate-too-high 5'],
    ],
    [
      'a fit of another object',
      `${two}net = build(1e-3)\nnet.fit(x, y, epochs=300)\nLabelEncoder().fit(y, epochs=1)`,
      [],
    ],
    [
      'the first stage, not the rate of fine-tuning',
      `${two}net = build(1e-3)\nnet.fit(x, y, epochs=300)\nnet.compile(optimizers.Adam(1e-5), 'categorical_crossentropy')\nnet.fit(x, y, epochs=5)`,
      [],
    ],
  ])('are those of %s', async (_, source, expected) => {
    expect(await accusations(source, 2)).toEqual(expected);
  });
});

describe('optimizer and penalties of a Keras script', () => {
  const base = 'tf.keras.applications.ResNet50(include_top=False, weights=None)';
  const script = (layers: string, optimizer: string, code = ''): string =>
    trained(
      `${layers}, GlobalAveragePooling2D(), Dense(2, activation='softmax')`,
      "'categorical_crossentropy'",
    ).replace("net.compile(optimizer='adam'", `${code}\nnet.compile(optimizer=${optimizer}`);
  const conv = "Conv2D(8, 3, activation='relu')";
  it.each([
    [script(conv, 'tf.keras.optimizers.AdamW(weight_decay=5)'), ['much-weight-decay 8']],
    [script(conv, 'tf.keras.optimizers.Adam(weight_decay=-0.1)'), ['much-weight-decay 8']],
    [
      script("Conv2D(8, 3, activation='relu', kernel_regularizer=tf.keras.regularizers.l2(1.0))", "'adam'"),
      ['much-weight-decay 6'],
    ],
    [script(conv, 'tf.keras.optimizers.AdamW(weight_decay=0.05)'), []],
    [script("Conv2D(8, 3, activation='relu', kernel_regularizer=tf.keras.regularizers.l2(0.01))", "'adam'"), []],
    [script(conv, 'tf.keras.optimizers.Adam(0.1)'), ['rate-too-high 8']],
    [script(base, 'tf.keras.optimizers.Adam(1e-5)'), []],
    [script(base, 'tf.keras.optimizers.Adam(1e-2)', 'net.layers[0].trainable = False'), []],
    [script(base, 'tf.keras.optimizers.Adam(0.1)'), ['rate-too-high 8']],
  ])('%#', async (source, expected) => {
    expect(await accusations(source)).toEqual(expected);
  });
});

describe('a softmax before a loss on logits', () => {
  const script = (head: string): string =>
    `${head}\n${trained("Conv2D(8, 3, activation='relu'), Flatten(), Dense(2, activation='softmax')", 'tf.keras.losses.CategoricalCrossentropy(from_logits=True)')}`;
  it.each([
    ["import os\nos.environ['KERAS_BACKEND'] = 'jax'", ['double-activation 9']],
    ["import os\nos.environ['KERAS_BACKEND'] = 'torch'", ['double-activation 9']],
    ["import os\nos.environ['KERAS_BACKEND'] = 'tensorflow'", []],
    ['import os', []],
  ])('is applied twice where Keras does not run on TensorFlow: %s', async (head, found) => {
    expect(await accusations(script(head))).toEqual(found);
  });
});
