/** Sorts the samples of a WebDataset archive, whose labels are in small files beside the images, into class folders. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { classFolder } from '../../core/unpack/entry-path';
import { isLabelFile, isSampleImage, labelAmong, sampleOf } from '../../core/unpack/sample-label';
import type { UnpackTarget } from './target';

/** Larger files hold no label. */
export const MOST_LABEL_BYTES = 100_000;

interface Sample {
  readonly key: string;
  readonly image: string;
  /** Paths of all its files. */
  readonly files: readonly string[];
}

function samplesIn(folder: string): { samples: Sample[]; images: number } {
  const byKey = new Map<string, string[]>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const { key } = sampleOf(path);
    const files = byKey.get(key);
    if (files) files.push(path);
    else byKey.set(key, [path]);
  }
  const groups = [...byKey].map(([key, files]) => ({ key, files, image: files.find(isSampleImage) }));
  return {
    images: groups.filter(({ image }) => image !== undefined).length,
    samples: groups.flatMap(({ key, files, image }) =>
      image !== undefined && files.some(isLabelFile) ? [{ key, files, image }] : [],
    ),
  };
}

const labelOf = ({ files }: Sample): string | null =>
  labelAmong(
    files.map((path) => ({
      path,
      text: () => (statSync(path).size > MOST_LABEL_BYTES ? null : readFileSync(path, 'utf8')),
    })),
  );

/**
 * Does nothing to a folder in which fewer than half of the images have a label beside them.
 * @param folder into which one archive was unpacked
 * @param into where the class folders go
 * @param shard begins the names of the images, so that those of several archives differ
 */
export async function sortSamples(folder: string, into: string, shard: string, target: UnpackTarget): Promise<void> {
  const { samples, images } = samplesIn(folder);
  const labelled = samples.map((sample) => ({ sample, label: labelOf(sample) }));
  if (labelled.filter(({ label }) => label !== null).length * 2 <= images || samples.length === 0) return;
  target.notes.tell('labels-from', 'the files beside the images (.cls, .json and the like)');
  for (const { sample, label } of labelled) {
    target.task.signal.throwIfAborted();
    if (label === null) {
      target.notes.count('no-label', basename(sample.image));
      continue;
    }
    if (classFolder(label) !== label) target.notes.tell('class-renamed', label);
    const to = join(into, classFolder(label), `${shard}-${basename(sample.image)}`);
    await mkdir(dirname(to), { recursive: true });
    await rename(sample.image, to);
    for (const file of sample.files) if (file !== sample.image) await rm(file);
  }
}
