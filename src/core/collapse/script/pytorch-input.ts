/** Reads how a PyTorch script loads and transforms its images, in training and in prediction. */
import { NORMALIZATION_NAMES } from '../interventions/normalization';
import { NO_AUGMENTATION } from '../recipe';
import {
  argument,
  countOf,
  forTraining,
  forUse,
  note,
  recordDefault,
  recordRead,
  reportFault,
  type Draft,
} from './draft';
import { channelsOf } from './channels';
import { isPretrainedNet } from './pytorch-base';
import { readPredictionMode } from './pytorch-mode';
import { baseWithin, isWholeNet, netCall, usedNet } from './pytorch-net';
import { isInside, type TorchRun } from './pytorch-run';
import {
  composesOf,
  leavesPixels,
  readAlbumentations,
  readTransformScale,
  transformsOf,
  type Transforms,
} from './pytorch-transforms';
import { type Call, type Script, type SyntaxNode } from './syntax';

/** Data sets of torchvision that are not sorted by class, and calls that shuffle a list. */
const MIXED =
  /^(MNIST|FashionMNIST|KMNIST|EMNIST|QMNIST|CIFAR10|CIFAR100|SVHN|STL10|random_split|randperm|shuffle|permutation|permuted|sample|train_test_split|StratifiedShuffleSplit|ShuffleSplit|SubsetRandomSampler|shuffle_dataset)$/;

/** Calls that give positions or elements in another order. */
const PERMUTES = /^(randperm|shuffle|permutation|permuted|sample)$/;

interface TrainingFeed {
  readonly loader: Call | undefined;
  /** Set if the loop takes its batches from tensors, by position: the call that mixes these, or null. */
  readonly byHand?: Call | null;
}

/**
 * What the training loop runs over. Of loaders of which one fills the tensors of another, the other one; if that is
 * not known, one that is named for training.
 */
