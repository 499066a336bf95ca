/** Tells labels that may be several for one image: binary cross-entropy is then right, whatever the number of classes. */
import type { Call, Script, SyntaxNode } from './syntax';

const MAKES_SEVERAL = /^(MultiLabelBinarizer|multi_hot|MultiLabelSoftMarginLoss|MultiLabelStratifiedKFold)$/i;
/** Columns that name an image. */
const NAMES_IMAGE = /id|file|path|im(age|g)|name/i;

/** Whether an expression lists columns of labels: `table[['cat', 'dog']]`. */
function listsColumns(script: Script, key: SyntaxNode | null | undefined): boolean {
  const columns = key ? script.constant(key) : undefined;
  return (
    Array.isArray(columns) &&
    columns.length > 1 &&
    columns.every((one) => typeof one === 'string' && !NAMES_IMAGE.test(one))
  );
}

/** Where a script reads several labels for each image; undefined if it does not seem to. */
export function severalLabels(script: Script): SyntaxNode | undefined {
  const reads = ({ keywords }: Call): boolean => listsColumns(script, keywords.get('y_col'));
  const call = script.calls.find((one) => MAKES_SEVERAL.test(one.last) || reads(one));
  return call?.node ?? script.nodes('subscript').find((one) => listsColumns(script, one.field('subscript')));
}
