import { describe, expect, it } from 'vitest';
import { remedied } from '../remedies/changed';
import { accusations } from './accusations';
import { HEAD, loop, torchScript, type Parts } from './torch-scripts';

const at = (source: string, part: string): number => source.split('\n').findIndex((text) => text.includes(part)) + 1;
const IMAGENET = 'transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])';
const tf = (...list: string[]): Parts => ({ transforms: `tf = transforms.Compose([${list.join(', ')}])` });
const TEST = "test_loader = DataLoader(datasets.ImageFolder('data/test', tf), batch_size=16)";
const feed = (made: string): Parts => ({ loaders: `${made}\n${TEST}` });
const FOLDER = "datasets.ImageFolder('data/train', tf)";

describe('loaders and transforms of a PyTorch script', () => {
  it.each<[string, Parts, string, string]>([
    ['no shuffle', feed(`train_loader = DataLoader(${FOLDER}, 16)`), 'unshuffled', 'train_loader ='],
    ['shuffle=False', feed(`train_loader = DataLoader(${FOLDER}, 16, shuffle=False)`), 'unshuffled', 'train_loader ='],
    [
      'a helper that is not asked to shuffle',
      feed(
        `def make(root, shuffle=False):\n    return DataLoader(datasets.ImageFolder(root, tf), batch_size=16, shuffle=shuffle)\ntrain_loader = make('data/train')`,
      ),
      'unshuffled',
      'return DataLoader',
    ],
    [
      'a mean for 0–255 after ToTensor',
      tf('transforms.ToTensor()', 'transforms.Normalize([123.7, 116.3, 103.5], [58.4, 57.1, 57.4])'),
      'normalized-for-255',
      'Normalize',
    ],
    ['a mean for 0–1 on 0–255', tf('transforms.PILToTensor()', IMAGENET), 'normalized-for-one', 'Normalize'],
    [
      'two Normalize',
      tf('transforms.ToTensor()', IMAGENET, 'transforms.Normalize([0.5], [0.5])'),
      'scaled-twice',
      'tf =',
    ],
    ['Normalize before ToTensor', tf(IMAGENET, 'transforms.ToTensor()'), 'normalize-before-tensor', 'tf ='],
    [
      'a division after ToTensor',
      { loop: loop('x = x / 255.0', 'opt.zero_grad()', 'loss = crit(net(x), y)', 'loss.backward()', 'opt.step()') },
      'scaled-twice',
      'x / 255',
    ],
    [
      'a division where the net is called',
      { loop: loop('opt.zero_grad()', 'loss = crit(net(x / 255), y)', 'loss.backward()', 'opt.step()') },
      'scaled-twice',
      'x / 255',
    ],
    [
      'other scaling in prediction',
      {
        loaders: `use = transforms.Compose([transforms.ToTensor()])\ntrain_loader = DataLoader(${FOLDER}, 16, shuffle=True)\ntest_loader = DataLoader(datasets.ImageFolder('data/test', use), 16)`,
      },
      'prediction-scaled-otherwise',
      'use =',
    ],
  ])('%s: told', async (_, parts, rule, line) => {
    const source = torchScript(parts);
    expect(await accusations(source)).toEqual([`${rule} ${at(source, line)}`]);
  });

  it.each<[string, Parts]>([
    [
      'a helper that is asked to shuffle',
      feed(
        `def make(root, shuffle=False):\n    return DataLoader(datasets.ImageFolder(root, tf), batch_size=16, shuffle=shuffle)\ntrain_loader = make('data/train', shuffle=True)`,
      ),
    ],
    [
      'a loader with another name',
      {
        loaders: `holdout = DataLoader(datasets.ImageFolder('b', tf), 16)\nfeed = DataLoader(datasets.ImageFolder('a', tf), 16, shuffle=True)`,
        loop: loop('opt.zero_grad()', 'loss = crit(net(x), y)', 'loss.backward()', 'opt.step()').replace(
          'train_loader',
          'feed',
        ),
        evaluation: '',
      },
    ],
    ['a sampler', feed(`train_loader = DataLoader(${FOLDER}, 16, sampler=torch.utils.data.RandomSampler(data))`)],
    [
      'random_split',
      feed(`a, b = torch.utils.data.random_split(${FOLDER}, [500, 100])\ntrain_loader = DataLoader(a, 16)`),
    ],
    [
      'a random order of a subset',
      feed(`data = ${FOLDER}\ntrain_loader = DataLoader(Subset(data, torch.randperm(500)), 16)`),
    ],
    ['CIFAR10, which is mixed', feed(`train_loader = DataLoader(datasets.CIFAR10('d', transform=tf), 16)`)],
    [
      'loaders in a dictionary',
      {
        loaders: `loaders = {'train': DataLoader(${FOLDER}, 16, shuffle=True), 'val': DataLoader(datasets.ImageFolder('v', tf), 16)}\ntrain_loader, test_loader = loaders['train'], loaders['val']`,
      },
    ],
    ['shuffle by a condition', feed(`train_loader = DataLoader(${FOLDER}, 16, shuffle=(sampler is None))`)],
    [
      'albumentations',
      {
        head: `${HEAD}\nimport albumentations as A\nfrom albumentations.pytorch import ToTensorV2`,
        transforms: 'tf = A.Compose([A.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]), ToTensorV2()])',
      },
    ],
    [
      'a caffe net on 0–255',
      tf(
        'transforms.ToTensor()',
        'transforms.Lambda(lambda x: x * 255)',
        'transforms.Normalize([123.7, 116.3, 103.5], [1, 1, 1])',
      ),
    ],
    ['transforms v2', tf('transforms.v2.ToImage()', 'transforms.v2.ToDtype(torch.float32, scale=True)', IMAGENET)],
    [
      'augmentation only in training',
      {
        loaders: `use = transforms.Compose([transforms.ToTensor(), ${IMAGENET}])\ntrain_loader = DataLoader(${FOLDER}, 16, shuffle=True)\ntest_loader = DataLoader(datasets.ImageFolder('data/test', use), 16)`,
      },
    ],
  ])('%s: nothing', async (_, parts) => {
    expect(await accusations(torchScript(parts))).toEqual([]);
  });

  it.each([
    [
      'fastai',
      'from fastai.vision.all import *\nlearn = vision_learner(dls, resnet18)\nlearn.fine_tune(3)',
      /trains with fastai, which is not read/,
    ],
    [
      'the Trainer of Transformers',
      'import torch\nfrom transformers import Trainer, TrainingArguments\nTrainer(model=m, args=TrainingArguments("o")).train()',
      /Trainer of Transformers, which is not read/,
    ],
    [
      'Ultralytics',
      'from ultralytics import YOLO\nYOLO("yolov8n-cls.pt").train(data="d")',
      /Ultralytics, which is not read/,
    ],
  ])('says that %s is not read', async (_, source, message) => {
    await expect(accusations(source)).rejects.toThrow(message);
  });
});

