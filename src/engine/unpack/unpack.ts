/** Unpacks all files of a source into one folder that can be read as a data set. */
import { copyFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PlumblineError } from '../../contract/errors';
import { containersText, isUnpackable, type Container, type ContainerKind } from '../../core/dataset/containers';
import { integer } from '../../core/text/numbers';
import { readContainers } from '../files/containers';
import { splitOfFile } from '../../core/unpack/file-words';
import { walkFolder } from '../files/walk';
import { unpackArrays } from './arrays';
import { unpackCifar, unpackCifarPickle } from './cifar';
import { isNamesOfBatches } from './pickles';
import { badArchive } from './failure';
import { unpackParquet } from './parquet';
import { unpackPixelTables } from './pixel-tables';
import { sourceOfFolder, type UnpackSource } from './source';
import { unpackTar } from './tar';
import type { UnpackTarget } from './target';
import { sortSamples } from './webdataset';
import { unpackZip } from './zip';

/** Archives inside of archives inside of archives occur in downloads; more of them only in traps. */
const MOST_LEVELS = 3;

/** Failures that one message names at most. */
const FAILURES_TOLD = 3;

const isArray = (kind: ContainerKind): boolean => ['npy', 'npz', 'idx', 'pickled-arrays'].includes(kind);

const stemOf = (path: string): string => path.replace(/(\.tar)?\.[^./]+$/, '');

/** Moves the content of `folder/NAME/NAME` to `folder/NAME`, which `NAME.zip` with one folder NAME became. */
async function hoist(folder: string): Promise<void> {
  const inner = join(folder, basename(folder));
  const names = await readdir(folder).catch(() => []);
  if (names.length !== 1 || names[0] !== basename(folder)) return;
  const aside = `${folder}.inner`;
  await rename(inner, aside).catch(() => undefined);
  await rmdir(folder);
  await rename(aside, folder);
}

async function unpackArchive(source: UnpackSource, file: Container, target: UnpackTarget): Promise<void> {
  const alone = source.files.length === 1 && source.tables.length === 0;
  const folder = alone ? '' : stemOf(file.path);
  const inside = folder === '' ? '' : `${folder}/`;
  const path = join(source.folder, file.path);
  if (file.kind === 'zip') await unpackZip(path, file.path, inside, target);
  else await unpackTar(path, file.path, inside, file.kind === 'tar-gzip', target);
  if (file.kind !== 'zip') {
    const split = splitOfFile(file.path);
    const into = split === null ? target.root : join(target.root, split);
    await sortSamples(join(target.root, folder), into, basename(stemOf(file.path)), target);
  }
  if (folder !== '') await hoist(join(target.root, folder));
}

/**
 * Runs every part. A part that cannot be unpacked is noted, and the others are still used.
 * @throws PlumblineError bad-archive if no part can be unpacked
 */
async function unpackEach(parts: readonly (() => Promise<void>)[], target: UnpackTarget): Promise<void> {
  const failures: PlumblineError[] = [];
  for (const part of parts) {
    try {
      await part();
    } catch (error) {
      if (!(error instanceof PlumblineError) || error.code !== 'bad-archive') throw error;
      failures.push(error);
    }
  }
  const [first, ...more] = failures;
  if (first === undefined) return;
  if (failures.length === parts.length) {
    if (more.length === 0) throw first;
    const told = failures.slice(0, FAILURES_TOLD).map(({ message }) => message);
    const rest = failures.length - told.length;
    throw new PlumblineError(
      'bad-archive',
      [...told, ...(rest > 0 ? [`${integer(rest)} more cannot be unpacked either.`] : [])].join(' '),
      { cause: first },
    );
  }
  for (const { message } of failures) target.notes.tell('broken', message);
}

async function unpackLevel(source: UnpackSource, target: UnpackTarget): Promise<void> {
  const { folder, files } = source;
  const arrays = files.filter(({ kind }) => isArray(kind));
  const tables = files.filter(({ kind }) => kind === 'pixel-table');
  await unpackEach(
    [
      ...(arrays.length > 0 ? [() => unpackArrays(folder, arrays, target)] : []),
      ...(tables.length > 0 ? [() => unpackPixelTables(folder, tables, target)] : []),
      ...files
        .filter(({ kind }) => !isArray(kind) && kind !== 'pixel-table')
        .map((file) => () => {
          if (file.kind === 'parquet') return unpackParquet(folder, file, target);
          if (file.kind === 'cifar-pickle') return unpackCifarPickle(folder, file, target);
          if (file.kind === 'cifar') return unpackCifar(folder, file, target);
          return unpackArchive(source, file, target);
        }),
    ],
    target,
  );
  for (const table of source.tables) {
    await mkdir(dirname(join(target.root, table)), { recursive: true });
    copyFileSync(join(source.folder, table), join(target.root, table));
  }
  const batches = files.some(({ kind }) => kind === 'cifar-pickle');
  for (const { path } of source.others) if (!batches || !isNamesOfBatches(path)) target.notes.count('not-used', path);
}

const noImages = (name: string, contained: string): PlumblineError =>
  new PlumblineError(
    'no-images',
    contained === ''
      ? `There are no images in ${name}.`
      : `There are no image files in ${name}. It contains ${contained}.`,
  );

/**
 * @param target an empty folder
 * @returns the folder inside of the target with the images
 * @throws PlumblineError bad-archive, no-images, disk-full
 */
export async function unpackAll(source: UnpackSource, target: UnpackTarget): Promise<string> {
  const { root } = target;
  let from = source;
  for (let level = 1; level <= MOST_LEVELS; level += 1) {
    const into = join(root, String(level));
    await mkdir(into);
    target.enter(
      into,
      from.files.reduce((sum, { bytes }) => sum + bytes, 0),
    );
    await unpackLevel(from, target);
    if (level > 1) await rm(from.folder, { recursive: true });
    const walked = await walkFolder(into, { most: Infinity, signal: target.task.signal });
    const inner = sourceOfFolder(into, walked);
    if (inner === null) {
      const containers = readContainers(
        into,
        walked.skipped.flatMap(({ reason, path }) => (reason === 'other-type' ? [path] : [])),
      );
      if (walked.images.length === 0) throw noImages(source.name, containersText(containers));
      for (const { path } of containers.filter(isUnpackable)) target.notes.count('nested', path);
      return into;
    }
    from = inner;
  }
  throw badArchive(
    source.name,
    `it contains archives inside of archives, more than ${MOST_LEVELS} levels deep; unpack it yourself and open the folder`,
  );
}
