import { describe, expect, it } from 'vitest';
import { indexScript } from '../../../../../src/core/collapse/script/script';
import type { Constant, Script } from '../../../../../src/core/collapse/script/syntax';
import { parsePython } from '../../../../../src/engine/files/python';

const index = async (source: string): Promise<Script> => indexScript(await parsePython(source));

/** The constant values of the first argument of every `use(…)` in a script, in the order of running. */
async function used(source: string): Promise<(Constant | undefined)[]> {
  const script = await index(source);
  return script.calls.filter((call) => call.last === 'use').map((call) => script.constant(call.positional[0]));
}

describe('the value of a name where it is used', () => {
  it.each<[string, string, (Constant | undefined)[]]>([
    ['a constant of the module', 'LR = 1e-3\nuse(LR)', [1e-3]],
    ['the last assignment before', 'a = 1\nuse(a)\na = 2\nuse(a)', [1, 2]],
    ['arithmetic', 'n = 2\nuse((n + 1) * 10 / 4)', [7.5]],
    ['a list that is repeated', 'a = [0.5] * 3\nuse(a)', [[0.5, 0.5, 0.5]]],
    ['a change in place', 'a = 8\na /= 4\nuse(a)', [2]],
    ['a counter in a loop', 'n = 0\nfor x in y:\n  n += 1\n  use(n)', [undefined]],
    ['a counter before it counts', 'n = 0\nfor x in y:\n  use(n)\n  n = n + 1', [undefined]],
    ['an attribute that counts in a loop', 'self.n = 0\nfor x in y:\n  self.n += 1\n  use(self.n)', [undefined]],
    ['a constant of a loop', 'for x in y:\n  n = 2\n  use(n)', [2]],
    ['several names at once', 'a, (b, c) = 1, (2, 3)\nuse(a)\nuse(c)', [1, 3]],
    ['one of a chain', 'a = b = 3\nuse(a)\nuse(b)', [3, 3]],
    ['a local name, not that of the module', 'a = 1\ndef f():\n  a = 2\n  use(a)\nf()\nuse(a)', [2, 1]],
    ['a name of the module in a function', 'def f():\n  use(a)\na = 5\nf()', [5]],
    ['a global that a function sets', 'a = 1\ndef f():\n  global a\n  a = 2\nf()\nuse(a)', [2]],
    ['the default of a parameter', 'def f(a=4):\n  use(a)\nf()', [4]],
    ['the default of a function that nothing calls', 'def f(a=4):\n  use(a)', [4]],
    ['a parameter by position', 'def f(a, b=1):\n  use(b)\nf(0, 7)', [7]],
    ['a parameter by keyword', 'def f(a=0.1):\n  use(a)\nf(a=1e-3)', [1e-3]],
    ['each call on its own', 'def f(a=1):\n  use(a)\nf()\nf(2)\nf(a=3)', [1, 2, 3]],
    ['through two functions', 'def g(a=1):\n  use(a)\ndef f(a):\n  g(a * 2)\nf(4)', [8]],
    ['keywords from a dictionary', 'c = {"a": 5}\ndef f(a=1):\n  use(a)\nf(**c)', [5]],
    ['nothing, for keywords that are not known', 'def f(a=1):\n  use(a)\nf(**load())', [undefined]],
    ['what a function returns', 'def f():\n  return 3, 4\na, b = f()\nuse(b)', [4]],
    [
      'an element of a dictionary',
      'CFG = {"lr": 0.5, "net": {"n": 3}}\nuse(CFG["lr"])\nuse(CFG["net"]["n"])',
      [0.5, 3],
    ],
    ['an element that was replaced', 'CFG = {"lr": 0.5}\nCFG["lr"] = 0.1\nuse(CFG["lr"])', [0.1]],
    ['an element with a default', 'CFG = {"a": 1}\nuse(CFG.get("a", 2))\nuse(CFG.get("b", 2))', [1, 2]],
    ['an element of a dict() call', 'CFG = dict(lr=0.5)\nuse(CFG["lr"])', [0.5]],
    ['an element of a list', 'a = [4, 5]\nuse(a[1])', [5]],
    [
      'the default of a command line option',
      'p = argparse.ArgumentParser()\np.add_argument("-l", "--lr", type=float, default=0.2)\nargs = p.parse_args()\nuse(args.lr)',
      [0.2],
    ],
    [
      'an option in a function that gets the options',
      'def f(args):\n  use(args.batch_size)\np.add_argument("--batch-size", default=16)\nf(p.parse_args())',
      [16],
    ],
    ['an attribute of a class', 'class C:\n  lr = 0.3\nuse(C.lr)\nc = C()\nuse(c.lr)', [0.3, 0.3]],
    [
      'a field of a data class',
      '@dataclass\nclass C:\n  lr: float = 0.3\n  n: int = 2\nuse(C(lr=1).lr)\nuse(C(1, 5).n)',
      [1, 5],
    ],
    [
      'an attribute that __init__ sets',
      'class C:\n  def __init__(self, lr=1):\n    self.lr = lr\n  def run(self):\n    use(self.lr)\nC(lr=2).run()',
      [2],
    ],
    ['an attribute of a base class', 'class A:\n  n = 3\nclass B(A):\n  def f(self):\n    use(self.n)\nB().f()', [3]],
    ['an attribute that is assigned from outside', 'cfg = make()\ncfg.lr = 0.1\nuse(cfg.lr)', [0.1]],
    ['a condition that is known', 'KIND = "a"\nif KIND == "b":\n  n = 1\nelse:\n  n = 2\nuse(n)', [2]],
    ['nothing, for a condition that is not known', 'n = 1\nif ask():\n  n = 2\nuse(n)', [undefined]],
    ['the value that both branches give', 'if ask():\n  n = 2\nelse:\n  n = 2\nuse(n)', [2]],
    ['the value of its own branch', 'if ask():\n  n = 1\n  use(n)\nelse:\n  n = 2\n  use(n)', [1, 2]],
    ['a conditional expression', 'DEBUG = False\nuse(1 if DEBUG else 9)\nuse(1 if ask() else 2)', [9, undefined]],
    ['nothing, for the variable of a loop', 'a = 1\nfor a in [2, 3]:\n  use(a)', [undefined]],
    ['nothing, for the variable of a comprehension', 'a = 1\nb = [use(a) for a in xs]\nuse(a)', [undefined, 1]],
    ['nothing, for the parameter of a lambda', 'a = 1\nf = lambda a: use(a)', [undefined]],
    ['nothing, for a formatted string', 'use(f"{a}/b")', [undefined]],
    ['a static method', 'class C:\n  @staticmethod\n  def f(a):\n    use(a)\nC.f(6)', [6]],
    ['the main block', 'if __name__ == "__main__":\n  use(1)', [1]],
    ['nothing of a branch that never runs', 'if False:\n  use(1)\nuse(2)', [2]],
    ['a function that calls itself', 'def f(n=1):\n  use(n)\n  f(n - 1)\nf(3)', [3]],
  ])('%s', async (_, source, values) => {
    expect(await used(source)).toEqual(values);
  });
});

