/** Reads loss, optimizer, schedule, epochs, batches and shuffling of a Keras script. */
import type { Recipe } from '../interventions/index';
import {
  reportFault,
  argument,
  recordDefault,
  countOf,
  forTraining,
  note,
  numberOf,
  recordRead,
  type Draft,
} from './draft';
import { loadsWeights } from './loaded-weights';
import { labelMode, receiver, type KerasNet } from './keras-net';
import { readShuffle, takesArrays } from './keras-shuffle';
import { callbackCourse, decayCourse, EARLY, kerasCourse, stepCount, stepsUntilGone } from './rate-course';
import { lastPart, unquoted, type Call, type Script, type SyntaxNode } from './syntax';

const OPTIMIZERS: Record<string, { kind: Recipe['optimizer']['kind']; rate: number }> = {
  sgd: { kind: 'sgd', rate: 0.01 },
  adam: { kind: 'adam', rate: 1e-3 },
  adamw: { kind: 'adam', rate: 1e-3 },
  adamax: { kind: 'adam', rate: 1e-3 },
  nadam: { kind: 'adam', rate: 1e-3 },
  rmsprop: { kind: 'rmsprop', rate: 1e-3 },
  adagrad: { kind: 'adam', rate: 1e-3 },
  adadelta: { kind: 'adam', rate: 1e-3 },
};
const SCHEDULES: Record<string, Recipe['schedule']> = {
  ReduceLROnPlateau: 'plateau',
  LearningRateScheduler: 'step',
  ExponentialDecay: 'exponential',
  PiecewiseConstantDecay: 'step',
  CosineDecay: 'cosine',
  CosineDecayRestarts: 'cosine',
  PolynomialDecay: 'cosine',
  InverseTimeDecay: 'exponential',
};

const plain = (name: string): string => lastPart(name).toLowerCase().replaceAll('_', '');

/** The name and the call of an expression: a string, a class or function call, or a variable bound to one. */
function named(script: Script, node: SyntaxNode): { name: string; call: Call | undefined; at: SyntaxNode } {
  const end = script.resolve(node);
  const call = script.callAt(end);
  return { name: plain(end.type === 'string' ? unquoted(end) : (call?.name ?? end.text)), call, at: end };
}

/** Whether a rate, as a multiple of the default, is usual with a pretrained net: low rates, or high ones if it is frozen. */
function isFineTuning(script: Script, { backbone, loaded, fit }: KerasNet, times: number): boolean {
  if (!backbone && !loaded && !(fit && loadsWeights(script, script.position(fit.node)))) return false;
  const frozen = script.nodes('assignment').some((one) => {
    const left = one.field('left');
    return lastPart(left?.text ?? '') === 'trainable' && script.constant(one.field('right')) === false;
  });
  return (times >= 1e-4 && times < 0.1) || (frozen && times > 2 && times <= 10);
}

/** L1 and L2 penalties of more than 0.1 for each weight. */
function judgePenalties(script: Script, draft: Draft, { calls }: KerasNet): void {
  for (const call of calls) {
    const given = call.keywords.get('kernel_regularizer');
    const penalty = given && script.callAt(script.resolve(given));
    if (!penalty || !/^(l1|l2|L1|L2)$/.test(penalty.last)) continue;
    const factor = numberOf(script, argument(penalty, ['l', 'l1', 'l2'], 0));
    if (factor === null || (factor >= 0 && factor <= 0.1)) continue;
    reportFault(draft, given.line, {
      rule: 'much-weight-decay',
      severity: 'warning',
      sentence: `A penalty of ${factor} on the weights is far outside the usual range${factor < 0 ? ' and lets them grow without limit' : ': it can keep all weights near 0, so that every image gets the same output'}.`,
      remedy: 'Use 0.0001 to 0.01.',
      fields: ['weightDecay'],
    });
  }
}

/** A schedule within the optimizer, or its `decay`. Both count batches. */
function readGoneRate(
  script: Script,
  draft: Draft,
  optimizer: Call,
  schedule: Call | undefined,
  rate: number | null,
): void {
  const decay = schedule ? null : numberOf(script, optimizer.keywords.get('decay') ?? null);
  const course = schedule ? kerasCourse(script, schedule) : decay !== null && decay > 0 ? decayCourse(decay) : null;
  const after = course && stepsUntilGone(course, rate);
  if (after === null) return;
  reportFault(draft, (schedule ?? optimizer).line, {
    rule: 'rate-gone',
    severity: 'error',
    fields: ['schedule'],
    stated: [],
    fromUpdates: after / EARLY,
    sentence: `${schedule?.last ?? 'decay'} counts batches, not epochs: after ${stepCount(after, 'batch', 'batches')} the learning rate is close to zero, and the rest of the training changes almost nothing.`,
    remedy: schedule
      ? 'Count its steps in batches: the epochs times the batches of an epoch.'
      : 'Leave decay out, or use about 1e-6.',
  });
}

