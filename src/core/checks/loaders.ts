/**
 * What common loaders would make of a folder, by their own rules: Keras `image_dataset_from_directory`
 * (utils/dataset_utils.py),
 * torchvision `ImageFolder` (datasets/folder.py), Hugging Face `imagefolder` (packaged_modules/folder_based_builder).
 */

export interface Loader {
  readonly id: 'keras' | 'torchvision' | 'huggingface';
  readonly name: string;
  /** Endings that it reads, lower case; it compares without regard to case, and skips other files silently. */
  readonly extensions: ReadonlySet<string>;
  /** Which folder of a file's path gives the label. */
  readonly label: 'top' | 'parent';
  /** It raises at a class folder without files that it reads. */
  readonly raisesAtEmpty: boolean;
  /** It may leave folder labels out by itself. */
  readonly dropsLabels: boolean;
  /** Folders named like splits are splits and not classes. */
  readonly knowsSplits: boolean;
}

export const loaders: readonly Loader[] = [
  {
    id: 'keras',
    name: 'Keras image_dataset_from_directory',
    extensions: new Set(['bmp', 'gif', 'jpeg', 'jpg', 'png']),
    label: 'top',
    raisesAtEmpty: false,
    dropsLabels: false,
    knowsSplits: false,
  },
  {
    id: 'torchvision',
    name: 'torchvision ImageFolder',
    extensions: new Set(['jpg', 'jpeg', 'png', 'ppm', 'bmp', 'pgm', 'tif', 'tiff', 'webp']),
    label: 'top',
    raisesAtEmpty: true,
    dropsLabels: false,
    knowsSplits: false,
  },
  {
    id: 'huggingface',
    name: 'Hugging Face imagefolder',
    extensions: new Set([
      'blp',
      'bmp',
      'dib',
      'bufr',
      'cur',
      'pcx',
      'dcx',
      'dds',
      'ps',
      'eps',
      'fit',
      'fits',
      'fli',
      'flc',
      'ftc',
      'ftu',
      'gbr',
      'gif',
      'grib',
      'h5',
      'hdf',
      'png',
      'apng',
      'jp2',
      'j2k',
      'jpc',
      'jpf',
      'jpx',
      'j2c',
      'icns',
      'ico',
      'im',
      'iim',
      'tif',
      'tiff',
      'jfif',
      'jpe',
      'jpg',
      'jpeg',
      'mpg',
      'mpeg',
      'msp',
      'pcd',
      'pxr',
      'pbm',
      'pgm',
      'ppm',
      'pnm',
      'psd',
      'bw',
      'rgb',
      'rgba',
      'sgi',
      'ras',
      'tga',
      'icb',
      'vda',
      'vst',
      'webp',
      'wmf',
      'emf',
      'xbm',
      'xpm',
    ]),
    label: 'parent',
    raisesAtEmpty: false,
    dropsLabels: true,
    knowsSplits: true,
  },
];

export const METADATA_FILE = /(^|\/)metadata\.(csv|jsonl|parquet)$/;

/** File ending in lower case without its dot; '' where the name has none. */
export function endingOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1).toLowerCase();
}
