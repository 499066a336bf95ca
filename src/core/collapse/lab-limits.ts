/** The sentences of a lab whose sound recipe learns, but does not reach what the images can give. */
import type { VerdictKind } from '../../contract/model/diagnosis';
import type { LabRun } from '../../contract/model/lab';
import { counted, percent } from '../text/numbers';
import type { LabScale } from './lab-scale';

const SHOWN: Partial<Record<VerdictKind, string>> = {
  'single-class': ', with one class for nearly every image',
  'majority-only': ', with nothing but the majority class',
  chance: ', no better than guessing',
};

/** Which net the lab trains. */
export interface LabNet {
  /** The recipe has a pretrained base, and the lab's own takes its place. */
  readonly pretrained: boolean;
}

/** The end of an answer about a recipe with a pretrained base. */
export const STOOD_IN = ' All this was tested with EfficientNet-Lite0 in place of your base.';

type Runs = readonly Pick<LabRun, 'balancedAccuracy' | 'verdict'>[];

const meanAccuracy = (runs: Runs): string =>
  percent(runs.reduce((sum, run) => sum + run.balancedAccuracy, 0) / runs.length);

/** What all runs have in common, as the end of a clause. Empty if their verdicts differ. */
const shown = (runs: Runs): string =>
  (runs.every(({ verdict }) => verdict === runs[0]!.verdict) && SHOWN[runs[0]!.verdict]) || '';

/**
 * Says what was measured and what was not.
 * @param sound the runs of the sound recipe, at least one
 * @param user the runs of the user's recipe, at least one
 */
export function collapseWords(
  sound: Runs,
  user: Runs,
  { chance, yardstick, pretrained }: LabScale & LabNet,
): {
  /** @param answer the causes and remedies in sentences */
  readonly collapses: (answer: string) => string;
  /** @param same the two recipes do not differ */
  readonly noCollapse: (same: boolean) => string;
  /** @param steps the number of updates if the recipe learned only when it was trained longer */
  readonly learns: (steps: number | null) => string;
  readonly unclear: () => string;
} {
  const [ours, theirs, guess, best] = [
    meanAccuracy(sound),
    meanAccuracy(user),
    percent(chance),
    percent(yardstick.balancedAccuracy),
  ];
  const net = `lab's ${pretrained ? '' : 'small '}net`;
  return {
    collapses: (answer) =>
      `${answer} The ${net} reaches a balanced accuracy of ${ours} with a sound recipe and ${theirs} with yours${shown(user)}; guessing gives ${guess}. The instant probe reaches ${best}, so the lab shows what causes the collapse, but not how good your net can become.`,
    noCollapse: (same) =>
      `No collapse: the ${net} reaches a balanced accuracy of ${theirs} with your recipe${same ? ', which is as sound as the lab’s own' : ` and ${ours} with a sound one`} (guessing gives ${guess}). The instant probe reaches ${best} on these images, so ${pretrained ? 'another net' : 'a larger net or larger images'} may do better. The lab did not try ${pretrained ? 'one' : 'these'}.`,
    learns: (steps) =>
      `No collapse: with your recipe the ${net} learns${steps === null ? '' : ` slowly (${counted(steps, 'update')})`}, to a balanced accuracy of ${theirs} (guessing gives ${guess}). With a sound recipe it reaches ${ours}, but the instant probe reaches ${best}. The lab's net is too weak on these images to judge whether your recipe falls short.`,
    unclear: () =>
      `The ${net} reaches a balanced accuracy of ${ours} with a sound recipe and ${theirs} with yours (guessing gives ${guess}). The difference is too small, or too different from seed to seed, to call this a collapse. The instant probe reaches ${best} on these images.`,
  };
}
