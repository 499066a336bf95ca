/** Functions that a script calls several times, and objects of which it uses one part. */
import { expect, it } from 'vitest';
import { parsePython } from '../../../../../src/engine/files/python';
import { soundRecipe } from '../../../../../src/core/collapse/recipe';
import { readScript } from '../../../../../src/core/collapse/script/reading';
import { accusations } from './accusations';

const HEAD = `import tensorflow as tf
from tensorflow.keras.layers import *
train = tf.keras.utils.image_dataset_from_directory('data')
def augmenter():
    return tf.keras.Sequential([Rescaling(1 / 255), RandomFlip('horizontal')])
def encoder():
    return tf.keras.Sequential([Conv2D(8, 3, activation='relu'), Conv2D(16, 3, activation='relu'), Flatten()])
`;
const TRAIN = `net.compile('adam', tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True))
net.fit(train, epochs=300)
`;

it('counts a layer once for each call of the function that makes it', async () => {
  const source = `${HEAD}first = augmenter()
net = tf.keras.Sequential([augmenter(), encoder(), Dense(2)])
other = tf.keras.Sequential([augmenter(), encoder(), Dense(2)])
${TRAIN}`;
  expect(await accusations(source)).toEqual([]);
  const twice = source.replace(
    'net = tf.keras.Sequential([augmenter(), ',
    'net = tf.keras.Sequential([augmenter(), augmenter(), ',
  );
  expect(await accusations(twice)).toEqual([expect.stringMatching(/^scaled-twice /)]);
  const { recipe } = readScript(await parsePython(source), soundRecipe({ images: 600, imbalanceRatio: 1 }), 2);
  expect(recipe.architecture).toMatchObject({ kind: 'conv', layers: 2 });
});

it('counts a layer once for each call of the method that makes it', async () => {
  const source = `${HEAD}class Builder:
    def scaled(self, x):
        return Rescaling(1 / 255)(x)
    def make(self):
        x = Input((64, 64, 3))
        return tf.keras.Model(x, Dense(2)(Flatten()(Conv2D(8, 3, activation='relu')(self.scaled(x)))))
builder = Builder()
other, net = builder.make(), builder.make()
${TRAIN}`;
  expect(await accusations(source)).toEqual([]);
});

it('takes one part of an object without its other parts', async () => {
  const source = `${HEAD}class Contrastive(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.augment, self.encoder = augmenter(), encoder()
    def call(self, x):
        return self.encoder(self.augment(x))
first = Contrastive()
net = tf.keras.Sequential([augmenter(), first.encoder, Dense(2)])
${TRAIN}`;
  expect(await accusations(source)).toEqual([]);
});
