/** Reads the last activation and the loss of a PyTorch script, and what is wrong with both. */
import { copyFaults, emptyDraft, reportFault, reportFieldFault, note, numberOf, recordRead, type Draft } from './draft';
import { Endings, type TorchEnd } from './pytorch-ending';
import { softmaxOverBatch } from './pytorch-own-softmax';
import { LOSSES, type LossUse, type TorchRun } from './pytorch-run';
import { counted } from '../../text/numbers';
import type { Loss, Recipe } from '../interventions/index';
import type { Script } from './syntax';

const LABEL_SMOOTHING = 0.5;

function remedies(loss: Loss, ending: TorchEnd['ending']): string {
  if (loss === 'binary-cross-entropy-logits') return 'Leave out the sigmoid in training: the loss applies it itself.';
  return ending === 'relu'
    ? 'Return the outputs of the last linear layer as they are.'
    : `Leave out the ${ending} in training: CrossEntropyLoss applies its own. Apply it only to show probabilities.`;
}

function reportOverBatch(draft: Draft, line: number): void {
  reportFault(draft, line, {
    rule: 'softmax-over-batch',
    severity: 'error',
    sentence:
      'The softmax is taken over dimension 0, the images of the batch, and not over the classes: the images compete with each other, and the outputs of an image depend on the others in its batch.',
    remedy: 'Use dim=1.',
  });
}

function readEnding(draft: Draft, { maker, loss }: LossUse, end: TorchEnd, classes: number | null): void {
  const { ending, at } = end;
  const logits = loss === 'cross-entropy-logits' || loss === 'binary-cross-entropy-logits';
  if (ending.includes('softmax') && end.axis === 0 && loss !== 'mean-squared-error') {
    reportOverBatch(draft, at.line);
    return;
  }
  if (ending === 'softmax' && end.units?.count === 1) {
    reportFieldFault(draft, 'units', 'one', at, {
      replaces: ['double-activation', 'binary-loss-on-classes', 'one-output'],
      rule: 'softmax-over-one-unit',
      sentence: `The softmax is taken over one output (line ${end.units.at.line}), so it is always 1: the net gives the same output for every image.`,
      remedy: 'Use BCEWithLogitsLoss without the softmax, or give the last layer one output for each class.',
    });
    return;
  }
  if (logits && (ending === 'softmax' || ending === 'sigmoid'))
    reportFault(draft, at.line, {
      rule: 'double-activation',
      severity: 'error',
      fields: ['output'],
      stated: ['output'],
      sentence: `The outputs pass through a ${ending}, and ${maker.last} applies its own activation to them: they are squashed twice, gradients shrink, and the net may never predict more than one class.`,
      remedy: remedies(loss, ending),
    });
  const follows = { 'log-softmax': 'log_softmax', sigmoid: 'sigmoid' }[ending as string];
  const plain = ending === 'log-softmax' || loss === 'binary-cross-entropy';
  const rectified = logits && ending === 'relu' ? at : follows && plain ? end.rectified : undefined;
  if (rectified)
    reportFault(draft, rectified.line, {
      rule: 'relu-on-output',
      replaces: ['last-activation'],
      severity: 'error',
      fields: ['output'],
      stated: ['output'],
      sentence: `The outputs pass through a ReLU before ${follows ? `the ${follows}` : maker.last}: all negative outputs become 0 and get no gradient, so classes can be lost for good.`,
      remedy: follows ? `Leave out the ReLU, and keep the ${follows}.` : remedies(loss, ending),
    });
  if (/^(NLLLoss|nll_loss)$/.test(maker.last) && ending !== 'log-softmax' && ending !== 'detached')
    reportFault(draft, maker.line, {
      rule: 'nll-without-log-softmax',
      severity: 'error',
      fields: ['output'],
      stated: ['output'],
      replaces: ['missing-activation', 'sigmoid-for-classes'],
      sentence: `${maker.last} expects log-probabilities, but the net ends with ${ending === 'none' ? 'plain outputs' : ending}${at.line === maker.line ? '' : ` (line ${at.line})`}: ${ending === 'none' ? 'the loss has no lower limit and does not make the classes compete' : 'its gradients are small, and the loss means nothing'}.`,
      remedy:
        ending === 'none'
          ? 'Use CrossEntropyLoss, or end the net with log_softmax(dim=1).'
          : `Replace the ${ending} by log_softmax(dim=1), or use CrossEntropyLoss on the outputs before it.`,
    });
  if (loss === 'binary-cross-entropy' && ending === 'none')
    reportFault(draft, maker.line, {
      rule: 'missing-activation',
      severity: 'error',
      fields: ['output'],
      stated: ['output'],
      sentence: `${maker.last} expects probabilities from 0 to 1, but the net ends with plain outputs: PyTorch stops at the first output outside of that range.`,
      remedy: 'Use BCEWithLogitsLoss on these outputs.',
    });
  const { units } = end;
  if (units?.count === 1 && (loss === 'cross-entropy-logits' || loss === 'cross-entropy'))
    reportFieldFault(draft, 'units', 'one', units.at, {
      replaces: [],
      rule: 'one-output',
      sentence: `The last layer has one output, but ${maker.last}${maker.line === units.at.line ? '' : ` (line ${maker.line})`} needs one output for each class: with a single output the softmax is always 1 and the loss always 0, so nothing is learned (with class numbers above 0, PyTorch stops).`,
      remedy:
        classes === 2
          ? `Give the last layer 2 outputs, or keep one output and use BCEWithLogitsLoss.`
          : `Give the last layer ${classes === null ? 'one output' : `${classes} outputs, one`} for each class.`,
    });
  else if (units && classes !== null && units.count !== classes && !(units.count === 1 && classes === 2))
    note(
      draft,
      `The last layer has ${units.count} outputs, but the data set has ${counted(classes, 'class', 'classes')}.`,
      units.at.line,
    );
}

