/** Reads optimizer, learning rate, schedule and gradient clipping of a PyTorch script. */
import { reportFault, argument, recordDefault, note, numberOf, recordRead, type Draft } from './draft';
import { loadsWeights } from './loaded-weights';
import { isBackbone } from './pytorch-net';
import type { TorchRun } from './pytorch-run';
import { customaryRate } from '../interventions/optimizer';
import type { Recipe } from '../interventions/index';
import { descendants, unquoted, type Call, type Script } from './syntax';

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
/** A higher weight decay pulls the weights to zero faster than the gradients move them. */
const MUCH_DECAY = { coupled: 0.05, decoupled: 1 };
/** With plain SGD, a clipped gradient of this norm moves the weights by next to nothing. */
const TINY_CLIP = 1e-3;

function readDecay(script: Script, draft: Draft, call: Call): void {
  const given = argument(call, ['weight_decay']);
  const decay = numberOf(script, given);
  if (!given || decay === null) return;
  if (decay >= 0) recordRead(draft, 'weightDecay', decay, call.node);
  const limit = call.last === 'AdamW' ? MUCH_DECAY.decoupled : MUCH_DECAY.coupled;
  if (decay >= 0 && decay <= limit) return;
  reportFault(draft, given.line, {
    rule: 'weight-decay',
    replaces: ['much-weight-decay'],
    severity: decay < 0 || decay > 5 * limit ? 'error' : 'warning',
    fields: ['weightDecay'],
    stated: decay < 0 ? [] : ['weightDecay'],
    sentence:
      decay < 0
        ? `A weight decay of ${decay} is negative: the weights grow without limit, and PyTorch refuses it.`
        : `A weight decay of ${decay} pulls the weights to zero faster than the gradients move them.`,
    remedy: call.last === 'AdamW' ? 'Use 0.01 to 0.1.' : 'Use 1e-5 to 1e-3.',
  });
}

function readClip(script: Script, draft: Draft, kind: Recipe['optimizer']['kind'] | null): void {
  const clip = script.calls.find((one) => /^clip_grad_(norm|value)_?$/.test(one.last));
  const norm = clip ? numberOf(script, argument(clip, ['max_norm', 'clip_value'], 1)) : null;
  if (!clip || norm === null) return;
  if (norm > 0) recordRead(draft, 'gradientClip', norm, clip.node);
  // Adam and RMSprop divide by the size of the gradients, so a small limit changes nothing there.
  if (norm > TINY_CLIP || (norm > 0 && kind !== 'sgd')) return;
  reportFault(draft, clip.line, {
    rule: 'tiny-clip',
    severity: 'error',
    fields: ['gradientClip'],
    stated: norm > 0 ? ['gradientClip'] : [],
    sentence:
      norm > 0
        ? `Gradients are clipped to ${norm}: each update is so small that the net learns almost nothing.`
        : `Gradients are clipped to ${norm}: nothing is left of them.`,
    remedy: 'Clip to 1 to 10, or not at all.',
  });
}

/** Pretrained nets are trained with rates down to a ten-thousandth of the usual one. */
const isLow = (times: number): boolean => times >= 1e-4 && times < 0.1;

/** Warm-ups of libraries, under which a net stands higher rates: `get_cosine_schedule_with_warmup`, `LinearWarmup`. */
const raisesSlowly = (script: Script): boolean =>
  script.calls.some(({ last, local }) => !local && /warm_?up/i.test(last));

/** Why a low rate is no fault; null if it may be one. */
function lowRateReason(script: Script, draft: Draft, { backward: [first] }: TorchRun): string | null {
  const pretrained = script.calls.some(isBackbone) || (first && loadsWeights(script, script.position(first.node)));
  if (pretrained) return 'a pretrained net is trained with lower rates';
  return draft.recipe.architecture === undefined ? 'the net is not in this script and may be pretrained' : null;
}

function readRate(
  script: Script,
  draft: Draft,
  run: TorchRun,
  call: Call,
  kind: Recipe['optimizer']['kind'],
  momentum: number,
): void {
  const given = argument(call, ['lr'], 1);
  const groups = call.positional[0] ?? call.keywords.get('params');
  const list = groups ? script.resolve(groups) : null;
  const own = list?.type === 'list' && descendants(list, 'string').some((one) => unquoted(one) === 'lr');
  const rate = own ? null : numberOf(script, given);
  const times = (rate ?? 0) / customaryRate({ kind, momentum });
  const low = draft.recipe.base !== 'frozen' && isLow(times) ? lowRateReason(script, draft, run) : null;
  if (call.last === 'Adagrad')
    note(draft, 'The learning rate is not judged: Adagrad adapts it to each weight.', call.line);
  else if (rate !== null && script.calls.some(({ last }) => /^make_private/.test(last)))
    note(draft, 'The learning rate is not judged: Opacus clips the gradient of each image.', call.line);
  else if (times > 1 && times <= 10 && raisesSlowly(script))
    note(draft, 'The learning rate is not judged: a warm-up raises it slowly.', call.line);
  else if (low) note(draft, `The learning rate is not judged: ${low}.`, call.line);
  else if (rate !== null && rate > 0) recordRead(draft, 'learningRate', rate, call.node);
  else if (rate !== null)
    reportFault(draft, given!.line, {
      rule: 'no-learning-rate',
      severity: 'error',
      sentence: `A learning rate of ${rate} ${rate === 0 ? 'changes no weight' : 'increases the loss'}.`,
      remedy: 'Start at 1e-3 with Adam, or at 1e-2 with SGD and momentum.',
    });
  else if (given || own || call.keywords.size > 8 || call.positional.some((one) => one.type.includes('splat')))
    note(draft, 'The learning rate cannot be read from the script; that of the sound recipe is assumed.', call.line);
  else
    recordDefault(
      draft,
      'learningRate',
      kind === 'rmsprop' ? 0.01 : 1e-3,
      `PyTorch’s default for ${call.last}`,
      call.line,
    );
}

export function readTorchOptimizer(script: Script, draft: Draft, run: TorchRun): void {
  const { optimizer, optimizers, manager } = run;
  if (!optimizer && optimizers.length > 1)
    note(
      draft,
      'The script has several optimizers, and which of them trains the net cannot be read; that of the sound recipe is assumed.',
      optimizers[0]!.line,
    );
  const kind = optimizer ? (OPTIMIZERS[optimizer.last] ?? null) : null;
  if (optimizer && !kind)
    note(
      draft,
      /^(|getattr|instantiate)$/.test(optimizer.last)
        ? 'Which optimizer the script chooses cannot be read; that of the sound recipe is assumed.'
        : `The lab does not know the optimizer “${optimizer.last}”.`,
      optimizer.line,
    );
  if (optimizer && kind) {
    const momentum = numberOf(script, argument(optimizer, ['momentum'], kind === 'sgd' ? 2 : undefined)) ?? 0;
    recordRead(
      draft,
      'optimizer',
      { kind, momentum: kind === 'sgd' ? Math.min(0.9999, Math.max(0, momentum)) : 0.9 },
      optimizer.node,
    );
    readRate(script, draft, run, optimizer, kind, momentum);
  }
  if (optimizer) readDecay(script, draft, optimizer);
  const schedule = script.calls.find((one) => one.last in SCHEDULES && !one.local);
  if (schedule) recordRead(draft, 'schedule', SCHEDULES[schedule.last]!, schedule.node);
  else if (optimizer && !manager && !script.calls.some((one) => /sched/i.test(one.last)))
    recordDefault(draft, 'schedule', 'constant', 'no scheduler in the script');
  readClip(script, draft, kind);
}