function trainingFeedOf(script: Script, { loop }: TorchRun, loaders: readonly Call[]): TrainingFeed {
  const over = loop?.field('right');
  const from = over ? script.origins(over) : null;
  const used = loaders.filter((call) => from?.has(call.node));
  const origins = new Map(used.map((call) => [call, script.origins(call.node)]));
  const outer = used.filter((call) => !used.some((one) => one !== call && origins.get(one)!.has(call.node)));
  const loader = forTraining(outer.length > 0 ? outer : loaders);
  const permutes = script.calls.find(
    (call) =>
      PERMUTES.test(call.last) && from?.has(call.node) && ![...origins.values()].some((nodes) => nodes.has(call.node)),
  );
  if (permutes) return { loader, byHand: permutes };
  const counts = loop && used.length === 0 && loopCounts(script, over ?? null);
  return counts && !/\bnext\(/.test(loop.text) ? { loader, byHand: null } : { loader };
}

/** Whether a loop runs over numbers. */
const loopCounts = (script: Script, over: SyntaxNode | null): boolean => {
  const call = over && script.callAt(over);
  const [inner] = call?.positional ?? [];
  return (
    /^(range|trange|arange)$/.test(call?.last ?? '') || (call?.last === 'tqdm' && loopCounts(script, inner ?? null))
  );
};

/** Batch size, sampler and order of a loader of PyTorch, which Keras takes too. */
export function readTorchLoader(script: Script, draft: Draft, training: Call): void {
  const size = argument(training, ['batch_size'], 1);
  const batch = countOf(script, size);
  const spread = training.positional.some((one) => one.type.includes('splat'));
  if (size && batch) recordRead(draft, 'batchSize', batch, training.node);
  else if (!size && !spread && !training.keywords.has('batch_sampler'))
    recordDefault(draft, 'batchSize', 1, 'DataLoader’s default batch size is 1', training.line);
  const given = training.keywords.get('sampler') ?? training.keywords.get('batch_sampler');
  const sampler = given && script.constant(given) !== null ? given : null;
  const shuffle = argument(training, ['shuffle'], 2);
  const weighted = sampler && /Weighted|Balanced|Imbalanced/.test(script.resolve(sampler).text + sampler.text);
  if (weighted) recordRead(draft, 'imbalance', 'balanced-sampler', sampler);
  else if (draft.recipe.imbalance === undefined)
    recordDefault(draft, 'imbalance', 'none', 'neither class weights nor a sampler in the script');
  const data = argument(training, ['dataset'], 0);
  const from = data ? script.origins(data) : null;
  const mixed = from ? script.calls.find((call) => from.has(call.node) && MIXED.test(call.last)) : undefined;
  const said = shuffle ? script.constant(shuffle) : undefined;
  const ordered = sampler && inOrder(script, sampler);
  if (sampler && !ordered) recordRead(draft, 'shuffle', true, sampler);
  else if (ordered) recordRead(draft, 'shuffle', mixed !== undefined, (mixed ?? ordered).node);
  else if (said === true) recordRead(draft, 'shuffle', true, training.node);
  else if (mixed && (said === false || !shuffle)) recordRead(draft, 'shuffle', true, mixed.node);
  else if (said === false) recordRead(draft, 'shuffle', false, training.node);
  else if (!shuffle && !spread && !from?.size) return;
  // The order of tensors is not known: they may be shuffled already.
  else if (!shuffle && script.calls.some((call) => from?.has(call.node) && call.last === 'TensorDataset')) return;
  else if (!shuffle && !spread && !usesIterable(script, from))
    recordDefault(draft, 'shuffle', false, 'DataLoader does not shuffle by default', training.line);
}

/** The sampler that keeps the order of the images; null if it may change it. */
function inOrder(script: Script, sampler: SyntaxNode, depth = 0): Call | null {
  const made = script.callAt(script.resolve(sampler));
  const of = made?.last === 'BatchSampler' ? made.positional[0] : undefined;
  if (!made || of) return of && depth < MAX_DEPTH ? inOrder(script, of, depth + 1) : null;
  const unshuffled = script.constant(argument(made, ['shuffle'], 3)) === false;
  return made.last === 'SequentialSampler' || (made.last === 'DistributedSampler' && unshuffled) ? made : null;
}

/** Whether a data set is read as a stream, or shuffles itself. */
const usesIterable = (script: Script, from: ReadonlySet<SyntaxNode> | null): boolean =>
  /IterableDataset|WebDataset|load_dataset/.test(script.root.text) ||
  script.calls.some((call) => from?.has(call.node) && /shuffle/i.test(call.last));

/** Whether a name stands for a net. */
function isNet(script: Script, node: SyntaxNode): boolean {
  const made = node.type === 'identifier' ? netCall(script, node) : null;
  return made !== null && isWholeNet(script, made);
}

/**
 * The transforms that a loader applies; null if that is not known.
 * @param trained those of the training, which are taken if they are among several that are possible
 */
function composeOf(
  script: Script,
  loader: Call | undefined,
  composes: readonly Call[],
  trained: Call | null = null,
): Call | null {
  const data = loader ? argument(loader, ['dataset'], 0) : null;
  if (!data) return null;
  // The class of a data set is walked with what its first object got, so what this object got comes first. A net that
  // computes features has been trained on other images.
  const own = script.origins(data, (node) => node.type === 'class_definition' || isNet(script, node));
  const given = composes.filter((call) => own.has(call.node));
  const from = given.length > 0 ? own : script.origins(data);
  const used = composes.filter((call) => from.has(call.node));
  if (trained && used.some((call) => call.node.start === trained.node.start)) return trained;
  return used.length === 1 ? used[0]! : used.length > 1 ? (forTraining(used) ?? null) : null;
}

/** Whether a script runs over a loader whose images never reach the net: to show them, or to compute their mean. */
function isOnlyShown(script: Script, net: Call | null, loader: Call): boolean {
  const has = (node: SyntaxNode | null | undefined): boolean => Boolean(node && script.origins(node).has(loader.node));
  const used = script.calls.some((call) => {
    const callee = call.node.field('function');
    const named = callee && /^(identifier|attribute)$/.test(callee.type);
    return named && net && usedNet(script, callee)?.node.start === net.node.start && call.positional.some(has);
  });
  if (!net || used) return false;
  return (
    script.nodes('for_statement', 'for_in_clause').some((one) => has(one.field('right'))) ||
    script.calls.some(({ last, positional }) => last === 'iter' && has(positional[0]))
  );
}

/**
 * The loader of the last training loop, if its images are scaled otherwise than those of the first one. A net that first
 * learns without labels is then trained as a classifier, and it is this training that its predictions must fit.
 */
function laterTraining(
  script: Script,
  { backward }: TorchRun,
  loaders: readonly Call[],
  first: Call,
  composes: readonly Call[],
): { readonly loader: Call; readonly sentence: string } | null {
  const loops = backward.flatMap((call) => script.where(call.node)?.loops.at(-1) ?? []);
  const over = loops.at(-1)?.field('right');
  const from = over ? script.origins(over) : null;
  const fed = loaders.filter((call) => from?.has(call.node));
  const outer = fed.filter((call) => !fed.some((one) => one !== call && script.origins(one.node).has(call.node)));
  const loader = forTraining(outer);
  if (!loader || loader === first || new Set(loops.map(({ start }) => start)).size < 2) return null;
  const [one, other] = [first, loader].map((call) => {
    const compose = composeOf(script, call, composes);
    return compose && transformsOf(script, compose).normalization;
  });
  if (!one || !other || one === other) return null;
  const sentence = `The script trains twice: with images that are scaled “${NORMALIZATION_NAMES[one]}” (line ${first.line}), then “${NORMALIZATION_NAMES[other]}” (line ${loader.line}). What was learned first fits the second less well.`;
  return { loader, sentence };
}

/** Words of a script that may scale its images somewhere. */
const MAY_SCALE =
  /255|256|127\.5|to_?tensor|to_?dtype|convert_image_dtype|normali[sz]|transform|process|scale|\bstd\b|albumentations|kornia|dali|webdataset/i;
/** Calls that read images as 0 to 255. */
const READS = /^(cv2?\.imread|(torchvision\.)?(io\.)?(read_image|decode_image|decode_jpeg|decode_png))$/;

/** A data set of the script that reads images as 0 to 255, in a script that scales nothing. */
function readUnscaled(script: Script, draft: Draft, loader: Call | undefined): void {
  const data = loader ? argument(loader, ['dataset'], 0) : null;
  const from = data ? script.origins(data) : null;
  const read = script.calls.find((call) => from?.has(call.node) && !call.local && READS.test(call.name));
  if (draft.recipe.normalization !== undefined || !read || MAY_SCALE.test(script.root.text)) return;
  recordDefault(
    draft,
    'normalization',
    'raw',
    `${read.last} returns 0 to 255, and the script does not scale it`,
    read.line,
  );
}

/** A pretrained net whose images are read as BGR. */
function readChannels(script: Script, draft: Draft, loader: Call | undefined, net: Call | null): void {
  const data = loader ? argument(loader, ['dataset'], 0) : null;
  const order = data && channelsOf(script, script.origins(data));
  const base = baseWithin(script, net);
  if (order?.order !== 'bgr' || !base || !isPretrainedNet(script, base)) return;
  const trained = draft.recipe.base !== undefined;
  if (trained) recordRead(draft, 'channels', 'bgr', order.at.node);
  reportFault(draft, order.at.line, {
    rule: 'channels-of-base',
    severity: 'warning',
    sentence: 'cv2.imread gives the channels in the order BGR, but the pretrained net was trained on RGB.',
    remedy: 'Convert with cv2.cvtColor(image, cv2.COLOR_BGR2RGB).',
    ...(trained && { fields: ['channels'], stated: ['channels'] }),
  });
}

function readRandom(script: Script, draft: Draft): void {
  const random = script.calls.find((call) => /^(torch\.)?(randn|rand)$/.test(call.name));
  const labels = script.calls.find((call) => call.last === 'randint');
  if (
    random &&
    labels &&
    !script.calls.some((call) => /ImageFolder|MNIST|CIFAR|FakeData|open|imread|DataLoader/.test(call.last))
  )
    note(
      draft,
      'The script generates random images and labels: no net can learn from them, with any settings.',
      random.line,
    );
}

const MAX_DEPTH = 16;
const TENSOR = /^(ToTensor|to_tensor)$/;
/** Calls that may scale an image like the transforms of the training. */
const MAY_NORMALIZE = /normali[sz]|standard|process|transform|compose|dataloader/i;

/** The transforms that an image goes through by hand; null if anything else may scale it. */
function appliedTransforms(script: Script, made: readonly Call[], composes: readonly Call[]): Transforms | null {
  const composeAt = ({ node }: Call): Call | undefined => {
    const callee = node.field('function');
    const compose = callee && script.callAt(script.resolve(callee));
    return compose && composes.includes(compose) ? compose : undefined;
  };
  const uses = made.filter((one) => composeAt(one) !== undefined);
  const applied = uses.flatMap((one) => composeAt(one) ?? []);
  const [compose] = applied;
  if (!compose || new Set(applied).size > 1) return null;
  const others = made.filter((one) => one !== compose && !uses.includes(one) && !isInside(compose.node, one.node));
  return others.some((one) => MAY_NORMALIZE.test(one.last)) ? null : transformsOf(script, compose);
}

/** An image that is only made a tensor before the net gets it, by a transform that stands alone or by a few. */
function plainTensor(script: Script, net: Call | null, composes: readonly Call[]): Transforms | null {
  for (const call of net ? script.calls : []) {
    const [input] = call.positional;
    const callee = call.node.field('function');
    if (!input || !callee || !/^(identifier|attribute)$/.test(callee.type)) continue;
    if (usedNet(script, callee)?.node.start !== net!.node.start) continue;
    const from = script.origins(input);
    const made = script.calls.filter((one) => from.has(one.node));
    const tensor = made.find((one) => TENSOR.test(one.last) && !one.local);
    const computes = script.nodes('binary_operator', 'augmented_assignment').some((one) => from.has(one));
    const applied = computes ? null : appliedTransforms(script, made, composes);
    // The loop may normalize what its transforms do not.
    if (applied?.normalization === 'unit') return applied;
    if (tensor && !computes && !made.some((one) => MAY_NORMALIZE.test(one.last)))
      return { normalization: 'unit', augmentation: NO_AUGMENTATION, at: tensor.node };
  }
  return null;
}

export function readTorchInput(script: Script, draft: Draft, run: TorchRun, net: Call | null): void {
  const loaders = script.calls.filter((call) => call.last === 'DataLoader' && !call.local);
  const feed = trainingFeedOf(script, run, loaders);
  const { byHand } = feed;
  const composes = composesOf(script);
  const later = feed.loader && laterTraining(script, run, loaders, feed.loader, composes);
  if (later) note(draft, later.sentence, later.loader.line);
  const training = later?.loader ?? feed.loader;
  if (byHand) recordRead(draft, 'shuffle', true, byHand.node);
  else if (training && byHand === undefined) readTorchLoader(script, draft, training);
  const own = composeOf(script, training, composes) ?? forTraining(composes) ?? null;
  const found = own ? transformsOf(script, own) : null;
  if (found?.normalization && own) recordRead(draft, 'normalization', found.normalization, found.at);
  if (found && own) recordRead(draft, 'augmentation', found.augmentation, own.node);
  for (const compose of composes) readTransformScale(script, draft, run, compose, compose === own);
  if (composes.length === 0) readUnscaled(script, draft, training);
  readChannels(script, draft, training, net);
  readAlbumentations(script, draft, composes);
  const others = loaders
    .filter((call) => call !== training && call !== feed.loader && !isOnlyShown(script, net, call))
    .map((call) => composeOf(script, call, composes, own));
  const use = others.find((one) => one !== null && one !== own) ?? (others.includes(own) ? null : forUse(composes));
  const other = use
    ? { ...transformsOf(script, use), ...(leavesPixels(script, use) && { normalization: 'raw' as const }) }
    : null;
  const plain = own?.last === 'Compose' ? plainTensor(script, net, composes) : null;
  readRandom(script, draft);
  const differs =
    [other, plain].find(
      (one) => found?.normalization && one?.normalization && one.normalization !== found.normalization,
    ) ?? null;
  readPredictionMode(script, draft, run, net, differs);
}
