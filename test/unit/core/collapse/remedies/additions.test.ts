import { describe, expect, it } from 'vitest';
import type { AdditionId } from '../../../../../src/contract/model/remedy';
import { parsePython } from '../../../../../src/engine/files/python';
import { trained } from '../script/accusations';
import { torchScript } from '../script/torch-scripts';
import { difference, remedied } from './changed';

const NET = "Rescaling(1. / 255), Conv2D(16, 3, activation='relu'), Flatten(), Dense(2, activation='softmax')";
const KERAS = trained(NET, "'categorical_crossentropy'")
  .replace('rescale=1/255.', '')
  .replace(
    'net.fit(feed,',
    "val = ImageDataGenerator().flow_from_directory('val')\nnet.fit(feed, validation_data=val,",
  );
const OWN_SPLIT = `import tensorflow as tf
from tensorflow.keras.layers import *
a = tf.keras.utils.image_dataset_from_directory('d', validation_split=0.2, subset='training', seed=1)
b = tf.keras.utils.image_dataset_from_directory('d', validation_split=0.2, subset='validation', seed=1)
net = tf.keras.Sequential([Input((64, 64, 3)), ${NET}])
net.compile('adam', 'sparse_categorical_crossentropy')
net.fit(a, validation_data=b, epochs=300)
`;
const TORCH = torchScript({ transforms: 'tf = transforms.Compose([transforms.ToTensor()])' });
const RANDOM = torchScript({
  transforms:
    "tf = transforms.Compose([transforms.ToTensor()])\ndata = datasets.ImageFolder('d', tf)\nfrom torch.utils.data import random_split\na, b = random_split(data, [80, 20])",
  loaders: 'train_loader = DataLoader(a, batch_size=16, shuffle=True)\ntest_loader = DataLoader(b, batch_size=16)',
});

async function added(source: string, id: AdditionId): Promise<readonly string[]> {
  const { changed, changes, left, additions } = await remedied(source, 2, 3, [id]);
  expect(left).toEqual([]);
  expect(additions).toContain(id);
  expect(changes.map(({ rule }) => rule)).toContain(id);
  await parsePython(changed.code);
  return difference(source, changed.code).filter((line) => line.startsWith('+'));
}

describe('a script is completed', () => {
  it.each([
    ['Keras', KERAS],
    ['PyTorch', TORCH],
  ])('by the baseline of the data set: %s', async (_, source) => {
    expect(await added(source, 'baseline')).toContain(
      '+print("Always \\"cat\\": accuracy 0.750, balanced accuracy 0.500. A net that learned is above both.")',
    );
  });

  it('by the mean and the deviation of the data set', async () => {
    expect((await added(KERAS, 'normalization')).join('\n')).toContain(
      'Rescaling(1. / 255), Normalization(mean=[0.4000, 0.5000, 0.6000], variance=[0.04000, 0.01000, 0.09000]), Conv2D(16',
    );
    expect(await added(TORCH, 'normalization')).toContain(
      '+tf = transforms.Compose([transforms.ToTensor(), transforms.Normalize([0.4000, 0.5000, 0.6000], [0.2000, 0.1000, 0.3000])])',
    );
    expect(await added(torchScript(), 'normalization')).toContain(
      '+tf = transforms.Compose([transforms.ToTensor(), transforms.Normalize([0.4000, 0.5000, 0.6000], [0.2000, 0.1000, 0.3000])])',
    );
  });

  it('by no other normalization if a pretrained net expects its own', async () => {
    const pretrained = torchScript({ net: "net = models.resnet18(weights='DEFAULT')\nnet.fc = nn.Linear(512, 2)" });
    expect((await remedied(pretrained, 2)).additions).not.toContain('normalization');
    const base = KERAS.replace(
      "Conv2D(16, 3, activation='relu')",
      'tf.keras.applications.MobileNetV2(include_top=False)',
    );
    expect((await remedied(base, 2)).additions).not.toContain('normalization');
  });

  it('by no layer that Keras could only build during the training', async () => {
    const open = KERAS.replace('Input((64, 64, 3)), ', '');
    expect((await remedied(open, 2)).additions).not.toContain('normalization');
  });

  it('by the split of an export', async () => {
    expect(await added(OWN_SPLIT, 'split')).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^\+EXPORT = /),
        "+a = tf.keras.utils.image_dataset_from_directory(EXPORT + '/train', seed=1)",
        "+b = tf.keras.utils.image_dataset_from_directory(EXPORT + '/val', seed=1)",
      ]),
    );
    expect(await added(RANDOM, 'split')).toContain(
      "+a, b = datasets.ImageFolder(EXPORT + '/train', tf), datasets.ImageFolder(EXPORT + '/val', tf)",
    );
    expect((await remedied(TORCH, 2)).additions).not.toContain('split');
  });

  it('by early stopping on balanced accuracy', async () => {
    expect((await added(KERAS, 'early-stopping')).at(-1)).toMatch(
      /^\+net\.fit\(feed, validation_data=val, epochs=300.*, callbacks=\[StopOnBalancedAccuracy\(val\)\]\)$/,
    );
    const lines = await added(TORCH, 'early-stopping');
    expect(lines).toContain(
      '+pairs = [(net(batch[0].to(where)).argmax(1).cpu(), batch[1].cpu()) for batch in test_loader]',
    );
    expect(lines).toContain('+net.load_state_dict(best_weights)');
    const unchecked = trained(NET, "'categorical_crossentropy'");
    expect((await remedied(unchecked, 2)).additions).not.toContain('early-stopping');
  });

  it('by nothing that was not chosen', async () => {
    const { changed, changes, additions } = await remedied(OWN_SPLIT, 2);
    expect([changed.code, changes]).toEqual([OWN_SPLIT, []]);
    expect(additions).toEqual(['split', 'normalization', 'early-stopping', 'baseline']);
  });
});

describe('the loss that a net of Transformers computes itself', () => {
  it('is computed with the weights of the classes', async () => {
    const source = torchScript({
      net: "from transformers import ViTForImageClassification\nnet = ViTForImageClassification.from_pretrained('google/vit', num_labels=2)",
      loop: `for epoch in range(300):
    net.train()
    for x, y in train_loader:
        opt.zero_grad()
        outputs = net(pixel_values=x, labels=y)
        loss = outputs.loss
        loss.backward()
        opt.step()`,
      optimizer: 'opt = torch.optim.AdamW(net.parameters(), lr=5e-5)',
      evaluation: '',
    });
    const { changed, left } = await remedied(source, 2, 6);
    expect(left).toEqual([]);
    expect(changed.code).toContain(
      'loss = torch.nn.functional.cross_entropy(outputs.logits, y, weight=torch.tensor([0.583, 3.500]))',
    );
  });
});
