/** Remedies that replace one number of the script by a customary one. */
import { updateSteps } from '../recipe';
import { loopCount, type SyntaxNode } from '../script/syntax';
import { replace } from './edit';
import { callsNamed, nodesOf, type Ailment, type CodeRemedy, type Way } from './remedy';

/** Ways that replace the value of an argument with one of these names, wherever the script has it. */
const argumentWays = (ailment: Ailment, names: RegExp, text: string): Way[] =>
  nodesOf(ailment, 'keyword_argument').flatMap((node): Way[] => {
    const value = node.field('value');
    if (!value || !names.test(node.field('name')?.text ?? '')) return [];
    return [[replace(ailment.script.resolve(value), text)], [replace(value, text)]];
  });

/** Ways that replace the argument at a position. */
const placedWays = (ailment: Ailment, names: RegExp, place: number, text: string): Way[] =>
  callsNamed(ailment, names).flatMap((call): Way[] => {
    const value = call.positional[place];
    return value ? [[replace(ailment.script.resolve(value), text)]] : [];
  });

const ENOUGH_STEPS = 400;

/** Epochs after which the net had enough weight updates. */
const enoughEpochs = ({ reading: { recipe }, setting }: Ailment): number =>
  Math.ceil((ENOUGH_STEPS * recipe.epochs) / Math.max(1, updateSteps(recipe, setting.images ?? 1)));

/** The numbers that loops over `range` count to. */
function loopEnds({ script }: Ailment, from: readonly SyntaxNode[]): SyntaxNode[] {
  return from
    .filter((loop) => loopCount(loop, script.constant) !== null)
    .flatMap((loop) => script.callAt(loop.field('right') ?? loop)?.positional.at(-1) ?? []);
}

export const epochsRemedy: CodeRemedy = {
  rules: ['too-few-steps', 'slow-moving-statistics'],
  reason: (ailment) =>
    `${enoughEpochs(ailment)} epochs are about ${ENOUGH_STEPS} weight updates on the images of this data set.`,
  ways: (ailment) => {
    const epochs = String(enoughEpochs(ailment));
    return [
      ...argumentWays(ailment, /^(epochs|max_epochs|num_train_epochs)$/, epochs),
      ...loopEnds(ailment, nodesOf(ailment, 'for_statement')).map((end) => [
        replace(ailment.script.resolve(end), epochs),
      ]),
      ...argumentWays(ailment, /^steps_per_epoch$/, String(ENOUGH_STEPS)),
    ];
  },
};

export const weightDecayRemedy: CodeRemedy = {
  rules: ['much-weight-decay', 'weight-decay'],
  reason: () => 'A weight decay of 0.0001 is usual.',
  ways: (ailment) => [
    ...argumentWays(ailment, /^(weight_decay|decay|l2)$/, '0.0001'),
    ...placedWays(ailment, /^(l2|L2)$/, 0, '0.0001'),
  ],
};

export const dropoutRemedy: CodeRemedy = {
  rules: ['much-dropout'],
  reason: () => 'A dropout of more than 0.5 is unusual.',
  ways: (ailment) => [
    ...placedWays(ailment, /^(Dropout|Dropout2d|SpatialDropout2D|dropout)$/, 0, '0.5'),
    ...placedWays(ailment, /^dropout$/, 1, '0.5'),
    ...argumentWays(ailment, /^(p|rate)$/, '0.5'),
  ],
};

export const labelSmoothingRemedy: CodeRemedy = {
  rules: ['label-smoothing'],
  reason: () => 'A label smoothing of 0.1 is usual.',
  ways: (ailment) => argumentWays(ailment, /^label_smoothing$/, '0.1'),
};

export const gradientClipRemedy: CodeRemedy = {
  rules: ['tiny-clip'],
  reason: () => 'A gradient norm of at most 1 is usual.',
  ways: (ailment) => [
    ...argumentWays(ailment, /^(clipnorm|global_clipnorm|clipvalue|max_norm|clip_value)$/, '1.0'),
    ...placedWays(ailment, /^clip_grad_(norm|value)_?$/, 1, '1.0'),
  ],
};
