/** Nets of Keras that are used with their own last layer. */
import { expect, it } from 'vitest';
import { accusations } from './accusations';

const script = (mode: string, net: string, loss: string): string => `from tensorflow import keras
data = keras.utils.image_dataset_from_directory('d', label_mode='${mode}', image_size=(224, 224))
net = keras.applications.EfficientNetV2B1(weights=None, input_shape=(224, 224, 3), ${net})
net.compile(optimizer='adam', loss=${loss}, metrics=['accuracy'])
net.fit(data, epochs=90)`;

it.each([
  ['categorical', 'classes=5', "'sparse_categorical_crossentropy'", 'labels-of-another-form 4'],
  ['int', 'classes=5', "'categorical_crossentropy'", 'labels-of-another-form 4'],
  ['int', 'classes=5, classifier_activation=None', "'sparse_categorical_crossentropy'", 'missing-activation 4'],
  ['int', 'classes=1', "'binary_crossentropy'", 'softmax-over-one-unit 3'],
])('do not fit %s labels and their loss: %s, %s', async (mode, net, loss, rule) => {
  expect(await accusations(script(mode, net, loss), net.includes('=1') ? 2 : 5)).toEqual([rule]);
});

it.each([
  ['categorical', 'classes=5', "'categorical_crossentropy'"],
  ['int', 'classes=5', "'sparse_categorical_crossentropy'"],
  ['int', 'classes=5, classifier_activation=None', 'keras.losses.SparseCategoricalCrossentropy(from_logits=True)'],
  ['int', 'include_top=False, classes=5', "'categorical_crossentropy'"],
  ['int', 'classes=5', "'mse'"],
])('are sound, or not known: %s, %s, %s', async (mode, net, loss) => {
  const found = await accusations(script(mode, net, loss), 5);
  expect(found.filter((one) => !one.startsWith('squared-error'))).toEqual([]);
});
