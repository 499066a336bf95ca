/** Unpacks arrays of images: .npy, .npz and IDX files. */
import { join } from 'node:path';
import type { Container } from '../../core/dataset/containers';
import {
  ARRAY_HEAD_BYTES,
  arrayHeader,
  elements,
  labelsOfArray,
  type ArrayHeader,
} from '../../core/unpack/array-header';
import { extremesOf, samplesOf, scaleOf, UNSCALED, type SampleScale } from '../../core/unpack/array-pixels';
import { bytesOfImage, findImageArrays, type ImageSet, type ImageShape } from '../../core/unpack/image-arrays';
import { classFolder } from '../../core/unpack/entry-path';
import { byCodePoint } from '../../core/dataset/order';
import { fileWords, splitOfFile } from '../../core/unpack/file-words';
import { short } from '../../core/text/numbers';
import { archiveFailure, badArchive } from './failure';
import { writePictures, type EncodablePicture } from './pictures';
import { arraysOfPickle } from './pickles';
import { headOf, recordsOf } from './records';
import { unzipped } from './tar';
import type { UnpackTarget } from './target';
import { withZip, zipMember } from './zip';

/** One image, and one array of labels, must fit into memory. */
const MOST_BYTES = 400_000_000;

type Read = (bytes: number) => void;

interface StoredArray {
  readonly name: string;
  /** What messages call it. */
  readonly file: string;
  readonly header: ArrayHeader;
  /** The bytes of the array with its header. `read` is told about packed bytes. */
  readonly open: (read: Read) => AsyncIterable<Uint8Array>;
}

const silent: Read = () => undefined;
const lastOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
const stemOf = (path: string): string => path.replace(/\.(npy|npz|gz)$/i, '');

async function describe(name: string, file: string, open: StoredArray['open']): Promise<StoredArray> {
  try {
    return { name, file, header: arrayHeader(await headOf(open(silent), ARRAY_HEAD_BYTES)), open };
  } catch (error) {
    if (error instanceof Error && !('code' in error)) throw badArchive(file, error.message, error);
    throw archiveFailure(error, file);
  }
}

async function arraysOf(folder: string, { path, kind }: Container): Promise<StoredArray[]> {
  const absolute = join(folder, path);
  if (kind === 'pickled-arrays')
    return arraysOfPickle(absolute, path).map(({ name, header, data }) => ({
      name: `${path.replace(/\.[^.]*$/, '')}/${name}`,
      file: path,
      header,
      open: async function* (read) {
        await Promise.resolve();
        read(data.length);
        yield data;
      },
    }));
  if (kind !== 'npz') {
    const gzip = path.toLowerCase().endsWith('.gz');
    return [await describe(stemOf(path), path, (read) => unzipped(absolute, gzip, read))];
  }
  const members = await withZip(absolute, path, (entries) => Promise.resolve(entries));
  const arrays: StoredArray[] = [];
  for (const member of members) {
    if (!member.path.endsWith('.npy')) continue;
    const ratio = member.size === 0 ? 0 : member.packed / member.size;
    arrays.push(
      await describe(`${stemOf(path)}/${stemOf(member.path)}`, `${member.path} in ${path}`, async function* (read) {
        for await (const chunk of zipMember(absolute, path, member.path)) {
          read(chunk.length * ratio);
          yield chunk;
        }
      }),
    );
  }
  return arrays;
}

async function labelsIn(array: StoredArray, read: Read): Promise<string[]> {
  const { header, file } = array;
  const size = elements(header.shape) * header.size;
  if (size > MOST_BYTES) throw badArchive(file, 'its labels do not fit into memory');
  try {
    for await (const data of recordsOf(array.open(read), header.start, size, 1)) return labelsOfArray(header, data);
    return [];
  } catch (error) {
    throw badArchive(file, error instanceof Error ? error.message : String(error), error);
  }
}

async function scaleFor(array: StoredArray, shape: ImageShape, target: UnpackTarget): Promise<SampleScale> {
  const { header } = array;
  if (header.kind === 'u' && header.size === 1) return UNSCALED;
  let [min, max] = [Infinity, -Infinity];
  for await (const data of recordsOf(array.open(silent), header.start, bytesOfImage(header, shape), shape.count)) {
    target.task.signal.throwIfAborted();
    const found = extremesOf(header, data);
    [min, max] = [Math.min(min, found.min), Math.max(max, found.max)];
  }
  const scale = scaleOf(header, min, max);
  if (scale.bits === 8 && (scale.low !== 0 || scale.high !== 255))
    target.notes.tell('scaled', `${array.name}, from ${short(scale.low)} to ${short(scale.high)}`);
  return scale;
}

