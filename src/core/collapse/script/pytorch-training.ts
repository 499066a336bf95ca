/** Reads loss, optimizer, schedule, epochs, batches and shuffling of a PyTorch script. */
import type { Augmentation, Loss, Normalization, Recipe } from '../interventions/index';
import {
  argument,
  byDefault,
  countOf,
  forTraining,
  forUse,
  note,
  numberOf,
  numbersOf,
  told,
  type Draft,
} from './draft';
import type { TorchEnding } from './pytorch-model';
import { descendants, loopCount, type Call, type Script, type SyntaxNode } from './syntax';

const LOSSES: Record<string, Loss> = {
  CrossEntropyLoss: 'cross-entropy-logits',
  cross_entropy: 'cross-entropy-logits',
  NLLLoss: 'cross-entropy',
  nll_loss: 'cross-entropy',
  BCELoss: 'binary-cross-entropy',
  binary_cross_entropy: 'binary-cross-entropy',
  BCEWithLogitsLoss: 'binary-cross-entropy-logits',
  binary_cross_entropy_with_logits: 'binary-cross-entropy-logits',
  MSELoss: 'mean-squared-error',
  mse_loss: 'mean-squared-error',
};
const OPTIMIZERS: Record<string, Recipe['optimizer']['kind']> = {
  SGD: 'sgd',
  Adam: 'adam',
  AdamW: 'adam',
  NAdam: 'adam',
  RAdam: 'adam',
  Adamax: 'adam',
  Adagrad: 'adam',
  RMSprop: 'rmsprop',
};
const SCHEDULES: Record<string, Recipe['schedule']> = {
  StepLR: 'step',
  MultiStepLR: 'step',
  ExponentialLR: 'exponential',
  CosineAnnealingLR: 'cosine',
  CosineAnnealingWarmRestarts: 'cosine',
  ReduceLROnPlateau: 'plateau',
  OneCycleLR: 'warmup-cosine',
  LambdaLR: 'step',
  CyclicLR: 'cosine',
};

function readLoss(script: Script, draft: Draft, end: { ending: TorchEnding; at: SyntaxNode } | null): void {
  const call = script.calls.find((one) => one.last in LOSSES);
  if (!call) return;
  const loss = LOSSES[call.last]!;
  const given = end?.ending ?? 'none';
  const weight = call.keywords.get('weight') ?? (call.last === 'CrossEntropyLoss' ? call.positional[0] : undefined);
  if (weight && script.constant(weight) !== null) told(draft, 'imbalance', 'class-weights', call.node);
  const likelihood = loss === 'cross-entropy';
  if (likelihood && given === 'softmax')
    note(
      draft,
      'NLLLoss expects log-probabilities, but the net ends with softmax: use log_softmax, or CrossEntropyLoss on logits.',
      call.line,
    );
  if (given === 'log-softmax' && loss === 'cross-entropy-logits')
    note(
      draft,
      'log_softmax before CrossEntropyLoss is not needed, but harmless: a second log_softmax changes nothing.',
      end?.at.line ?? null,
    );
  // A second log-softmax has no effect. A log-softmax followed by NLLLoss is the categorical cross-entropy.
  const activation = given === 'log-softmax' ? (likelihood ? 'softmax' : 'none') : given;
  const at = given !== 'none' && end ? end.at : call.node;
  told(draft, 'output', { activation, loss }, at, { activation: at.line, loss: call.line });
}

function readOptimizer(script: Script, draft: Draft): void {
  const call = script.calls.find((one) => one.last in OPTIMIZERS && one.positional.length + one.keywords.size > 0);
  if (call) {
    const kind = OPTIMIZERS[call.last]!;
    const momentum = numberOf(script, argument(call, ['momentum'], kind === 'sgd' ? 2 : undefined)) ?? 0;
    told(
      draft,
      'optimizer',
      { kind, momentum: kind === 'sgd' ? Math.min(0.9999, Math.max(0, momentum)) : 0.9 },
      call.node,
    );
    const given = argument(call, ['lr'], 1);
    const rate = numberOf(script, given);
    if (rate !== null && rate > 0) told(draft, 'learningRate', rate, call.node);
    else if (given)
      note(draft, 'The learning rate cannot be read from the script; that of the sound recipe is assumed.', call.line);
    else
      byDefault(
        draft,
        'learningRate',
        kind === 'rmsprop' ? 0.01 : 1e-3,
        `PyTorch’s default for ${call.last}`,
        call.line,
      );
    const decay = numberOf(script, argument(call, ['weight_decay']));
    if (decay !== null && decay >= 0) told(draft, 'weightDecay', decay, call.node);
  }
  const schedule = script.calls.find((one) => one.last in SCHEDULES);
  if (schedule) told(draft, 'schedule', SCHEDULES[schedule.last]!, schedule.node);
  else if (call) byDefault(draft, 'schedule', 'constant', 'no scheduler in the script');
  const clip = script.calls.find((one) => /^clip_grad_(norm|value)_$/.test(one.last));
  const norm = clip ? numberOf(script, argument(clip, ['max_norm', 'clip_value'], 1)) : null;
  if (clip && norm !== null && norm > 0) told(draft, 'gradientClip', norm, clip.node);
}

