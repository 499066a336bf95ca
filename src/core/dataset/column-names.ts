/** Names of the columns of label tables, in lower case and without punctuation. The first ones win where several fit. */

export const FILE_NAMES: readonly string[] =
  'filename filepath imagepath imagename imagefile imgpath imgname file path image img sourceref imageurl imageid idcode id uuid name'.split(
    ' ',
  );
export const LABEL_NAMES: readonly string[] =
  'label labelname class classname category categoryname target labels classes classlabel dx diagnosis diagnostic diagnose klasse classe clase etiqueta breed species finding findings findinglabels disease tumor tumour tag tags variety cultivar emotion choice answer truth groundtruth classid categoryid labelid classindex y'.split(
    ' ',
  );
export const SPLIT_NAMES: readonly string[] = ['split', 'subset', 'partition', 'set', 'usage', 'phase'];

/** The name of a column or field in any script, without case and punctuation. */
export const plainName = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

/** What a name explains in brackets, as in `class (1 = good, 2 = bad)`. */
const LEGEND = /(?<=\S)\s*[([{].*[)\]}]\s*$/;

export const plainColumn = (name: string): string =>
  name
    .replace(LEGEND, '')
    .toLowerCase()
    .replace(/[^a-z]/g, '');

/** The position of a column name in a list; the length of the list for other names. */
export const rankIn = (names: readonly string[], name: string): number => {
  const at = names.indexOf(plainColumn(name));
  return at < 0 ? names.length : at;
};
