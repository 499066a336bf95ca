/** Runs the pretrained network on a data set. Each content is computed once and stored, also if the run is interrupted. */
import { longerSides, typicalSide } from '../../core/images/sides';
import { processLog } from '../../host/process-log';
import type { Catalog } from '../catalog/catalog';
import {
  type EmbeddingSource,
  embeddingsOf,
  missingEmbeddings,
  pruneEmbeddings,
  storeEmbeddings,
} from '../catalog/embeddings';
import { filePath } from '../files/paths';
import { type Backbone, type BackboneOutput, installedBackbone } from '../process/backbone';
import type { Task } from '../process/task';
import { runTask } from '../training/host';
import type { Cohort } from './cohort';

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

function sourceOf({ key, outputs }: Backbone, side: number): EmbeddingSource {
  const layers = outputs.map(({ name, width }) => `${name}:${width}`).join(',');
  return { network: `${key} ${layers} v${VERSION}`, side };
}

/** Starts a process only where something is not computed yet. */
async function computeMissing(
  catalog: Catalog,
  images: Int32Array,
  task: Task,
  backbone: Backbone,
  side: number,
): Promise<void> {
  const { path, input, outputs } = backbone;
  const source = sourceOf(backbone, side);
  const wanted = missingEmbeddings(catalog, source, images);
  if (wanted.length > 0) {
    const files = wanted.map((one) => ({
      file: filePath(one.path, one.raw).absolute(catalog.root),
      sha256: one.sha256,
    }));
    await runTask(
      'embed',
      { path, input, side, outputs: [...outputs], images: files },
      {
        ...task,
        checkpoint: ({ positions, values }) => {
          const contents = Array.from(positions, (position) => wanted[position]!.sha256);
          storeEmbeddings(catalog, source, contents, values);
        },
      },
    );
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
  const side = embeddingSide(longerSides(widths, heights));
  const width = backbone.outputs.reduce((sum, output) => sum + output.width, 0);
  let requests = 0;
  return {
    layers: backbone.outputs,
    side,
    read: async (indices) => {
      requests += 1;
      const asked = indices.map((i) => images[i]!);
      // Later requests only read: a file that cannot be read would start a process for each of them.
      if (requests <= 2) await computeMissing(catalog, requests === 1 ? asked : images, task, backbone, side);
      const values = embeddingsOf(catalog, sourceOf(backbone, side), asked, width);
      if (requests === 2) {
        const missing = missingEmbeddings(catalog, sourceOf(backbone, side), images).length;
        if (missing > 0) processLog.warn('images-not-embedded', { images: missing });
      }
      return values;
    },
  };
}
