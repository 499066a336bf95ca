/** Unpacks the binary batches of CIFAR-10 and CIFAR-100. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Container } from '../../core/dataset/containers';
import { cifarLabel, cifarLabelBytes, cifarNames, cifarRecordBytes } from '../../core/unpack/cifar';
import { UNSCALED, samplesOf } from '../../core/unpack/array-pixels';
import type { ArrayHeader } from '../../core/unpack/array-header';
import type { ImageShape } from '../../core/unpack/image-arrays';
import { classFolder } from '../../core/unpack/entry-path';
import { splitOfFile } from '../../core/unpack/file-words';
import { archiveFailure } from './failure';
import { writePictures, type EncodablePicture } from './pictures';
import { recordsOf } from './records';
import { unzipped } from './tar';
import type { UnpackTarget } from './target';

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
