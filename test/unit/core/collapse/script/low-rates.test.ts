/** Learning rates that are usual: low ones for a net that does not start from random weights, high ones with a warm-up. */
import { expect, it } from 'vitest';
import { accusations, trained } from './accusations';
import { net, torchScript } from './torch-scripts';

const LAYERS = "Conv2D(8, 3, activation='relu'), BatchNormalization(), Flatten(), Dense(2, activation='softmax')";
const keras = (before: string, after = ''): string =>
  trained(LAYERS, "'categorical_crossentropy'")
    .replace("optimizer='adam'", 'optimizer=tf.keras.optimizers.Adam(1e-5)')
    .replace('net.compile', `${before}net.compile`) + after;

it('does not judge the rate of a Keras net that gets weights from a file before its training', async () => {
  expect(await accusations(keras("net.load_weights('vgg.h5')\n"))).toEqual([]);
  expect(await accusations(keras('for layer, w in zip(net.layers, weights):\n    layer.set_weights(w)\n'))).toEqual([]);
});

it('judges it if the weights are those of the training itself, or only loaded on a condition', async () => {
  expect(await accusations(keras('', "net.load_weights('best.h5')\n"))).toEqual(['rate-too-low 7']);
  expect(await accusations(keras("if resume:\n    net.load_weights('best.h5')\n"))).toEqual(['rate-too-low 9']);
});

const torch = (made: string): string =>
  torchScript({ net: made, optimizer: 'opt = torch.optim.Adam(net.parameters(), lr=1e-5)' });

it('does not judge the rate of a PyTorch net with loaded weights, or of one that is not in the script', async () => {
  expect(await accusations(torch(`${net()}\nnet.load_state_dict(torch.load('simclr.pth'), strict=False)`))).toEqual([]);
  expect(await accusations(torch('from monai.networks.nets import DenseNet121\nnet = DenseNet121(2, 1, 2)'))).toEqual(
    [],
  );
  expect(await accusations(torch(net()))).toEqual([expect.stringMatching(/^rate-too-low /)]);
  expect(
    await accusations(torch(`${net()}\nif args.resume:\n    net.load_state_dict(torch.load('last.pth'))`)),
  ).toEqual([expect.stringMatching(/^rate-too-low /)]);
});

it('does not judge a higher rate under a warm-up of a library', async () => {
  const small = net().replace('self.bn = nn.BatchNorm2d(16)', 'self.bn = nn.GroupNorm(4, 16)');
  const rate = (lr: number, more = ''): string =>
    torchScript({ net: small, optimizer: `opt = torch.optim.Adam(net.parameters(), lr=${lr})${more}` });
  const warm = '\nimport pytorch_warmup as warmup\nwarm = warmup.UntunedLinearWarmup(opt)';
  expect(await accusations(rate(0.01))).toEqual([expect.stringMatching(/^rate-too-high /)]);
  expect(await accusations(rate(0.01, warm))).toEqual([]);
  expect(await accusations(rate(1, warm))).toEqual([expect.stringMatching(/^rate-too-high /)]);
});
