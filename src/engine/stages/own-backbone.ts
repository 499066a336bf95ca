/** A pretrained network of the user in place of the built-in one. */
import { basename } from 'node:path';
import type { BackboneChoices, CheckedBackbone, OwnBackbone } from '../../contract/model/backbone';
import type { Catalog } from '../catalog/catalog';
import { USER_NETWORK } from '../catalog/embeddings';
import { modelPath } from '../catalog/predictions';
import type { Task } from '../process/task';
import { runTask } from '../training/host';
import type { EmbeddingNetwork } from './embed-contents';
import { type EmbeddingReader, networkReader } from './embed-run';

/** To be raised when the code changes how a picture is decoded or fed to the network. */
const VERSION = 1;
/** Halves, in which embeddings are stored, end at 65,504. */
const MOST_VALUE = 30_000;

/**
 * Finds out how a network is run: what its file says, and what works on made-up pictures.
 * @param model the token of its file
 * @throws PlumblineError bad-model, one sentence; not-found, worker-died, out-of-memory
 */
export async function checkBackbone(
  catalog: Catalog,
  { model, ...choices }: BackboneChoices & { readonly model: string },
): Promise<CheckedBackbone> {
  const path = modelPath(catalog, model);
  const { plan, ...rest } = await runTask(
    'inspect-backbone',
    { path, ...choices },
    { signal: new AbortController().signal, progress: () => undefined },
  );
  return { backbone: { ...plan, model, file: basename(path) }, ...rest };
}

/** Large values would become infinite, and the length of a row is not used. */
function scaled(row: Float32Array): void {
  const largest = row.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest <= MOST_VALUE) return;
  for (let k = 0; k < row.length; k++) row[k]! *= MOST_VALUE / largest;
}

function networkOf(catalog: Catalog, backbone: OwnBackbone): EmbeddingNetwork {
  const { model, sha256, side, input, normalization, output } = backbone;
  const { mean, std } = normalization;
  const pixels = input.type === 'uint8' ? 'bytes' : [...mean, ...std].map((value) => value.toPrecision(6)).join(',');
  return {
    name: `${USER_NETWORK}${sha256} ${output.name} ${output.pooling} ${pixels} v${VERSION}`,
    side,
    encoder: { path: modelPath(catalog, model), sha256, input, normalization, outputs: [output] },
    scaled,
  };
}

/** @throws PlumblineError not-found; and when it reads, those of `EmbeddingReader` */
export const ownBackboneReader = (
  catalog: Catalog,
  images: Int32Array,
  task: Task,
  backbone: OwnBackbone,
): EmbeddingReader => networkReader(catalog, images, task, networkOf(catalog, backbone));