/** A `LearningRateScheduler` that `fit` gets. It counts epochs. */
function readGoneCallback(script: Script, draft: Draft, { fits }: KerasNet): void {
  const { epochs, learningRate = null } = draft.recipe;
  const [fit] = fits;
  const callbacks = fit && argument(fit, ['callbacks'], fit.last === 'fit' ? 5 : undefined);
  const used = callbacks ? script.origins(callbacks) : null;
  const all = script.calls.filter((call) => call.last === 'LearningRateScheduler' && used?.has(call.node));
  const [call] = all;
  if (!call || all.length > 1 || fits.length > 1 || epochs === undefined) return;
  const course = callbackCourse(script, call, learningRate);
  const after = course && stepsUntilGone(course, course(0));
  if (after === null || after > EARLY * epochs) return;
  reportFault(draft, call.line, {
    rule: 'rate-gone',
    severity: 'warning',
    fields: ['schedule'],
    stated: [],
    sentence: `After ${after} of ${stepCount(epochs, 'epoch', 'epochs')} the learning rate is close to zero, and the other epochs change almost nothing.`,
    remedy: 'Lower the learning rate more slowly, so that it lasts for most of the epochs.',
  });
}

function readOptimizer(script: Script, draft: Draft, net: KerasNet): void {
  const { compile } = net;
  const made = script.calls.find((call) => plain(call.name) in OPTIMIZERS);
  const node = (compile && argument(compile, ['optimizer'], 0)) ?? made?.node;
  if (!node) return;
  const { name, call, at } = named(script, node);
  const known = OPTIMIZERS[name];
  if (!known) {
    const unread = at.type !== 'call' && at.type !== 'string';
    note(
      draft,
      unread ? 'The optimizer cannot be read from the script.' : `The lab does not know the optimizer “${name}”.`,
      node.line,
    );
    return;
  }
  const momentum = call ? numberOf(script, argument(call, ['momentum'], known.kind === 'sgd' ? 1 : undefined)) : null;
  recordRead(
    draft,
    'optimizer',
    { kind: known.kind, momentum: known.kind === 'sgd' ? Math.min(0.9999, Math.max(0, momentum ?? 0)) : 0.9 },
    at,
  );
  const given = call ? argument(call, ['learning_rate', 'lr'], 0) : null;
  const schedule = given ? script.resolve(given) : null;
  const start = schedule ? script.callAt(schedule) : undefined;
  const rate = start ? numberOf(script, argument(start, ['initial_learning_rate'], 0)) : numberOf(script, given);
  if (call) readGoneRate(script, draft, call, start, rate);
  if (rate !== null && draft.recipe.base !== 'frozen' && isFineTuning(script, net, rate / known.rate))
    note(
      draft,
      'The learning rate is not judged: a pretrained net is trained with lower rates, and new layers on a frozen net with higher ones.',
      at.line,
    );
  else if (/^(adadelta|adagrad|ftrl)$/.test(name))
    note(draft, `The learning rate is not judged: ${call?.last ?? name} adapts it to each weight.`, at.line);
  else if (rate !== null && rate > 0) recordRead(draft, 'learningRate', rate, at);
  else if (given)
    note(draft, 'The learning rate cannot be read from the script; that of the sound recipe is assumed.', given.line);
  else recordDefault(draft, 'learningRate', known.rate, `Keras’s default for ${name}`, at.line);
  const clip = call ? numberOf(script, argument(call, ['clipnorm', 'global_clipnorm', 'clipvalue'])) : null;
  if (clip !== null && clip > 0) recordRead(draft, 'gradientClip', clip, at);
  const decay = call ? numberOf(script, argument(call, ['weight_decay'])) : null;
  if (decay !== null && decay >= 0) recordRead(draft, 'weightDecay', Math.min(10, decay), at);
  if (decay !== null && decay < 0)
    reportFault(draft, at.line, {
      rule: 'much-weight-decay',
      severity: 'error',
      sentence: `A weight decay of ${decay} makes the weights grow without limit.`,
      remedy: 'Use 0.0001 to 0.05.',
      fields: ['weightDecay'],
    });
}

function readSchedule(script: Script, draft: Draft): void {
  const call = script.calls.find((one) => one.last in SCHEDULES);
  if (call) recordRead(draft, 'schedule', SCHEDULES[call.last]!, call.node);
  else recordDefault(draft, 'schedule', 'constant', 'no schedule or callback changes the learning rate');
}

