/** Files beside the images that may hold labels or more images, and that are not read. */
import { named } from './names';
import { counted } from './numbers';

interface UnreadKind {
  readonly endings: RegExp;
  /** A noun with its article. */
  readonly what: string;
  readonly remedy: string;
}

const AS_CSV = 'If it has labels, write them to a CSV with the columns filename and label in the same folder';

const KINDS: readonly UnreadKind[] = [
  {
    endings: /\.(xlsx?|xlsm|ods|numbers)$/i,
    what: 'a spreadsheet',
    remedy: 'If it has labels, save it as CSV in the same folder',
  },
  { endings: /\.mat$/i, what: 'a MATLAB file', remedy: `${AS_CSV}, for example with scipy.io.loadmat in Python` },
  { endings: /\.(parquet|arrow|feather)$/i, what: 'a table in binary form', remedy: AS_CSV },
  { endings: /\.(h5|hdf5?)$/i, what: 'an HDF5 file', remedy: `${AS_CSV}, for example with h5py in Python` },
  { endings: /\.np[yz]$/i, what: 'a NumPy array', remedy: `${AS_CSV}, for example with numpy.load in Python` },
  { endings: /\.(pkl|pickle)$/i, what: 'a Python pickle', remedy: AS_CSV },
  // Others, such as data.yaml, configure a training.
  { endings: /label[^/]*\.ya?ml$/i, what: 'a YAML file', remedy: AS_CSV },
  {
    endings: /\.icloud$/i,
    what: 'a file that is only in iCloud',
    remedy: 'Download it, then open the folder again',
  },
  { endings: /\.(sqlite3?|db3?|mdb|accdb)$/i, what: 'a database', remedy: AS_CSV },
  {
    endings: /\.tfrec(ord)?s?$/i,
    what: 'a TensorFlow TFRecord file',
    remedy: 'If it holds more images, write them out into the class folders',
  },
  {
    endings: /\.(zip|rar|7z|tar|tgz|tbz2?|txz|tar\.(gz|bz2|xz|zst))$/i,
    what: 'an archive',
    remedy:
      'It is not unpacked because image files are beside it: if it holds more images, unpack it in the same folder',
  },
];

const kindOf = (path: string): UnreadKind | undefined => KINDS.find(({ endings }) => endings.test(path));

/** The files that may hold labels or images, by their names. */
export const unreadFiles = (others: readonly string[]): string[] => others.filter((path) => kindOf(path) !== undefined);

/** For example “labels.xlsx is a spreadsheet and is not read. If it has labels, save it as CSV in the same folder.” */
export function unreadText(path: string): string {
  const kind = kindOf(path);
  return kind === undefined ? `${path} is not read.` : `${path} is ${kind.what} and is not read. ${kind.remedy}.`;
}

/** What is in a folder without images, by the endings of the files: “, only 2 .json files”; '' for nothing. */
export function onlyFilesText(paths: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const ending = /\.[^./\\]+$/.exec(path)?.[0].toLowerCase() ?? '';
    counts.set(ending, (counts.get(ending) ?? 0) + 1);
  }
  const kinds = [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([ending, count]) =>
      ending === '' ? counted(count, 'file without ending', 'files without ending') : counted(count, `${ending} file`),
    );
  return kinds.length === 0 ? '' : `, only ${named(kinds, 4)}`;
}
