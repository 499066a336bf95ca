/** Files of numbers that do not name their images: what the command line says about them. */

export const NAMES_HELP = 'the image of each row of a .npy file or of a text of numbers: one relative path per line';
export const CLASSES_HELP = 'the class of each column of such a file: one name per line (default: the sorted names)';
export const ONLY_NUMBERS =
  '--names and --classes are only for a .npy file or a text of numbers; other tables name their rows and columns themselves';

export const isArray = (file: string | undefined): boolean => /\.npy$/i.test(file ?? '');

/** Whether a file may hold nothing but numbers, as `numpy.savetxt` writes them. */
export const mayBeNumbers = (file: string | undefined): boolean =>
  file !== undefined && !/\.(parquet|json|jsonl|ndjson)$/i.test(file);
