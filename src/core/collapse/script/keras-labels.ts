/** Finds labels of a Keras script whose form does not fit the loss: one-hot, or numbers of classes. */
import { reportFault, argument, type Draft } from './draft';
import { labelMode, type KerasNet } from './keras-net';
import type { Call, Script, SyntaxNode } from './syntax';

type Form = 'one-hot' | 'numbers';

interface Labels {
  readonly form: Form;
  /** How the script gets them, in words. */
  readonly from: string;
  /** What the user can change there. */
  readonly change: string;
}

interface Outputs {
  /** The name of the loss in lower case. */
  readonly loss: string;
  readonly at: SyntaxNode;
  readonly units: number | null;
  readonly classes: number | null;
}

/** Methods of a data set that leave its labels as they are. */
const SAME_LABELS = /^(prefetch|cache|shuffle|take|skip|repeat|with_options)$/;

/** Whether fit gets exactly what this call makes. Functions in between can write the labels in another form. */
function isDirect(script: Script, { fit }: KerasNet, feed: Call): boolean {
  const of = (node: SyntaxNode | null): boolean => {
    const end = node && script.resolve(node);
    if (!end || end === feed.node) return end !== null;
    const call = script.callAt(end);
    return call !== undefined && SAME_LABELS.test(call.last) && of(end.field('function')?.field('object') ?? null);
  };
  return fit !== undefined && of(argument(fit, ['x', 'generator'], 0));
}

/** The labels of a feed that `fit` gets as it is; null if their form is not known. */
function ofFeed(script: Script, net: KerasNet, feed: Call, wanted: 'one-hot' | 'numbers' | 'binary'): Labels | null {
  const folders = feed.last === 'image_dataset_from_directory';
  if (feed.local || (!folders && !/^flow_from_(directory|dataframe)$/.test(feed.last))) return null;
  const key = folders ? 'label_mode' : 'class_mode';
  if (feed.positional.length > 2 || script.constant(feed.keywords.get('labels')) === null) return null;
  const labels = labelMode(script, feed);
  const mode = feed.keywords.has(key) ? labels?.mode : folders ? 'int' : 'categorical';
  const form = mode === 'categorical' ? 'one-hot' : mode === 'int' || mode === 'sparse' ? 'numbers' : null;
  if (form === null || !isDirect(script, net, feed)) return null;
  const stated = labels === null ? `the default of ${feed.last}` : `${key}="${mode}"`;
  const other = wanted === 'one-hot' ? 'categorical' : wanted === 'binary' ? 'binary' : folders ? 'int' : 'sparse';
  return { form, from: `${stated}, line ${feed.line}`, change: `${key}="${other}"` };
}

const ONE_HOT = /^(to_categorical|one_hot|get_dummies)$/;
/** Calls and methods that keep the form of labels. */
const KEEPS = /^(array|asarray|astype|to_numpy|copy|tolist|convert_to_tensor)$/;
const MAX_DEPTH = 10;

/** The labels that an array has; null if their form is not known. */
function ofArray(script: Script, node: SyntaxNode, depth = 0): Labels | null {
  if (depth > MAX_DEPTH) return null;
  const inner = (one: SyntaxNode | null | undefined): Labels | null => (one ? ofArray(script, one, depth + 1) : null);
  const split = script.unpacked(node);
  if (split) {
    const call = script.callAt(split.whole);
    const [part, ...deeper] = split.parts;
    const known = call?.last === 'train_test_split' && !call.local && part !== undefined && deeper.length === 0;
    return known ? inner(call.positional[Math.floor(part / 2)]) : null;
  }
  const end = script.resolve(node);
  if (end.type === 'identifier') return end === node ? null : inner(end);
  if (end.type === 'attribute') return end.field('attribute')?.text === 'values' ? inner(end.field('object')) : null;
  if (end.type === 'subscript') {
    const [value, index, ...more] = end.children;
    const whole = more.length === 0 && index !== undefined && /^(slice|identifier)$/.test(index.type);
    return whole ? inner(value) : null;
  }
  const call = script.callAt(end);
  if (!call || call.local) return null;
  if (ONE_HOT.test(call.last))
    return { form: 'one-hot', from: `${call.last}, line ${call.line}`, change: `leave out ${call.last}` };
  const object = call.node.field('function')?.field('object');
  const method = object && !/^(np|numpy|tf|tensorflow)$/.test(object.text);
  if (KEEPS.test(call.last)) return inner(method ? object : call.positional[0]);
  const maker = method ? script.callAt(script.resolve(object)) : undefined;
  return call.last === 'fit_transform' && maker?.last === 'LabelEncoder'
    ? {
        form: 'numbers',
        from: `LabelEncoder, line ${call.line}`,
        change: 'make the labels one-hot with to_categorical',
      }
    : null;
}

/** Labels that are one-hot for a loss on class numbers or for one unit, or the other way round: Keras stops. */
export function judgeLabelForm(
  script: Script,
  draft: Draft,
  net: KerasNet,
  feed: Call | undefined,
  { loss, at, units, classes }: Outputs,
): void {
  const single = units === 1;
  const wanted =
    single && loss === 'binarycrossentropy'
      ? 'binary'
      : !single && loss === 'sparsecategoricalcrossentropy'
        ? 'numbers'
        : !single && loss === 'categoricalcrossentropy'
          ? 'one-hot'
          : null;
  // With more classes, one unit is a fault of its own.
  if (wanted === null || (wanted === 'binary' && classes !== 2)) return;
  const arrays = net.fit?.last === 'fit' ? argument(net.fit, ['y'], 1) : null;
  const given = arrays ? ofArray(script, arrays) : feed ? ofFeed(script, net, feed, wanted) : null;
  if (!given || given.form === (wanted === 'one-hot' ? 'one-hot' : 'numbers')) return;
  const expects =
    wanted === 'binary'
      ? 'The last layer has one unit, but the labels are one-hot'
      : wanted === 'numbers'
        ? 'This loss expects class numbers, but the labels are one-hot'
        : 'This loss expects one-hot labels, but the labels are class numbers';
  const other = {
    binary: '',
    numbers: 'Use categorical_crossentropy, or ',
    'one-hot': 'Use sparse_categorical_crossentropy, or ',
  }[wanted];
  reportFault(draft, at.line, {
    rule: 'labels-of-another-form',
    severity: 'error',
    sentence: `${expects} (${given.from}): Keras stops with an error on their shapes.`,
    remedy: `${other === '' ? (arrays ? 'Leave out the step that makes them one-hot' : `Use ${given.change}`) : `${other}${given.change}`}.`,
    fields: ['output'],
  });
}
