/** Recipes with a pretrained base: planted causes, and recipes that are sound. */
import type { Plant } from './lab-recipes.ts';

const FROZEN = { base: 'frozen', schedule: 'constant', learningRate: 1e-3, epochs: 30 };
/** VGG and ResNet of Keras. */
const CAFFE = { ...FROZEN, baseScale: 'caffe', normalization: 'caffe' };
/** Torchvision and timm. */
const TORCH = { ...FROZEN, baseScale: 'imagenet', normalization: 'imagenet' };
/** MobileNet and Xception of Keras. */
const SYMMETRIC = { ...FROZEN, baseScale: 'symmetric', normalization: 'symmetric' };
/** EfficientNet of Keras, which scales inside. */
const RAW = { ...FROZEN, baseScale: 'raw', normalization: 'raw' };

/** The whole base is trained, as public scripts often do. */
const TUNED = { ...TORCH, base: 'whole', learningRate: 1e-4, epochs: 10 };
const MOMENTUM = { kind: 'sgd', momentum: 0.9 };

const PLANTED: readonly Plant[] = [
  { name: 'base: 0–1 for EfficientNet', recipe: { ...RAW, normalization: 'unit' }, causes: ['normalization'] },
  { name: 'base: 0–1 for ResNet of Keras', recipe: { ...CAFFE, normalization: 'unit' }, causes: ['normalization'] },
  { name: 'base: 0–255 for MobileNet', recipe: { ...SYMMETRIC, normalization: 'raw' }, causes: ['normalization'] },
  { name: 'base: scaled twice', recipe: { ...TORCH, normalization: 'twice' }, causes: ['normalization'] },
  {
    name: 'base: 0–255 only in prediction',
    recipe: { ...SYMMETRIC, prediction: { normalization: 'raw', mode: 'predict' } },
    causes: ['prediction-normalization'],
  },
  { name: 'base: head at rate 0.5', recipe: { ...SYMMETRIC, learningRate: 0.5 }, causes: ['learning-rate'] },
  { name: 'base: head at rate 1e-7', recipe: { ...SYMMETRIC, learningRate: 1e-7 }, causes: ['learning-rate'] },
  { name: 'base: three updates', recipe: { ...TORCH, epochs: 1, stepsPerEpoch: 3 }, causes: ['steps'] },
  { name: 'base: all weights frozen', recipe: { ...TORCH, updates: 'none' }, causes: ['updates'] },
  { name: 'base: labels apart from images', recipe: { ...TORCH, paired: false }, causes: ['pairing'] },
  {
    name: 'base: scaled twice, rate 0.5',
    recipe: { ...SYMMETRIC, normalization: 'twice', learningRate: 0.5 },
    causes: ['normalization', 'learning-rate'],
  },
  ...[0.1, 0.01, 0.001].map((learningRate) => ({
    name: `tuned: whole base, Adam ${learningRate}`,
    recipe: { ...TUNED, learningRate },
    causes: ['learning-rate', 'base'],
  })),
  {
    name: 'tuned: whole base, SGD 1.0',
    recipe: { ...TUNED, optimizer: MOMENTUM, learningRate: 1 },
    causes: ['learning-rate', 'base', 'optimizer'],
  },
  {
    name: 'tuned: last blocks, Adam 0.1',
    recipe: { ...SYMMETRIC, base: 'last-blocks', learningRate: 0.1 },
    causes: ['learning-rate', 'base'],
  },
  {
    name: 'tuned: whole base at 1e-4, 0–1 for ResNet of Keras',
    recipe: { ...CAFFE, base: 'whole', learningRate: 1e-4, normalization: 'unit' },
    causes: ['normalization'],
  },
  {
    name: 'tuned: whole base, labels apart from images',
    recipe: { ...TUNED, paired: false },
    causes: ['pairing'],
  },
];

const SOUND: readonly Plant[] = [
  { name: 'base: MobileNet, Adam 1e-3', recipe: SYMMETRIC, causes: [] },
  {
    name: 'base: ResNet of Keras, Adam 1e-4, 60 epochs',
    recipe: { ...CAFFE, learningRate: 1e-4, epochs: 60 },
    causes: [],
  },
  {
    name: 'base: torchvision, SGD 1e-2, 25 epochs',
    recipe: { ...TORCH, optimizer: { kind: 'sgd', momentum: 0.9 }, learningRate: 1e-2, epochs: 25 },
    causes: [],
  },
  {
    name: 'base: EfficientNet, dense layer, dropout 0.5',
    recipe: {
      ...RAW,
      architecture: { kind: 'dense', layers: 1, width: 128 },
      dropout: { rate: 0.5, position: 'before-output' },
    },
    causes: [],
  },
  { name: 'base: −1 to 1 for torchvision', recipe: { ...TORCH, normalization: 'symmetric' }, causes: [] },
  { name: 'tuned: whole base, Adam 1e-4', recipe: TUNED, causes: [] },
  { name: 'tuned: whole base, Adam 1e-5, 30 epochs', recipe: { ...TUNED, learningRate: 1e-5, epochs: 30 }, causes: [] },
  {
    name: 'tuned: last blocks, SGD 1e-2',
    recipe: { ...TUNED, base: 'last-blocks', optimizer: MOMENTUM, learningRate: 1e-2 },
    causes: [],
  },
];

export const PRETRAINED: readonly Plant[] = [...PLANTED, ...SOUND];
