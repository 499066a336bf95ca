/** Nets whose `forward` returns outputs or probabilities, depending on a flag. */
import { describe, expect, it } from 'vitest';
import { accusations } from './accusations';
import { LOOP, torchScript } from './torch-scripts';

/** @param rest the lines of `forward` after `z`, the outputs of the last layer */
const script = (parameters: string, rest: readonly string[], used: string): string =>
  torchScript({
    net: `class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(3, 16, 3, padding=1)
        self.bn = nn.BatchNorm2d(16)
        self.out = nn.Linear(16, 2)
    def forward(self, x${parameters}):
        x = F.relu(self.bn(self.a(x))).mean((2, 3))
        z = self.out(x)
${rest.map((one) => `        ${one}`).join('\n')}
net = Net()`,
    loop: LOOP.replace('net(x)', used),
  });
const IF = ['if probs:', '    return F.softmax(z, dim=1)', 'return z'];
const ELSE = ['if not probs:', '    return z', 'else:', '    return z.softmax(1)'];
const EXPRESSION = ['return (F.softmax(z, 1) if probs else z)'];
const TRAINING = ['if self.training:', '    return z', 'return torch.softmax(z, 1)'];

describe('a flag of forward', () => {
  it.each([
    [', probs=False', IF, 'net(x, probs=True)'],
    [', probs=False', IF, 'net(x, True)'],
    [', probs=True', IF, 'net(x)'],
    [', probs: bool = True', ELSE, 'net.forward(x)'],
    [', probs=False', EXPRESSION, 'net(x, probs=True)'],
    ['', ['if not self.training:', '    return z', 'return torch.softmax(z, 1)'], 'net(x)'],
  ])('asks for probabilities before CrossEntropyLoss: %s %j %s', async (...parts) => {
    expect(await accusations(script(...parts))).toEqual([expect.stringMatching(/^double-activation /)]);
  });

  it.each([
    [', probs=False', IF, 'net(x)'],
    [', probs=False', [...IF.slice(0, 2), '', ...IF.slice(2)], 'net(x, probs=False)'],
    [', probs=True', ELSE, 'net(x, False)'],
    [', probs=False', EXPRESSION, 'net(x)'],
    ['', TRAINING, 'net(x)'],
    // The value is not known.
    [', probs=True', IF, 'net(x, args.probs)'],
    [', probs=True', IF, 'net(*parts)'],
    [', probs=True', ['probs = probs and self.ready', ...IF], 'net(x)'],
    [', probs=None', ['if probs is not None:', ...IF.slice(1)], 'net(x, probs=False)'],
  ])('leaves the outputs as they are, or is not known: %s %j %s', async (...parts) => {
    expect(await accusations(script(...parts))).toEqual([]);
  });
});
