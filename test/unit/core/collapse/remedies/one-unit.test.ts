/** A softmax over one output with a binary loss: a sigmoid takes its place, so that labels and loss still fit. */
import { expect, it } from 'vitest';
import { trained } from '../script/accusations';
import { net, torchScript } from '../script/torch-scripts';
import { difference, remedied } from './changed';

const CONV = "Conv2D(16, 3, activation='relu'), GlobalAveragePooling2D()";

it.each([
  ["Dense(1, activation='softmax')", "Dense(1, activation='sigmoid')"],
  ['Dense(1, activation=tf.nn.softmax)', 'Dense(1, activation=tf.nn.sigmoid)'],
  ["Dense(1), Activation('softmax')", "Dense(1), Activation('sigmoid')"],
])('in Keras: %s', async (before, after) => {
  const source = trained(`${CONV}, ${before}`, "'binary_crossentropy'", "class_mode='binary'");
  const { changed, left } = await remedied(source, 2);
  expect(changed.code).toBe(source.replace(before, after));
  expect(left).toEqual([]);
});

it.each([
  ['self.soft(z)', 'nn.BCELoss()', ['-self.soft = nn.Softmax(dim=1)', '+self.soft = nn.Sigmoid()']],
  ['F.softmax(z, dim=1)', 'nn.BCELoss()', ['-return F.softmax(z, dim=1)', '+return torch.sigmoid(z)']],
  ['z.softmax(1)', 'nn.BCELoss()', ['-return z.softmax(1)', '+return z.sigmoid()']],
  ['F.softmax(z, dim=1)', 'nn.BCEWithLogitsLoss()', ['-return F.softmax(z, dim=1)', '+return z']],
])('in PyTorch: %s with %s', async (end, loss, lines) => {
  const source = torchScript({ net: net(end, '1'), loss });
  const { changed, left } = await remedied(source, 2);
  expect(difference(source, changed.code)).toEqual(lines);
  expect(left).toEqual([]);
});
