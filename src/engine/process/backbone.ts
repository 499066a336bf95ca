/**
 * The network that turns a photograph into an embedding: EfficientNet-Lite0, trained on ImageNet. Set-up brings it where
 * it can be fetched; everything works without it. Imports only Node, because set-up's scripts import this file.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One output: for each image, `width` numbers, the means of one layer over all positions. */
export interface BackboneOutput {
  readonly name: string;
  readonly width: number;
}

export interface Backbone {
  /** The absolute path of the ONNX file. The weights are in a file beside it. */
  readonly path: string;
  /** Names graph and weights: embeddings with different keys must not be mixed. */
  readonly key: string;
  /**
   * The name of the only input: float32, images × 3 × side × side, RGB, each value (x − 127.5) / 127.5 of a byte x. Any
   * number of images and any side.
   */
  readonly input: string;
  readonly outputs: readonly BackboneOutput[];
}

/** The last layer, and the last blocks of the stages 4, 5 and 6. */
export const BACKBONE_OUTPUTS: readonly BackboneOutput[] = [
  { name: 'final', width: 1280 },
  { name: 'stage4', width: 80 },
  { name: 'stage5', width: 112 },
  { name: 'stage6', width: 192 },
];

/**
 * Where the network can be cut in two: what comes after the cut is the last block and the convolution after it, which
 * can be trained in seconds.
 */
export interface BackboneCut {
  /** The value in the graph at which the last part begins: images × channels × side × side. */
  readonly name: string;
  readonly channels: number;
  /** Side of the pictures / side of the maps. */
  readonly stride: number;
}

export const BACKBONE_CUT: BackboneCut = { name: '_blocks.14/sum', channels: 192, stride: 32 };

export const BACKBONE_INPUT = 'images';

/** Below the project's folder and, in a package, below the engine's. npm leaves names with a leading dot alone. */
export const BACKBONE_FOLDER = join('node_modules', '.plumbline-backbone');

export const BACKBONE_FILES = {
  graph: 'efficientnet-lite0.onnx',
  weights: 'efficientnet-lite0.pth',
  licence: 'LICENSE',
} as const;

/**
 * @param from the folder where the search begins; it continues in the folders above
 * @returns null if set-up could not fetch the backbone
 */
export function installedBackbone(from = dirname(fileURLToPath(import.meta.url))): Backbone | null {
  for (let above = from; ; above = dirname(above)) {
    const folder = join(above, BACKBONE_FOLDER);
    const path = join(folder, BACKBONE_FILES.graph);
    if (existsSync(path) && existsSync(join(folder, BACKBONE_FILES.weights))) {
      // The graph contains the hash of the weights, so its own hash identifies both.
      const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
      return {
        path: realpathSync(path),
        key: `efficientnet-lite0-${hash.slice(0, 8)}`,
        input: BACKBONE_INPUT,
        outputs: BACKBONE_OUTPUTS,
      };
    }
    if (above === dirname(above)) return null;
  }
}