function readLoop(script: Script, draft: Draft): void {
  const backward = script.calls.find((call) => call.last === 'backward');
  const loops = descendants(script.root, 'for_statement').filter((loop) =>
    descendants(loop, 'call').some((call) => call.field('function')?.text.endsWith('.backward')),
  );
  const counted = loops.find((loop) => loopCount(loop, script.constant) !== null);
  const epochs = counted ? loopCount(counted, script.constant) : null;
  const named = descendants(script.root, 'assignment', 'default_parameter').find((one) =>
    /^(n_?|num_?|max_?)?epochs?$/i.test((one.field('left') ?? one.field('name'))?.text ?? ''),
  );
  const whole = named ? countOf(script, named.field('right') ?? named.field('value')) : null;
  if (counted && epochs !== null && epochs >= 1) told(draft, 'epochs', Math.round(epochs), counted);
  else if (named && whole !== null) told(draft, 'epochs', whole, named);
  else if (loops[0]) byDefault(draft, 'epochs', 1, 'the training loop runs over the data once', loops[0].line);
  if (!backward) return;
  if (!script.calls.some((call) => call.last === 'zero_grad'))
    note(draft, 'optimizer.zero_grad() is never called: the gradients of all batches add up.', backward.line);
  if (!script.calls.some((call) => call.last === 'step' && !/sched/i.test(call.name)))
    note(draft, 'optimizer.step() is never called: the weights never change.', backward.line);
}

function readFeed(script: Script, draft: Draft): void {
  const loaders = script.calls.filter((call) => call.last === 'DataLoader');
  const training = forTraining(loaders);
  if (!training) return;
  const size = argument(training, ['batch_size'], 1);
  const batch = countOf(script, size);
  if (size && batch) told(draft, 'batchSize', batch, training.node);
  else if (!size) byDefault(draft, 'batchSize', 1, 'DataLoader’s default batch size is 1', training.line);
  const sampler = training.keywords.get('sampler') ?? training.keywords.get('batch_sampler');
  const shuffle = argument(training, ['shuffle'], 2);
  const weighted = sampler && /Weighted|Balanced|Imbalanced/.test(script.resolve(sampler).text + sampler.text);
  if (weighted) told(draft, 'imbalance', 'balanced-sampler', sampler);
  else if (draft.recipe.imbalance === undefined)
    byDefault(draft, 'imbalance', 'none', 'neither class weights nor a sampler in the script');
  if (sampler) told(draft, 'shuffle', true, sampler);
  else if (shuffle && typeof script.constant(shuffle) === 'boolean')
    told(draft, 'shuffle', script.constant(shuffle) === true, training.node);
  else if (!shuffle) byDefault(draft, 'shuffle', false, 'DataLoader does not shuffle by default', training.line);
}

interface Transforms {
  readonly normalization: Normalization | null;
  readonly augmentation: Augmentation;
  readonly at: SyntaxNode;
}

function transforms(script: Script, compose: Call): Transforms {
  const inside = script.calls.filter(
    (call) =>
      call.node !== compose.node &&
      descendants(compose.node, 'call').some((node) => node.line === call.line && node.text === call.node.text),
  );
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
    normalization: normalize ? kind : find(/^(ToTensor|ConvertImageDtype|ToDtype)$/) ? 'unit' : null,
    augmentation: {
      horizontalFlip: find(/^RandomHorizontalFlip$/) !== undefined,
      verticalFlip: find(/^RandomVerticalFlip$/) !== undefined,
      rotation: Math.min(180, Math.max(largest(find(/^RandomRotation$/), 'degrees', 0), largest(affine, 'degrees', 0))),
      shift: Math.min(1, largest(affine, 'translate', 1)),
      zoom: find(/^RandomResizedCrop$/) ? 0.5 : 0,
      brightness: Math.min(1, largest(find(/^ColorJitter$/), 'brightness', 0)),
      noise: 0,
    },
    at: (normalize ?? compose).node,
  };
}

function readInput(script: Script, draft: Draft): void {
  const composes = script.calls.filter((call) => call.last === 'Compose');
  const training = forTraining(composes);
  const use = forUse(composes);
  const found = training ? transforms(script, training) : null;
  const other = use ? transforms(script, use) : null;
  if (found?.normalization && training) told(draft, 'normalization', found.normalization, found.at);
  if (found && training) told(draft, 'augmentation', found.augmentation, training.node);
  const random = script.calls.find((call) => /^(torch\.)?(randn|rand)$/.test(call.name));
  const labels = script.calls.find((call) => call.last === 'randint');
  if (random && labels && !script.calls.some((call) => /ImageFolder|MNIST|CIFAR|open|imread/.test(call.last))) {
    note(
      draft,
      'The script generates random images and labels: no net can learn from them, with any settings.',
      random.line,
    );
  }
  const differs =
    found?.normalization && other?.normalization && other.normalization !== found.normalization ? other : null;
  const evaluates = script.calls.find(
    (call) =>
      ['no_grad', 'inference_mode', 'argmax'].includes(call.last) ||
      (call.last === 'max' && call.positional.length > 0),
  );
  const evaluated = script.calls.some((call) => call.last === 'eval');
  const depends = draft.recipe.batchNorm === true || (draft.recipe.dropout?.rate ?? 0) > 0;
  const mode = evaluates && !evaluated && depends ? 'train' : 'predict';
  if (differs) told(draft, 'prediction', { normalization: differs.normalization!, mode }, differs.at);
  else if (mode === 'train')
    byDefault(
      draft,
      'prediction',
      { normalization: 'same', mode },
      'model.eval() is never called',
      evaluates?.line ?? null,
    );
  else if (evaluated)
    told(draft, 'prediction', { normalization: 'same', mode }, script.calls.find((call) => call.last === 'eval')!.node);
}

/** Reads all training choices of a recipe; `end` is the activation that the net's output ends with. */
export function readTorchTraining(
  script: Script,
  draft: Draft,
  end: { ending: TorchEnding; at: SyntaxNode } | null,
): void {
  readLoss(script, draft, end);
  readOptimizer(script, draft);
  readLoop(script, draft);
  readFeed(script, draft);
  readInput(script, draft);
}
