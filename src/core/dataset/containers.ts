/**
 * Files that contain many images, such as archives, arrays, tables, medical images and videos: what each is called, and
 * what the user can do with it.
 */
import { HEAD_BYTES, latin } from '../images/formats';
import { bytes, counted } from '../text/numbers';
import { named } from '../text/names';
import { pixelTableIn } from './pixel-table';

interface Kind {
  readonly id: string;
  /** What one such file is called: a noun with its article. */
  readonly what: string;
  /** What the user can do, as a command. It fits one file; for several files, “it” is replaced by “them”. */
  readonly remedy: string;
  /** Plumbline unpacks such files itself, so that the remedy is only for those that it cannot unpack. */
  readonly unpacks?: true;
  /** @param name of the file without its folders, in lower case; @param head the first HEAD_BYTES bytes of the file */
  readonly matches: (name: string, head: Uint8Array) => boolean;
}

const UNPACK = 'unpack it, then open the unpacked folder';
const WRITE_IMAGES = 'extract the images into one folder per class, then open the parent folder';
const LABELS_OR_IMAGES =
  'if it has the labels of these images, write them to a CSV with the columns filename and label; if it has images, write them out into one folder per class';
const withPython = (libraries: string): string =>
  `extract the images into one folder per class, for example with ${libraries} in Python, then open the parent folder`;

const begins = (head: Uint8Array, ...bytes: readonly number[]): boolean => bytes.every((byte, i) => head[i] === byte);
const text = (head: Uint8Array, at: number, word: string): boolean => latin(head, at, at + word.length) === word;
const isZip = (head: Uint8Array): boolean =>
  begins(head, 0x50, 0x4b, 3, 4) || begins(head, 0x50, 0x4b, 5, 6) || begins(head, 0x50, 0x4b, 7, 8);
const isGzip = (head: Uint8Array): boolean => begins(head, 0x1f, 0x8b);
/** IDX files begin with two zero bytes, the type of the values and the number of dimensions. */
const isIdx = (head: Uint8Array): boolean =>
  begins(head, 0, 0) && [8, 9, 11, 12, 13, 14].includes(head[2] ?? 0) && head[3]! >= 1 && head[3]! <= 4;
/**
 * Pickles of protocols 2 to 5 begin with 0x80 and the protocol number. The content does not show whether a pickle
 * contains images, so the CIFAR files are recognized by their names.
 */
const isPickle = (head: Uint8Array): boolean => head[0] === 0x80 && head[1]! >= 2 && head[1]! <= 5;

