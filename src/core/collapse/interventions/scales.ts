import { z } from 'zod';

/** Scales of pixels that pretrained nets expect. */
export const scaleSchema = z.enum([
  /** 0–1. */
  'unit',
  /** −1–1: MobileNet, Inception, Xception. */
  'symmetric',
  /** 0–1, then ImageNet's mean and standard deviation: torchvision, timm, DenseNet of Keras. */
  'imagenet',
  /** 0–255 as decoded: nets that scale inside, such as EfficientNet of Keras. */
  'raw',
  /** 0–255 in the order BGR, minus ImageNet's mean: VGG and ResNet of Keras. */
  'caffe',
]);
export type BaseScale = z.infer<typeof scaleSchema>;

export const SCALE_NAMES: Record<BaseScale, string> = {
  unit: '0 to 1',
  symmetric: '−1 to 1',
  imagenet: 'ImageNet’s mean and deviation',
  raw: 'none, 0 to 255',
  caffe: 'BGR minus ImageNet’s mean, as VGG and ResNet of Keras',
};
