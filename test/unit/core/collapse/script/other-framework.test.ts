/** Frameworks whose scripts look like PyTorch or Keras, and are not read. */
import { describe, expect, it } from 'vitest';
import { accusations } from './accusations';
import { HEAD, torchScript } from './torch-scripts';

const paddle = `import paddle
import paddle.nn as nn
net = nn.Sequential(nn.Flatten(), nn.Linear(192, 2))
opt = paddle.optimizer.Adam(parameters=net.parameters())
for x, y in loader:
    loss = nn.CrossEntropyLoss()(net(x), y)
    loss.backward()
    opt.step()
    opt.clear_grad()
`;

const gluon = `from mxnet import autograd, gluon
from mxnet.gluon import nn
net = nn.Dense(2)
trainer = gluon.Trainer(net.collect_params(), 'sgd', {'learning_rate': 0.001})
for x, y in loader:
    with autograd.record():
        loss = gluon.loss.SoftmaxCrossEntropyLoss()(net(x), y)
    loss.backward()
    trainer.step(8)
`;

const flax = `${HEAD}
from flax import linen
import jax, optax
loader = DataLoader(datasets.ImageFolder('data', transforms.ToTensor()), 16, shuffle=True)
for x, y in loader:
    state = state.apply_gradients(grads=jax.grad(loss_of)(state.params, x, y))
`;

describe('a script of another framework is said not to be read', () => {
  it.each([
    ['PaddlePaddle', paddle],
    ['MXNet', gluon],
    ['Flax', flax],
  ])('%s', async (name, source) => {
    await expect(accusations(source)).rejects.toThrow(`This script trains with ${name}, which is not read.`);
  });
});

it('reads a script that PyTorch or Keras trains beside another framework', async () => {
  expect(await accusations(torchScript({ head: `import jax\n${HEAD}` }))).toEqual([]);
  const keras = `import jax, keras
from keras.layers import *
net = keras.Sequential([Input((64, 64, 3)), Rescaling(1 / 255), Conv2D(8, 3, activation='relu'), Flatten(), Dense(2)])
net.compile('adam', 'sparse_categorical_crossentropy')
net.fit(keras.utils.image_dataset_from_directory('data'), epochs=300)
`;
  expect(await accusations(keras)).toEqual(['missing-activation 4']);
});
