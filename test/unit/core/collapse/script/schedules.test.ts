/** Schedules whose learning rate is gone long before the training ends. */
import { describe, expect, it } from 'vitest';
import { accusations, trained } from './accusations';
import { loop, torchScript } from './torch-scripts';
import { remedied } from '../remedies/changed';

const rules = async (script: string): Promise<string[]> => (await accusations(script)).map((one) => one.split(' ')[0]!);

/** 300 epochs of 600 images in batches of 32: 5,700 updates. */
const keras = (rate: string, callbacks = ''): string =>
  trained(
    "Conv2D(16, 3, activation='relu'), GlobalAveragePooling2D(), Dense(2, activation='softmax')",
    "'categorical_crossentropy'",
  )
    .replace("optimizer='adam'", `optimizer=${rate}`)
    .replace('epochs=300', `epochs=300${callbacks}`);
const SCHEDULES = 'tf.keras.optimizers.schedules';
const scheduled = (made: string): string => keras(`tf.keras.optimizers.Adam(${SCHEDULES}.${made})`);
const called = (code: string): string =>
  keras("'adam'", ', callbacks=[tf.keras.callbacks.LearningRateScheduler(fall)]').replace('UNITS = 1', code);

const torch = (made: string, { batch = false, epochs = 300 } = {}): string =>
  torchScript({
    optimizer: `from torch.optim.lr_scheduler import *\nopt = torch.optim.Adam(net.parameters(), lr=1e-3)\nsched = ${made}`,
    loop: `${loop('opt.zero_grad()', 'loss = crit(net(x), y)', 'loss.backward()', 'opt.step()', ...(batch ? ['sched.step()'] : []))}${batch ? '' : '\n    sched.step()'}`.replace(
      'range(300)',
      `range(${epochs})`,
    ),
  });

describe('a schedule of Keras that counts batches', () => {
  it.each([
    'ExponentialDecay(1e-3, decay_steps=1, decay_rate=0.1)',
    'ExponentialDecay(initial_learning_rate=0.001, decay_steps=30, decay_rate=0.5, staircase=True)',
    'ExponentialDecay(1e-3, 5, 0.9)',
    'PiecewiseConstantDecay([10, 20], [1e-3, 1e-5, 1e-7])',
    'CosineDecay(1e-3, decay_steps=1)',
    'CosineDecay(1e-3, decay_steps=300)',
    'CosineDecay(0.0, decay_steps=50, warmup_target=1e-3, warmup_steps=5)',
    'PolynomialDecay(1e-3, 50, end_learning_rate=1e-7)',
  ])('%s is told', async (made) => {
    expect(await rules(scheduled(made))).toEqual(['rate-gone']);
  });

  it('is told where it is written', async () => {
    const script = keras('opt').replace(
      'UNITS = 1',
      `sched = ${SCHEDULES}.ExponentialDecay(1e-3, 1, 0.1); opt = tf.keras.optimizers.Adam(learning_rate=sched)`,
    );
    expect(await accusations(script)).toEqual(['rate-gone 5']);
  });

  it.each([
    'ExponentialDecay(1e-3, decay_steps=1000, decay_rate=0.9)',
    'ExponentialDecay(1e-3, decay_steps=5700, decay_rate=0.001)',
    'ExponentialDecay(1e-3, decay_steps=1, decay_rate=0.999)',
    'ExponentialDecay(1e-3, decay_steps=1, decay_rate=RATE)',
    'CosineDecay(1e-3, decay_steps=5700)',
    'CosineDecay(1e-3, decay_steps=STEPS * len(feed))',
    'CosineDecay(1e-3, decay_steps=100, alpha=0.1)',
    'CosineDecayRestarts(1e-3, first_decay_steps=50)',
    'PiecewiseConstantDecay([100, 200], [1e-3, 1e-4, 1e-5])',
    'PiecewiseConstantDecay([10], [1e-9, 1e-3])',
    'PolynomialDecay(1e-3, 50)',
    'PolynomialDecay(1e-3, 50, 0.0, cycle=True)',
    'InverseTimeDecay(0.001, decay_steps=1.0, decay_rate=0.5)',
  ])('%s is sound', async (made) => {
    expect(await rules(scheduled(made))).toEqual([]);
  });

  it('is sound if the training is about as short', async () => {
    const script = scheduled('CosineDecay(1e-3, decay_steps=300)');
    expect(await rules(script.replace('epochs=300', 'epochs=16'))).not.toContain('rate-gone');
  });

  it('is told as decay of the optimizer', async () => {
    expect(await rules(keras('tf.keras.optimizers.Adam(1e-3, decay=10)'))).toEqual(['rate-gone']);
    expect(await rules(keras('tf.keras.optimizers.Adam(1e-3, decay=1e-6)'))).toEqual([]);
    expect(await rules(keras('tf.keras.optimizers.Adam(1e-3, decay=1e-3 / 300)'))).toEqual([]);
  });
});

