/** The user's own embedding of the images, in place of what the pretrained network sees. */
import { basename } from 'node:path';
import { PlumblineError } from '../../contract/errors';
import type { ImportedEmbedding, OwnEmbedding } from '../../contract/model/labels';
import { matchImages } from '../../core/dataset/image-match';
import { matchSentences } from '../../core/text/matching';
import { quoted } from '../../core/text/names';
import { counted, integer } from '../../core/text/numbers';
import type { Catalog } from '../catalog/catalog';
import {
  contentsOf,
  type EmbeddingSource,
  embeddingsOf,
  forgetEmbeddings,
  storeEmbeddings,
} from '../catalog/embeddings';
import { type EmbeddingFiles, readEmbeddings } from '../files/embeddings-file';
import { indexedCohort } from './cohort';
import type { EmbeddingReader } from './embed-run';

/** Least share of the images that must have a row. */
const LEAST_COVERED = 0.5;
const OWN = 'own ';

const sourceOf = ({ key }: Pick<OwnEmbedding, 'key'>): EmbeddingSource => ({ network: `${OWN}${key}`, side: 0 });
const bad = (message: string): PlumblineError => new PlumblineError('bad-predictions', message);

/**
 * Stores an embedding for the images of the data set. It replaces the last one.
 * @returns the embedding as `jobs.probe` takes it, and sentences about what was left out
 * @throws PlumblineError bad-predictions, no-images, no-permission; one sentence
 */
export async function importEmbedding(catalog: Catalog, files: EmbeddingFiles): Promise<ImportedEmbedding> {
  const { images, paths } = indexedCohort(catalog);
  const file = basename(files.embeddings);
  const { paths: named, columns: width, values, sha256 } = await readEmbeddings(files);
  const { rows: found, counts } = matchImages(paths, named);
  const rowOf = new Map<number, number>();
  const unknown: string[] = [];
  named.forEach((path, row) => {
    const at = found[row]!;
    const image = typeof at === 'number' ? images[at]! : null;
    if (image === null) unknown.push(path);
    else if (rowOf.has(image))
      throw bad(`${quoted(file)} has two rows for the image “${path}”: write one for each image.`);
    else rowOf.set(image, row);
  });
  if (rowOf.size < LEAST_COVERED * images.length)
    throw bad(
      `${quoted(file)} has rows for ${integer(rowOf.size)} of the ${integer(images.length)} images${unknown[0] === undefined ? '' : `, and “${unknown[0]}” matches none`}: write one row for each image, with its path in the data set.`,
    );
  const contents = contentsOf(catalog, Int32Array.from(rowOf.keys()));
  const scaled = new Float32Array(rowOf.size * width);
  [...rowOf.values()].forEach((row, i) => {
    const own = values.subarray(row * width, (row + 1) * width);
    if (!own.every(Number.isFinite))
      throw bad(`${quoted(file)} has NaN or infinity in the row of “${named[row]!}”: write finite numbers.`);
    // The view only uses directions. Values between −1 and 1 fit into the halves in which they are stored.
    let largest = 0;
    for (const value of own) largest = Math.max(largest, Math.abs(value));
    own.forEach((value, k) => (scaled[i * width + k] = largest > 0 ? value / largest : 0));
  });
  const embedding = { key: sha256, file, width };
  forgetEmbeddings(catalog, OWN);
  storeEmbeddings(catalog, sourceOf(embedding), contents, scaled);
  const missing = images.length - rowOf.size;
  return {
    embedding,
    notes: [
      ...matchSentences(counts),
      ...(unknown[0] === undefined
        ? []
        : [
            `${counted(unknown.length, 'row matches', 'rows match')} no image of this data set, for example “${unknown[0]}”.`,
          ]),
      ...(missing === 0
        ? []
        : [
            `${integer(missing)} of the ${integer(images.length)} images have no row; the probe judges them by its other features, if it uses any.`,
          ]),
    ],
  };
}

/**
 * Reads a stored embedding for a cohort.
 * @throws PlumblineError not-found when it is no longer stored
 */
export function ownEmbeddingReader(
  catalog: Catalog,
  images: Int32Array,
  embedding: OwnEmbedding,
): Pick<EmbeddingReader, 'layers' | 'read'> {
  return {
    layers: [{ name: 'own', width: embedding.width }],
    read: (indices) => {
      const asked = indices.map((i) => images[i]!);
      const values = embeddingsOf(catalog, sourceOf(embedding), asked, embedding.width);
      if (values.every(Number.isNaN))
        throw new PlumblineError('not-found', `${quoted(embedding.file)} is no longer stored; import it again.`);
      return Promise.resolve(values);
    },
  };
}
