/** Scripts that make several nets, and nets with several outputs: no net is judged by the parts of another. */
import { describe, expect, it } from 'vitest';
import { soundRecipe } from '../../../../../src/core/collapse/recipe';
import { readScript } from '../../../../../src/core/collapse/script/reading';
import { parsePython } from '../../../../../src/engine/files/python';
import { accusations } from './accusations';
import { HEAD, LOADERS, LOOP, TRANSFORMS } from './torch-scripts';

const notes = async (source: string, classes = 2): Promise<string[]> =>
  readScript(await parsePython(source), soundRecipe({ images: 600, imbalanceRatio: 1 }), classes).notes.map(
    ({ sentence, line }) => `${line}: ${sentence}`,
  );

const KERAS = `import tensorflow as tf
from tensorflow.keras.layers import *
feed = tf.keras.preprocessing.image.ImageDataGenerator(rescale=1/255.).flow_from_directory('data')`;
const functions = (first: string, second: string): string => `${KERAS}
def small():
    net = tf.keras.Sequential([Input((64, 64, 3)), Conv2D(16, 3, activation='relu'), GlobalAveragePooling2D(), ${first}])
    net.compile('adam', 'categorical_crossentropy')
    return net
def large():
    net = tf.keras.Sequential([Input((64, 64, 3)), Conv2D(64, 3, activation='relu'), GlobalAveragePooling2D(), ${second}])
    net.compile('adam', tf.keras.losses.CategoricalCrossentropy(from_logits=True))
    return net
for make in (small, large):
    make().fit(feed, epochs=300)
`;

describe('several nets of Keras', () => {
  it('that functions make and compile are judged each by its own loss', async () => {
    const sound = functions("Dense(2, activation='softmax')", 'Dense(2)');
    expect(await accusations(sound)).toEqual([]);
    expect((await notes(sound)).join('\n')).toMatch(/6: The script makes several nets\..* of line 10\./);
    expect(await accusations(functions('Dense(2)', 'Dense(2)'))).toEqual(['missing-activation 6']);
    expect(await accusations(functions("Dense(2, activation='relu')", 'Dense(2)'))).toEqual(['last-activation 5']);
  });

  it('that are trained one after the other are all judged', async () => {
    const both = (first: string): string => `${KERAS}
a = tf.keras.Sequential([Input((64, 64, 3)), Conv2D(16, 3, activation='relu'), Flatten(), ${first}])
b = tf.keras.Sequential([Input((64, 64, 3)), Conv2D(16, 3, activation='relu'), Flatten(), Dense(2, activation='softmax')])
a.compile('adam', 'categorical_crossentropy')
b.compile('adam', 'categorical_crossentropy')
a.fit(feed, epochs=300)
b.fit(feed, epochs=300)
`;
    expect(await accusations(both("Dense(2, activation='softmax')"))).toEqual([]);
    expect(await accusations(both('Dense(2)'))).toEqual(['missing-activation 6']);
  });

  it('do not count if a function makes the same net again', async () => {
    const source = `${KERAS}
def make(rate):
    net = tf.keras.Sequential([Input((64, 64, 3)), Conv2D(16, 3, activation='relu'), Flatten(), Dense(2, activation='softmax')])
    net.compile(tf.keras.optimizers.Adam(rate), 'categorical_crossentropy')
    return net
make(1e-3).fit(feed, epochs=300)
make(1e-4).fit(feed, epochs=300)
`;
    expect((await notes(source)).join('\n')).not.toContain('several nets');
  });
});

describe('several outputs of a net of Keras', () => {
  const functional = (loss: string): string => `${KERAS}
x = inputs = Input((64, 64, 3))
x = GlobalAveragePooling2D()(Conv2D(16, 3, activation='relu')(x))
kind = Dense(3, activation='softmax', name='kind')(x)
size = Dense(1, activation='sigmoid', name='size')(x)
net = tf.keras.Model(inputs, [kind, size])
net.compile('adam', loss=${loss})
net.fit(feed, epochs=300)
`;
  it.each([
    ["{'kind': 'categorical_crossentropy', 'size': 'binary_crossentropy'}"],
    ["['categorical_crossentropy', 'binary_crossentropy']"],
  ])('are not judged with the losses %s, and this is said', async (loss) => {
    expect(await accusations(functional(loss), 3)).toEqual([]);
    expect((await notes(functional(loss), 3)).join('\n')).toContain('8: The net has several outputs.');
  });

  it('of a class are not judged', async () => {
    const source = `${KERAS}
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.conv, self.pool = Conv2D(16, 3, activation='relu'), GlobalAveragePooling2D()
        self.kind, self.size = Dense(3, activation='softmax'), Dense(1, activation='sigmoid')
    def call(self, x):
        x = self.pool(self.conv(x))
        return self.kind(x), self.size(x)
net = Net()
net.compile('adam', loss=['categorical_crossentropy', 'binary_crossentropy'])
net.fit(feed, epochs=300)
`;
    expect(await accusations(source, 3)).toEqual([]);
    expect((await notes(source, 3)).join('\n')).toContain('several outputs');
  });
});

