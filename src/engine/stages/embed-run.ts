/** Runs the pretrained network on a data set. Each content is computed once and stored, also if the run is interrupted. */
import { longerSides, typicalSide } from '../../core/images/sides';
import { processLog } from '../../host/process-log';
import type { Catalog } from '../catalog/catalog';
import {
  contentFiles,
  type EmbeddingSource,
  embeddingsOf,
  missingEmbeddings,
  pruneEmbeddings,
  storeEmbeddings,
} from '../catalog/embeddings';
import { filePath } from '../files/paths';
import { NORMALIZATIONS } from '../../core/backbone/normalization';
import { type Backbone, type BackboneOutput, installedBackbone } from '../process/backbone';
import type { Task } from '../process/task';
import type { Cohort } from './cohort';
import { embedInProcesses, type EmbeddingNetwork } from './embed-contents';

/** To be raised when the code changes how a picture is decoded or fed to the network. */
const VERSION = 1;

/**
 * The side of the pictures in pixels, by the number of images. The time grows with the square of the side. Each limit
 * keeps the time at a few minutes on two cores; above the last limit the time has no bound.
 */
const SIDES = [
  { side: 224, images: 15_000 },
  { side: 160, images: 40_000 },
  { side: 128, images: Infinity },
] as const;

/** Pictures up to this longer side are small, … */
const SMALL = 64;
/**
 * … and enlarging them further than this does harm. AP on 10,000 photographs of 32 px with people's errors: .639 at
 * 128 px, .651 at 160 px, .638 at 224 px.
 */
const SMALL_SIDE = 160;

/**
 * Side in pixels of the pictures that the network gets.
 * @param longer longer side of each image of the data set, in pixels
 */
export function embeddingSide(longer: Int32Array): number {
  const { side } = SIDES.find((line) => longer.length <= line.images)!;
  return typicalSide(longer) <= SMALL ? Math.min(side, SMALL_SIDE) : side;
}

/** While the one hands over rows or waits for pictures, the other computes. A process takes 320 MB. */
const BUILT_IN_PROCESSES = 2;

/** Everything that the values of the built-in network depend on, apart from the side. */
export function networkName({ key, outputs }: Pick<Backbone, 'key' | 'outputs'>): string {
  const layers = outputs.map(({ name, width }) => `${name}:${width}`).join(',');
  return `${key} ${layers} v${VERSION}`;
}

/** The built-in network. */
export function builtIn(backbone: Backbone, side: number): EmbeddingNetwork {
  const { path, input, outputs } = backbone;
  return {
    name: networkName(backbone),
    side,
    processes: BUILT_IN_PROCESSES,
    encoder: {
      path,
      sha256: null,
      input: { name: input, layout: 'nchw', type: 'float32', batch: null },
      normalization: NORMALIZATIONS.half,
      outputs: outputs.map((output) => ({ ...output, pooling: 'row' as const })),
    },
  };
}

const sourceOf = ({ name, side }: EmbeddingNetwork): EmbeddingSource => ({ network: name, side });

/** Starts a process only where something is not computed yet. */
async function computeMissing(
  catalog: Catalog,
  images: Int32Array,
  task: Task,
  network: EmbeddingNetwork,
  seconds?: number,
): Promise<void> {
  const source = sourceOf(network);
  const missing = new Set(missingEmbeddings(catalog, source, images).map(({ sha256 }) => sha256));
  const wanted = contentFiles(catalog, images).filter(({ sha256 }) => missing.has(sha256));
  if (wanted.length > 0) {
    const files = wanted.map((one) => ({
      file: filePath(one.path, one.raw).absolute(catalog.root),
      sha256: one.sha256,
    }));
    const keep = (positions: Int32Array, values: Float32Array): void => {
      const contents = Array.from(positions, (position) => wanted[position]!.sha256);
      storeEmbeddings(catalog, source, contents, values);
    };
    await embedInProcesses(network, files, task, keep, seconds);
    pruneEmbeddings(catalog, source);
  }
}

export interface EmbeddingReader {
  /** The parts of a row, in order. */
  readonly layers: readonly BackboneOutput[];
  /** Side in pixels of the pictures that the network is given. */
  readonly side: number;
  /**
   * Rows of the images at these positions of the cohort; NaN for an image whose file cannot be read or has changed since
   * it was indexed.
   * @throws PlumblineError bad-model, worker-died, out-of-memory; the signal's reason on cancel. What was computed until
   * then is kept.
   */
  readonly read: (indices: Int32Array) => Promise<Float32Array>;
}

/**
 * What the network puts out for a cohort, computed when it is first asked for. The first request is for a few images,
 * by which the probe decides whether the network helps. The second computes all images in one process.
 * @returns null if no network is installed
 */
export function embeddingReader(
  catalog: Catalog,
  { images, widths, heights }: Pick<Cohort, 'images' | 'widths' | 'heights'>,
  task: Task,
  backbone = installedBackbone(),
): EmbeddingReader | null {
  if (backbone === null) return null;
  return networkReader(catalog, images, task, builtIn(backbone, embeddingSide(longerSides(widths, heights))));
}

/**
 * The same for any network.
 * @param seconds that the network may take for a request; the images, in their order, that it does not get to in this
 * time have no values
 */
export function networkReader(
  catalog: Catalog,
  images: Int32Array,
  task: Task,
  network: EmbeddingNetwork,
  seconds?: number,
): EmbeddingReader {
  const layers = network.encoder.outputs.map(({ name, width }) => ({ name, width }));
  const width = layers.reduce((sum, layer) => sum + layer.width, 0);
  const source = sourceOf(network);
  let requests = 0;
  return {
    layers,
    side: network.side,
    read: async (indices) => {
      requests += 1;
      const asked = indices.map((i) => images[i]!);
      // Later requests only read: a file that cannot be read would start a process for each of them.
      if (requests <= 2) await computeMissing(catalog, requests === 1 ? asked : images, task, network, seconds);
      const values = embeddingsOf(catalog, source, asked, width);
      if (requests === 2) {
        const missing = missingEmbeddings(catalog, source, images).length;
        if (missing > 0) processLog.warn('images-not-embedded', { images: missing });
      }
      return values;
    },
  };
}
