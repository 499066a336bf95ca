/** Which net an update changes: scripts with several nets, optimizers or tapes. */
import { describe, expect, it } from 'vitest';
import { difference, remedied } from '../remedies/changed';
import { accusations } from './accusations';
import { LOADERS, torchScript } from './torch-scripts';

const cls = (name: string, width: number): string => `class ${name}(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.bn, self.out = nn.Conv2d(3, ${width}, 3), nn.BatchNorm2d(${width}), nn.Linear(${width}, 2)
    def forward(self, x):
        return self.out(torch.relu(self.bn(self.a(x))).mean((2, 3)))
`;
const NETS = `${cls('Small', 16)}${cls('Big', 64)}`;
const step = (name: string): string => `for epoch in range(300):
    for x, y in train_loader:
        opt.zero_grad()
        loss = crit(${name}(x), y)
        loss.backward()
        opt.step()`;
const LOOPS = (body: string): string => `def train(model, opt):
${step('model').replace(/^/gm, '    ')}
${body}`;
const script = (net: string, loop: string): string =>
  torchScript({ net: `${NETS}${net}`, loaders: LOADERS, optimizer: '', loop, evaluation: '' });
const ADAM = (of: string): string => `torch.optim.Adam(${of}.parameters(), lr=1e-3)`;

const OTHER = /^optimizer-of-another-net /;

describe('an optimizer of another net', () => {
  it.each([
    ['of another class', script(`net = Small()\nopt = ${ADAM('net')}\nnet = Big()`, step('net'))],
    ['of a library', script(`net = Small()\nopt = ${ADAM('net')}\nnet = models.resnet18(num_classes=2)`, step('net'))],
    [
      'in the second of two trainings',
      script('', LOOPS(`a, b = Small(), Big()\ntrain(a, ${ADAM('a')})\ntrain(b, ${ADAM('a')})`)),
    ],
    [
      'of a net that is copied',
      script(`net = Big()\nopt = ${ADAM('net')}\ncopied = copy.deepcopy(net)`, step('copied')),
    ],
    [
      'of a net whose name a copy takes',
      script(`net = Big()\nopt = ${ADAM('net')}\nnet = copy.deepcopy(net)`, step('net')),
    ],
    [
      'of a net whose copy a function trains',
      script('', LOOPS(`a = Big()\nopt = ${ADAM('a')}\ntrain(copy.deepcopy(a), opt)`)),
    ],
    ['of a copy', script(`net = Big()\ncopied = copy.deepcopy(net)\nopt = ${ADAM('copied')}`, step('net'))],
    [
      'of a teacher, whose outputs carry no gradient',
      script(
        `teacher, net = Big(), Small()\nopt = ${ADAM('teacher')}`,
        step('net')
          .replace('        opt.zero', '        with torch.no_grad():\n            t = teacher(x)\n        opt.zero')
          .replace('crit(net(x), y)', 'crit(net(x), y) + F.mse_loss(net(x), t)'),
      ),
    ],
  ])('%s', async (_, source) => {
    expect(await accusations(source)).toEqual([expect.stringMatching(OTHER)]);
  });

  it.each([
    ['of a copy that is trained', script(`net = copy.deepcopy(Big())\nopt = ${ADAM('net')}`, step('net'))],
    [
      'of a net with a copy for its average',
      script(`net = Big()\nopt = ${ADAM('net')}\nmean = copy.deepcopy(net)`, step('net')),
    ],
    [
      'of a copy for each fold',
      script(
        '',
        LOOPS(`first = Big()\nfor fold in range(5):\n    net = copy.deepcopy(first)\n    train(net, ${ADAM('net')})`),
      ),
    ],
    [
      'of a net that gets the gradients of its copy',
      script(
        `net = Big()\nopt = ${ADAM('net')}\ncopied = copy.deepcopy(net)`,
        step('copied').replace(
          '        opt.step()',
          '        for p, q in zip(net.parameters(), copied.parameters()):\n            p.grad = q.grad\n        opt.step()',
        ),
      ),
    ],
    [
      'of a net whose frozen copy teaches it',
      script(
        `net = Big()\nteacher = copy.deepcopy(net)\nopt = ${ADAM('net')}`,
        step('net').replace('crit(net(x), y)', 'F.mse_loss(teacher(x), net(x))'),
      ),
    ],
    [
      'where each has its own',
      script('', LOOPS(`a, b = Small(), Big()\ntrain(a, ${ADAM('a')})\ntrain(b, ${ADAM('b')})`)),
    ],
    [
      'where the first training is over',
      script('', LOOPS(`a = Small()\na = train(a, ${ADAM('a')})\nb = Big()\nopt_b = ${ADAM('b')}\ntrain(b, opt_b)`)),
    ],
    ['where the net is loaded later', script(`net = Small()\nopt = ${ADAM('net')}`, `${step('net')}\nnet = Big()`)],
    [
      'where both learn',
      script(
        `teacher, net = Big(), Small()\nopt = ${ADAM('teacher')}`,
        step('net').replace('crit(net(x), y)', 'crit(net(x), y) + F.mse_loss(net(x), teacher(x))'),
      ),
    ],
    [
      'where one is within the other',
      script(
        `class Wrap(nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner
    def forward(self, x):
        return self.inner(x)
inner = Small()
net = Wrap(inner)
opt = ${ADAM('inner')}`,
        step('net'),
      ),
    ],
  ])('is not told %s', async (_, source) => {
    expect(await accusations(source)).toEqual([]);
  });

  it('gets the parameters of the net that is trained', async () => {
    const source = script(
      '',
      LOOPS(`a, b = Small(), Big()\ntrain(a, ${ADAM('a')})\nopt_b = ${ADAM('a')}\ntrain(b, opt_b)`),
    );
    const { changed, left } = await remedied(source, 2);
    expect(difference(source, changed.code)).toEqual([`-opt_b = ${ADAM('a')}`, `+opt_b = ${ADAM('b')}`]);
    expect(left).toEqual([]);
  });

  it('is only made in the function in which it is', async () => {
    const source = script(
      '',
      `def distill(teacher, net):
    opt = ${ADAM('teacher')}
${step('net').replace(/^/gm, '    ')}
t, s = Big(), Small()
distill(t, s)
t = s`,
    );
    const { changed } = await remedied(source, 2);
    expect(difference(source, changed.code)).toEqual([`-opt = ${ADAM('teacher')}`, `+opt = ${ADAM('net')}`]);
  });
});

