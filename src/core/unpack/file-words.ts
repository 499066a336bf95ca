/** What the words of a file's name say about the arrays, rows or samples in it. */
import { splitName, splitRole } from '../dataset/split-names';

const IMAGE_WORDS = new Set('x image images img imgs data features input inputs pixels pictures'.split(' '));
const LABEL_WORDS = new Set('y label labels lbl lbls target targets class classes'.split(' '));
const FILLERS = /^(arr|array|npy|npz|ubyte|idx\d?|set)$/;
/** The test set of MNIST and its relatives. */
const TEST_OF_MNIST = 't10k';

export interface FileWords {
  readonly images: boolean;
  readonly labels: boolean;
  /** train, val, test, or a name of its own; null for none. */
  readonly split: string | null;
  /** The words that are left: the same for the images and the labels of one set. */
  readonly key: string;
}

function split(word: string): string | null {
  if (word === TEST_OF_MNIST) return 'test';
  return splitRole(word) === null ? null : splitName(word);
}

/** @param name of a file or an array, without folders; its ending does not matter */
export function fileWords(name: string): FileWords {
  const words = name
    .replace(/\.(npy|npz|bin|parquet|tar|gz|tgz)(?=\.|$)/gi, '')
    .replace(/-\d+-of-\d+/, '')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .replace(/\b([xy])(train|test|val|valid)\b/g, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '' && !FILLERS.test(word));
  const rest = words.filter((word) => !IMAGE_WORDS.has(word) && !LABEL_WORDS.has(word));
  const splits = rest.flatMap((word) => split(word) ?? []);
  return {
    images: words.some((word) => IMAGE_WORDS.has(word)),
    labels: words.some((word) => LABEL_WORDS.has(word)),
    split: splits.length === 1 ? splits[0]! : null,
    key: rest.filter((word) => split(word) === null).join('-'),
  };
}

const lastOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The split that a file's name tells, else the name of its folder; null for none. */
export function splitOfFile(path: string): string | null {
  return (
    fileWords(lastOf(path)).split ?? split(lastOf(path.slice(0, Math.max(0, path.lastIndexOf('/')))).toLowerCase())
  );
}
