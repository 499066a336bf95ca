/** Nets of Keras that scale their images by layers of their own, before a pretrained base. */
import { expect, it } from 'vitest';
import { accusations } from './accusations';

const net = (before: string, rest = 'VGG16'): string => `import tensorflow as tf
from tensorflow.keras.layers import *
from tensorflow.keras.applications.vgg16 import VGG16, preprocess_input
from tensorflow.keras.applications import mobilenet_v2, MobileNetV2
from helpers import fancy
train = tf.keras.utils.image_dataset_from_directory('train', image_size=(224, 224), label_mode='categorical')
SIZE = (224, 224)
def less(x):
    return x - 120.0
base = ${rest}(include_top=False, pooling='avg', input_shape=SIZE + (3,))
i = Input(SIZE + (3,))
x = ${before}
net = tf.keras.Model(i, Dense(2, activation='softmax')(base(x)))
net.compile('adam', 'categorical_crossentropy')
net.fit(train, epochs=30)
`;

it.each([
  'Lambda(preprocess_input)(i)',
  'Lambda(lambda t: preprocess_input(t))(i)',
  'Lambda(less)(i)',
  'Lambda(fancy)(i)',
  'fancy(i)',
  'i[..., ::-1] - tf.constant([103.9, 116.8, 123.7])',
  'Subtract()([i, mean])',
  'BatchNormalization()(i)',
])('%s may scale for the base', async (before) => {
  expect(await accusations(net(before))).toEqual([]);
});

it.each([
  'i',
  "RandomFlip('horizontal')(i)",
  'tf.keras.Sequential([RandomRotation(0.1), RandomZoom(0.1)])(i)',
  'Resizing(224, 224)(i)',
])('%s leaves 0 to 255', async (before) => {
  expect(await accusations(net(before))).toEqual([expect.stringMatching(/^base-scaled-otherwise /)]);
});

it('knows what the preprocess_input of another family gives', async () => {
  expect(await accusations(net('Lambda(mobilenet_v2.preprocess_input)(i)'))).toEqual([
    expect.stringMatching(/^base-scaled-otherwise /),
  ]);
  expect(await accusations(net('Lambda(mobilenet_v2.preprocess_input)(i)', 'MobileNetV2'))).toEqual([]);
  expect(await accusations(net('Lambda(mobilenet_v2.preprocess_input)(Rescaling(1 / 255)(i))', 'MobileNetV2'))).toEqual(
    [expect.stringMatching(/^scaled-twice /)],
  );
});
