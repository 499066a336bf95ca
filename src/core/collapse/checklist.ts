import type { ChecklistId, ChecklistItem } from '../../contract/model/checklist';
import type { Diagnosis } from '../../contract/model/diagnosis';
import type { LabChoice, LabResult } from '../../contract/model/lab';
import type { Finding } from '../../contract/model/finding';
import type { RecipeWarning } from '../../contract/model/recipe';
import { checkOf, checks } from '../checks/index';
import { singleClass } from '../checks/single-class';
import { isSettled } from '../review/progress';
import { percent } from '../text/numbers';
import { IMBALANCE_NAMES } from './interventions/imbalance';
import { CHOICES, choicesOf, type RecipeField } from './interventions/index';
import { isJudged } from './lab-roles';
import { leakRemark, roleWords } from './lab-words';
import type { RecipeReading } from './recipe';

export interface ChecklistInput {
  /** Null if the data set has not been audited. */
  readonly findings:
    readonly Pick<Finding, 'key' | 'check' | 'severity' | 'title' | 'remedy' | 'muted' | 'progress'>[] | null;
  /** Of the user's own model if there is one, otherwise of a probe. */
  readonly diagnosis: Diagnosis | null;
  readonly recipe: Pick<RecipeReading, 'recipe' | 'sources'> | null;
  readonly warnings: readonly RecipeWarning[];
  readonly lab: LabResult | null;
  readonly splits: number;
}

interface Line {
  readonly id: ChecklistId;
  readonly title: string;
  /** Fields of the recipe for which the lab has no choice. */
  readonly fields?: readonly RecipeField[];
  /** What to do if nothing on this line was examined. */
  readonly unchecked: string;
}

const SPLIT_OFF = 'Hold back images for validation: the export can split the data set and keeps duplicates together.';

const LINES: readonly Line[] = [
  {
    id: 'data',
    title: 'Data and labels',
    unchecked: 'Audit the data set.',
  },
  {
    id: 'augmentation',
    title: 'Augmentation',
    unchecked: 'Give the lab your recipe or training script.',
  },
  {
    id: 'imbalance',
    title: 'Class balance',
    unchecked: 'Audit the data set.',
  },
  {
    id: 'architecture',
    title: 'Architecture, last layer and loss',
    unchecked: 'Give the lab your recipe or training script.',
  },
  {
    id: 'learning-rate',
    title: 'Learning rate and length of training',
    unchecked: 'Give the lab your recipe or training script.',
  },
  {
    id: 'validation',
    title: 'Validation and prediction',
    fields: ['validation'],
    unchecked: SPLIT_OFF,
  },
];

interface Evidence {
  readonly sentence: string;
  readonly shownBy: ChecklistItem['evidence'][number]['shownBy'];
  readonly problem: boolean;
  readonly weight: number;
  readonly next: string | null;
}

const HARMFUL: readonly LabChoice['role'][] = ['cause', 'part-of-cause', 'harmful'];
const onLine = (line: Line, choice: string): boolean => choicesOf(line.id).some((one) => one.id === choice);
const fieldsOf = (line: Line): Set<RecipeField> =>
  new Set([...choicesOf(line.id).flatMap((one) => one.fields), ...(line.fields ?? [])]);

function evidenceFor(line: ChecklistId, check: string): boolean {
  return checkOf(check)?.checklist.some((id) => id === line) === true;
}

function fromFindings(line: Line, { findings }: ChecklistInput): Evidence[] {
  return (findings ?? [])
    .filter((one) => evidenceFor(line.id, one.check) && one.muted === null && one.severity !== 'info')
    .map((one) => ({
      sentence: one.title,
      shownBy: { kind: 'finding' as const, key: one.key },
      problem: !isSettled(one),
      weight: one.severity === 'error' ? 3 : 1,
      next: isSettled(one) ? null : one.remedy,
    }));
}

/**
 * The remedy that prevented the collapse in the lab: one that includes this choice if there is one, otherwise another.
 * Correcting only a part of the cause is not always enough.
 */
function remedyFor({ remedies, alternatives }: LabResult, id: string): string | null {
  const known = remedies.some((one) => one.confirmed) ? remedies.filter((one) => one.confirmed) : remedies;
  const own = known.find((one) => one.choices.includes(id)) ?? known[0];
  const other = alternatives.find((one) => one.undoes);
  if (own)
    return `Try ${own.phrase}: in the lab this ${own.confirmed ? 'prevented' : 'seemed to prevent'} the collapse.`;
  return other ? `Try ${other.title}: in the lab this prevented the collapse.` : null;
}

