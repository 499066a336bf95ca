/** Nets of Keras that a class of another library trains. */
import { expect, it } from 'vitest';
import { accusations } from './accusations';

const script = (fit: string): string => `from keras.models import Sequential
from keras.layers import BatchNormalization, Conv2D, Dense, Flatten
from attacks.classifiers import AttackTrainer
from keras.wrappers.scikit_learn import KerasClassifier as Wrapped
from attacks import load_images
(x, y), (held, truth) = load_images()
def build():
    net = Sequential([Conv2D(8, 3, activation='relu', input_shape=(32, 32, 3)), BatchNormalization(), Flatten(), Dense(2, activation='softmax')])
    net.compile('adam', 'categorical_crossentropy')
    return net
net = build()
${fit}`;

it.each([
  'one = AttackTrainer(net)\none.fit(x, y)',
  'one = AttackTrainer(model=net)\none.fit(x, y, batch_size=64)',
  'one = AttackTrainer(model=net)\none.fit(x, y, batch_size=64, nb_epochs=80)',
  'one = Wrapped(build_fn=build, epochs=80)\none.fit(x, y)',
])('have its number of epochs: %s', async (fit) => {
  expect(await accusations(script(fit))).toEqual([]);
});

it.each(['net.fit(x, y, batch_size=64)', 'one = AttackTrainer(net)\none.fit(x, y, batch_size=64, nb_epochs=1)'])(
  'may learn too little: %s',
  async (fit) => {
    expect((await accusations(script(fit))).join()).toMatch(/too-few-steps|slow-moving-statistics/);
  },
);
