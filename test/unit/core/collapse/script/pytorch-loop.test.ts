import { describe, expect, it } from 'vitest';
import { accusations } from './accusations';
import { HEAD, loop, net, OPTIMIZER, torchScript, type Parts } from './torch-scripts';

const at = (source: string, part: string): number => source.split('\n').findIndex((text) => text.includes(part)) + 1;
const Z = 'opt.zero_grad()';
const L = 'loss = crit(net(x), y)';
const B = 'loss.backward()';
const S = 'opt.step()';
const body = (...lines: string[]): Parts => ({ loop: loop(...lines) });
const STEP = (a: string, b: string, c: string): string =>
  `def train_step(net, x, y, opt, crit):\n    ${L}\n    ${a}\n    ${b}\n    ${c}\n`;
const INNER = (...lines: string[]): string => lines.map((one) => `        ${one}`).join('\n');

describe('the loop of a PyTorch script', () => {
  it.each<[string, Parts, string, string]>([
    ['no backward', body(Z, L, S), 'never-updated', S],
    [
      'no backward in a function',
      {
        loop: `def epoch(opt):\n    for x, y in train_loader:\n        ${Z}\n        ${L}\n        ${S}\nfor e in range(9):\n    epoch(opt)`,
      },
      'never-updated',
      S,
    ],
    ['backward without a call', body(Z, L, 'loss.backward', S), 'never-updated', S],
    ['no step', body(Z, L, B), 'never-updated', B],
    ['step without a call', body(Z, L, B, 'opt.step'), 'never-updated', B],
    [
      'only the schedule is stepped',
      { ...body(Z, L, B, 'sched.step()'), optimizer: `${OPTIMIZER}\nsched = torch.optim.lr_scheduler.StepLR(opt, 5)` },
      'never-updated',
      'sched.step',
    ],
    ['zero_grad between backward and step', body(L, B, Z, S), 'never-updated', Z],
    ['zero_grad of the net between them', body(L, B, 'net.zero_grad()', S), 'never-updated', 'net.zero_grad'],
    [
      'zero_grad between them in a function',
      { net: `${STEP(B, Z, S)}${net()}`, ...body('train_step(net, x, y, opt, crit)') },
      'never-updated',
      Z,
    ],
    [
      'zero_grad between them with a scaler',
      {
        ...body(L, 'scaler.scale(loss).backward()', Z, 'scaler.step(opt)', 'scaler.update()'),
        optimizer: `${OPTIMIZER}\nscaler = torch.cuda.amp.GradScaler()`,
      },
      'never-updated',
      Z,
    ],
    ['no zero_grad', body(L, B, S), 'gradients-add-up', B],
    [
      'no zero_grad in a function',
      { net: `${STEP(B, S, 'pass')}${net()}`, ...body('train_step(net, x, y, opt, crit)') },
      'gradients-add-up',
      B,
    ],
    ['zero_grad before the epochs', { loop: `${Z}\n${loop(L, B, S)}` }, 'gradients-add-up', Z],
    [
      'zero_grad once an epoch',
      { loop: `for epoch in range(9):\n    net.train()\n    ${Z}\n    for x, y in train_loader:\n${INNER(L, B, S)}` },
      'gradients-add-up',
      Z,
    ],
    [
      'eval() once and no train()',
      { loop: loop(Z, L, B, S).replace('    net.train()\n', '') },
      'trained-in-eval-mode',
      'net.eval()',
    ],
    [
      'train() only before the epochs',
      { loop: `net.train()\n${loop(Z, L, B, S).replace('    net.train()\n', '')}` },
      'trained-in-eval-mode',
      'net.eval()',
    ],
    [
      'train(False) in each epoch',
      { loop: `net.train()\n${loop(Z, L, B, S).replace('    net.train()\n', '')}`, evaluation: '    net.train(False)' },
      'trained-in-eval-mode',
      'train(False)',
    ],
    [
      'eval() before training',
      { loop: `net.eval()\n${loop(Z, L, B, S).replace('    net.train()\n', '')}`, evaluation: '' },
      'trained-in-eval-mode',
      'net.eval()',
    ],
    [
      'outputs under no_grad',
      body(Z, 'with torch.no_grad():', '    out = net(x)', 'loss = crit(out, y)', B, S),
      'no-gradient',
      'with torch',
    ],
    [
      'outputs and loss under no_grad',
      body(Z, 'with torch.inference_mode():', `    ${L}`, B, S),
      'no-gradient',
      'with torch',
    ],
    [
      'a loss that is made to require gradients',
      body(Z, 'loss = crit(net(x).cpu(), y)', 'loss.requires_grad = True', B, S),
      'no-gradient',
      'requires_grad = True',
    ],
    [
      'a loss in a new Variable',
      body(Z, 'loss = Variable(crit(net(x), y), requires_grad=True)', B, S),
      'no-gradient',
      'Variable',
    ],
    [
      'no eval() for validation',
      { evaluation: '    with torch.no_grad():\n        for x, y in test_loader:\n            p = net(x).argmax(1)' },
      'prediction-in-training-mode',
      'p = net',
    ],
    [
      'no eval() for validation in a function',
      {
        net: `def check(model, data):\n    with torch.no_grad():\n        return [model(x).argmax(1) for x, y in data]\n${net()}`,
        evaluation: '    check(net, test_loader)',
      },
      'prediction-in-training-mode',
      'return [model',
    ],
    [
      'no eval() of a pretrained net',
      {
        net: 'net = models.resnet18(num_classes=2)',
        evaluation: '    for x, y in test_loader:\n        p = net(x).argmax(1)',
      },
      'prediction-in-training-mode',
      'p = net',
    ],
  ])('%s: told', async (_, parts, rule, line) => {
    const source = torchScript(parts);
    expect(await accusations(source)).toEqual([`${rule} ${at(source, line)}`]);
  });

  it.each<[string, Parts]>([
    ['zero_grad after step', body(L, B, S, Z)],
    ['zero_grad of the net', body('net.zero_grad()', L, B, S)],
    ['gradients set to None by hand', body('for p in net.parameters(): p.grad = None', L, B, S)],
    ['gradient accumulation', body(L, '(loss / 4).backward()', 'if (i + 1) % 4 == 0:', `    ${S}`, `    ${Z}`)],
    [
      'mixed precision',
      {
        ...body(
          Z,
          'with torch.autocast("cuda"):',
          `    ${L}`,
          'scaler.scale(loss).backward()',
          'scaler.step(opt)',
          'scaler.update()',
        ),
        optimizer: `${OPTIMIZER}\nscaler = torch.cuda.amp.GradScaler()`,
      },
    ],
    [
      'a closure',
      {
        ...body('def closure():', `    ${Z}`, `    ${L}`, `    ${B}`, '    return loss', 'opt.step(closure)'),
        optimizer: 'opt = torch.optim.LBFGS(net.parameters())',
      },
    ],
    [
      'Accelerate',
      {
        ...body(Z, L, 'accelerator.backward(loss)', S),
        optimizer: `${OPTIMIZER}\naccelerator = Accelerator()\nnet, opt, train_loader = accelerator.prepare(net, opt, train_loader)`,
      },
    ],
    [
      'an optimizer from a helper',
      {
        optimizer:
          'def make(params, lr):\n    return torch.optim.AdamW(params, lr=lr)\nopt = make(net.parameters(), 1e-3)',
      },
    ],
    ['a step in a helper', { net: `${STEP(Z, B, S)}${net()}`, ...body('train_step(net, x, y, opt, crit)') }],
    [
      'a step in another file',
      { head: `${HEAD}\nfrom engine import train_step`, ...body('train_step(net, x, y, opt, crit)') },
    ],
    [
      'a step in another file, beside a variable that is called like the file',
      { head: `${HEAD}\nfrom net import Net as Big, train_step`, ...body('train_step(net, x, y, opt, crit)') },
    ],
    [
      'a class that trains',
      {
        loop: `class Trainer:\n    def __init__(self, net, opt):\n        self.net, self.opt = net, opt\n    def run(self):\n        for x, y in train_loader:\n            self.opt.zero_grad()\n            loss = crit(self.net(x), y)\n            loss.backward()\n            self.opt.step()\nfor e in range(99):\n    net.train()\n    Trainer(net, opt).run()`,
      },
    ],
    [
      'two optimizers',
      {
        ...body(
          'opt.zero_grad()',
          L,
          B,
          S,
          'other.zero_grad()',
          'l2 = crit(net(x), y)',
          'l2.backward()',
          'other.step()',
        ),
        optimizer: `${OPTIMIZER}\nother = torch.optim.SGD(net.parameters(), lr=1e-2)`,
      },
    ],
    [
      'two optimizers that alternate',
      {
        ...body('other.zero_grad()', Z, L, B, S, 'other.step()'),
        optimizer: `${OPTIMIZER}\nother = torch.optim.SGD(net.parameters(), lr=1e-2)`,
      },
    ],
    [
      'phases',
      {
        loop: 'for epoch in range(30):\n    for phase in ["train", "val"]:\n        if phase == "train":\n            net.train()\n        else:\n            net.eval()\n        for x, y in {"train": train_loader, "val": test_loader}[phase]:\n            opt.zero_grad()\n            with torch.set_grad_enabled(phase == "train"):\n                out = net(x)\n                loss = crit(out, y)\n                if phase == "train":\n                    loss.backward()\n                    opt.step()',
        evaluation: '',
      },
    ],
    ['a mode that is restored', { evaluation: '    was = net.training\n    net.eval()\n    net.train(was)' }],
    ['the mode of another net', { evaluation: '    net.eval()\n    teacher.eval()' }],
    [
      'validation without batch norm and dropout',
      {
        net: 'net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(99, 2))',
        evaluation: '    with torch.no_grad():\n        p = net(x)',
      },
    ],
    [
      'only accuracy in training',
      { evaluation: '', ...body(Z, 'out = net(x)', 'loss = crit(out, y)', B, S, 'hits = (out.argmax(1) == y).sum()') },
    ],
    [
      'features under no_grad',
      {
        net: `base = models.resnet18(weights="DEFAULT")\nbase.eval()\n${net()}`,
        ...body(Z, 'with torch.no_grad():', '    f = base(x)', 'loss = crit(net(f), y)', B, S),
      },
    ],
  ])('%s: nothing', async (_, parts) => {
    expect(await accusations(torchScript(parts))).toEqual([]);
  });
});
