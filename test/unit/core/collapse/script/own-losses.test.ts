/** Losses that the script writes itself, in a class, in a base class of the net, or around a loss of Keras. */
import { describe, expect, it } from 'vitest';
import { difference, remedied } from '../remedies/changed';
import { accusations } from './accusations';
import { HEAD, LOOP, loop, net, torchScript } from './torch-scripts';

describe('a loss that is a class of the script', () => {
  const FOCAL = `class Focal(nn.Module):
    def forward(self, inputs, target):
        ce = F.cross_entropy(inputs, target, reduction='none')
        return ((1 - torch.exp(-ce)) ** 2 * ce).mean()`;
  const SMOOTH = `class Smooth(nn.Module):
    def forward(self, inputs, target):
        inputs = F.log_softmax(inputs, dim=-1)
        return 0.9 * F.nll_loss(inputs, target) - 0.1 * inputs.mean()`;
  const script = (own: string, loss: string, result: string): string =>
    torchScript({ head: `${HEAD}\n${own}`, net: net(result), loss });

  it('gets its outputs from the net', async () => {
    const source = script(FOCAL, 'Focal()', 'F.softmax(z, dim=1)');
    expect((await accusations(source)).map((one) => one.split(' ')[0])).toEqual(['double-activation']);
    const { changed, left } = await remedied(source, 2);
    expect(left).toEqual([]);
    expect(difference(source, changed.code)).toEqual(['-return F.softmax(z, dim=1)', '+return z']);
  });

  it.each([
    ['plain outputs', FOCAL, 'Focal()'],
    ['outputs that it changes first', SMOOTH, 'Smooth()'],
  ])('is sound on %s', async (_, own, loss) => {
    expect(await accusations(script(own, loss, 'z'))).toEqual([]);
  });
});

describe('a softmax in a loss of the script', () => {
  const focal = (axis: string, value = 'inputs'): string => `class Focal(nn.Module):
    def __init__(self, gamma=2.0):
        super().__init__()
        self.gamma = gamma
    def forward(self, inputs, target):
        logpt = F.log_softmax(${value}, dim=${axis})
        logpt = logpt.gather(1, target.view(-1, 1)).view(-1)
        return (-(1 - logpt.exp()) ** self.gamma * logpt).mean()`;
  const smooth = (body: string): string => `def smooth(out, target):
    ${body}`;
  const SUM = 'torch.sum(-F.one_hot(target, 2) * F.log_softmax(out, dim=0), dim=1).mean()';
  const script = (own: string, loss: string, given = 'net(x)'): string =>
    torchScript({
      head: `${HEAD}\n${own}`,
      loss,
      loop: loop(`out = ${given}`, 'loss = crit(out, y)', 'opt.zero_grad()', 'loss.backward()', 'opt.step()'),
    });

  it.each([
    ['of a class', focal('0'), 'Focal()', 'dim=0'],
    ['of a function', smooth(`return ${SUM}`), 'smooth', 'dim=0'],
    [
      'that is a method',
      smooth('p = out.softmax(0)\n    return -p.gather(1, target[:, None]).log().mean()'),
      'smooth',
      '(0)',
    ],
  ])('is taken over the batch %s', async (_, own, loss, axis) => {
    const source = script(own, loss);
    const at = source.split('\n').findIndex((one) => one.includes(axis)) + 1;
    expect(await accusations(source)).toEqual([`softmax-over-batch ${at}`]);
    const { changed, left } = await remedied(source, 2);
    expect(left).toEqual([]);
    expect(changed.code).toBe(source.replace(axis, axis.replace('0', '1')));
  });

  it.each([
    ['over the classes', focal('1'), 'Focal()', 'net(x)'],
    ['of outputs that are turned before', smooth(`return ${SUM}`), 'smooth', 'net(x).t()'],
    ['of outputs that are turned inside', focal('0', 'inputs.T'), 'Focal()', 'net(x)'],
    ['of the output of one image', smooth('return -F.log_softmax(out[0], dim=0)[target[0]]'), 'smooth', 'net(x)'],
    ['over images and over classes', smooth(`return ${SUM} + F.cross_entropy(out, target)`), 'smooth', 'net(x)'],
    [
      'that is only shown',
      smooth('print(F.softmax(out, dim=0))\n    return F.cross_entropy(out, target)'),
      'smooth',
      'net(x)',
    ],
  ])('is not judged: %s', async (_, own, loss, given) => {
    expect(await accusations(script(own, loss, given))).toEqual([]);
  });
});

describe('a net that computes its loss in a base class', () => {
  const script = (result: string): string =>
    torchScript({
      net: `class Base(nn.Module):
    def training_step(self, batch):
        x, y = batch
        out = self(x)
        return F.cross_entropy(out, y)
class Net(Base):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.out = nn.Linear(8, 2)
    def forward(self, x):
        z = self.out(self.body(x))
        return ${result}
def place(data, device):
    if isinstance(data, (list, tuple)):
        return [place(one, device) for one in data]
    return data.to(device)
net = place(Net(), 'cuda')`,
      loop: LOOP.replace('for x, y in', 'for batch in').replace('crit(net(x), y)', 'net.training_step(batch)'),
    });
  it('is read with the outputs of its own class', async () => {
    expect(await accusations(script('z'))).toEqual([]);
    expect((await accusations(script('F.softmax(z, dim=1)'))).map((one) => one.split(' ')[0])).toEqual([
      'double-activation',
    ]);
  });
});

describe('a loss of Keras in a loop with a tape', () => {
  const script = (args: string): string => `import tensorflow as tf
data = tf.keras.utils.image_dataset_from_directory('d', label_mode='categorical')
net = tf.keras.Sequential([tf.keras.layers.Rescaling(1 / 255.), tf.keras.layers.Conv2D(8, 3, activation='relu'), tf.keras.layers.GlobalAveragePooling2D(), tf.keras.layers.Dense(2, activation='softmax')])
loss_of = tf.keras.losses.CategoricalCrossentropy()
opt = tf.keras.optimizers.Adam()
for epoch in range(300):
    for x, y in data:
        with tf.GradientTape() as tape:
            out = net(x, training=True)
            loss = loss_of(${args})
        opt.apply_gradients(zip(tape.gradient(loss, net.trainable_variables), net.trainable_variables))
`;
  it('gets the labels first', async () => {
    expect(await accusations(script('y, out'))).toEqual([]);
    const found = await accusations(script('out, y'), 2, true);
    expect(found.join()).toMatch(/^labels-as-outputs 10: .* Write loss_of\(y, out\)\.$/);
    const { changed, left } = await remedied(script('out, y'), 2);
    expect(left).toEqual([]);
    expect(changed.code).toBe(script('y, out'));
  });
});