function fromLab(line: Line, { lab }: ChecklistInput): Evidence[] {
  return (lab?.choices ?? [])
    .filter((one) => onLine(line, one.id) && isJudged(one))
    .map((one) => {
      const problem = HARMFUL.includes(one.role);
      const proven = one.role === 'harmful' ? null : remedyFor(lab!, one.id);
      return {
        sentence: `In the lab your ${one.title} (${one.user}) ${roleWords(one).help}.`,
        shownBy: { kind: 'lab' as const, key: one.id },
        problem,
        weight: one.role === 'cause' ? 5 : problem ? 4 : (one.cost ?? 0),
        next: problem ? (proven ?? `Try ${one.title}: ${one.sound} instead of ${one.user}.`) : null,
      };
    });
}

/**
 * A warning is cleared if the lab tested all choices that the rule names, in full, and they neither caused a collapse nor
 * cost accuracy. The outcome of the lab must be known: while a bad result is unexplained, every warning stays.
 */
function fromRules(line: Line, { warnings, lab }: ChecklistInput): Evidence[] {
  const fields: ReadonlySet<string> = fieldsOf(line);
  const tested = new Map((lab?.choices ?? []).map((one) => [one.id, one]));
  const untrained = new Set(lab?.untrained);
  return warnings
    .filter((one) => fields.has(one.fields[0]!) && one.severity !== 'info')
    .map((one) => {
      const { stated = one.fields } = one;
      const accused = CHOICES.filter((choice) => choice.fields.some((field) => stated.includes(field))).flatMap(
        (choice) => tested.get(choice.id) ?? [],
      );
      const explained = lab?.outcome === 'cause-found' || lab?.outcome === 'no-collapse';
      const cleared =
        explained &&
        !untrained.has(one.rule) &&
        stated.length > 0 &&
        accused.every(({ role, cost = null }) => role === 'harmless' && cost === null) &&
        (accused.length > 0 ||
          (lab.outcome === 'no-collapse' && !line.fields?.some((field) => field === one.fields[0])));
      const said = one.line === null ? one.sentence : `Line ${one.line}: ${one.sentence}`;
      return {
        sentence: cleared ? `${said} In the lab it did not cause a collapse.` : said,
        shownBy: { kind: 'rule' as const, key: one.rule },
        problem: !cleared,
        weight: one.severity === 'error' ? 2 : 1,
        next: cleared ? null : one.remedy,
      };
    });
}

const plain = (sentence: string, problem = false, next: string | null = null, weight = 1): Evidence => ({
  sentence,
  shownBy: null,
  problem,
  weight,
  next,
});

/** The largest class must have at least this multiple of an even share before imbalance can explain a collapse. */
const CLEARLY_LARGEST = 1.5;

/** A collapse to one class has many causes. Imbalance is a likely one only if that class is by far the largest. */
function drawnToLargest({ verdict, figures }: Diagnosis): boolean {
  if (verdict.kind === 'majority-only') return true;
  const said = figures.perClass.reduce(
    (most, one) => (one.predicted > most.predicted ? one : most),
    figures.perClass[0]!,
  );
  return (
    verdict.kind === 'single-class' &&
    said.name === figures.majority.name &&
    figures.majority.share >= CLEARLY_LARGEST * figures.chance
  );
}

/** For a data set without splits: what the training script does instead. */
function withoutSplit({ recipe, findings }: ChecklistInput): Evidence {
  const { how, line = null } = recipe?.sources.validation ?? { how: 'assumed' };
  const { share } = recipe?.recipe.validation ?? { share: 0 };
  const where = line === null ? '' : ` (line ${line})`;
  if (how === 'assumed' || (share === 0 && line === null))
    return plain(
      'The data set has no validation split: the accuracy on training images does not show what a model has learned.',
      true,
      SPLIT_OFF,
      1,
    );
  if (share === 0) return plain(`Your script validates on images from another source${where}.`);
  const copies = (findings ?? []).some((one) => checkOf(one.check)?.groupsCopies === true && one.muted === null);
  const held = `Your script holds ${percent(share)} of the images back${where}`;
  return copies
    ? plain(`${held} but ignores duplicates: copies of training images can be among them.`, true, SPLIT_OFF, 1)
    : plain(`${held}.`);
}

