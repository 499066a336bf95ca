import { describe, expect, it } from 'vitest';
import { soundRecipe } from '../../../../../src/core/collapse/recipe';
import { readScript } from '../../../../../src/core/collapse/script/reading';
import { parsePython } from '../../../../../src/engine/files/python';
import { accusations, trained } from './accusations';

const NET = `net = tf.keras.Sequential([Conv2D(16, 3, activation='relu'), GlobalAveragePooling2D(), Dense(2)])
loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
`;
const HEAD = `import numpy as np
import tensorflow as tf, tensorflow_datasets as tfds
from tensorflow.keras.layers import *
from tensorflow.keras.preprocessing.image import ImageDataGenerator
`;
const ARRAYS = `(x_train, y_train), (x_test, y_test) = tf.keras.datasets.mnist.load_data()
`;

const reading = async (source: string) =>
  readScript(await parsePython(source), soundRecipe({ images: 600, imbalanceRatio: 1 }), 2);

/** A training loop by hand; `apply` is the line that changes the weights. */
const tape = (apply: string): string => `${HEAD}${ARRAYS}${NET}x_train = x_train / 255
data = tf.data.Dataset.from_tensor_slices((x_train, y_train)).shuffle(1000).batch(32)
optimizer = tf.keras.optimizers.Adam()
@tf.function
def train_step(images, labels):
    with tf.GradientTape() as tape:
        value = loss(labels, net(images, training=True))
    gradients = tape.gradient(value, net.trainable_variables)
    ${apply}
for epoch in range(40):
    for images, labels in data:
        train_step(images, labels)
`;

