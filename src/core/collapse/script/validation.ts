/** Reads which images a Keras or PyTorch script holds back for validation. */
import type { Recipe } from '../interventions/index';
import { argument, note, numberOf, recordRead, type Draft } from './draft';
import { descendants, type Call, type Script, type SyntaxNode } from './syntax';

interface Part {
  readonly share: number;
  readonly from: Recipe['validation']['from'];
  readonly at: SyntaxNode;
}

const isShare = (value: number | null): value is number => value !== null && value > 0 && value < 1;

const LISTS = /\b(listdir|scandir|i?glob|iterdir)$/;
const FILLS = /\b(append|extend|imread|imdecode|load_img|img_to_array|open|read_file|decode_\w+)$/;

/**
 * Keras's fit takes the end of its arrays before it shuffles. That is harmful only if they were filled folder by folder
 * and never shuffled.
 * @param before where the end is cut off; what is shuffled later is not shuffled there
 */
function endIsOneClass(script: Script, before = Infinity): boolean {
  const bodies = descendants(script.root, 'for_statement').flatMap((loop) => loop.field('body') ?? []);
  const listed = bodies.some((body) => {
    const names = descendants(body, 'call').map((call) => call.field('function')?.text ?? '');
    return names.some((name) => LISTS.test(name)) && names.some((name) => FILLS.test(name));
  });
  const walked = script.calls.some(
    (call) =>
      /^(walk|rglob)$/.test(call.last) ||
      (/^i?glob$/.test(call.last) && call.positional.some((arg) => /\*+\//.test(arg.text))),
  );
  const known = script.calls.some((call) => call.last === 'load_data' && !call.local);
  const mixed = script.calls.some(
    (call) =>
      script.position(call.node) < before &&
      (/shuffle|permut|^sample$|train_test_split|^choices?$/i.test(call.last) ||
        (!call.last.startsWith('fit') && script.constant(call.keywords.get('shuffle')) === true)),
  );
  return (listed || walked) && !known && !mixed;
}

/**
 * image_dataset_from_directory lists the files class by class, shuffles them by default, and holds back the end. If
 * only one of two calls shuffles, they split different orders.
 */
function endOfDirectory(script: Script, calls: readonly Call[], draft: Draft): Recipe['validation']['from'] {
  const unshuffled = calls.filter((call) => script.constant(call.keywords.get('shuffle')) === false);
  if (unshuffled.length > 0 && unshuffled.length < calls.length) {
    note(
      draft,
      'Only one of the two calls that split the folder shuffles it, so they split different orders, and some images are in both training and validation. Give both the same shuffle and seed.',
      unshuffled[0]!.line,
    );
  }
  return unshuffled.length === calls.length ? 'end' : 'everywhere';
}

/**
 * `validation_split` of fit, of a directory or of a generator. A generator holds nothing back unless one of its flows
 * uses a subset.
 */
function fromKeras(script: Script, draft: Draft): Part[] {
  const splitting = script.calls.filter((call) =>
    isShare(numberOf(script, call.keywords.get('validation_split') ?? null)),
  );
  const kinds = [...new Set(splitting.map((call) => call.last))];
  // The training call and the validation call state the same split.
  return kinds.flatMap((kind): Part[] => {
    const calls = splitting.filter((call) => call.last === kind);
    const at = calls[0]!.keywords.get('validation_split')!;
    const part = (from: Part['from']): Part[] => [{ share: numberOf(script, at)!, at, from }];
    if (kind === 'image_dataset_from_directory') return part(endOfDirectory(script, calls, draft));
    if (kind.startsWith('fit')) return part(endIsOneClass(script) ? 'end' : 'everywhere');
    // A generator takes its share of each class.
    return kind !== 'ImageDataGenerator' || script.calls.some((flow) => flow.keywords.has('subset'))
      ? part('everywhere')
      : [];
  });
}

/** `train_test_split(x, y, test_size=0.2)`; further calls split what is left. */
function fromScikit(script: Script): Part[] {
  return script.calls
    .filter((call) => call.last === 'train_test_split')
    .flatMap((call): Part[] => {
      const [test, train] = [call.keywords.get('test_size') ?? null, call.keywords.get('train_size') ?? null];
      const [held, kept] = [numberOf(script, test), numberOf(script, train)];
      const share = isShare(held) ? held : isShare(kept) ? 1 - kept : !test && !train ? 0.25 : null;
      return share === null ? [] : [{ share, from: 'everywhere', at: test ?? train ?? call.node }];
    });
}

/** A length as a share: `0.8`, or `int(0.8 * len(data))`. */
function shareOf(script: Script, length: SyntaxNode): number | null {
  const end = script.resolve(length);
  return (
    [end, ...descendants(end, 'float', 'identifier', 'attribute')]
      .map((node) => numberOf(script, node))
      .find(isShare) ?? null
  );
}

/** `random_split(data, [0.8, 0.2])` with shares or counts; the first part is the training part. */
function fromTorch(script: Script): Part[] {
  return script.calls
    .filter((call) => call.last === 'random_split')
    .flatMap((call: Call): Part[] => {
      const given = argument(call, ['lengths'], 1);
      const lengths = given ? script.resolve(given).children : [];
      const [first, second] = lengths;
      if (!first || !second) return [];
      const counts = lengths.map((one) => numberOf(script, one) ?? 0);
      const total = counts.reduce((sum, one) => sum + one, 0);
      const [trained, held] = [shareOf(script, first), shareOf(script, second)];
      const share = counts.every((one) => one >= 1) ? 1 - counts[0]! / total : trained !== null ? 1 - trained : held;
      return share === null ? [] : [{ share, from: 'everywhere', at: call.node }];
    });
}

/** `x[:n]` and `x[n:]` of what was filled folder by folder: the second part has the last classes. */
function fromSlices(script: Script): Part[] {
  const slices = script.nodes('subscript').flatMap((node) => {
    const [value, slice, ...more] = node.children;
    const bound =
      slice?.type === 'slice' && more.length === 0 && slice.children.length === 1 ? slice.children[0] : null;
    return value && bound ? [{ value: value.text, bound, first: slice!.text.startsWith(':'), at: node }] : [];
  });
  const cut = slices.find(
    ({ value, bound, first }) =>
      !first && slices.some((one) => one.first && one.value === value && one.bound.text === bound.text),
  );
  const kept = cut && endIsOneClass(script, script.position(cut.at)) ? shareOf(script, cut.bound) : null;
  return cut && kept !== null ? [{ share: 1 - kept, from: 'end', at: cut.at }] : [];
}

/** Records the share that is held back before training; 0 if the validation images come from elsewhere. */
export function readValidation(script: Script, draft: Draft): void {
  const parts = [...fromKeras(script, draft), ...fromScikit(script), ...fromTorch(script), ...fromSlices(script)];
  const last = parts.at(-1);
  if (last) {
    const share = 1 - parts.reduce((left, part) => left * (1 - part.share), 1);
    recordRead(
      draft,
      'validation',
      {
        share: Math.min(0.95, Number(share.toPrecision(6))),
        from: parts.find((part) => part.from === 'end')?.from ?? 'everywhere',
      },
      last.at,
    );
    return;
  }
  const given = script.calls.map((call) => call.keywords.get('validation_data')).find((one) => one !== undefined);
  if (given) recordRead(draft, 'validation', { share: 0, from: 'everywhere' }, given);
}