const EPOCHS = ['epochs', 'nb_epoch', 'nb_epochs'];

/** Whether a library trains the net with defaults of its own: `SomeClassifier(model).fit(x, y)`. */
function isWrapped(script: Script, fit: Call): boolean {
  const object = receiver(fit);
  const made = object && script.callAt(script.resolve(object));
  if (!made || made.local || !made.name.includes('.')) return false;
  return /\bwrappers\b/.test(made.name) || !/^(tf|tensorflow|keras|tf_keras|keras_core)\./.test(made.name);
}

/** `model.fit(x, y, batch_size, epochs)`. If x is a generator or a data set, it determines the batches. */
function readFit(script: Script, draft: Draft, { fit, fits }: KerasNet, feed: Call | undefined): void {
  const wrapped = fit !== undefined && isWrapped(script, fit);
  const stages = fits.map((one) => ({
    epochs: countOf(script, argument(one, EPOCHS, one.last === 'fit' ? 3 : 2)),
    // `epochs` is then the number of the last epoch.
    continues: one.keywords.has('initial_epoch'),
  }));
  const epochs = stages.reduce<number | null>(
    (sum, one) =>
      one.epochs === null || sum === null
        ? (sum ?? one.epochs)
        : one.continues
          ? Math.max(sum, one.epochs)
          : sum + one.epochs,
    stages[0]?.epochs === null ? null : 0,
  );
  if (fit && epochs) recordRead(draft, 'epochs', epochs, fit.node);
  else if (fit && !wrapped && !argument(fit, EPOCHS))
    recordDefault(draft, 'epochs', 1, 'Keras’s fit trains for one epoch by default', fit.line);
  const batches = script.calls.find(
    (call) => call.last === 'batch' && (call.positional.length > 0 || call.keywords.has('batch_size')),
  );
  const places = [
    fit && argument(fit, ['batch_size'], fit.last === 'fit' ? 2 : undefined),
    feed && argument(feed, ['batch_size']),
    batches && argument(batches, ['batch_size'], 0),
  ];
  const size = places.find((node) => countOf(script, node ?? null) !== null);
  if (size) recordRead(draft, 'batchSize', countOf(script, size)!, size);
  else if (fit && !wrapped && (feed || takesArrays(script, fit)))
    recordDefault(draft, 'batchSize', 32, 'Keras’s default batch size', fit.line);
  const perEpoch = fit && countOf(script, argument(fit, ['steps_per_epoch', 'samples_per_epoch']));
  if (fit && perEpoch) recordRead(draft, 'stepsPerEpoch', perEpoch, fit.keywords.get('steps_per_epoch') ?? fit.node);
}

function readImbalance(script: Script, draft: Draft, fit: Call | undefined): void {
  const weights = fit?.keywords.get('class_weight');
  if (weights && script.constant(weights) !== null) recordRead(draft, 'imbalance', 'class-weights', weights);
  else if (fit?.keywords.has('sample_weight'))
    recordRead(draft, 'imbalance', 'class-weights', fit.keywords.get('sample_weight')!);
  else if (fit && draft.recipe.imbalance === undefined)
    recordDefault(draft, 'imbalance', 'none', 'no class_weight is given to fit', fit.line);
}

const READS_ARRAYS = /^(load|load_data|imread|load_img|read_csv|predict|predict_generator)$/;
const KERAS_FEEDS = new Set(['flow_from_directory', 'flow_from_dataframe', 'flow', 'image_dataset_from_directory']);

/** The call that reads the images which the net is trained on. */
export function trainingFeed(script: Script, { fit }: KerasNet): Call | undefined {
  const feeds = script.calls.filter((call) => KERAS_FEEDS.has(call.last) && !call.local);
  const given = fit && argument(fit, ['x', 'generator'], 0);
  const parts = given ? script.origins(given) : null;
  const used = feeds.find((call) => parts?.has(call.node));
  if (used) return used;
  // Images without labels are only predicted. And if fit gets arrays from a file, none of these calls is for training.
  const known = given && script.calls.some((call) => parts?.has(call.node) && READS_ARRAYS.test(call.last));
  return known ? undefined : forTraining(feeds.filter((call) => labelMode(script, call)?.mode !== 'none'));
}

export function readKerasTraining(script: Script, draft: Draft, net: KerasNet, feed: Call | undefined): void {
  const { fit } = net;
  readOptimizer(script, draft, net);
  judgePenalties(script, draft, net);
  readSchedule(script, draft);
  readFit(script, draft, net, feed);
  readGoneCallback(script, draft, net);
  readShuffle(script, draft, fit, feed);
  readImbalance(script, draft, fit);
}
