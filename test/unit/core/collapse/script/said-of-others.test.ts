/** What is said only of scripts that it fits: units that are no classes, images to try a script out, scalings taken back. */
import { expect, it } from 'vitest';
import { accusations, trained } from './accusations';
import { LOADERS, torchScript, TRANSFORMS, OPTIMIZER, net } from './torch-scripts';

it('says nothing of one-hot classes where a binary loss has other units', async () => {
  const layers = (units: number): string =>
    `Conv2D(8, 3, activation='relu'), Flatten(), Dense(${units}, activation='sigmoid')`;
  expect(await accusations(trained(layers(784), "'binary_crossentropy'"), 10)).toEqual([]);
  expect(await accusations(trained(layers(10), "'binary_crossentropy'"), 10)).toEqual(['binary-loss-on-classes 7']);
});

it('does not compare the images of the training with random ones that try the script out', async () => {
  const loaders = `def real():
    return datasets.ImageFolder('data/train', tf), datasets.ImageFolder('data/test', tf)
def smoke():
    train = datasets.FakeData(9, transform=transforms.ToTensor())
    test = datasets.FakeData(9, transform=transforms.ToTensor())
    return train, test
if config['smoke']:
    train, test = smoke()
else:
    train, test = real()
train_loader = DataLoader(train, 16, shuffle=True)
test_loader = DataLoader(test, 16)`;
  expect(await accusations(torchScript({ transforms: TRANSFORMS, loaders }))).toEqual([]);
  expect(
    await accusations(
      torchScript({ loaders: LOADERS.replace("'data/test', tf", "'data/test', transform=transforms.ToTensor()") }),
    ),
  ).toEqual([expect.stringMatching(/^prediction-scaled-otherwise /)]);
});

it('does not take images that are shown, or counted for their mean, for those that are predicted', async () => {
  const look = (use: string): string =>
    torchScript({
      loaders: `${LOADERS}
plain = DataLoader(datasets.ImageFolder('data/train', transforms.Compose([transforms.ToTensor()])), batch_size=16)
${use}`,
      evaluation: 'net.eval()\nfor x, y in plain:\n    PREDICTED',
    });
  const shown = (source: string): string => source.replace('PREDICTED', 'grid(x)');
  expect(await accusations(shown(look('x, y = next(iter(plain))\nplt.imshow(x[0])')))).toEqual([]);
  expect(await accusations(shown(look('mean = sum(x.mean((0, 2, 3)) for x, _ in plain)')))).toEqual([]);
  expect(await accusations(look('').replace('PREDICTED', 'net(x)'))).toEqual([
    expect.stringMatching(/^prediction-scaled-otherwise /),
  ]);
});

it('does not take images for scaled twice whose first scaling is taken back', async () => {
  const source = (back: string): string => `import tensorflow as tf
from tensorflow.keras.layers import *
def decode(path, y):
    return tf.cast(tf.image.decode_jpeg(tf.io.read_file(path)), tf.float32) / 255.0, y
images = tf.data.Dataset.from_tensor_slices((paths, labels)).shuffle(9999).map(decode).batch(32)
net = tf.keras.Sequential([
    Lambda(lambda x: tf.keras.applications.xception.preprocess_input(x${back}), input_shape=(299, 299, 3)),
    tf.keras.applications.Xception(include_top=False), GlobalAveragePooling2D(), Dense(3, activation='softmax')])
net.compile('adam', 'sparse_categorical_crossentropy')
net.fit(images, epochs=30)
`;
  expect(await accusations(source(' * 255'), 3)).toEqual([]);
  expect(await accusations(source(''), 3)).toEqual([expect.stringMatching(/^scaled-twice /)]);
});

it('does not judge the rate of a training that clips the gradient of each image', async () => {
  const optimizer = 'opt = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)';
  const small = net().replace('self.bn = nn.BatchNorm2d(16)', 'self.bn = nn.GroupNorm(4, 16)');
  const private_ = 'net, opt, train_loader = engine.make_private(module=net, optimizer=opt, data_loader=train_loader)';
  expect(await accusations(torchScript({ net: small, optimizer: `${optimizer}\n${private_}` }))).toEqual([]);
  expect(await accusations(torchScript({ net: small, optimizer }))).toEqual([expect.stringMatching(/^rate-too-high /)]);
  expect(await accusations(torchScript({ optimizer: OPTIMIZER }))).toEqual([]);
});