describe('the change of a script whose schedule is too fast', () => {
  it.each([
    [scheduled('ExponentialDecay(1e-3, decay_steps=1, decay_rate=0.1)'), 'decay_steps=5700, decay_rate=0.1'],
    [scheduled('PiecewiseConstantDecay([10, 20], [1e-3, 1e-5, 1e-7])'), 'optimizers.Adam(1e-3)'],
    [scheduled('CosineDecay(1e-3, 300)'), 'CosineDecay(1e-3, 5700)'],
    [keras('tf.keras.optimizers.Adam(1e-3, decay=10)'), 'optimizers.Adam(1e-3)'],
    [called('fall = lambda epoch: 1e-3 * 0.1 ** epoch'), 'net.fit(feed, epochs=300)'],
    [torch('ExponentialLR(opt, gamma=0.1)'), 'ExponentialLR(opt, gamma=0.95)'],
    [torch('StepLR(opt, 1)', { batch: true }), 'StepLR(opt, 100)'],
    [torch('PolynomialLR(opt, total_iters=30)'), 'PolynomialLR(opt, total_iters=300)'],
    [torch('ExponentialLR(opt, 0.9)', { batch: true }), '\n    sched.step()'],
    [torch('get_linear_schedule_with_warmup(opt, 0, 20)'), 'opt.step()\n    net.eval()'],
  ])('%#', async (source, part) => {
    const { changed, changes, left } = await remedied(source, 2);
    expect(left).toEqual([]);
    expect(changes).toHaveLength(1);
    expect(changed.code).toContain(part);
    expect(await accusations(changed.code)).toEqual([]);
  });
});

describe('a LearningRateScheduler', () => {
  it.each([
    'fall = lambda epoch: 1e-3 * 0.1 ** epoch',
    'def fall(epoch, lr):\n    return lr * 0.1',
    'def fall(epoch, lr):\n    """Falls."""\n    if epoch < 2:\n        return lr\n    return lr * tf.math.exp(-2.0)',
    'def fall(epoch):\n    rate = 1e-3\n    if epoch > 5:\n        rate *= 1e-4\n    print(rate)\n    return rate',
    'import math\ndef fall(epoch):\n    return 1e-3 * math.pow(0.1, math.floor(epoch / 2))',
    'fall = lambda epoch: 1e-3 if epoch < 10 else 0.0',
  ])('%s is told', async (code) => {
    expect(await rules(called(code))).toEqual(['rate-gone']);
  });

  it.each([
    'fall = lambda epoch: 1e-3 * 0.95 ** epoch',
    'def fall(epoch, lr):\n    return lr if epoch < 10 else lr * tf.math.exp(-0.01)',
    'def fall(epoch, lr):\n    return lr * table[epoch]',
    'def fall(epoch):\n    if epoch < 100:\n        return 1e-3\n    elif epoch < 200:\n        return 1e-4\n    else:\n        return 1e-5',
    'fall = lambda epoch: 1e-3 * (1 - epoch / 300)',
    'import numpy as np\nfall = lambda epoch: 1e-3 * 0.5 * (1 + np.cos(np.pi * epoch / 300))',
    'fall = lambda epoch: 1e-3 if epoch % 50 else 1e-9',
  ])('%s is sound', async (code) => {
    expect(await rules(called(code))).toEqual([]);
  });
});

describe('a schedule of PyTorch after each batch', () => {
  it.each([
    'StepLR(opt, 1)',
    'StepLR(opt, step_size=7, gamma=0.1)',
    'ExponentialLR(opt, gamma=0.1)',
    'ExponentialLR(opt, 0.9)',
    'MultiStepLR(opt, milestones=[10, 20, 30], gamma=0.1)',
    'LambdaLR(opt, lambda step: 0.9 ** step)',
    'MultiplicativeLR(opt, lr_lambda=lambda step: 0.5)',
    'PolynomialLR(opt, total_iters=30)',
    'get_linear_schedule_with_warmup(opt, num_warmup_steps=5, num_training_steps=300)',
  ])('%s is told', async (made) => {
    expect(await rules(torch(made, { batch: true }))).toEqual(['schedule-per-batch']);
  });

  it.each([
    'StepLR(opt, step_size=2000, gamma=0.1)',
    'StepLR(opt, 1, gamma=0.999)',
    'StepLR(opt, step_size=STEPS)',
    'OneCycleLR(opt, max_lr=0.01, total_steps=11400)',
    'CosineAnnealingLR(opt, T_max=1)',
    'MultiStepLR(opt, milestones=[10], gamma=0.1)',
    'LambdaLR(opt, lambda step: min(1.0, step / 100))',
    'LinearLR(opt)',
    'get_linear_schedule_with_warmup(opt, 100, 11400)',
    'SequentialLR(opt, [ConstantLR(opt), StepLR(opt, 1)], [1000])',
  ])('%s is sound', async (made) => {
    expect(await rules(torch(made, { batch: true }))).toEqual([]);
  });

  it('is sound if the training is about as short', async () => {
    expect(await rules(torch('PolynomialLR(opt, total_iters=600)', { batch: true, epochs: 16 }))).not.toContain(
      'schedule-per-batch',
    );
  });
});

describe('a schedule of PyTorch after each epoch', () => {
  it.each([
    'ExponentialLR(opt, gamma=0.1)',
    'StepLR(opt, 1)',
    'PolynomialLR(opt)',
    'LambdaLR(opt, lambda e: 0.5 ** e)',
  ])('%s is told', async (made) => {
    expect(await rules(torch(made))).toEqual(['rate-gone']);
  });

  it.each([
    ['ExponentialLR(opt, gamma=0.95)', 300],
    ['ExponentialLR(opt, gamma=0.1)', 12],
    ['StepLR(opt, 30)', 300],
    ['CosineAnnealingLR(opt, T_max=1)', 300],
    ['CosineAnnealingLR(opt, 300)', 300],
  ])('%s is sound', async (made, epochs) => {
    expect(await rules(torch(made, { epochs }))).not.toContain('rate-gone');
  });

  it('is not judged under a condition, or if the script sets the rate itself', async () => {
    const script = torch('ExponentialLR(opt, gamma=0.1)');
    expect(await rules(script.replace('    sched.step()', '    if x.mean() > 1:\n        sched.step()'))).toEqual([]);
    expect(
      await rules(script.replace('    sched.step()', "    sched.step()\n    opt.param_groups[0]['lr'] = 1e-3")),
    ).toEqual([]);
  });
});