/** The first match counts, so special kinds come before general ones. */
const KINDS = [
  {
    id: 'npz',
    unpacks: true,
    what: 'a NumPy archive of arrays',
    remedy: WRITE_IMAGES,
    matches: (name, head) => name.endsWith('.npz') && isZip(head),
  },
  {
    id: 'model',
    what: 'a model or tensors of PyTorch or Keras',
    remedy: 'extract the images, if there are any, into one folder per class',
    matches: (name, head) => /\.(pth?|ckpt|keras)$/.test(name) && (isZip(head) || isPickle(head)),
  },
  {
    id: 'spreadsheet',
    what: 'a spreadsheet',
    remedy: 'save it as CSV in the same folder',
    matches: (name) => /\.(xlsx?|xlsm|ods)$/.test(name),
  },
  { id: 'zip', unpacks: true, what: 'a ZIP archive', remedy: UNPACK, matches: (_, head) => isZip(head) },
  {
    id: 'idx',
    unpacks: true,
    what: 'an IDX file like those of MNIST',
    remedy: WRITE_IMAGES,
    matches: (name, head) => (isIdx(head) || isGzip(head)) && /ubyte(\.gz)?$|\bidx\d?(\.gz)?$/.test(name),
  },
  {
    id: 'tar',
    unpacks: true,
    what: 'a tar archive',
    remedy: UNPACK,
    matches: (name, head) => text(head, 257, 'ustar') || name.endsWith('.tar'),
  },
  {
    id: 'tar-gzip',
    unpacks: true,
    what: 'a compressed tar archive',
    remedy: UNPACK,
    matches: (name, head) => isGzip(head) && /\.(tar\.gz|tgz)$/.test(name),
  },
  {
    id: 'tar-other',
    what: 'a compressed tar archive',
    remedy: UNPACK,
    matches: (name) => /\.(tar\.(bz2|xz|zst)|tbz2?|txz)$/.test(name),
  },
  {
    id: 'tfrecord',
    what: 'a TensorFlow TFRecord file',
    remedy: withPython('tf.data.TFRecordDataset'),
    matches: (name) => /\.tfrecords?(-\d+-of-\d+)?(\.gz)?$|-\d{5}-of-\d{5}$/.test(name),
  },
  {
    id: 'nifti',
    what: 'a NIfTI volume',
    remedy: 'write the slices as PNG files into one folder per class, for example with nibabel and Pillow in Python',
    matches: (name, head) =>
      /\.nii(\.gz)?$/.test(name) || (name.endsWith('.img') && text(head, 344, 'ni1')) || text(head, 344, 'n+1\0'),
  },
  { id: 'gzip', what: 'a file compressed with gzip', remedy: UNPACK, matches: (_, head) => isGzip(head) },
  {
    id: 'other-archive',
    what: 'a 7z, RAR, bzip2 or xz archive, or part of an archive',
    remedy: UNPACK,
    matches: (name, head) =>
      begins(head, 0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c) ||
      text(head, 0, 'Rar!') ||
      text(head, 0, 'BZh') ||
      begins(head, 0xfd, 0x37, 0x7a, 0x58, 0x5a) ||
      /\.(z\d\d|(zip|7z|tar)\.\d{3}|r\d\d|part\d+)$/.test(name),
  },
  {
    id: 'npy',
    unpacks: true,
    what: 'a NumPy array',
    remedy: LABELS_OR_IMAGES,
    matches: (_, head) => begins(head, 0x93) && text(head, 1, 'NUMPY'),
  },
  {
    id: 'parquet',
    unpacks: true,
    what: 'a Parquet table',
    remedy:
      'if it has the labels of these images, save it as CSV in the same folder; if it has images, write them out into one folder per class',
    matches: (_, head) => text(head, 0, 'PAR1'),
  },
  {
    id: 'arrow',
    what: 'an Arrow table',
    remedy:
      'save it as Parquet, for example with Dataset.from_file(…).to_parquet(…) of the Hugging Face library datasets',
    matches: (name, head) => text(head, 0, 'ARROW1') || /\.(arrow|feather)$/.test(name),
  },
  {
    id: 'hdf5',
    what: 'an HDF5 file',
    remedy: withPython('h5py and Pillow'),
    matches: (name, head) =>
      begins(head, 0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a) || (/\.(h5|hdf5?)$/.test(name) && head.length > 0),
  },
  {
    id: 'pixel-table',
    unpacks: true,
    what: 'a table of pixel values',
    remedy: WRITE_IMAGES,
    matches: (name, head) => /\.(csv|tsv)$/.test(name) && pixelTableIn(latin(head, 0, head.length)) !== null,
  },
  {
    id: 'mat',
    what: 'a MATLAB file',
    remedy: withPython('scipy.io.loadmat and Pillow'),
    matches: (_, head) => text(head, 0, 'MATLAB 5.0'),
  },
  {
    id: 'mat-hdf5',
    what: 'a MATLAB file of version 7.3, which is HDF5',
    remedy: withPython('h5py and Pillow'),
    matches: (_, head) => text(head, 0, 'MATLAB 7.3'),
  },
  {
    id: 'stl10',
    what: 'a binary file of STL-10',
    remedy: withPython('NumPy and Pillow'),
    matches: (name) => /^(train|test|unlabeled)_[xy]\.bin$/.test(name),
  },
  {
    id: 'cifar',
    unpacks: true,
    what: 'a CIFAR batch file',
    remedy: WRITE_IMAGES,
    matches: (name) => /^(data_batch_\d|test_batch|train|test)\.bin$/.test(name),
  },
  {
    id: 'cifar-pickle',
    unpacks: true,
    what: 'a CIFAR batch file for Python',
    remedy: 'download and open cifar-10-binary.tar.gz or cifar-100-binary.tar.gz instead',
    matches: (name, head) => /^(data_batch_\d|test_batch|train|test)$/.test(name) && isPickle(head),
  },
  {
    id: 'pickled-arrays',
    unpacks: true,
    what: 'a Python pickle with NumPy arrays',
    remedy: LABELS_OR_IMAGES,
    matches: (name, head) =>
      isPickle(head) && /\.(pkl|pickle|p)$/.test(name) && latin(head, 0, head.length).includes('numpy'),
  },
  {
    id: 'pickle',
    what: 'a Python pickle',
    remedy: LABELS_OR_IMAGES,
    matches: (name, head) => isPickle(head) && (/\.(pkl|pickle|p|joblib)$/.test(name) || name === 'batches.meta'),
  },
  {
    id: 'lmdb',
    what: 'an LMDB database',
    remedy: withPython('lmdb and Pillow'),
    matches: (name) => /^data\.mdb$|\.lmdb$/.test(name),
  },
  {
    id: 'dicom',
    what: 'a DICOM image',
    remedy: 'convert it to PNG, for example with dcmj2pnm of DCMTK or pydicom, one folder per class',
    matches: (name, head) => text(head, 128, 'DICM') || /\.(dcm|dicom)$/.test(name),
  },
  {
    id: 'video',
    what: 'a video',
    remedy: 'save the frames as images, one folder per class',
    matches: (name) => /\.(mp4|avi|mov|mkv|webm|m4v|mpe?g)$/.test(name),
  },
  {
    id: 'camera-raw',
    what: 'a camera raw image',
    remedy: 'convert it to PNG or JPEG',
    matches: (name) => /\.(nef|cr2|cr3|arw|dng|orf|rw2|raf)$/.test(name),
  },
  {
    id: 'svg',
    what: 'an SVG drawing',
    remedy: 'save it as PNG',
    matches: (name) => /\.svgz?$/.test(name),
  },
  {
    id: 'pdf',
    what: 'a PDF document',
    remedy: 'save the pages as images',
    matches: (_, head) => text(head, 0, '%PDF-'),
  },
] as const satisfies readonly Kind[];

