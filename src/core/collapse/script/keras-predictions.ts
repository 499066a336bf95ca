/** Finds predictions of a Keras script that are compared with labels in another order, and class numbers that differ. */
import { reportFault, argument, type Draft } from './draft';
import type { KerasNet } from './keras-net';
import type { Call, Script, SyntaxNode } from './syntax';

const GENERATORS = /^flow(_from_(directory|dataframe))?$/;
const PREDICTS = /^predict(_generator)?$/;
/** Calls that compare predictions with labels. */
export const COMPARES = /confusion_matrix|classification_report|_score$|_curve$|^mean$|^sum$|^equal$|from_predictions/;
/** Those that compare many. */
const SCORES = /confusion_matrix|classification_report|_score$|_curve$|from_predictions/;
/** Calls that put predictions beside the names of files. */
const LISTS = /^(DataFrame|Series|zip|dict)$/;
const FILES = ['filenames', 'filepaths'];
/** Methods of a data set after which it still has the same images. */
const KEEPS = /^(map|prefetch|cache|batch|unbatch|take|repeat|with_options)$/;

const MAX_DEPTH = 16;

/** The call that reads the images at the start of a pipeline. */
function feedOf(script: Script, node: SyntaxNode | null, depth = 0): Call | undefined {
  const call = node ? script.callAt(script.resolve(node)) : undefined;
  const object = call && KEEPS.test(call.last) ? call.node.field('function')?.field('object') : null;
  // A name that is made elsewhere can stand for itself.
  return object && depth < MAX_DEPTH ? feedOf(script, object, depth + 1) : call;
}

/** Whether a feed gives its images in a new order each time. */
function shuffles(script: Script, feed: Call): boolean {
  const given = feed.keywords.get('shuffle');
  if (given) return script.constant(given) === true;
  if (feed.keywords.has('subset') && script.constant(feed.keywords.get('subset')) === 'both') return false;
  if (feed.positional.length > 2) return false;
  // `test.shuffle = False` after the generator is made.
  return !script.nodes('assignment').some((one) => {
    const left = one.field('left');
    const object = left?.field('object');
    return left?.field('attribute')?.text === 'shuffle' && object && script.resolve(object) === feed.node;
  });
}

export function readPredictions(script: Script, draft: Draft): void {
  const predicted = script.calls.flatMap((call) => {
    const feed = PREDICTS.test(call.last) ? feedOf(script, argument(call, ['x', 'generator'], 0)) : undefined;
    const reads = feed && (GENERATORS.test(feed.last) || feed.last === 'image_dataset_from_directory');
    return feed && reads && !feed.local && shuffles(script, feed) ? [{ call, feed }] : [];
  });
  const callsOf = (pattern: RegExp): SyntaxNode[] =>
    script.calls.filter((call) => pattern.test(call.last) && !call.local).map((call) => call.node);
  const comparing = [
    ...callsOf(COMPARES),
    ...script.nodes('comparison_operator').filter((one) => one.field('operators')?.text === '=='),
  ];
  const listing = callsOf(LISTS);
  // A generator of arrays does not tell its order, so labels always have that of the arrays. One image has no order.
  const scored = callsOf(SCORES);
  for (const { call, feed } of predicted) {
    const meets = (nodes: readonly SyntaxNode[], is: (part: SyntaxNode) => boolean): boolean =>
      nodes.some((node) => {
        const parts = script.origins(node);
        return parts.has(call.node) && [...parts].some(is);
      });
    const labels =
      feed.last === 'flow' ? meets(scored, () => true) : meets(comparing, (one) => isLabels(script, one, feed));
    if (!labels && !meets(listing, (one) => isOfFeed(script, one, feed, FILES)) && !isPutBeside(script, call, feed))
      continue;
    const directory = feed.last === 'image_dataset_from_directory';
    const what = labels ? 'labels' : 'files';
    reportFault(draft, feed.line, {
      rule: 'predictions-shuffled',
      severity: 'error',
      sentence: `The images that are predicted (line ${call.line}) are shuffled, but their ${what} are read in another order: predictions and ${what} do not belong together.`,
      remedy: `Give ${directory ? feed.last : 'the generator'} shuffle=False.`,
    });
  }
}

