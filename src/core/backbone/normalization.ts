/** How pixels are normalized for a pretrained network: the usual ways, and how to find the right one. */
import type { PixelNormalization, NormalizationName } from '../../contract/model/backbone';

export const NORMALIZATIONS: Readonly<Record<NormalizationName, PixelNormalization & { readonly words: string }>> = {
  imagenet: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225], words: 'ImageNet’s mean and deviation' },
  /** Of OpenAI's CLIP. */
  clip: {
    mean: [0.48145466, 0.4578275, 0.40821073],
    std: [0.26862954, 0.26130258, 0.27577711],
    words: 'CLIP’s mean and deviation',
  },
  half: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], words: 'values from −1 to 1' },
  none: { mean: [0, 0, 0], std: [1, 1, 1], words: 'values from 0 to 1' },
};

/** Families of networks by their usual names; the first that fits counts. */
const FAMILIES: readonly (readonly [RegExp, NormalizationName])[] = [
  [/siglip/, 'half'],
  [/mobile-?clip/, 'none'],
  [/clip/, 'clip'],
  [/dino|deit|\bmae\b|jepa/, 'imagenet'],
  [/beit|\bvit\b|vit-(tiny|small|base|large|huge|[tsblh]\d)|inception|efficientnet-?lite|vitimageprocessor/, 'half'],
  [/resne|convnext|swin|efficientnet|regnet|densenet|vgg|mobilenet|mobilevit|torchvision|timm/, 'imagenet'],
];

/**
 * The normalization by what a network is called.
 * @param names file name, folder names, and what the file says about itself
 * @returns null where no known family is named
 */
export function namedNormalization(names: readonly string[]): NormalizationName | null {
  const text = names.join(' ').toLowerCase().replaceAll('_', '-');
  return FAMILIES.find(([family]) => family.test(text))?.[1] ?? null;
}

/** What Hugging Face's preprocessor_config.json says. */
export interface PreprocessorConfig {
  /** Null where it says nothing. */
  readonly normalization: PixelNormalization | null;
  readonly side: number | null;
  /** The name of the class that reads pictures, which names the family; empty where it is absent. */
  readonly kind: string;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function colours(value: unknown): [number, number, number] | null {
  if (!Array.isArray(value) || value.length !== 3 || !value.every((one) => Number.isFinite(one))) return null;
  return value as [number, number, number];
}

function sideOf(value: unknown): number | null {
  const found = isRecord(value) ? (value['height'] ?? value['shortest_edge'] ?? value['width']) : value;
  return Number.isInteger(found) && (found as number) >= 8 && (found as number) <= 1024 ? (found as number) : null;
}

/** @param config the parsed JSON @returns null if it is not such a file */
export function readPreprocessorConfig(config: unknown): PreprocessorConfig | null {
  if (!isRecord(config)) return null;
  const factor = config['do_rescale'] === false ? 1 : config['rescale_factor'];
  // The network expects (byte · factor − mean) / std; here a value is byte / 255.
  const scale = 255 * (typeof factor === 'number' && factor > 0 ? factor : 1 / 255);
  const normalized = config['do_normalize'] !== false;
  const mean = normalized ? colours(config['image_mean']) : [0, 0, 0];
  const std = normalized ? colours(config['image_std']) : [1, 1, 1];
  const by = (values: readonly number[]) => values.map((one) => one / scale) as [number, number, number];
  const named = config['image_processor_type'] ?? config['feature_extractor_type'];
  return {
    normalization: mean && std && std.every((one) => one > 0) ? { mean: by(mean), std: by(std) } : null,
    side: sideOf(config['do_center_crop'] === false ? config['size'] : (config['crop_size'] ?? config['size'])),
    kind: typeof named === 'string' ? named : '',
  };
}

/** The side in a name such as “vit_base_patch16_384.onnx”; null where there is none. */
export function namedSide(names: readonly string[]): number | null {
  for (const name of names) {
    // Not the number in “sha256” or “2240”.
    const found = [
      ...name.matchAll(
        /(?<![\da-z])(112|128|160|192|224|240|256|260|288|299|300|336|378|384|448|512|518)(?=px|[^\da-z]|$)/gi,
      ),
    ];
    const last = found.at(-1);
    if (last) return Number(last[1]);
  }
  return null;
}

/**
 * Normalized values of every byte, red first: 3 × 256.
 */
export function normalizedBytes({ mean, std }: PixelNormalization): Float32Array {
  const table = new Float32Array(3 * 256);
  for (let colour = 0; colour < 3; colour++) {
    const [centre, scale] = [mean[colour]!, std[colour]!];
    for (let byte = 0; byte < 256; byte++) table[colour * 256 + byte] = byte / (255 * scale) - centre / scale;
  }
  return table;
}
