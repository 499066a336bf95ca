/** Diagnosis and lab as text for a terminal. */
import type { Diagnosed, RecipeView, StoredLab } from '../contract/model/collapse';
import type { Estimate } from '../contract/model/diagnosis';
import type { LabLevel, LabRun } from '../contract/model/lab';
import { quoted } from '../core/text/names';
import { counted, estimated, integer, percentOneDecimal } from '../core/text/numbers';
import { effort, headline, roleWords, YARDSTICK } from '../core/collapse/lab-words';
import { plainNotes } from '../core/collapse/recipe';
import { lineInWords } from '../core/collapse/script/notebook';
import { VERDICTS } from '../core/collapse/verdict-words';
import { printable } from './printable';

const MOST_CLASSES = 20;
const MOST_PATHS = 5;
const NAME_WIDTH = 40;

const maybe = (share: number | null): string => (share === null ? '–' : percentOneDecimal(share));
function within({ value, low, high }: Estimate): string {
  const said = estimated(value, low, high, 1);
  return `${said.value} (95 %: ${said.interval})`;
}
const lines = (list: readonly string[]): string => `${list.map(printable).join('\n')}\n`;

function paths(title: string, { count: all, paths: some }: { count: number; paths: readonly string[] }): string[] {
  if (all === 0) return [];
  const shown = some.slice(0, MOST_PATHS);
  return [
    `${title}: ${integer(all)}`,
    ...shown.map((path) => `  ${path}`),
    ...(all > shown.length ? [`  … and ${integer(all - shown.length)} more`] : []),
  ];
}

/**
 * The figures compared with chance and with always predicting the largest class, the verdict, and the classes with the
 * lowest recall.
 */
export function diagnosisText(
  { predictions, diagnosis: { figures, verdict }, splits }: Diagnosed,
  split: string | null,
): string {
  const worst = figures.perClass.filter((one) => one.labels > 0).toSorted((a, b) => (a.recall ?? 2) - (b.recall ?? 2));
  const shown = worst.slice(0, MOST_CLASSES);
  const width = Math.min(NAME_WIDTH, Math.max(5, ...shown.map((one) => one.name.length)));
  const probabilities = figures.probabilities;
  return lines([
    `${predictions.name}: ${counted(figures.images, 'image')}${split === null ? '' : ` of ${split}`}`,
    `Verdict: ${VERDICTS[verdict.kind].title}. ${verdict.sentence}`,
    '',
    `Accuracy            ${within(figures.accuracy)}`,
    `Majority baseline   ${percentOneDecimal(figures.majority.share)} (always ${quoted(figures.majority.name)}; exact test against it: p = ${verdict.againstMajority.toPrecision(2)})`,
    `Balanced accuracy   ${within(figures.balancedAccuracy)}`,
    `Chance              ${percentOneDecimal(figures.chance)} (p = ${verdict.againstChance.toPrecision(2)})`,
    `Matthews corr.      ${figures.mcc.toFixed(3)}`,
    `Predicted classes   ${figures.effectivePredictedClasses.toFixed(1)} effective, of ${figures.perClass.length}`,
    ...(probabilities
      ? [
          `Calibration error   ${percentOneDecimal(probabilities.calibrationError)}; spread of outputs over images ${probabilities.spread.toFixed(3)}`,
        ]
      : []),
    '',
    `${'Class'.padEnd(width)}    recall  precision  images  predicted`,
    ...shown.map(
      (one) =>
        `${one.name.slice(0, width).padEnd(width)}  ${maybe(one.recall).padStart(8)}  ${maybe(one.precision).padStart(9)}  ${integer(one.labels).padStart(6)}  ${integer(one.predicted).padStart(9)}`,
    ),
    ...(worst.length > shown.length
      ? [`… and ${counted(worst.length - shown.length, 'class', 'classes')} with a higher recall`]
      : []),
    '',
    ...predictions.notes.map((note) => `Note: ${note}`),
    ...paths('Rows whose path is not an image of the data set', predictions.unmatched),
    ...paths('Images without a prediction', predictions.missing),
    ...(split === null && splits.length > 1 ? [`By split: --split ${splits.map((one) => one.name).join(' | ')}`] : []),
  ]);
}

/**
 * What was read from the recipe and what is wrong with it, before any training.
 * @param script the script that was read; in a notebook, lines are named by their cell
 */
