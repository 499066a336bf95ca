/** Reads how a PyTorch script loads and transforms its images, in training and in prediction. */
import type { Augmentation, Normalization } from '../interventions/index';
import { accuse, argument, byDefault, countOf, forTraining, forUse, note, numbersOf, told, type Draft } from './draft';
import { isBackbone, usedNet } from './pytorch-net';
import { objectOf, type TorchRun } from './pytorch-run';
import { descendants, type Call, type Script, type SyntaxNode } from './syntax';

/** Data sets of torchvision whose images come in no order of classes, and calls that mix the order of a list. */
const MIXED =
  /^(MNIST|FashionMNIST|KMNIST|EMNIST|QMNIST|CIFAR10|CIFAR100|SVHN|STL10|random_split|randperm|shuffle|permutation|permuted|sample|train_test_split|StratifiedShuffleSplit|ShuffleSplit|SubsetRandomSampler|shuffle_dataset)$/;

/** The loaders that the training loop runs over; all of them if that is not known. */
function trainingLoader(script: Script, { loop }: TorchRun, loaders: readonly Call[]): Call | undefined {
  const over = loop?.field('right');
  const from = over ? script.origins(over) : null;
  const used = loaders.filter((call) => from?.has(call.node));
  return forTraining(used.length > 0 ? used : loaders);
}

function readLoader(script: Script, draft: Draft, training: Call): void {
  const size = argument(training, ['batch_size'], 1);
  const batch = countOf(script, size);
  const spread = training.positional.some((one) => one.type.includes('splat'));
  if (size && batch) told(draft, 'batchSize', batch, training.node);
  else if (!size && !spread && !training.keywords.has('batch_sampler'))
    byDefault(draft, 'batchSize', 1, 'DataLoader’s default batch size is 1', training.line);
  const given = training.keywords.get('sampler') ?? training.keywords.get('batch_sampler');
  const sampler = given && script.constant(given) !== null ? given : null;
  const shuffle = argument(training, ['shuffle'], 2);
  const weighted = sampler && /Weighted|Balanced|Imbalanced/.test(script.resolve(sampler).text + sampler.text);
  if (weighted) told(draft, 'imbalance', 'balanced-sampler', sampler);
  else if (draft.recipe.imbalance === undefined)
    byDefault(draft, 'imbalance', 'none', 'neither class weights nor a sampler in the script');
  const data = argument(training, ['dataset'], 0);
  const from = data ? script.origins(data) : null;
  const mixed = from ? script.calls.find((call) => from.has(call.node) && MIXED.test(call.last)) : undefined;
  const said = shuffle ? script.constant(shuffle) : undefined;
  if (sampler) {
    if (!/SequentialSampler/.test(script.resolve(sampler).text)) told(draft, 'shuffle', true, sampler);
  } else if (said === true) told(draft, 'shuffle', true, training.node);
  else if (mixed && (said === false || !shuffle)) told(draft, 'shuffle', true, mixed.node);
  else if (said === false) told(draft, 'shuffle', false, training.node);
  else if (!shuffle && !spread && !from?.size) return;
  // The order of tensors is not known: whoever made them may have mixed it.
  else if (!shuffle && script.calls.some((call) => from?.has(call.node) && call.last === 'TensorDataset')) return;
  else if (!shuffle && !spread && !usesIterable(script, from))
    byDefault(draft, 'shuffle', false, 'DataLoader does not shuffle by default', training.line);
}

/** A data set that is read as a stream, or that decides its order itself. */
const usesIterable = (script: Script, from: ReadonlySet<SyntaxNode> | null): boolean =>
  /IterableDataset|WebDataset|load_dataset/.test(script.root.text) ||
  script.calls.some((call) => from?.has(call.node) && /shuffle/i.test(call.last));

interface Transforms {
  readonly normalization: Normalization | null;
  readonly augmentation: Augmentation;
  readonly at: SyntaxNode;
}

const TO_TENSOR = /^(ToTensor|ToTensorV2|PILToTensor|ToImage|ToImageTensor|pil_to_tensor|to_tensor)$/;
/** Transforms that put the values into 0–1. */
const SCALES = /^(ToTensor|to_tensor|ConvertImageDtype|convert_image_dtype)$/;

function parts(script: Script, compose: Call): Call[] {
  if (compose.last !== 'Compose') return [compose];
  const list = argument(compose, ['transforms'], 0);
  const inner = list ? script.resolve(list) : null;
  // An element can be a name: `normalize` in `Compose([ToTensor(), normalize])`.
  const elements = inner?.type === 'list' ? inner.children.map((one) => script.resolve(one)) : [list, inner];
  const nodes = elements.flatMap((one) =>
    one ? [...(one.type === 'call' ? [one] : []), ...descendants(one, 'call')] : [],
  );
  return [...new Set(nodes)].flatMap((node) => script.callAt(node) ?? []);
}

