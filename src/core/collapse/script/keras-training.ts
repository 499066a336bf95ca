/** Reads loss, optimizer, schedule, epochs, batches and shuffling of a Keras script. */
import type { Loss, Recipe } from '../interventions/index';
import { argument, byDefault, countOf, forTraining, note, numberOf, told, type Draft } from './draft';
import { descendants, lastPart, unquoted, type Call, type Script, type SyntaxNode } from './syntax';

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
  const call =
    end.type === 'call' ? script.calls.find((one) => one.line === end.line && one.node.text === end.text) : undefined;
  return { name: plain(end.type === 'string' ? unquoted(end) : (call?.name ?? end.text)), call, at: end };
}

function readLoss(
  script: Script,
  draft: Draft,
  compile: Call | undefined,
  last: { activation: Recipe['output']['activation']; at: SyntaxNode } | null,
): void {
  const given = compile ? argument(compile, ['loss'], 1) : null;
  const made = script.calls.find((call) =>
    /crossentropy$|^MeanSquaredError$|_cross_entropy_with_logits$/i.test(call.last),
  );
  const node = given ?? made?.node;
  if (!node || !last) return;
  const { name, call, at } = named(script, node);
  const { activation } = last;
  const output = (loss: Loss): void =>
    told(draft, 'output', { activation, loss }, at, { activation: last.at.line, loss: at.line });
  const family = name.includes('binary') || name.includes('sigmoid') ? 'binary-cross-entropy' : 'cross-entropy';
  const ownLogits = call !== undefined && script.constant(call.keywords.get('from_logits')) === true;
  if (/^(mse|meansquarederror|mae|meanabsoluteerror)$/.test(name)) output('mean-squared-error');
  else if (name.endsWith('withlogits')) output(`${family}-logits`);
  else if (!name.includes('crossentropy')) note(draft, `The lab does not know the loss “${name}”.`, node.line);
  else if (ownLogits && activation !== 'none') {
    output(family);
    note(
      draft,
      `from_logits=True after a ${activation} is wrong. Keras’s own losses notice the ${activation} and use its input, so training works; your own loss, or PyTorch, would apply it twice.`,
      at.line,
    );
  } else output(ownLogits ? `${family}-logits` : family);
  if (name.includes('focal')) told(draft, 'imbalance', 'focal', at);
}

function readOptimizer(script: Script, draft: Draft, compile: Call | undefined): void {
  const made = script.calls.find((call) => plain(call.name) in OPTIMIZERS);
  const node = (compile && argument(compile, ['optimizer'], 0)) ?? made?.node;
  if (!node) return;
  const { name, call, at } = named(script, node);
  const known = OPTIMIZERS[name];
  if (!known) {
    note(draft, `The lab does not know the optimizer “${name}”.`, node.line);
    return;
  }
  const momentum = call ? numberOf(script, argument(call, ['momentum'], known.kind === 'sgd' ? 1 : undefined)) : null;
  told(
    draft,
    'optimizer',
    { kind: known.kind, momentum: known.kind === 'sgd' ? Math.min(0.9999, Math.max(0, momentum ?? 0)) : 0.9 },
    at,
  );
  const given = call ? argument(call, ['learning_rate', 'lr'], 0) : null;
  const schedule = given ? script.resolve(given) : null;
  const start =
    schedule?.type === 'call'
      ? script.calls.find((one) => one.line === schedule.line && one.node.text === schedule.text)
      : undefined;
  const rate = start ? numberOf(script, argument(start, ['initial_learning_rate'], 0)) : numberOf(script, given);
  if (rate !== null && rate > 0) told(draft, 'learningRate', rate, at);
  else if (given)
    note(draft, 'The learning rate cannot be read from the script; that of the sound recipe is assumed.', given.line);
  else byDefault(draft, 'learningRate', known.rate, `Keras’s default for ${name}`, at.line);
  const clip = call ? numberOf(script, argument(call, ['clipnorm', 'global_clipnorm', 'clipvalue'])) : null;
  if (clip !== null && clip > 0) told(draft, 'gradientClip', clip, at);
  const decay = call ? numberOf(script, argument(call, ['weight_decay'])) : null;
  if (decay !== null && decay >= 0) told(draft, 'weightDecay', decay, at);
}

function readSchedule(script: Script, draft: Draft): void {
  const call = script.calls.find((one) => one.last in SCHEDULES);
  if (call) told(draft, 'schedule', SCHEDULES[call.last]!, call.node);
  else byDefault(draft, 'schedule', 'constant', 'no schedule or callback changes the learning rate');
}