/** Evidence that belongs to a single line of the checklist. */
function special(line: Line, input: ChecklistInput): Evidence[] {
  const { lab, diagnosis, recipe, findings, splits } = input;
  if (line.id === 'data' && lab?.outcome === 'no-signal')
    return [
      plain(lab.sentence, true, 'Look at images of each class side by side: can you tell them apart yourself?', 6),
    ];
  if (line.id === 'data' && lab?.outcome === 'too-few-images')
    return [plain(lab.sentence, true, 'Add images of each class.', 2)];
  if ((line.id === 'data' || line.id === 'imbalance') && lab?.outcome === 'one-class')
    return [plain(lab.sentence, true, 'Label images of a second class.', 6)];
  if (line.id === 'imbalance' && diagnosis && drawnToLargest(diagnosis) && !balanced(line, input)) {
    return [
      {
        ...plain(diagnosis.verdict.sentence, true, 'Train with class weights n/(K·n_c) or a balanced sampler.', 3),
        shownBy: { kind: 'diagnosis', key: diagnosis.verdict.kind },
      },
    ];
  }
  if (
    line.id === 'imbalance' &&
    recipe &&
    recipe.sources.imbalance.how !== 'assumed' &&
    recipe.recipe.imbalance !== 'none'
  ) {
    return [plain(`Your training compensates for uneven classes (${IMBALANCE_NAMES[recipe.recipe.imbalance]}).`)];
  }
  if (line.id === 'validation') {
    const unsplit = findings && splits < 2 ? [withoutSplit(input)] : [];
    const leak = lab ? leakRemark(lab.runs) : null;
    const control = lab?.controls.find((one) => !one.passed && one.kind !== 'overfit');
    return [
      ...(leak ? [plain(leak, true, 'Keep all copies of a picture in the same split.', 4)] : []),
      ...(control
        ? [plain(control.sentence, true, 'Look for copies of training images among the validation images.', 3)]
        : []),
      ...unsplit,
    ];
  }
  return [];
}

/**
 * Uneven classes are not a problem if the recipe compensates for them and the lab does not contradict. Nothing
 * compensates for a data set with a single class.
 */
function balanced(line: Line, { recipe, lab, findings }: ChecklistInput): boolean {
  if (lab?.outcome === 'one-class' || findings?.some((one) => one.check === singleClass.id && one.muted === null))
    return false;
  if (
    line.id !== 'imbalance' ||
    !recipe ||
    recipe.recipe.imbalance === 'none' ||
    recipe.sources.imbalance.how === 'assumed'
  )
    return false;
  return !lab?.choices.some((one) => one.id === 'imbalance' && HARMFUL.includes(one.role));
}

function looked(line: Line, input: ChecklistInput): boolean {
  const audited = input.findings !== null && checks.some(({ id }) => evidenceFor(line.id, id));
  const told =
    input.recipe !== null && [...fieldsOf(line)].some((field) => input.recipe!.sources[field].how !== 'assumed');
  return (
    audited ||
    told ||
    (input.lab?.choices ?? []).some((one) => onLine(line, one.id) && isJudged(one)) ||
    (input.lab?.outcome === 'no-collapse' && !(input.lab.untried ?? []).some((id) => onLine(line, id)))
  );
}

/**
 * The checklist. Each line is ok, a problem or not checked, with its evidence and the next step. The result depends
 * only on the input.
 */
export function checklist(input: ChecklistInput): ChecklistItem[] {
  return LINES.map((line) => {
    const evidence = [
      ...fromLab(line, input),
      ...special(line, input),
      ...fromRules(line, input),
      ...fromFindings(line, input),
    ].toSorted((a, b) => Number(b.problem) - Number(a.problem) || b.weight - a.weight);
    const problem = evidence.find((one) => one.problem && !balanced(line, input));
    const verdict = problem ? 'problem' : evidence.length > 0 || looked(line, input) ? 'ok' : 'not-checked';
    return {
      id: line.id,
      title: line.title,
      verdict,
      evidence: evidence.map(({ sentence, shownBy }) => ({ sentence, shownBy })),
      next: verdict === 'problem' ? problem!.next : verdict === 'not-checked' ? line.unchecked : null,
    };
  });
}