export function recipeText({ reading, warnings, differences, untried }: RecipeView, script: string): string {
  const read = Object.values(reading.sources).filter((source) => source.how !== 'assumed').length;
  const at = (line: number | null): string => (line === null ? '' : ` (${lineInWords(script, line)})`);
  return lines([
    `Recipe${reading.framework === null ? '' : ` read from ${reading.framework === 'keras' ? 'Keras' : 'PyTorch'}`}: ${read} of ${Object.keys(reading.sources).length} choices known; the others are assumed to be sound.`,
    ...plainNotes(reading).map((note) => `Note${at(note.line)}: ${note.sentence}`),
    ...warnings.map((warning) => `${warning.severity}${at(warning.line)}: ${warning.sentence} ${warning.remedy}`),
    `Differs from the sound recipe in: ${differences.map((one) => `${one.title} (${one.user}; sound: ${one.sound})`).join(', ') || 'nothing'}.`,
    ...untried.map(({ title, reason }) => `Not tried: ${title} (${reason}).`),
  ]);
}

const level = (one: LabLevel | null): string => {
  if (one === null) return '–';
  if (one.low === null || one.high === null) return percentOneDecimal(one.mean);
  const { value, interval } = estimated(one.mean, one.low, one.high, 1);
  return `${value} (95 %: ${interval})`;
};

/** @param scaled false where nothing can be learned: there is nothing of which a run could recover a share */
function runLine(run: LabRun, width: number, scaled: boolean): string {
  const flags = run.divergedAt === null ? '' : `, loss not finite from step ${run.divergedAt}`;
  return `${run.title.slice(0, width).padEnd(width)}  ${String(run.seed).padStart(4)}  ${percentOneDecimal(run.balancedAccuracy).padStart(8)}  ${(scaled ? percentOneDecimal(run.recovered) : '–').padStart(9)}  ${run.effectivePredictedClasses.toFixed(1).padStart(7)}  ${VERDICTS[run.verdict].short}${flags}`;
}

/** The result first, then the evidence for it: every choice and every run. */
export function labText({ result, seconds, resumed, warnings }: StoredLab, script: string): string {
  const scaled = result.yardstick.aboveChance;
  const width = Math.min(70, Math.max(6, ...result.runs.map((run) => run.title.length)));
  return lines([
    headline(result).title,
    result.sentence,
    '',
    ...result.causes.map((one) => `Cause${one.confirmed ? '' : ' (not confirmed)'}: ${one.sentence}`),
    ...result.remedies.map((one) => `Remedy${one.confirmed ? '' : ' (not confirmed)'}: ${one.sentence}`),
    ...result.alternatives.map(
      (one) =>
        `Instead: ${one.title} recovers ${level(one.level)}${one.undoes ? ', which prevents the collapse' : ', which does not prevent it'}.`,
    ),
    ...result.controls.map((one) => `Control${one.passed ? '' : ' FAILED'}: ${one.sentence}`),
    ...result.notes.map((note) => `Note: ${note}`),
    ...warnings.map(
      (one) =>
        `${one.severity === 'info' ? 'Remark' : 'Rule'}${one.line === null ? '' : ` (${lineInWords(script, one.line)})`}: ${one.sentence}`,
    ),
    '',
    `What these images can give: balanced accuracy ${percentOneDecimal(result.yardstick.balancedAccuracy)}; chance ${percentOneDecimal(result.chance)} (${YARDSTICK}).`,
    `The sound recipe recovers ${level(scaled ? result.sound : null)} of that, yours ${level(scaled ? result.user : null)}.`,
    ...(result.choices.length > 0 ? ['', 'Your choices:'] : []),
    ...result.choices.map(
      (one) =>
        `  ${one.title}${one.line === null ? '' : ` (line ${one.line})`}: ${one.user}; sound: ${one.sound}: ${roleWords(one).title}; the sound recipe with it ${level(one.breaks)}, yours without it ${level(one.repairs)}`,
    ),
    ...(result.runs.length > 0 ? ['', `${'Run'.padEnd(width)}  seed  balanced  recovered  classes  verdict`] : []),
    ...result.runs.map((run) => runLine(run, width, scaled)),
    '',
    `${effort(result.runs, resumed, `${integer(seconds)} s`)}.`,
  ]);
}
