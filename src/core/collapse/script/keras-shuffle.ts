/** Reads in which order a Keras script trains on its images. */
import { argument, recordDefault, recordRead, reportFieldFault, type Draft } from './draft';
import { readTorchLoader } from './pytorch-input';
import type { Call, Script } from './syntax';

/** Whether fit is given images and labels side by side. A generator or a data set has its own batches and its own order. */
export function takesArrays(script: Script, fit: Call): boolean {
  const labels = argument(fit, ['y'], 1);
  return fit.last === 'fit' && labels !== null && script.constant(labels) !== null;
}

/** Calls that mix the order of arrays or lists. */
const MIXES = /^(shuffle|permutation|permuted|randperm|sample|train_test_split|StratifiedShuffleSplit|ShuffleSplit)$/;

/** Arrays: `fit` shuffles them in each epoch unless it is told not to. How they were gathered does not count then. */
function readArrayShuffle(script: Script, draft: Draft, fit: Call, feed: Call | undefined): void {
  const said = fit.keywords.get('shuffle');
  if (!said || typeof script.constant(said) !== 'boolean') {
    recordDefault(draft, 'shuffle', true, 'Keras’s fit shuffles arrays by default');
    return;
  }
  const gathered = feed?.keywords.get('shuffle');
  const mixed =
    script.calls.some((call) => MIXES.test(call.last)) || (feed !== undefined && script.constant(gathered) !== false);
  recordRead(draft, 'shuffle', script.constant(said) === true || mixed, said);
}

const LISTS_FILES = /^(listdir|scandir|i?glob|rglob|iterdir|walk)$/;
const FOLDERS = /^(flow_from_directory|image_dataset_from_directory|list_files)$/;

const MAX_DEPTH = 16;

/** Whether a data set is put into batches before this method changes it. */
function isAfterBatch(script: Script, call: Call, depth = 0): boolean {
  const object = call.node.field('function')?.field('object');
  const before = object ? script.callAt(script.resolve(object)) : undefined;
  // A name that is made elsewhere can stand for itself: `data = data.shuffle(9)`.
  if (!before || before.local || before.last === 'unbatch' || depth > MAX_DEPTH) return false;
  return before.last === 'batch' || isAfterBatch(script, before, depth + 1);
}

/** The call that mixes arrays or lists before they become a data set. */
const mixing = (script: Script): Call | undefined =>
  script.calls.find(
    (call) =>
      (MIXES.test(call.last) || call.last === 'choice') &&
      !isAfterBatch(script, call) &&
      !(call.last === 'train_test_split' && script.constant(call.keywords.get('shuffle')) === false),
  );

/** Whether the images are read folder by folder. The order of a table or of a file of arrays is not known. */
const readsFolders = (script: Script): boolean =>
  script.calls.some(
    (call) =>
      LISTS_FILES.test(call.last) ||
      (FOLDERS.test(call.last) && script.constant(call.keywords.get('shuffle')) === false),
  );

/** `from_tensor_slices` and `from_generator` keep the order of what they are given. */
function readSlices(script: Script, draft: Draft, source: Call, late: Call | undefined): void {
  const mixed = mixing(script);
  if (mixed) recordRead(draft, 'shuffle', true, mixed.node);
  else if (!readsFolders(script)) return;
  else if (late)
    reportFieldFault(draft, 'shuffle', false, late.node, {
      rule: 'shuffled-after-batch',
      sentence:
        'shuffle() comes after batch(): whole batches change places, but each keeps its images. Folders are read class by class, so each batch contains one class and the net forgets all classes but the last.',
      remedy: 'Call shuffle() before batch(), with a buffer as large as the data set.',
      replaces: ['unshuffled'],
    });
  else recordDefault(draft, 'shuffle', false, 'tf.data keeps the order unless .shuffle() is called', source.line);
}

export function readShuffle(script: Script, draft: Draft, fit: Call | undefined, feed: Call | undefined): void {
  if (fit && takesArrays(script, fit)) {
    readArrayShuffle(script, draft, fit, feed);
    return;
  }
  const said = feed?.keywords.get('shuffle') ?? fit?.keywords.get('shuffle');
  const value = script.constant(said);
  const given = fit && argument(fit, ['x', 'generator'], 0);
  const loader = given && script.callAt(script.resolve(given));
  if (loader?.last === 'DataLoader' && !loader.local) {
    readTorchLoader(script, draft, loader);
    return;
  }
  const from = given ? script.origins(given) : null;
  const shuffles = script.calls.filter((call) => call.last === 'shuffle');
  const late = shuffles.filter((call) => isAfterBatch(script, call));
  const early = shuffles.filter((call) => !late.includes(call));
  const used = (calls: readonly Call[]): Call | undefined => calls.find((call) => from?.has(call.node));
  const source = script.calls.find((call) => /^(from_tensor_slices|from_generator|list_files)$/.test(call.last));
  const after = used(early);
  if (after) recordRead(draft, 'shuffle', true, after.node);
  else if (said && typeof value === 'boolean') recordRead(draft, 'shuffle', value, said);
  else if (early[0]) recordRead(draft, 'shuffle', true, early[0].node);
  else if (source && (source.last !== 'list_files' || script.constant(source.keywords.get('shuffle')) === false))
    readSlices(script, draft, source, used(late));
  else if (fit && feed) recordDefault(draft, 'shuffle', true, `${feed.last} shuffles by default`);
}
