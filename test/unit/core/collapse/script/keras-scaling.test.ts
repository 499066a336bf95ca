import { describe, expect, it } from 'vitest';
import { accusations } from './accusations';

const script = (gen: string, layers: string, rest = ''): string => `import numpy as np, cv2
import tensorflow as tf
import mynets
from tensorflow.keras.layers import *; from tensorflow.keras import Sequential, applications as A
from tensorflow.keras.preprocessing.image import ImageDataGenerator, load_img, img_to_array
gen = ImageDataGenerator(${gen})
feed = gen.flow_from_directory('data/train', target_size=(64, 64), class_mode='categorical')
net = Sequential([Input((64, 64, 3)), ${layers}, GlobalAveragePooling2D(), Dense(2, activation='softmax')])
net.compile(optimizer='adam', loss='categorical_crossentropy')
net.fit(feed, epochs=300)
${rest}
`;
const CONV = "Conv2D(16, 3, activation='relu')";
const UNIT = 'rescale=1/255.';

describe('images that are scaled twice', () => {
  it.each([
    [script(UNIT, `Rescaling(1./255), ${CONV}`), 8],
    [script(UNIT, `Rescaling(1./127.5, offset=-1), ${CONV}`), 8],
    [script(`${UNIT}, preprocessing_function=lambda x: x / 255.`, CONV), 6],
    [script(`${UNIT}, preprocessing_function=A.vgg16.preprocess_input`, 'A.VGG16(include_top=False)'), 6],
    [
      `import tensorflow as tf
from tensorflow.keras.layers import *
ds = tf.keras.utils.image_dataset_from_directory('d')
ds = ds.map(lambda x, y: (tf.cast(x, tf.float32) / 255., y))
net = tf.keras.Sequential([Rescaling(1./255), Conv2D(16, 3, activation='relu'), Flatten(), Dense(2, activation='softmax')])
net.compile('adam', 'sparse_categorical_crossentropy')
net.fit(ds, epochs=300)
`,
      5,
    ],
  ])('are found: %#', async (source, line) => {
    expect(await accusations(source)).toEqual([`scaled-twice ${line}`]);
  });

  it.each([
    [script(UNIT, CONV)],
    [script('', `Rescaling(1./255), ${CONV}`)],
    [script(UNIT, `Rescaling(2., offset=-1), ${CONV}`)],
    [script(UNIT, `Normalization(), ${CONV}`)],
    [script('rescale=1./SCALE', `Rescaling(1./255), ${CONV}`)],
    [
      `import tensorflow as tf
from tensorflow.keras.layers import *
(x_train, y_train), (x_test, y_test) = tf.keras.datasets.cifar10.load_data()
x_train, x_test = x_train / 255., x_test / 255.
net = tf.keras.Sequential([Conv2D(16, 3, activation='relu'), Flatten(), Dense(2, activation='softmax')])
net.compile('adam', 'sparse_categorical_crossentropy')
net.fit(x_train, y_train, epochs=300, validation_data=(x_test, y_test))
print(net.evaluate(x_test, y_test), net.predict(x_test[:1]))
`,
    ],
  ])('are not found in a sound script: %#', async (source) => {
    expect(await accusations(source)).toEqual([]);
  });

  const twoInputs = (body: string): string => `import tensorflow as tf
from tensorflow.keras.layers import *
def centred(image):
    image = image / 255.0
    return (image - 0.5) / 0.5
def load(path, label):
    image = tf.image.resize(tf.image.decode_jpeg(tf.io.read_file(path), channels=3), (64, 64))
    ${body}
    return {'one': one, 'other': other}, label
ds = tf.data.Dataset.from_tensor_slices((paths, labels)).map(load).shuffle(9000).batch(32)
one, other = Input((64, 64, 3), name='one'), Input((64, 64, 3), name='other')
z = Concatenate()([Flatten()(Conv2D(8, 3, activation='relu')(part)) for part in (one, other)])
net = tf.keras.Model([one, other], Dense(2, activation='softmax')(z))
net.compile('adam', 'sparse_categorical_crossentropy')
net.fit(ds, epochs=300)
`;
  it.each([
    ['one = centred(image)\n    other = image / 255.0', []],
    ['one = image / 127.5 - 1\n    other = image / 255.0', []],
    ['image = image / 255.0\n    one = centred(image)\n    other = image', ['scaled-twice 4']],
    ['one = image / 255.0\n    other = one / 255.0', ['scaled-twice 9']],
  ])('are not those of two inputs that are scaled apart: %j', async (body, found) => {
    expect(await accusations(twoInputs(body))).toEqual(found);
  });
});