describe('the name of a call', () => {
  it.each([
    ['from tensorflow.keras import layers as L\nL.Dense(1)', 'tensorflow.keras.layers.Dense'],
    ['from tensorflow.keras.layers import Dense as D\nD(1)', 'tensorflow.keras.layers.Dense'],
    ['import tensorflow as tf\ntf.keras.layers.Dense(1)', 'tensorflow.keras.layers.Dense'],
    ['import tensorflow as tf\nlayers = tf.keras.layers\nlayers.Dense(1)', 'tensorflow.keras.layers.Dense'],
    ['from torchvision.models import resnet18\nresnet18(weights=None)', 'torchvision.models.resnet18'],
    ['import torch.nn as nn\nnn.Linear(1, 2)', 'torch.nn.Linear'],
    ['model.fit(x)', 'model.fit'],
    ['from keras.layers import *\nDense(1)', 'Dense'],
  ])('%s', async (source, name) => {
    expect((await index(source)).calls.at(-1)?.name).toBe(name);
  });

  it('includes the arguments of a partial function', async () => {
    const script = await index(
      'from functools import partial\nConv = partial(Conv2D, kernel_size=3)\nConv(8, strides=2)',
    );
    const call = script.calls.at(-1)!;
    expect([call.last, [...call.keywords.keys()]]).toEqual(['Conv2D', ['kernel_size', 'strides']]);
  });
});

describe('what an expression is computed from', () => {
  const from = async (source: string): Promise<string[]> => {
    const script = await index(source);
    const use = script.calls.find((call) => call.last === 'use')!;
    const nodes = script.origins(use.positional[0]!);
    return script.calls.filter((call) => nodes.has(call.node)).map((call) => call.last);
  };
  it.each([
    ['names', 'g = Gen(1)\na = g.flow("train")\nb = g2.flow("test")\nuse(a)', ['Gen', 'flow']],
    ['functions of the script', 'def load(d):\n  return Gen().flow(d)\nuse(load("x"))', ['load', 'Gen', 'flow']],
    [
      'lists that are filled',
      'x = []\nfor f in files:\n  x.append(read(f))\nuse(np.array(x))',
      ['append', 'read', 'array'],
    ],
    [
      'layers of the functional style',
      'i = Input()\nx = Conv()(i)\nx = Dense()(x)\nother = Dense2()\nuse(Model(i, x))',
      ['Input', 'Conv', '', 'Dense', '', 'Model'],
    ],
    ['a part of what a call gives', '(a, b), c = load()\nuse(a)', ['load']],
    ['layers that are added', 'm = Sequential()\nm.add(Dense(1))\nuse(m)', ['Sequential', 'add', 'Dense']],
  ])('%s', async (_, source, names) => {
    expect(await from(source)).toEqual(names);
  });
});
