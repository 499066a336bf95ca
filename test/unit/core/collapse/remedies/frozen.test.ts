/** Nets that are frozen as a whole: the last layer of a pretrained net learns again, and the base stays frozen. */
import { describe, expect, it } from 'vitest';
import { accusations } from '../script/accusations';
import { LOOP, torchScript } from '../script/torch-scripts';
import { difference, remedied } from './changed';

const FREEZE = 'for q in net.parameters():\n    q.requires_grad = False';
const RESNET = 'net = models.resnet18(weights="DEFAULT")';

describe('a frozen net of PyTorch', () => {
  it.each([
    [`${RESNET}\nnet.fc = nn.Linear(512, 2)\n${FREEZE}`, ['+net.fc.requires_grad_(True)']],
    [
      `net = models.vgg16(pretrained=True)\nnet.classifier[6] = nn.Linear(4096, 2)\n${FREEZE}`,
      ['+net.classifier[6].requires_grad_(True)'],
    ],
    [
      `net = timm.create_model("convnext_tiny", pretrained=True, num_classes=2)\n${FREEZE}`,
      ['+net.get_classifier().requires_grad_(True)'],
    ],
    [`${RESNET}\nnet.fc = nn.Linear(512, 2)\nnet.requires_grad_(False)`, ['+net.fc.requires_grad_(True)']],
    [
      `def freeze(m):\n    for q in m.parameters():\n        q.requires_grad = False\n${RESNET}\nnet.fc = nn.Linear(512, 2)\nfreeze(net)`,
      ['+m.fc.requires_grad_(True)'],
    ],
    // Without weights of other images, the whole net must learn.
    [`net = models.resnet18(num_classes=2)\n${FREEZE}`, ['-q.requires_grad = False', '+q.requires_grad = True']],
  ])('learns again: %#', async (net, lines) => {
    const source = torchScript({ net });
    const { changed, left } = await remedied(source, 2);
    expect(difference(source, changed.code)).toEqual(lines);
    expect(left).toEqual([]);
  });

  it('needs no gradient by hand', async () => {
    const loop = LOOP.replace('loss.backward()', 'loss.requires_grad = True\n        loss.backward()');
    const source = torchScript({ net: `${RESNET}\nnet.fc = nn.Linear(512, 2)\n${FREEZE}`, loop });
    const { changed, left } = await remedied(source, 2);
    expect(difference(source, changed.code)).toEqual(['-loss.requires_grad = True', '+net.fc.requires_grad_(True)']);
    expect(left).toEqual([]);
  });
});

describe('a frozen net of Keras', () => {
  const script = (freeze: string, base = 'base = tf.keras.applications.MobileNetV2(include_top=False)'): string =>
    `import tensorflow as tf
from tensorflow.keras.layers import *
${base}
net = tf.keras.Sequential([base, GlobalAveragePooling2D(), Dense(2, activation="softmax")])
${freeze}
net.compile(optimizer='adam', loss='categorical_crossentropy')
net.fit(feed, epochs=300)
`;
  it.each([
    ['net.trainable = False', undefined, ['-net.trainable = False', '+base.trainable = False']],
    [
      'for layer in net.layers:\n    layer.trainable = False',
      undefined,
      ['-for layer in net.layers:', '+for layer in base.layers:'],
    ],
    [
      'for layer in net.layers:\n    layer.trainable = False',
      'base = Sequential([tf.keras.applications.MobileNetV2(include_top=False)])',
      ['-for layer in net.layers:', '+for layer in net.layers[:-1]:'],
    ],
    [
      'net.trainable = False',
      'base = Conv2D(16, 3, activation="relu", input_shape=(64, 64, 3))',
      ['-net.trainable = False', '+net.trainable = True'],
    ],
  ])('learns again: %#', async (freeze, base, lines) => {
    const source = script(freeze, base);
    const { changed, left } = await remedied(source, 2);
    expect(difference(source, changed.code)).toEqual(lines);
    expect(left).toEqual([]);
  });
});

describe('a net of Keras that is trained twice', () => {
  const script = (
    between: string,
    after = '',
    compile = "net.compile('adam', 'sparse_categorical_crossentropy')",
  ): string =>
    `import tensorflow as tf
data = tf.keras.utils.image_dataset_from_directory('d', image_size=(96, 96))
base = tf.keras.applications.MobileNetV2(include_top=False, pooling='avg', input_shape=(96, 96, 3))
base.trainable = False
net = tf.keras.Sequential([tf.keras.layers.Rescaling(1 / 127.5, offset=-1), base, tf.keras.layers.Dense(2, activation='softmax')])
net.compile('adam', 'sparse_categorical_crossentropy')
net.fit(data, epochs=30)
base.trainable = True
for layer in base.layers[:100]:
    layer.trainable = False
${between}
${compile}
${after}
net.fit(data, epochs=30)`;

  it('is frozen as a whole before the second training', async () => {
    const source = script('net.trainable = False');
    expect(await accusations(source)).toEqual(['frozen-in-later-training 11']);
    const { changed, left } = await remedied(source, 2);
    expect(difference(source, changed.code)).toEqual(['-net.trainable = False']);
    expect(left).toEqual([]);
  });

  it.each([
    ['', ''],
    ['net.trainable = False', '', 'pass'],
    ['net.trainable = False\nnet.layers[-1].trainable = True', ''],
    ['net.trainable = len(data) > 9', ''],
    ['', 'net.trainable = False'],
  ])('is not accused: %j %j', async (...parts) => {
    expect(await accusations(script(...(parts as [string, string])))).toEqual([]);
  });
});
