import { describe, expect, it } from 'vitest';
import {
  namedNormalization,
  namedSide,
  NORMALIZATIONS,
  normalizedBytes,
  readPreprocessorConfig,
} from '../../../../src/core/backbone/normalization';

describe('the normalization by name', () => {
  it.each([
    ['dinov2_vits14.onnx', 'imagenet'],
    ['vision_model.onnx clip-vit-base-patch32', 'clip'],
    ['siglip-base-patch16-224', 'half'],
    ['mobileclip_s0', 'none'],
    ['dino-vits16', 'imagenet'],
    ['deit_small_patch16_224', 'imagenet'],
    ['vit-base-patch16-224-in21k', 'half'],
    ['vit_small_patch16_224', 'half'],
    ['resnet50.onnx', 'imagenet'],
    ['efficientnet-lite0', 'half'],
    ['efficientnet_b0', 'imagenet'],
    ['model.onnx pytorch', null],
    ['vitamins.onnx', null],
  ])('of %s is %s', (name, expected) => {
    expect(namedNormalization([name])).toBe(expected);
  });

  it('comes with a side in the name', () => {
    expect(namedSide(['vit_base_patch16_384.onnx'])).toBe(384);
    expect(namedSide(['dinov2-small.onnx', 'main 2.1', 'siglip-256'])).toBe(256);
    expect(namedSide(['model22400.onnx', 'v1024', 'weights-sha256 d7e0', 'ResNet18_224px'])).toBe(224);
    expect(namedSide(['weights-sha256 d7e0 sha256'])).toBeNull();
  });
});

describe('preprocessor_config.json', () => {
  it('gives mean, deviation and side', () => {
    expect(
      readPreprocessorConfig({
        image_processor_type: 'BitImageProcessor',
        image_mean: [0.4, 0.5, 0.6],
        image_std: [0.2, 0.3, 0.4],
        size: { shortest_edge: 256 },
        crop_size: { height: 224, width: 224 },
      }),
    ).toEqual({
      normalization: { mean: [0.4, 0.5, 0.6], std: [0.2, 0.3, 0.4] },
      side: 224,
      kind: 'BitImageProcessor',
    });
    expect(
      readPreprocessorConfig({ do_center_crop: false, size: { height: 384, width: 384 }, crop_size: 224 }),
    ).toEqual({
      normalization: null,
      side: 384,
      kind: '',
    });
  });

  it('may leave bytes as they are, or normalize nothing', () => {
    const bytes = readPreprocessorConfig({ do_rescale: false, do_normalize: false, size: 224 });
    expect([...normalizedBytes(bytes!.normalization!)].slice(254, 256)).toEqual([254, 255]);
    const unit = readPreprocessorConfig({ do_normalize: false, size: 224 });
    expect(normalizedBytes(unit!.normalization!)[255]).toBe(1);
  });

  it('is nothing where the file is something else', () => {
    expect(readPreprocessorConfig([1])).toBeNull();
    expect(readPreprocessorConfig({ image_mean: [1, 'a', 2], image_std: [0, 0, 0] })?.normalization).toBeNull();
  });
});

it('normalizes bytes to −1 … 1 exactly as the built-in network was measured', () => {
  const values = normalizedBytes(NORMALIZATIONS.half);
  for (let byte = 0; byte < 256; byte++) expect(values[byte]).toBe(Math.fround(byte / 127.5 - 1));
});