describe('an optimizer that is never stepped, beside one that is', () => {
  const two = (last: string): string =>
    script(
      '',
      `def train(model):
    opt = ${ADAM('model')}
${step('model').replace('opt.step()', last).replace(/^/gm, '    ')}
${LOOPS('')}
a, b = Small(), Big()
train(b, ${ADAM('b')})`.replace('def train(model):', 'def first(model):') + '\nfirst(a)',
    );

  it('is told', async () => {
    expect(await accusations(two('opt.step()'))).toEqual([]);
    expect(await accusations(two('pass'))).toEqual([expect.stringMatching(/^never-updated /)]);
  });

  it('is not told if a function of another file gets it', async () => {
    expect(await accusations(two('update(opt)'))).toEqual([]);
  });
});

describe('the gradients of a tape', () => {
  const tape = (apply: string, around = ''): string => `import tensorflow as tf
from tensorflow.keras.layers import *
def make():
    return tf.keras.Sequential([Rescaling(1 / 255), Conv2D(8, 3, activation='relu'), Flatten(), Dense(2)])
net, other = make(), make()
opt = tf.keras.optimizers.Adam(1e-3)
crit = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
${around}
def step(x, y):
    with tf.GradientTape() as tape:
        loss = crit(y, net(x, training=True))
    grads = tape.gradient(loss, net.trainable_variables)
    grads, _ = tf.clip_by_global_norm(grads, 5.0)
    ${apply}
for epoch in range(30):
    for x, y in tf.keras.utils.image_dataset_from_directory('data'):
        step(x, y)
`;

  it('are not applied to the weights of another net', async () => {
    const source = tape('opt.apply_gradients(zip(grads, other.trainable_variables))');
    expect(await accusations(source)).toEqual(['gradients-to-another-net 14']);
    expect(difference(source, (await remedied(source, 2)).changed.code)).toContain(
      '+opt.apply_gradients(zip(grads, net.trainable_variables))',
    );
    expect(await accusations(tape('opt.apply_gradients(zip(grads, net.trainable_weights))'))).toEqual([]);
    const whole = 'whole = tf.keras.Sequential([net, Softmax()])';
    expect(await accusations(tape('opt.apply_gradients(zip(grads, whole.trainable_variables))', whole))).toEqual([]);
  });

  it('are applied, whatever the function is called', async () => {
    expect(await accusations(tape('return loss'))).toEqual(['never-updated 12']);
  });
});

describe('the losses of TensorFlow that apply their activation', () => {
  const graph = (logits: string, loss = 'softmax_cross_entropy_with_logits'): string => `import tensorflow as tf
x, y = tf.placeholder(tf.float32, [None, 64, 64, 3]), tf.placeholder(tf.float32, [None, 2])
out = tf.layers.dense(tf.layers.flatten(tf.layers.conv2d(x, 8, 3, activation=tf.nn.relu)), 2)
prob = tf.nn.softmax(out)
cost = tf.reduce_mean(tf.nn.${loss}(logits=${logits}, labels=y))
train = tf.train.AdamOptimizer(1e-3).minimize(cost)
`;

  it('get no probabilities', async () => {
    expect(await accusations(graph('out'))).toEqual([]);
    expect(await accusations(graph('prob'))).toEqual(['double-activation 5']);
    expect(await accusations(graph('tf.nn.log_softmax(out)'))).toEqual([]);
    expect(await accusations(graph('tf.layers.dense(out, 2, activation=tf.nn.softmax)'))).toEqual([
      'double-activation 5',
    ]);
    const source = graph('prob');
    expect(difference(source, (await remedied(source, 2)).changed.code)).toEqual([
      expect.stringContaining('logits=prob'),
      expect.stringContaining('logits=out'),
    ]);
  });
});