describe('the scaling that a pretrained net expects', () => {
  it.each([
    [UNIT, 'A.EfficientNetB0(include_top=False)', 6],
    [UNIT, 'A.EfficientNetV2B0(include_top=False)', 6],
    ['rescale=1/127.5', 'A.ConvNeXtTiny(include_top=False)', 6],
    ['preprocessing_function=A.resnet50.preprocess_input', 'A.EfficientNetB3(include_top=False)', 6],
    ['preprocessing_function=A.resnet50.preprocess_input', 'A.MobileNetV2(include_top=False)', 6],
    ['preprocessing_function=A.mobilenet_v2.preprocess_input', 'A.ResNet50(include_top=False)', 6],
    ['preprocessing_function=A.efficientnet.preprocess_input', 'A.ResNet50(include_top=False)', 8],
    ['', 'A.ResNet50(include_top=False)', 8],
    ['', 'A.MobileNetV2(include_top=False)', 8],
    [UNIT, 'A.ResNet50(include_top=False)', 6],
    ['', "Rescaling(1./255), A.EfficientNetB0(include_top=False, weights='imagenet')", 8],
    [UNIT, 'A.EfficientNetV2S(include_top=False, include_preprocessing=True)', 6],
    ['', 'A.EfficientNetV2B0(include_top=False, include_preprocessing=False)', 8],
    [
      'preprocessing_function=A.efficientnet_v2.preprocess_input',
      'A.EfficientNetV2S(include_top=False, include_preprocessing=False)',
      8,
    ],
  ])('is not given by %j to %s', async (gen, base, line) => {
    expect(await accusations(script(gen, base))).toEqual([`base-scaled-otherwise ${line}`]);
  });

  it.each([
    ['', 'A.EfficientNetB0(include_top=False)'],
    ['preprocessing_function=A.efficientnet.preprocess_input', 'A.EfficientNetB0(include_top=False)'],
    [UNIT, 'A.EfficientNetB0(include_top=False, weights=None)'],
    [UNIT, 'A.EfficientNetV2B0(include_top=False, include_preprocessing=False)'],
    ['rescale=1/127.5', 'A.EfficientNetV2S(include_top=False, include_preprocessing=False)'],
    ['', 'A.EfficientNetV2B0(include_top=False, include_preprocessing=SCALED)'],
    ['', 'Normalization(), A.ConvNeXtTiny(include_top=False, include_preprocessing=False)'],
    ['', 'A.ConvNeXtTiny(include_top=False, include_preprocessing=False, weights=None)'],
    ['preprocessing_function=A.vgg16.preprocess_input', 'A.ResNet50(include_top=False)'],
    ['preprocessing_function=A.resnet_v2.preprocess_input', 'A.ResNet50V2(include_top=False)'],
    ['preprocessing_function=A.densenet.preprocess_input', 'A.DenseNet121(include_top=False)'],
    ['preprocessing_function=mine', 'A.ResNet50(include_top=False)'],
    [UNIT, 'A.MobileNetV2(include_top=False)'],
    [UNIT, "hub.KerasLayer('https://tfhub.dev/x')"],
    ['', 'A.MobileNetV3Small(include_top=False)'],
    ['', 'mynets.VGG16(include_top=False)'],
  ])('is given by %j to %s', async (gen, base) => {
    expect(await accusations(script(gen, base))).toEqual([]);
  });
});