describe('habits of Keras scripts', () => {
  it('tells that gradients are never applied', async () => {
    expect(await accusations(tape('pass'))).toEqual(['never-updated 15']);
  });

  it('tells that a train_step of its own never applies the gradients', async () => {
    const source = `${HEAD}${ARRAYS}class Own(tf.keras.Model):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            value = self.compute_loss(y=y, y_pred=self(x, training=True))
        variables = self.trainable_variables
        gradients = tape.gradient(value, variables)
        return {}
inputs = tf.keras.Input((28, 28, 1))
net = Own(inputs, Dense(10)(Flatten()(Conv2D(8, 3, activation='relu')(inputs))))
net.compile('adam', tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True))
net.fit(x_train / 255, y_train, epochs=100)
`;
    expect(await accusations(source)).toEqual(['never-updated 12']);
  });

  it('tells that a loss counts decisions, which have no gradient', async () => {
    const counted = 'value = tf.reduce_mean(tf.cast(tf.argmax(net(x), 1) != y, tf.float32))';
    const source = tape('optimizer.apply_gradients(zip(gradients, net.trainable_variables))').replace(
      /value = .*/,
      counted,
    );
    expect(source).toContain(counted);
    expect((await accusations(source)).map((one) => one.split(' ')[0])).toEqual(['loss-of-decisions']);
  });

  it('reads the epochs of a training loop by hand', async () => {
    const source = tape('optimizer.apply_gradients(zip(gradients, net.trainable_variables))');
    expect(await accusations(source)).toEqual([]);
    expect((await reading(source)).recipe.epochs).toBe(40);
  });

  it('tells that images were shuffled alone, in the tuple that was loaded', async () => {
    const source = `${HEAD}${ARRAYS}np.random.shuffle(x_train)
${NET}net.compile('adam', loss)
net.fit(x=x_train / 255, y=y_train, epochs=100)
`;
    expect(await accusations(source)).toEqual(['shuffled-apart 6']);
  });

  it('does not judge the feed of features by the order that its labels need', async () => {
    const source = `${HEAD}base = tf.keras.applications.ResNet50(include_top=False)
feed = ImageDataGenerator(preprocessing_function=tf.keras.applications.resnet50.preprocess_input).flow_from_directory('data', class_mode=None, shuffle=False)
np.save('features.npy', base.predict(feed))
features = np.load('features.npy')
${NET}net.compile('adam', loss)
net.fit(features, np.load('labels.npy'), epochs=100)
`;
    expect(await accusations(source)).toEqual([]);
    expect((await reading(source)).sources.shuffle.text).toContain('arrays');
  });

  it('does not judge the layers of a net that is trained on features', async () => {
    const source = `${HEAD}base = tf.keras.applications.VGG16(include_top=False)
features = base.predict(tf.keras.applications.vgg16.preprocess_input(images))
net = tf.keras.Sequential([Flatten(), Dense(256), Dense(2)])
net.compile('adam', tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True))
net.fit(features, labels, epochs=100)
`;
    expect(await accusations(source)).toEqual([]);
  });

  it('does not take the defaults for arrays if fit is given a data set', async () => {
    const source = `${HEAD}data = tfds.load('cats_vs_dogs', split='train', as_supervised=True)
data = data.map(lambda image, label: (image / 255, label)).batch(batch_size=64)
${NET}net.compile('adam', loss)
net.fit(data, epochs=100)
`;
    const { recipe, sources } = await reading(source);
    expect(recipe.batchSize).toBe(64);
    expect(sources.shuffle.how).toBe('assumed');
  });

  it('does not judge the rate of an optimizer that adapts it to each weight', async () => {
    const source = trained(
      "Conv2D(16, 3, activation='relu'), Flatten(), Dense(2, activation='softmax')",
      "'categorical_crossentropy'",
    );
    expect(await accusations(source.replace("'adam'", 'tf.keras.optimizers.Adadelta(learning_rate=1.0)'))).toEqual([]);
    expect(await accusations(source.replace("'adam'", 'tf.keras.optimizers.Adagrad(0.01)'))).toEqual([]);
  });

  it('does not take preprocessing_function=None for an unknown scaling', async () => {
    const source = `${HEAD}${ARRAYS}x_train = x_train.astype('float32')
x_train /= 255
x_train /= 255
flow = ImageDataGenerator(preprocessing_function=None, rescale=None).flow(x_train, y_train, batch_size=32)
${NET}net.compile('adam', loss)
net.fit(flow, epochs=100)
`;
    expect(await accusations(source)).toEqual(['scaled-twice 8']);
  });

  it('only remarks that VGG gets 0 to 1, from which it learns too', async () => {
    const source = (
      base: string,
    ) => `${HEAD}feed = ImageDataGenerator(rescale=1/255).flow_from_directory('data', class_mode='sparse')
base = tf.keras.applications.${base}(include_top=False, weights='imagenet')
net = tf.keras.Sequential([base, GlobalAveragePooling2D(), Dense(2)])
net.compile('adam', tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True))
net.fit(feed, epochs=100)
`;
    expect(await accusations(source('VGG16'))).toEqual([]);
    expect(
      await accusations(
        source('VGG16').replace(
          'rescale=1/255',
          'preprocessing_function=tf.keras.applications.mobilenet.preprocess_input',
        ),
      ),
    ).toEqual(['base-scaled-otherwise 5']);
    expect(await accusations(source('ResNet50'))).toEqual(['base-scaled-otherwise 5']);
  });
});

describe('what only looks like a fault', () => {
  it('is a small net that is made for each of ten folds', async () => {
    const source = `import numpy as np
from tensorflow import keras
from tensorflow.keras import layers
X, y = np.load('x.npy') / 255.0, np.load('y.npy')
def build():
    return keras.Sequential([layers.Conv2D(16, 3, activation='relu'), layers.Conv2D(32, 3, activation='relu'), layers.Flatten(), layers.Dense(2, activation='softmax')])
for fold in range(10):
    net = build()
    net.compile('adam', 'sparse_categorical_crossentropy')
    net.fit(X[folds[fold]], y[folds[fold]], epochs=40, batch_size=32)
`;
    expect(await accusations(source)).toEqual([]);
  });

  it('is a generator whose order is not known', async () => {
    const source = (list: string): string => `import os
import tensorflow as tf
from tensorflow.keras import layers
def examples():
    for image, label in ${list}:
        yield image, label
data = tf.data.Dataset.from_generator(examples, (tf.float32, tf.int32)).batch(32)
net = tf.keras.Sequential([layers.Rescaling(1 / 255), layers.Conv2D(16, 3, activation='relu'), layers.Flatten(), layers.Dense(2, activation='softmax')])
net.compile('adam', 'sparse_categorical_crossentropy')
net.fit(data, epochs=40)
`;
    expect(await accusations(source('store.read_all()'))).toEqual([]);
    expect(await accusations(source("[(load(f), int(f[0])) for f in os.listdir('data')]"))).toEqual(['unshuffled 7']);
  });
});
