/** Finds labels of a Keras script whose form does not fit the loss: one-hot, or numbers of classes. */
import { reportFault, argument, type Draft } from './draft';
import { labelMode, type KerasNet } from './keras-net';
import { returnedBy } from './pytorch-net';
import { descendants, type Call, type Script, type SyntaxNode } from './syntax';

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

const ONE_HOT = /^(to_categorical|one_hot|get_dummies)$/;
const MAX_DEPTH = 10;

/** Methods of a data set that leave its labels as they are. */
const SAME_LABELS = /^(prefetch|cache|shuffle|take|skip|repeat|with_options|batch|unbatch|ignore_errors)$/;

/** The labels that a function for `map` returns: `kept` as they came, or one-hot; null if this is not known. */
function mappedLabels(script: Script, given: SyntaxNode | undefined): Labels | 'kept' | null {
  const end = given && script.resolve(given);
  if (end?.type !== 'function_definition' && end?.type !== 'lambda') return null;
  const body = end.field('body');
  const returned = end.type === 'lambda' ? (body ? [body] : []) : returnedBy(end);
  const [only, ...others] = returned;
  const whole = only?.type === 'parenthesized_expression' ? only.children[0] : only;
  const pair = whole && /^(tuple|expression_list)$/.test(whole.type) ? whole.children : [];
  const label = pair.length === 2 && others.length === 0 ? pair[1]! : null;
  const call = label && script.callAt(script.resolve(label));
  if (call && !call.local && ONE_HOT.test(call.last))
    return { form: 'one-hot', from: `${call.last}, line ${call.line}`, change: `leave out ${call.last}` };
  const parameters = end.field('parameters')?.children.map((one) => (one.field('name') ?? one).text) ?? [];
  const changed =
    body &&
    descendants(body, 'assignment', 'augmented_assignment').some(({ field }) =>
      descendants(field('left')!, 'identifier')
        .concat(field('left')!)
        .some(({ text }) => text === label?.text),
    );
  return parameters.length === 2 && label?.text === parameters[1] && changed === false ? 'kept' : null;
}

/** What the data set that `fit` gets starts from, and its labels where a `map` has given them a form. */
function fedBy(
  script: Script,
  { fit }: KerasNet,
): { readonly start: SyntaxNode; readonly labels: Labels | null } | null {
  let end = fit ? argument(fit, ['x', 'generator'], 0) : null;
  for (let depth = 0; end && depth < MAX_DEPTH; depth += 1) {
    const start = script.resolve(end);
    const call = script.callAt(start);
    const object = start.field('function')?.field('object') ?? null;
    const mapped = call?.last === 'map' && object ? mappedLabels(script, call.positional[0]) : null;
    if (mapped !== null && mapped !== 'kept') return { start, labels: mapped };
    if (!object || (mapped === null && !SAME_LABELS.test(call?.last ?? ''))) return { start, labels: null };
    end = object;
  }
  return null;
}

/** The labels of a feed that `fit` gets as it is; null if their form is not known. */
function ofFeed(script: Script, net: KerasNet, feed: Call, wanted: 'one-hot' | 'numbers' | 'binary'): Labels | null {
  const folders = feed.last === 'image_dataset_from_directory';
  if (feed.local || (!folders && !/^flow_from_(directory|dataframe)$/.test(feed.last))) return null;
  const key = folders ? 'label_mode' : 'class_mode';
  if (feed.positional.length > 2 || script.constant(feed.keywords.get('labels')) === null) return null;
  const labels = labelMode(script, feed);
  const mode = feed.keywords.has(key) ? labels?.mode : folders ? 'int' : 'categorical';
  const form = mode === 'categorical' ? 'one-hot' : /^(int|sparse|binary)$/.test(mode ?? '') ? 'numbers' : null;
  if (form === null || fedBy(script, net)?.start !== feed.node) return null;
  const stated = labels === null ? `the default of ${feed.last}` : `${key}="${mode}"`;
  const other = wanted === 'one-hot' ? 'categorical' : wanted === 'binary' ? 'binary' : folders ? 'int' : 'sparse';
  return { form, from: `${stated}, line ${feed.line}`, change: `${key}="${other}"` };
}

/** Calls and methods that keep the form of labels. */
const KEEPS = /^(array|asarray|astype|to_numpy|copy|tolist|convert_to_tensor)$/;

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
  const given = arrays
    ? ofArray(script, arrays)
    : (fedBy(script, net)?.labels ?? (feed ? ofFeed(script, net, feed, wanted) : null));
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
