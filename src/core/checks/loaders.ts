/**
 * What common loaders read from a folder, by their own rules: Keras `image_dataset_from_directory`
 * (utils/dataset_utils.py), torchvision `ImageFolder` (datasets/folder.py), Hugging Face `imagefolder`
 * (packaged_modules/folder_based_builder). Which endings of each image format they read is in images/formats.ts.
 */
import { endingsReadBy, type LoaderId } from '../images/formats';

export interface Loader {
  readonly id: LoaderId;
  readonly name: string;
  /** Endings that it reads, in lower case. The loader ignores case and skips other files silently. */
  readonly extensions: ReadonlySet<string>;
  /** Which folder of a file's path gives the label. */
  readonly label: 'top' | 'parent';
  /** It raises an error if a class folder has no file that it reads. */
  readonly raisesAtEmpty: boolean;
  /** It may drop folder labels by default. */
  readonly dropsLabels: boolean;
  /** Which hidden folders and system folders it treats like other folders. */
  readonly enters: (folder: string) => boolean;
  /** Whether it also enters such folders inside a class. */
  readonly entersInside: (folder: string) => boolean;
  /** Whether it reads folders with the names of splits as splits and not as classes. */
  readonly knowsSplits: boolean;
}

/** Endings that Hugging Face reads although Plumbline does not know the format. */
const OTHER_PILLOW_ENDINGS =
  'blp bufr cur pcx dcx dds ps eps fit fits fli flc ftc ftu gbr grib h5 hdf icns ico im iim mpg mpeg msp pcd pxr psd bw rgb rgba sgi ras tga icb vda vst wmf emf xbm xpm'.split(
    ' ',
  );

const always = (): boolean => true;
const unlessDotted = (folder: string): boolean => !folder.startsWith('.');
/** Hugging Face also skips names that begin with two underscores. */
const unlessSpecial = (folder: string): boolean => !folder.startsWith('.') && !folder.startsWith('__');

export const loaders: readonly Loader[] = [
  {
    id: 'keras',
    name: 'Keras image_dataset_from_directory',
    extensions: new Set(endingsReadBy('keras')),
    label: 'top',
    raisesAtEmpty: false,
    dropsLabels: false,
    enters: unlessDotted,
    entersInside: always,
    knowsSplits: false,
  },
  {
    id: 'torchvision',
    name: 'torchvision ImageFolder',
    extensions: new Set(endingsReadBy('torchvision')),
    label: 'top',
    raisesAtEmpty: true,
    dropsLabels: false,
    enters: always,
    entersInside: always,
    knowsSplits: false,
  },
  {
    id: 'huggingface',
    name: 'Hugging Face imagefolder',
    extensions: new Set([...endingsReadBy('huggingface'), ...OTHER_PILLOW_ENDINGS]),
    label: 'parent',
    raisesAtEmpty: false,
    dropsLabels: true,
    enters: unlessSpecial,
    entersInside: unlessSpecial,
    knowsSplits: true,
  },
];

/** File ending in lower case without its dot; '' if the name has none. */
export function endingOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1).toLowerCase();
}