describe('the scaling in training and in prediction', () => {
  const image = "x = img_to_array(load_img('new.jpg', target_size=(64, 64)))\nx = np.expand_dims(x, axis=0)\n";
  it.each([
    [UNIT, CONV, `${image}print(net.predict(x))`, 13],
    [
      UNIT,
      CONV,
      "def load(path):\n    return np.array([img_to_array(load_img(path))])\nnet.predict(load('a.jpg'))",
      13,
    ],
    ['', `Rescaling(1./255), ${CONV}`, `${image}net.predict(x / 255.)`, 13],
    [UNIT, CONV, `${image}x = x / 127.5 - 1\nnet.predict(x)`, 13],
    [
      'preprocessing_function=A.resnet50.preprocess_input',
      'A.ResNet50(include_top=False)',
      `${image}net.predict(x)`,
      13,
    ],
    [UNIT, CONV, "t = ImageDataGenerator().flow_from_directory('t', shuffle=False)\nnet.evaluate(t)", 11],
  ])('differ: %j, %s, %j', async (gen, layers, rest, line) => {
    const found = await accusations(script(gen, layers, rest));
    expect(found).toEqual([`prediction-scaled-otherwise ${line}`]);
  });

  it.each([
    [UNIT, CONV, `${image}net.predict(x / 255.)`],
    [UNIT, CONV, `${image}x /= 255\nnet.predict(x)`],
    [UNIT, CONV, `${image}net.predict(prepare(x))`],
    ['', `Rescaling(1./255), ${CONV}`, `${image}net.predict(x)`],
    [
      'preprocessing_function=A.resnet50.preprocess_input',
      'A.ResNet50(include_top=False)',
      `${image}net.predict(A.resnet50.preprocess_input(x))`,
    ],
    [UNIT, CONV, "net.predict(np.load('x.npy'))"],
    [
      UNIT,
      CONV,
      "from skimage import io, transform\nnet.predict(transform.resize(io.imread('a.png'), (1, 64, 64, 3)))",
    ],
    [UNIT, CONV, "t = ImageDataGenerator(rescale=1./255).flow_from_directory('t', shuffle=False)\nnet.evaluate(t)"],
    [UNIT, CONV, "other = tf.keras.models.load_model('o')\nx = img_to_array(load_img('new.jpg'))\nother.predict(x)"],
  ])('agree: %j, %s, %j', async (gen, layers, rest) => {
    expect(await accusations(script(gen, layers, rest))).toEqual([]);
  });

  const array = (read: string, base: string, rest = ''): string => `import cv2, numpy as np
from tensorflow.keras.layers import *
from tensorflow.keras import Sequential, applications as A
X = np.array([${read} for f in files]) / 127.5 - 1
net = Sequential([${base}, GlobalAveragePooling2D(), Dense(2, activation='softmax')])
net.compile(optimizer='adam', loss='sparse_categorical_crossentropy')
net.fit(X, y, epochs=300)
${rest}
`;
  it.each([
    [array('cv2.imread(f)', 'A.MobileNetV2(include_top=False)'), ['channels-of-base 4']],
    [array('cv2.resize(cv2.imread(f), (64, 64))', 'A.Xception(include_top=False)'), ['channels-of-base 4']],
    [
      script('rescale=1/127.5', CONV, "x = cv2.imread('a.png')\nnet.predict(np.array([x / 127.5]))"),
      ['channels-differ 11'],
    ],
    [array('cv2.cvtColor(cv2.imread(f), cv2.COLOR_BGR2RGB)', 'A.MobileNetV2(include_top=False)'), []],
    [array('cv2.imread(f)[:, :, ::-1]', 'A.MobileNetV2(include_top=False)'), []],
    [array('cv2.imread(f)', CONV), []],
    [array('cv2.imread(f)', 'A.MobileNetV2(include_top=False, weights=None)'), []],
    [array('cv2.imread(f, 0)', CONV, "net.predict(cv2.imread('x', 0) / 127.5 - 1)"), []],
  ])('order of channels: %#', async (source, expected) => {
    expect(await accusations(source)).toEqual(expected);
  });
});
