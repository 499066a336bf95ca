/** Predictions of a PyTorch loader that are compared with the labels of its data set. */
import { describe, expect, it } from 'vitest';
import { remedied } from '../remedies/changed';
import { accusations } from './accusations';
import { HEAD, torchScript } from './torch-scripts';

const script = (shuffle: string, collect: string, compare: string): string =>
  torchScript({
    head: `${HEAD}\nimport numpy as np\nfrom sklearn.metrics import confusion_matrix`,
    loaders: `train_set, test_set = datasets.ImageFolder('train', tf), datasets.ImageFolder('test', tf)
train_loader = DataLoader(train_set, batch_size=16, shuffle=True)
test_loader = DataLoader(test_set, batch_size=16${shuffle})`,
    evaluation: `net.eval()
found, true = [], []
with torch.no_grad():
    for x, y in test_loader:
        found.extend(net(x).argmax(1).tolist())
        ${collect}
${compare}`,
  });

describe('predictions of a loader', () => {
  it.each([
    ['print(confusion_matrix(test_set.targets, found))'],
    ['print((np.array(found) == np.array(test_set.targets)).mean())'],
  ])('that shuffles have another order than the labels of its data set: %s', async (compare) => {
    const source = script(', shuffle=True', 'pass', compare);
    expect(await accusations(source)).toEqual(['predictions-shuffled 9']);
    const { changed, left } = await remedied(source, 2);
    expect(left).toEqual([]);
    expect(changed.code).toContain('DataLoader(test_set, batch_size=16, shuffle=False)');
    expect(changed.code).toContain('DataLoader(train_set, batch_size=16, shuffle=True)');
  });

  it.each([
    ['it does not shuffle', '', 'pass', 'print(confusion_matrix(test_set.targets, found))'],
    [
      'the labels are collected too',
      ', shuffle=True',
      'true.extend(y.tolist())',
      'print(confusion_matrix(true, found), test_set.targets[:3])',
    ],
    [
      'the labels are those of another set',
      ', shuffle=True',
      'true.extend(y.tolist())',
      'print(confusion_matrix(true, found), np.bincount(train_set.targets))',
    ],
  ])('are not accused if %s', async (_, shuffle, collect, compare) => {
    expect(await accusations(script(shuffle, collect, compare))).toEqual([]);
  });
});

describe('an image that a function of the script predicts', () => {
  const NORMALIZE = ', transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])';
  const predicting = (applied: string, before = ''): string =>
    torchScript({
      evaluation: `${before}
def predict(path):
    image = Image.open(path).convert('RGB')
    image = ${applied}.unsqueeze(0)
    net.eval()
    with torch.no_grad():
        return net(image).argmax(1).item()
print(predict('a.jpg'))`,
    });
  const small = (more: string): string =>
    `transforms.Compose([transforms.Resize((64, 64)), transforms.ToTensor()${more}])`;

  it.each([
    [`${small('')}(image)`, ''],
    ['own(image)', `own = ${small('')}`],
    ['test_transform(image)', `test_transform = ${small('')}`],
  ])('is not normalized like the training: %s', async (applied, before) => {
    const found = await accusations(predicting(applied, before));
    expect(found).toEqual([expect.stringMatching(/^prediction-scaled-otherwise /)]);
  });

  it.each([
    [`${small(NORMALIZE)}(image)`, ''],
    ['tf(image)', ''],
    ['own(image)', `own = ${small(NORMALIZE)}`],
    ['test_transform(image)', `test_transform = ${small(NORMALIZE)}`],
    ['preprocess(test_transform(image))', `test_transform = ${small('')}`],
    [`normalized(${small('')}(image))`, ''],
    [`((${small('')}(image) - 0.4) / 0.2)`, ''],
    [`norm(${small('')}(image))`, `norm = transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])`],
  ])('may be normalized: %s', async (applied, before) => {
    expect(await accusations(predicting(applied, before))).toEqual([]);
  });
});