function readGradient(draft: Draft, { call }: LossUse, end: TorchEnd): void {
  if (end.ending !== 'detached') return;
  reportFieldFault(draft, 'updates', 'none', end.at, {
    replaces: ['no-updates'],
    rule: 'no-gradient',
    sentence: `The loss${end.at.line === call.line ? '' : ` (line ${call.line})`} is computed from outputs that carry no gradient (${end.at.text.split('\n')[0]!.slice(0, 60)}): the weights cannot learn from it.`,
    remedy: 'Give the loss the outputs of the net themselves, without detach(), argmax() or .data.',
  });
}

function readSmoothing(script: Script, draft: Draft, { maker }: LossUse): void {
  const given = maker.keywords.get('label_smoothing');
  const value = numberOf(script, given ?? null);
  if (!given || value === null || (value >= 0 && value < LABEL_SMOOTHING)) return;
  reportFault(draft, given.line, {
    rule: 'label-smoothing',
    severity: value < 0 || value >= 0.9 ? 'error' : 'warning',
    sentence:
      value < 0 || value > 1
        ? `A label smoothing of ${value} is not possible: it is a share from 0 to 1.`
        : `A label smoothing of ${value} gives the right class only ${Math.round(100 * (1 - value))} % of the weight and spreads the rest over all classes.`,
    remedy: 'Use 0.1, or leave it out.',
  });
}

/** Last activation and loss as the recipe has them. Null if the recipe cannot state them. */
function activationFor(ending: TorchEnd['ending'], loss: Loss): Recipe['output'] | null {
  if (ending === 'detached') return null;
  if (loss !== 'cross-entropy') return { activation: ending === 'log-softmax' ? 'none' : ending, loss };
  return ending === 'log-softmax'
    ? { activation: 'softmax', loss }
    : { activation: ending, loss: 'negative-likelihood' };
}

/** The outputs that further losses get, of another net or of another layer. The recipe is that of the first loss. */
function readOtherEndings(draft: Draft, { losses }: TorchRun, endings: Endings, classes: number | null): void {
  for (const other of losses.slice(1)) {
    const end = other.outputs && endings.of(other.outputs);
    if (!end) continue;
    const own = emptyDraft();
    readEnding(own, other, end, classes);
    copyFaults(own, draft);
  }
}

export function readTorchOutput(script: Script, draft: Draft, run: TorchRun, classes: number | null): void {
  const endings = new Endings(script);
  const [use] = run.losses;
  const overBatch = softmaxOverBatch(script, run);
  if (overBatch) reportOverBatch(draft, overBatch.line);
  const maker = use?.maker ?? script.calls.find((call) => call.last in LOSSES && !call.local);
  if (!maker) return;
  const loss = use?.loss ?? LOSSES[maker.last];
  if (!loss) return;
  const weight = maker.keywords.get('weight') ?? (maker.last === 'CrossEntropyLoss' ? maker.positional[0] : undefined);
  if (weight && script.constant(weight) !== null) recordRead(draft, 'imbalance', 'class-weights', maker.node);
  const whole = use ?? { call: maker, maker, loss, outputs: null, targets: null };
  const end = use?.outputs ? endings.of(use.outputs) : endings.ofOnlyNet();
  readSmoothing(script, draft, whole);
  if (!end) return;
  readEnding(draft, whole, end, classes);
  readGradient(draft, whole, end);
  readOtherEndings(draft, run, endings, classes);
  if (end.ending === 'log-softmax' && loss === 'cross-entropy-logits' && end.axis !== 0)
    note(
      draft,
      'log_softmax before CrossEntropyLoss is not needed, but harmless: a second log_softmax changes nothing.',
      end.at.line,
    );
  const output = activationFor(end.ending, loss);
  const at = end.ending !== 'none' ? end.at : maker.node;
  if (output && !(end.ending.includes('softmax') && end.axis === 0))
    recordRead(draft, 'output', output, at, { activation: at.line, loss: maker.line });
}
