/** Unpacks the batches of CIFAR-10 and CIFAR-100, binary or for Python. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Container } from '../../core/dataset/containers';
import { cifarLabel, cifarLabelBytes, cifarNames, cifarRecordBytes } from '../../core/unpack/cifar';
import { UNSCALED, samplesOf } from '../../core/unpack/array-pixels';
import { labelsOfArray, type ArrayHeader } from '../../core/unpack/array-header';
import type { ImageShape } from '../../core/unpack/image-arrays';
import { classFolder } from '../../core/unpack/entry-path';
import { splitOfFile } from '../../core/unpack/file-words';
import { archiveFailure, badArchive } from './failure';
import { arraysOfPickle } from './pickles';
import { writePictures, type EncodablePicture } from './pictures';
import { recordsOf } from './records';
import { unzipped } from './tar';
import type { UnpackTarget } from './target';

const PIXELS = 3 * 32 * 32;
const SHAPE: ImageShape = { count: 1, height: 32, width: 32, channels: 3, planar: true };
const BYTES: ArrayHeader = { kind: 'u', size: 1, little: true, shape: [], start: 0 };
const NAMES = { 1: 'batches.meta.txt', 2: 'fine_label_names.txt' } as const;

function namesBeside(file: string, labelBytes: 1 | 2): string[] {
  try {
    return cifarNames(readFileSync(join(dirname(file), NAMES[labelBytes])));
  } catch {
    return [];
  }
}

/**
 * The batches that Python reads, with the names of the classes from `batches.meta` or `meta` beside them.
 * @throws PlumblineError bad-archive, disk-full
 */
export async function unpackCifarPickle(folder: string, { path }: Container, target: UnpackTarget): Promise<void> {
  const arrays = arraysOfPickle(join(folder, path), path);
  const images = arrays.find(({ header: { shape } }) => shape.length === 2 && shape[1] === PIXELS);
  const labels = arrays.find(({ name }) => name === 'labels');
  const count = images?.header.shape[0] ?? 0;
  if (
    images === undefined ||
    images.header.kind !== 'u' ||
    images.header.size !== 1 ||
    labels?.header.shape[0] !== count
  )
    throw badArchive(path, `it has no images of ${PIXELS} values with a label each`);
  const classes = labelsOfArray(labels.header, labels.data);
  const split = splitOfFile(path) ?? 'train';
  const { data } = images;
  function* pictures(): Generator<EncodablePicture> {
    for (let at = 0; at < count; at += 1) {
      const record = data.subarray(at * PIXELS, (at + 1) * PIXELS);
      yield {
        path: `${split}/${classFolder(classes[at] ?? '')}/${basename(path)}-${String(at).padStart(5, '0')}.png`,
        samples: samplesOf(BYTES, SHAPE, record, UNSCALED),
        shape: SHAPE,
      };
    }
  }
  try {
    await writePictures(pictures(), target);
  } catch (error) {
    throw archiveFailure(error, path);
  }
}

/** @throws PlumblineError bad-archive, disk-full */
export async function unpackCifar(folder: string, { path, bytes }: Container, target: UnpackTarget): Promise<void> {
  const labelBytes = cifarLabelBytes(bytes);
  if (labelBytes === null) {
    target.notes.count('not-used', path);
    return;
  }
  const size = cifarRecordBytes(labelBytes);
  const count = bytes / size;
  const names = namesBeside(join(folder, path), labelBytes);
  const stem = basename(path, '.bin');
  const split = splitOfFile(path) ?? 'train';
  async function* pictures(labels: 1 | 2): AsyncGenerator<EncodablePicture> {
    let at = 0;
    const chunks = unzipped(join(folder, path), false, (read) => target.read(read));
    for await (const record of recordsOf(chunks, 0, size, count)) {
      const label = cifarLabel(record, labels);
      const name = classFolder(names[label] ?? String(label));
      yield {
        path: `${split}/${name}/${stem}-${String(at).padStart(5, '0')}.png`,
        samples: samplesOf(BYTES, SHAPE, record.subarray(labels), UNSCALED),
        shape: SHAPE,
      };
      at += 1;
    }
  }
  try {
    await writePictures(pictures(labelBytes), target);
  } catch (error) {
    throw archiveFailure(error, path);
  }
}