/** @param pathOf the path of the image at a position, without its ending */
async function writeArray(
  array: StoredArray,
  shape: ImageShape,
  pathOf: (at: number) => string,
  target: UnpackTarget,
): Promise<void> {
  const { header, file } = array;
  const size = bytesOfImage(header, shape);
  if (size > MOST_BYTES) throw badArchive(file, 'one of its images does not fit into memory');
  try {
    const scale = await scaleFor(array, shape, target);
    async function* pictures(): AsyncGenerator<EncodablePicture> {
      let at = 0;
      const read = (bytes: number): void => target.read(bytes);
      for await (const data of recordsOf(array.open(read), header.start, size, shape.count)) {
        yield { path: `${pathOf(at)}.png`, samples: samplesOf(header, shape, data, scale), shape };
        at += 1;
      }
    }
    await writePictures(pictures(), target);
  } catch (error) {
    throw archiveFailure(error, file);
  }
}

async function writeSet(
  { images, shape, labels }: ImageSet<StoredArray>,
  top: readonly string[],
  classes: readonly string[] | null,
  byName: boolean,
  target: UnpackTarget,
): Promise<void> {
  const own = labels === null ? null : await labelsIn(labels, (bytes) => target.read(bytes));
  if (labels !== null) target.notes.tell('labels-from', `${labels.name} for ${images.name}`);
  else if (!byName) target.notes.tell('no-label', images.name);
  const digits = String(shape.count - 1).length;
  const classOf = (at: number): string | null => {
    if (byName) return lastOf(images.name);
    const label = own?.[at] ?? null;
    return label === null ? null : (classes?.[Number(label)] ?? label);
  };
  await writeArray(
    images,
    shape,
    (at) => {
      const label = classOf(at);
      if (label !== null && classFolder(label) !== label) target.notes.tell('class-renamed', label);
      return [...top, ...(label === null ? [] : [classFolder(label)]), String(at).padStart(digits, '0')].join('/');
    },
    target,
  );
}

/** Arrays whose images and labels belong together. */
interface ArrayGroup {
  readonly arrays: readonly StoredArray[];
  /** What the name of their common file tells; null and '' for arrays in files of their own. */
  readonly split: string | null;
  readonly folder: string;
}

/** Downloads of MNIST contain each file twice, as train-images-idx3-ubyte and as train-images.idx3-ubyte. */
function unrepeated(arrays: readonly StoredArray[], target: UnpackTarget): StoredArray[] {
  const byName = new Map<string, StoredArray>();
  for (const array of [...arrays].sort((a, b) => byCodePoint(a.name, b.name))) {
    const spelled = lastOf(array.name).replace(/[^\p{L}\p{N}]+/gu, '-');
    if (!/ubyte|idx\d/.test(spelled)) byName.set(array.name, array);
    else if (byName.has(spelled)) target.notes.count('not-used', array.file);
    else byName.set(spelled, array);
  }
  return [...byName.values()];
}

/** A .npz file with several arrays is complete in itself; all other arrays are one group. */
async function groupsOf(folder: string, files: readonly Container[], target: UnpackTarget): Promise<ArrayGroup[]> {
  const groups: ArrayGroup[] = [];
  const loose: StoredArray[] = [];
  for (const file of files) {
    const arrays = await arraysOf(folder, file);
    const { key } = fileWords(lastOf(file.path));
    if (arrays.length > 1) groups.push({ arrays, split: splitOfFile(file.path), folder: key });
    else loose.push(...arrays);
  }
  const several = new Set(groups.map((group) => group.folder)).size > 1;
  return [
    ...groups.map((group) => (several ? group : { ...group, folder: '' })),
    ...(loose.length === 0 ? [] : [{ arrays: unrepeated(loose, target), split: null, folder: '' }]),
  ];
}

const shapeText = ({ name, header }: StoredArray): string => `${name} (${header.shape.join(' × ')})`;

/**
 * Unpacks the images of all arrays together, because images and labels may be in different files.
 * @throws PlumblineError bad-archive, disk-full
 */
export async function unpackArrays(folder: string, files: readonly Container[], target: UnpackTarget): Promise<void> {
  for (const group of await groupsOf(folder, files, target)) await unpackGroup(group, target);
}

async function unpackGroup({ arrays, split, folder }: ArrayGroup, target: UnpackTarget): Promise<void> {
  const { sets, singles, names, unused } = findImageArrays(arrays);
  if (sets.length === 0 && singles.length === 0)
    throw badArchive(
      arrays[0]?.file ?? 'The file',
      `no array has the shape of images: ${arrays.slice(0, 4).map(shapeText).join(', ')}`,
    );
  const labelled = sets.some(({ labels }) => labels !== null);
  // One file for each class, as in the bitmaps of Quick, Draw!.
  const byName = !labelled && sets.length > 1 && sets.every((set) => set.split === null);
  if (!labelled && !byName && singles.length === 0)
    throw badArchive(
      sets[0]!.images.file,
      `it has ${sets[0]!.shape.count} images but no array with as many labels is beside them, such as labels.npy`,
    );
  if (byName) target.notes.tell('labels-from', 'the names of the arrays');
  const classes = names === null ? null : await labelsIn(names, silent);
  for (const set of sets) {
    const top = [folder, byName ? '' : set.folder, set.split ?? split ?? ''].filter((part) => part !== '');
    await writeSet(set, top, classes, byName, target);
  }
  for (const { images, shape } of singles) await writeArray(images, shape, () => images.name, target);
  for (const array of unused) target.notes.count('not-used', shapeText(array));
}