/** All lists of transforms; a transform that is used without a list counts as one. */
function composesOf(script: Script): Call[] {
  const lists = script.calls.filter((call) => call.last === 'Compose' && !call.local);
  const alone = script.calls.filter(
    (call) => call.last === 'ToTensor' && !call.local && /(^|\s)transforms?$/.test(call.label),
  );
  const within = lists.flatMap((call) => parts(script, call));
  return [...lists, ...alone.filter((call) => !within.includes(call))];
}

const isAlbumentations = (call: Call): boolean => /^(albumentations|A)\./.test(call.name);

function scales(script: Script, call: Call): boolean {
  if (SCALES.test(call.last)) return true;
  return call.last === 'ToDtype' && script.constant(call.keywords.get('scale') ?? call.positional[1]) === true;
}

function transforms(script: Script, compose: Call): Transforms {
  const inside = parts(script, compose);
  const find = (pattern: RegExp): Call | undefined => inside.find((call) => pattern.test(call.last));
  const largest = (call: Call | undefined, keyword: string, place: number): number =>
    call ? Math.max(0, ...numbersOf(script, argument(call, [keyword], place)).map(Math.abs)) : 0;
  const normalize = find(/^Normalize$/);
  const mean = normalize ? numbersOf(script, argument(normalize, ['mean'], 0)) : [];
  const kind: Normalization =
    mean.length > 0 && mean.every((value) => value === 0.5)
      ? 'symmetric'
      : Math.abs((mean[0] ?? 0) - 0.485) < 0.002
        ? 'imagenet'
        : 'standard';
  const affine = find(/^RandomAffine$/);
  return {
    normalization: normalize ? kind : inside.some((call) => scales(script, call)) ? 'unit' : null,
    augmentation: {
      horizontalFlip: find(/^(RandomHorizontalFlip|HorizontalFlip)$/) !== undefined,
      verticalFlip: find(/^(RandomVerticalFlip|VerticalFlip)$/) !== undefined,
      rotation: Math.min(180, Math.max(largest(find(/^RandomRotation$/), 'degrees', 0), largest(affine, 'degrees', 0))),
      shift: Math.min(1, largest(affine, 'translate', 1)),
      zoom: find(/^RandomResizedCrop$/) ? 0.5 : 0,
      brightness: Math.min(1, largest(find(/^ColorJitter$/), 'brightness', 0)),
      noise: 0,
    },
    at: (normalize ?? compose).node,
  };
}

/** A division by 255 of something that the training loop gets. */
function division(script: Script, { loop }: TorchRun): SyntaxNode | null {
  const nodes = script
    .nodes('binary_operator', 'augmented_assignment')
    .filter((node) => /^\/=?$/.test(node.field('operator')?.text ?? ''));
  const inLoop = nodes.filter((node) => loop && script.where(node)?.loops.includes(loop));
  return inLoop.find((node) => [255, 256].includes(script.constant(node.field('right')) as number)) ?? null;
}

/** Values of another scale than a transform expects, within one Compose. */
function readScale(script: Script, draft: Draft, run: TorchRun, compose: Call, used: boolean): void {
  const inside = parts(script, compose);
  if (inside.some(isAlbumentations) || isAlbumentations(compose)) return;
  const at = (call: Call | undefined): number => (call ? inside.indexOf(call) : -1);
  const open = inside.some((call) => /^(Lambda|ToDtype)$/.test(call.last) || call.local);
  const tensor = inside.find((call) => TO_TENSOR.test(call.last));
  const scaled = inside.some((call) => scales(script, call));
  const normalize = inside.find((call) => call.last === 'Normalize');
  const mean = normalize ? numbersOf(script, argument(normalize, ['mean'], 0)) : [];
  const known = mean.length > 0 && !open;
  if (known && tensor && scaled && mean.some((value) => value > 1.5))
    accuse(draft, normalize!.line, {
      rule: 'normalized-for-255',
      severity: 'error',
      sentence: `Normalize subtracts a mean of ${mean[0]}, which fits values from 0 to 255, but ${tensor.last} has already scaled them to 0–1: all pixels get nearly the same value.`,
      remedy: 'Use a mean and a deviation between 0 and 1, such as 0.485 and 0.229.',
    });
  if (known && tensor && !scaled && mean.every((value) => value <= 1))
    accuse(draft, normalize!.line, {
      rule: 'normalized-for-one',
      severity: 'error',
      sentence: `Normalize subtracts a mean of ${mean[0]}, which fits values from 0 to 1, but ${tensor.last} leaves them at 0–255.`,
      remedy: 'Use ToTensor(), or ToDtype(torch.float32, scale=True) before Normalize.',
    });
  if (known && tensor && normalize && at(normalize) < at(tensor))
    accuse(draft, normalize.line, {
      rule: 'normalize-before-tensor',
      severity: 'error',
      sentence: `Normalize comes before ${tensor.last}: it needs a tensor and stops at a picture.`,
      remedy: `Put Normalize after ${tensor.last}.`,
    });
  const again = inside.filter((call) => call.last === 'Normalize');
  if (again.length > 1 && known)
    accuse(draft, again[1]!.line, {
      rule: 'scaled-twice',
      severity: 'error',
      sentence: `The images are normalized twice (line ${again[0]!.line} and here).`,
      remedy: 'Keep one Normalize.',
    });
  const divided = used && scaled && !open ? division(script, run) : null;
  if (divided)
    accuse(draft, divided.line, {
      rule: 'scaled-twice',
      severity: 'error',
      sentence: `The images are divided by 255 here, but ${tensor?.last ?? 'a transform'} (line ${(tensor ?? compose).line}) has already scaled them to 0–1: all pixels are nearly 0.`,
      remedy: 'Leave out the division.',
    });
}