/** `model.fit(x, y, batch_size, epochs)`. If x is a generator or a data set, it determines the batches. */
function readFit(script: Script, draft: Draft, fit: Call | undefined, feeds: readonly Call[]): void {
  const feed = forTraining(feeds);
  const epochs = fit && countOf(script, argument(fit, ['epochs', 'nb_epoch'], fit.last === 'fit' ? 3 : 2));
  if (fit && epochs) told(draft, 'epochs', epochs, fit.node);
  else if (fit && !argument(fit, ['epochs', 'nb_epoch']))
    byDefault(draft, 'epochs', 1, 'Keras’s fit trains for one epoch by default', fit.line);
  const batches = script.calls.find((call) => call.last === 'batch' && call.positional.length > 0);
  const places = [
    fit && argument(fit, ['batch_size'], fit.last === 'fit' ? 2 : undefined),
    feed && argument(feed, ['batch_size']),
    batches && argument(batches, ['batch_size'], 0),
  ];
  const size = places.find((node) => countOf(script, node ?? null) !== null);
  if (size) told(draft, 'batchSize', countOf(script, size)!, size);
  else if (fit) byDefault(draft, 'batchSize', 32, 'Keras’s default batch size', fit.line);
  const perEpoch = fit && countOf(script, argument(fit, ['steps_per_epoch', 'samples_per_epoch']));
  if (fit && perEpoch) told(draft, 'stepsPerEpoch', perEpoch, fit.keywords.get('steps_per_epoch') ?? fit.node);
}

function readShuffle(script: Script, draft: Draft, fit: Call | undefined, feeds: readonly Call[]): void {
  const feed = forTraining(feeds);
  const said = feed?.keywords.get('shuffle') ?? fit?.keywords.get('shuffle');
  const value = script.constant(said);
  const shuffles = script.calls.find((call) => call.last === 'shuffle');
  const slices = script.calls.find((call) =>
    ['from_tensor_slices', 'from_generator', 'list_files'].includes(call.last),
  );
  if (said && typeof value === 'boolean') told(draft, 'shuffle', value, said);
  else if (shuffles) told(draft, 'shuffle', true, shuffles.node);
  else if (slices && slices.last !== 'list_files')
    byDefault(draft, 'shuffle', false, 'tf.data keeps the order unless .shuffle() is called', slices.line);
  else if (fit)
    byDefault(
      draft,
      'shuffle',
      true,
      feed ? `${feed.last} shuffles by default` : 'Keras’s fit shuffles arrays by default',
    );
}

function readImbalance(script: Script, draft: Draft, fit: Call | undefined): void {
  const weights = fit?.keywords.get('class_weight');
  if (weights && script.constant(weights) !== null) told(draft, 'imbalance', 'class-weights', weights);
  else if (fit?.keywords.has('sample_weight'))
    told(draft, 'imbalance', 'class-weights', fit.keywords.get('sample_weight')!);
  else if (fit && draft.recipe.imbalance === undefined)
    byDefault(draft, 'imbalance', 'none', 'no class_weight is given to fit', fit.line);
}

export const KERAS_FEEDS = new Set([
  'flow_from_directory',
  'flow_from_dataframe',
  'flow',
  'image_dataset_from_directory',
]);

export function readKerasTraining(
  script: Script,
  draft: Draft,
  last: { activation: Recipe['output']['activation']; at: SyntaxNode } | null,
): void {
  const compile = script.calls.find((call) => call.last === 'compile' && call.name !== 're.compile');
  const fit =
    script.calls.find((call) => call.last === 'fit_generator') ??
    script.calls.findLast((call) => call.last === 'fit' && (call.keywords.size > 0 || call.positional.length > 1));
  const feeds = script.calls.filter((call) => KERAS_FEEDS.has(call.last));
  readLoss(script, draft, compile, last);
  readOptimizer(script, draft, compile);
  readSchedule(script, draft);
  readFit(script, draft, fit, feeds);
  readShuffle(script, draft, fit, feeds);
  readImbalance(script, draft, fit);
  const frozen = descendants(script.root, 'assignment').find(
    (one) => lastPart(one.field('left')?.text ?? '') === 'trainable' && one.field('right')?.type === 'false',
  );
  if (frozen) note(draft, 'Layers are frozen (trainable = False): only what comes after them learns.', frozen.line);
}