/** Whether a node is one of these attributes of a generator. */
function isOfFeed(script: Script, node: SyntaxNode, feed: Call, names: readonly string[]): boolean {
  const object = node.type === 'attribute' ? node.field('object') : null;
  return object !== null && names.includes(node.field('attribute')?.text ?? '') && script.resolve(object) === feed.node;
}

/** Whether predictions become a column of the table that names the images: `table['label'] = net.predict(…)`. */
function isPutBeside(script: Script, call: Call, feed: Call): boolean {
  const table = feed.last === 'flow_from_dataframe' ? argument(feed, ['dataframe'], 0) : null;
  const rows = table && script.resolve(table);
  return script.nodes('assignment').some((one) => {
    const [left, right] = [one.field('left'), one.field('right')];
    const object = left?.type === 'subscript' ? left.field('value') : null;
    if (!rows || !object || !right || script.resolve(object) !== rows) return false;
    return script.origins(right).has(call.node);
  });
}

/** `test.classes` of a generator, or labels collected by running over a data set once more. */
function isLabels(script: Script, node: SyntaxNode, feed: Call): boolean {
  if (feed.last === 'image_dataset_from_directory')
    return node.type === 'for_in_clause' && feedOf(script, node.field('right')) === feed;
  return isOfFeed(script, node, feed, ['classes', 'labels']);
}

/** The list of classes that a call gives. Null if it takes the folders in alphabetical order. */
function listed(script: Script, feed: Call): readonly string[] | null | undefined {
  const given = argument(feed, ['classes', 'class_names']);
  if (!given) return null;
  const value = script.constant(given);
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;
}

const sorted = (list: readonly string[]): boolean => list.every((one, i) => i === 0 || list[i - 1]! <= one);

function compareClasses(script: Script, draft: Draft, training: Call, feed: Call): void {
  if (feed === training || feed.last !== training.last) return;
  const [ours, theirs] = [listed(script, training), listed(script, feed)];
  if (ours === undefined || theirs === undefined || (ours === null && theirs === null)) return;
  // Without a list, the order is alphabetical.
  const same = ours && theirs ? ours.join('\n') === theirs.join('\n') : sorted((ours ?? theirs)!);
  if (same) return;
  reportFault(draft, argument(feed, ['classes', 'class_names'])?.line ?? feed.line, {
    rule: 'class-numbers-differ',
    severity: 'error',
    sentence: `The classes are numbered differently than in training (line ${training.line}): the same label means another class.`,
    remedy: 'Give both the same list of classes in the same order, or no list at all.',
  });
}

/** Finds validation or prediction data whose classes are numbered otherwise than in training. */
export function readClassNumbers(script: Script, draft: Draft, net: KerasNet, training: Call | undefined): void {
  for (const fit of net.fits) {
    const own = feedOf(script, argument(fit, ['x', 'generator'], 0)) ?? training;
    const held = feedOf(script, fit.keywords.get('validation_data') ?? null);
    if (own && held) compareClasses(script, draft, own, held);
  }
  for (const call of script.calls.filter((one) => /^(predict|evaluate)(_generator)?$/.test(one.last))) {
    const feed = feedOf(script, argument(call, ['x', 'generator'], 0));
    if (training && feed) compareClasses(script, draft, training, feed);
  }
}

/** Finds a net that is validated on the images that it is trained on. */
export function readSameValidation(script: Script, draft: Draft, { fits }: Pick<KerasNet, 'fits'>): void {
  for (const fit of fits) {
    const trained = argument(fit, ['x', 'generator'], 0);
    const held = fit.keywords.get('validation_data');
    if (trained === null || held === undefined) continue;
    const images = held.type === 'tuple' ? held.children[0] : held;
    if (images?.type !== 'identifier' || images.text !== trained.text) continue;
    reportFault(draft, held.line, {
      rule: 'validated-on-training',
      severity: 'warning',
      fields: ['validation'],
      sentence: `The net is validated on “${images.text}”, which it is trained on: its validation accuracy shows what it remembers, not what it has learned.`,
      remedy: 'Hold images back, for example with validation_split, or export the data set with a validation part.',
    });
  }
}
