/** Training steps that a framework calls. */
import { describe, expect, it } from 'vitest';
import { difference, remedied } from '../remedies/changed';
import { accusations } from './accusations';

const lightning = (...step: readonly string[]): string => `
import torch, torch.nn as nn, torch.nn.functional as F, pytorch_lightning as pl
from torchvision.datasets import ImageFolder
from torchvision import transforms, models
from torch.utils.data import DataLoader
class Lit(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.net = models.resnet18(num_classes=2)
    def forward(self, x):
        return self.net(x)
    def training_step(self, batch, batch_idx):
        x, y = batch
${step.map((line) => `        ${line}`).join('\n')}
    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=1e-3)
data = ImageFolder('train', transforms.Compose([transforms.Resize((64, 64)), transforms.ToTensor()]))
pl.Trainer(max_epochs=9).fit(Lit(), DataLoader(data, batch_size=16, shuffle=True))
`;
const LOSS = 'loss = F.cross_entropy(self(x), y)';

const tape = (training: string, layer = 'layers.BatchNormalization()'): string => `
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
class Net(keras.Model):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x${training})
            loss = self.compiled_loss(y, y_pred)
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(grads, self.trainable_variables))
        return {'loss': loss}
    def test_step(self, data):
        x, y = data
        return {'loss': self.compiled_loss(y, self(x, training=False))}
ds = keras.utils.image_dataset_from_directory('train', image_size=(64, 64), label_mode='categorical')
inp = keras.Input((64, 64, 3))
h = layers.Rescaling(1 / 255.)(inp)
h = layers.Conv2D(16, 3)(h)
h = ${layer}(h)
out = layers.Dense(2, activation='softmax')(layers.GlobalAveragePooling2D()(layers.ReLU()(h)))
model = Net(inp, out)
model.compile('adam', 'categorical_crossentropy')
model.fit(ds, epochs=200)
`;

const rules = async (script: string): Promise<string[]> => (await accusations(script)).map((one) => one.split(' ')[0]!);

describe('a step of Lightning', () => {
  it.each<[string, string[], string[]]>([
    ['returns the detached loss', [LOSS, 'return loss.detach()'], ['no-gradient']],
    ['returns a number under the key loss', [LOSS, "return {'loss': loss.item()}"], ['no-gradient']],
    ['detaches the loss on its way', [LOSS, 'loss = loss.detach()', 'return loss'], ['no-gradient']],
    [
      'computes its outputs without gradients',
      ['with torch.no_grad():', '    out = self(x)', 'loss = F.cross_entropy(out, y)', 'return loss'],
      ['no-gradient'],
    ],
    ['returns nothing', [LOSS, "self.log('loss', loss)"], ['never-updated']],
    ['calls a shared step and returns nothing', ["self._shared_step(batch, 'train')"], ['never-updated']],
    ['calls its step and returns nothing', ['self.step(batch)', "self.log('epoch', 1)"], ['never-updated']],
    ['computes the loss in a method and returns nothing', ['self.compute_loss(x, y)'], ['never-updated']],
    ['only logs', ["self.log('x', 1)"], []],
    ['is not written yet', ['pass'], []],
    ['returns the loss', [LOSS, "self.log('loss', loss.item())", 'return loss'], []],
    ['returns the loss and detached figures', [LOSS, "return {'loss': loss, 'log': loss.detach()}"], []],
    ['returns the call of the loss', ['return F.cross_entropy(self(x), y)'], []],
    [
      'measures without gradients',
      [LOSS, 'with torch.no_grad():', '    acc = (self(x).argmax(1) == y).float().mean()', 'return loss'],
      [],
    ],
    ['leaves the loss to a method', ['return self.step(batch)'], []],
  ])('that %s', async (_, step, expected) => {
    expect(await rules(lightning(...step))).toEqual(expected);
  });
});

describe('a step that Lightning leaves to the module', () => {
  const [OPT, ZERO, PASS, STEP] = [
    'opt = self.optimizers()',
    'opt.zero_grad()',
    'self.manual_backward(loss)',
    'opt.step()',
  ];
  const manual = (...step: readonly string[]): string =>
    lightning(OPT, ...step).replace(
      'super().__init__()',
      'super().__init__()\n        self.automatic_optimization = False',
    );

  it.each<[string, string[], string[]]>([
    ['makes no step', [LOSS, ZERO, PASS, "self.log('loss', loss)"], [STEP]],
    ['computes no gradients', [LOSS, ZERO, STEP], [PASS]],
    ['clears its gradients before the step', [LOSS, PASS, ZERO, STEP], []],
  ])('and %s is found', async (_, step, added) => {
    const source = manual(...step);
    expect(await rules(source)).toEqual(['never-updated']);
    const { changed, left } = await remedied(source, 2);
    expect(left).toEqual([]);
    expect(difference(source, changed.code)).toEqual(added.map((one) => `+${one}`));
  });

  it.each<[string, string[]]>([
    ['is complete', [LOSS, ZERO, PASS, STEP]],
    ['steps its schedule too', [LOSS, ZERO, PASS, STEP, 'self.lr_schedulers().step()']],
    ['accumulates', [LOSS, PASS, 'if (batch_idx + 1) % 4 == 0:', `    ${STEP}`, `    ${ZERO}`]],
  ])('and %s is sound', async (_, step) => {
    expect(await rules(manual(...step))).toEqual([]);
  });
});

describe('a step of Keras under the tape', () => {
  it('with training=False is told', async () => {
    expect(await rules(tape(', training=False'))).toEqual(['trained-in-eval-mode']);
  });

  it.each([
    ['with training=True', tape(', training=True')],
    ['without a word', tape('')],
    [
      'with training=False, for a net that is the same in both modes',
      tape(', training=False', 'layers.MaxPooling2D()'),
    ],
  ])('%s is sound', async (_, script) => {
    expect(await rules(script)).toEqual([]);
  });
});

describe('a loop of Keras with a tape', () => {
  const script = (weights: string): string => `import tensorflow as tf
from tensorflow.keras import layers
data = tf.keras.utils.image_dataset_from_directory('train', image_size=(160, 160))
base = tf.keras.applications.MobileNetV2(include_top=False, pooling='avg')
base.trainable = False
inp = tf.keras.Input((160, 160, 3))
x = base(tf.keras.applications.mobilenet_v2.preprocess_input(inp), training=False)
model = tf.keras.Model(inp, layers.Dense(2)(x))
opt = tf.keras.optimizers.Adam(1e-3)
loss_of = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
for epoch in range(50):
    for images, labels in data:
        with tf.GradientTape() as tape:
            loss = loss_of(labels, model(images, training=True))
        opt.apply_gradients(zip(tape.gradient(loss, ${weights}), ${weights}))
`;
  it('that computes the gradients of the frozen base only never trains the new layer', async () => {
    expect(await accusations(script('base.trainable_variables'))).toEqual(['frozen-in-optimizer 15']);
  });

  it('that computes those of the whole net is sound', async () => {
    expect(await accusations(script('model.trainable_variables'))).toEqual([]);
  });
});