/** Two nets that end alike, the second in its own way. */
const nets = (second: string): string => `${HEAD}
${TRANSFORMS}
${LOADERS}
class A(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.out = nn.Conv2d(3, 16, 3), nn.Linear(16, 2)
    def forward(self, x):
        return self.out(F.relu(self.conv(x)).mean((2, 3)))
class B(A):
    def forward(self, x):
        return ${second}
crit = nn.CrossEntropyLoss()
`;

describe('several nets of PyTorch', () => {
  const both = (second: string): string => `${nets(second)}def train(net):
    opt = torch.optim.Adam(net.parameters(), lr=1e-3)
${LOOP.replaceAll(/^/gm, '    ')}
train(A())
train(B())
`;
  it('are all judged by what they end with', async () => {
    const logits = 'self.out(F.relu(self.conv(x)).mean((2, 3)))';
    expect(await accusations(both(logits))).toEqual([]);
    expect((await notes(both(logits))).join('\n')).toContain('The script trains several nets.');
    expect(await accusations(both(`${logits}.softmax(1)`))).toEqual(['double-activation 15']);
  });
});

describe('nets that one loop trains in turn', () => {
  const logits = 'self.out(F.relu(self.conv(x)).mean((2, 3)))';
  const soft = `F.softmax(${logits}, 1)`;
  const body = `    opt = torch.optim.Adam(net.parameters(), lr=1e-3)
${LOOP.replaceAll(/^/gm, '    ')}`;
  it.each([
    ['for net in [A(), B()]:'],
    ['first, second = A(), B()\nfor net in (first, second):'],
    ["zoo = {'a': A(), 'b': B()}\nfor name, net in zoo.items():"],
    ["zoo = {'a': A(), 'b': B()}\nfor net in zoo.values():"],
    ['nets = [A(), B()]\nfor i, net in enumerate(nets):'],
    ['for name, net in zip(["a", "b"], [A(), B()]):'],
    ['for name, make in [("a", A), ("b", B)]:\n    net = make()'],
  ])('are judged each by itself: %s', async (start) => {
    const source = (end: string): string => `${nets(end)}${start}\n${body}`;
    expect(await accusations(source(logits))).toEqual([]);
    expect(await accusations(source(soft))).toEqual(['double-activation 15']);
  });

  it('have each its own loss and rate', async () => {
    const log = soft.replace('softmax', 'log_softmax');
    const source = `${nets(log)}for net, crit, rate in [(A(), nn.CrossEntropyLoss(), 1e-3), (B(), nn.NLLLoss(), 1e-4)]:
${body.replace('1e-3', 'rate')}`;
    expect(await accusations(source)).toEqual([]);
  });

  it('do not share their scaling in Keras', async () => {
    const source = `${KERAS.replace('rescale=1/255.', '')}
small = tf.keras.Sequential([Input((64, 64, 3)), Rescaling(1/255.), Conv2D(16, 3, activation='relu'), GlobalAveragePooling2D(), Dense(2, activation='softmax')])
base = tf.keras.applications.EfficientNetB0(include_top=False, pooling='avg')
base.trainable = False
large = tf.keras.Sequential([base, Dense(2, activation='softmax')])
for net in [small, large]:
    net.compile('adam', 'categorical_crossentropy')
    net.fit(feed, epochs=300)
`;
    expect(await accusations(source)).toEqual([]);
    expect(await accusations(source.replace('([base,', '([Rescaling(1/255.), base,'))).toEqual([
      'base-scaled-otherwise 7',
    ]);
  });

  it('are not the settings that a loop sweeps', async () => {
    const source = `${nets('0')}for rate in [10.0, 1e-3, 1e-5]:
    net = A()
${body.replace('1e-3', 'rate')}`;
    expect(await accusations(source)).toEqual([]);
  });
});
