/** The pretrained network over a data set: each content is computed once and kept, also when the run is cut off. */
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
import { type BackboneOutput, installedBackbone } from '../process/backbone';
import type { Task } from '../process/task';
import { runTask } from '../training/host';
import type { Cohort } from './cohort';

/** Changes whenever the same picture would be decoded or fed to the network otherwise. */
const VERSION = 1;

/**
 * The side of the pictures by the number of images. The time grows with the square of the side, and each line takes a
 * few minutes at most on two cores up to its number of images; beyond the last it grows on.
 */
const SIDES = [
  { side: 224, images: 15_000 },
  { side: 160, images: 40_000 },
  { side: 128, images: Infinity },
] as const;

/** Side in pixels at which the network looks at each picture of a data set of so many images. */
export function embeddingSide(images: number): number {
  return SIDES.find((line) => images <= line.images)!.side;
}

export interface Embedded {
  /** images × width in the cohort's order, row-major; a row of NaN for each image of `missing`. */
  readonly values: Float32Array;
  readonly width: number;
  /** What stands side by side in a row, from its start. */
  readonly layers: readonly BackboneOutput[];
  /** Pixels. */
  readonly side: number;
  /** Positions of images whose file could not be read or has changed since it was indexed. */
  readonly missing: Int32Array;
}

/**
 * What the network puts out for each image of the cohort. Starts a process only where something is not computed yet.
 * @returns null if no network is installed, or if no image could be read
 * @throws PlumblineError bad-model, worker-died, out-of-memory; the signal's reason on cancel. What was computed until
 * then is kept.
 */
export async function embedded(
  catalog: Catalog,
  { images }: Pick<Cohort, 'images'>,
  task: Task,
  backbone = installedBackbone(),
): Promise<Embedded | null> {
  if (backbone === null) return null;
  const { path, key, input, outputs } = backbone;
  const layers = outputs.map(({ name, width }) => `${name}:${width}`).join(',');
  const side = embeddingSide(images.length);
  const source: EmbeddingSource = { network: `${key} ${layers} v${VERSION}`, side };
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
  const width = outputs.reduce((sum, output) => sum + output.width, 0);
  const values = embeddingsOf(catalog, source, images, width);
  const missing = Int32Array.from(images.keys()).filter((i) => Number.isNaN(values[i * width]));
  if (missing.length > 0) processLog.warn('images-not-embedded', { images: missing.length });
  return missing.length === images.length ? null : { values, width, layers: outputs, side, missing };
}