export type ContainerKind = (typeof KINDS)[number]['id'];

/** A file that is not an image but may contain images. */
export interface Container {
  /** Relative to the opened folder; only the file name if the file itself was opened. */
  readonly path: string;
  readonly bytes: number;
  readonly kind: ContainerKind;
}

/**
 * @param path its file name decides for kinds that the content does not show
 * @param head the first HEAD_BYTES bytes of the file, or the whole file if it is smaller
 * @returns null if the file is of none of the kinds
 */
export function containerKind(path: string, head: Uint8Array): ContainerKind | null {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const start = head.subarray(0, HEAD_BYTES);
  return KINDS.find((kind) => kind.matches(name, start))?.id ?? null;
}

function kindOf(id: ContainerKind): Kind {
  return KINDS.find((kind) => kind.id === id)!;
}

/** Whether Plumbline can unpack such files itself. */
export const isUnpackable = ({ kind }: Container): boolean => kindOf(kind).unpacks === true;

const NAMED_FILES = 2;
const NAMED_KINDS = 6;

function filesText(files: readonly [Container, ...Container[]]): string {
  const { what } = kindOf(files[0].kind);
  const size = bytes(files.reduce((sum, file) => sum + file.bytes, 0));
  const names = named(
    files.map(({ path }) => path),
    NAMED_FILES,
  );
  return `${names} (${files.length === 1 ? what : `each ${what}`}, ${size}${files.length === 1 ? '' : ' together'})`;
}

/** For example “pets.zip (a ZIP archive, 340 MB): unpack it, then open the unpacked folder”. */
export function containerText(files: readonly [Container, ...Container[]]): string {
  const { remedy } = kindOf(files[0].kind);
  return `${filesText(files)}: ${files.length === 1 ? remedy : remedy.replace(/\bit\b/, 'them')}`;
}

function byKind(containers: readonly Container[]): [Container, ...Container[]][] {
  const kinds = new Map<ContainerKind, [Container, ...Container[]]>();
  for (const container of containers) {
    const known = kinds.get(container.kind);
    if (known) known.push(container);
    else kinds.set(container.kind, [container]);
  }
  const size = (files: readonly Container[]): number => files.reduce((sum, file) => sum + file.bytes, 0);
  return [...kinds.values()].sort((a, b) => size(b) - size(a));
}

/** The files without what to do with them: “pets.zip (a ZIP archive, 340 MB) and a.tar (a tar archive, 2 MB)”. */
export const containerNames = (containers: readonly Container[]): string => named(byKind(containers).map(filesText));

/**
 * One part for each kind, joined by semicolons, the kind with most bytes first. An empty text if there are no
 * containers.
 */
export function containersText(containers: readonly Container[]): string {
  const sorted = byKind(containers);
  if (sorted.length === 0) return '';
  const rest = sorted.slice(NAMED_KINDS).reduce((sum, files) => sum + files.length, 0);
  const told = sorted.slice(0, NAMED_KINDS).map(containerText);
  return [...told, ...(rest > 0 ? [`${counted(rest, 'file')} of other kinds`] : [])].join('; ');
}