/** The transforms that a loader applies; null if that is not known. */
function composeOf(script: Script, loader: Call | undefined, composes: readonly Call[]): Call | null {
  const data = loader ? argument(loader, ['dataset'], 0) : null;
  const from = data ? script.origins(data) : null;
  const used = composes.filter((call) => from?.has(call.node));
  return used.length === 1 ? used[0]! : used.length > 1 ? (forTraining(used) ?? null) : null;
}

/** `for phase in ['train', 'val']`: one loop for training and validation. */
const isPhases = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.some((one) => /^train/.test(String(one))) &&
  value.some((one) => /^(val|test)/.test(String(one)));

/** How the net is in validation and prediction: calls of the trained net outside of the training step. */
function readMode(
  script: Script,
  run: TorchRun,
  net: Call | null,
  depends: boolean,
): { mode: 'predict' | 'train'; at: SyntaxNode } | null {
  const evaluated = script.calls.find(
    (call) =>
      objectOf(call) &&
      ((call.last === 'eval' && call.positional.length === 0) ||
        (call.last === 'train' &&
          script.constant(call.positional[0] ?? call.keywords.get('mode')) !== true &&
          (call.positional.length > 0 || call.keywords.has('mode')))),
  );
  if (evaluated) return { mode: 'predict', at: evaluated.node };
  if (!net || !depends || run.manager) return null;
  const phases = run.backward
    .flatMap((call) => script.where(call.node)?.loops ?? [])
    .find((loop) => isPhases(script.constant(loop.field('right'))));
  if (phases) return { mode: 'train', at: phases };
  const trained = run.losses.flatMap((one) => (one.outputs ? [script.origins(one.outputs)] : []));
  const [first] = run.backward;
  const from = first ? (script.where(first.node)?.at ?? 0) : Infinity;
  const used = script.calls.find((call) => {
    const callee = call.node.field('function');
    return (
      callee &&
      /^(identifier|attribute)$/.test(callee.type) &&
      usedNet(script, callee)?.node === net.node &&
      !trained.some((nodes) => nodes.has(call.node)) &&
      (script.where(call.node)?.at ?? -1) > from &&
      !(run.loop && script.where(call.node)?.loops.includes(run.loop))
    );
  });
  return used ? { mode: 'train', at: used.node } : null;
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

export function readTorchInput(script: Script, draft: Draft, run: TorchRun, net: Call | null): void {
  const loaders = script.calls.filter((call) => call.last === 'DataLoader' && !call.local);
  const training = trainingLoader(script, run, loaders);
  if (training) readLoader(script, draft, training);
  const composes = composesOf(script);
  const own = composeOf(script, training, composes) ?? forTraining(composes) ?? null;
  const found = own ? transforms(script, own) : null;
  if (found?.normalization && own) told(draft, 'normalization', found.normalization, found.at);
  if (found && own) told(draft, 'augmentation', found.augmentation, own.node);
  for (const compose of composes) readScale(script, draft, run, compose, compose === own);
  const others = loaders.filter((call) => call !== training).map((call) => composeOf(script, call, composes));
  const use = others.find((one) => one !== null && one !== own) ?? (others.includes(own) ? null : forUse(composes));
  const other = use ? transforms(script, use) : null;
  readRandom(script, draft);
  const differs =
    found?.normalization && other?.normalization && other.normalization !== found.normalization ? other : null;
  const known =
    net !== null &&
    (isBackbone(net) || script.calls.some((call) => isBackbone(call) && script.origins(net.node).has(call.node)));
  const depends = known || draft.recipe.batchNorm === true || (draft.recipe.dropout?.rate ?? 0) > 0;
  const mode = readMode(script, run, net, depends);
  if (differs)
    told(draft, 'prediction', { normalization: differs.normalization!, mode: mode?.mode ?? 'predict' }, differs.at);
  else if (mode?.mode === 'train')
    byDefault(
      draft,
      'prediction',
      { normalization: 'same', mode: 'train' },
      'model.eval() is never called',
      mode.at.line,
    );
  else if (mode) told(draft, 'prediction', { normalization: 'same', mode: mode.mode }, mode.at);
}
