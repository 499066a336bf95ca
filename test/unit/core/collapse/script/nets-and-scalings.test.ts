/** Keras nets that a loop trains in turn, each with the scaling of its images, and how a wrong scaling is left out. */
import { describe, expect, it } from 'vitest';
import { difference, remedied } from '../remedies/changed';
import { accusations } from './accusations';

const loop = (list: string, over = 'zoo'): string => `import tensorflow as tf
from tensorflow.keras import applications as A, layers
from tensorflow.keras.preprocessing.image import ImageDataGenerator
zoo = ${list}
for app, prep in ${over}:
    feed = ImageDataGenerator(preprocessing_function=prep).flow_from_directory('train')
    base = app(include_top=False, pooling='avg', input_shape=(224, 224, 3))
    base.trainable = False
    net = tf.keras.Sequential([base, layers.Dense(2, activation='softmax')])
    net.compile('adam', 'categorical_crossentropy')
    net.fit(feed, epochs=300)
`;
const RIGHT = '(A.VGG16, A.vgg16.preprocess_input)';
const ALSO_RIGHT = '(A.Xception, A.xception.preprocess_input)';
const WRONG = '(A.EfficientNetB0, A.resnet50.preprocess_input)';

describe('a loop over nets and their scalings', () => {
  it.each([
    ['the last net', `[${RIGHT}, ${WRONG}]`, 4],
    ['the first net', `[${WRONG}, ${RIGHT}]`, 4],
    ['one of three, in its own line', `[\n    ${RIGHT},\n    ${WRONG},\n    ${ALSO_RIGHT},\n]`, 6],
  ])('finds the one that does not fit: %s', async (_, list, line) => {
    const [found, ...others] = await accusations(loop(list), 2, true);
    expect(found).toContain(`base-scaled-otherwise ${line}: EfficientNetB0 expects 0 to 255`);
    expect(found).toContain('leave out this preprocess_input');
    expect(others).toEqual([]);
  });

  it('reads a dictionary of such pairs', async () => {
    const source = loop(`{'a': ${RIGHT}, 'b': ${WRONG}}`).replace(
      'for app, prep in zoo',
      'for name, (app, prep) in zoo.items()',
    );
    expect(await accusations(source)).toEqual(['base-scaled-otherwise 4']);
  });

  it('accuses none of those that fit', async () => {
    expect(await accusations(loop(`[${RIGHT}, ${ALSO_RIGHT}]`))).toEqual([]);
  });
});

describe('images that a net would scale itself', () => {
  const script = (load: string, input: string): string => `import tensorflow as tf
from tensorflow.keras import layers
def load(path, label):
    image = tf.io.decode_jpeg(tf.io.read_file(path), channels=3)
    ${load}
    return tf.image.resize(image, (224, 224)), label
feed = tf.data.Dataset.list_files('d/*').map(lambda path: load(path, 0)).shuffle(99).batch(16)
base = tf.keras.applications.EfficientNetB0(include_top=False, pooling='avg')
x = start = tf.keras.Input((224, 224, 3))
${input}
net = tf.keras.Model(start, layers.Dense(2, activation='softmax')(x))
net.compile('adam', 'sparse_categorical_crossentropy')
net.fit(feed, epochs=300)
`;
  it.each([
    [
      'image = tf.image.convert_image_dtype(image, tf.float32)',
      'x = base(x)',
      ['+image = tf.cast(image, tf.float32)'],
      'tf.cast(image, tf.float32)',
    ],
    ['pass', 'x = base(layers.Rescaling(1 / 255)(x))', ['+x = base(x)'], 'leave out rescale, Rescaling'],
    ['pass', 'x = layers.Rescaling(1 / 255)(x)\nx = base(x)', [], 'leave out rescale, Rescaling'],
  ])('get their values back: %s, %s', async (load, input, added, advice) => {
    const source = script(load, input);
    const [found, ...others] = await accusations(source, 2, true);
    expect(found).toMatch(/^base-scaled-otherwise/);
    expect(found).toContain(advice);
    expect(others).toEqual([]);
    const { changed, left } = await remedied(source, 2);
    expect(left).toEqual([]);
    expect(difference(source, changed.code).filter((line) => line.startsWith('+'))).toEqual(added);
  });
});