describe('one image that is predicted', () => {
  const predicts = (image: string): string =>
    torchScript({
      evaluation: `    net.eval()\nfrom PIL import Image\nimage = Image.open('x.jpg')\n${image}\nprint(net(x).argmax(1))`,
    });

  it.each([
    ['x = transforms.ToTensor()(image).unsqueeze(0)'],
    ['x = transforms.functional.to_tensor(image.resize((64, 64)))[None]'],
  ])('is not normalized: %s', async (image) => {
    const [found, ...others] = await accusations(predicts(image));
    expect(found).toMatch(/^prediction-scaled-otherwise \d+$/);
    expect(others).toEqual([]);
    const { changed, left } = await remedied(predicts(image), 2);
    expect(left).toEqual([]);
    expect(changed.code).toMatch(/x = transforms\.Normalize\(\[.*\]\)\(transforms\..*ensor/);
  });

  it.each([
    ['x = tf(image).unsqueeze(0)'],
    ['x = transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])(transforms.ToTensor()(image))[None]'],
    ['x = (transforms.ToTensor()(image)[None] - mean) / std'],
    ['x = preprocess(transforms.ToTensor()(image))[None]'],
  ])('is normalized, or that is not known: %s', async (image) => {
    expect(await accusations(predicts(image))).toEqual([]);
  });
});
