/**
 * Finds by experiment why a recipe learns less than the sound one: controls, breaks, repairs, delta debugging. Pure:
 * the function that trains is passed in.
 */
import type { LabLevel, LabResult } from '../../contract/model/lab';
import { hasCollapsed, LEARNED } from './collapsed';
import { ddmin } from './ddmin';
import { Experiment, type Control, type Question } from './experiment';
import type { ChoiceId } from './interventions/index';
import { clearlyBelow, OutOfTime, SEEDS, type Levels, type Trainer } from './levels';
import { choiceTable, SHORTFALL, SOUND_ENOUGH } from './lab-roles';
import { collapseWords, STOOD_IN } from './lab-limits';
import { remarks, said } from './lab-words';
import { isClearSignal } from '../statistics/clear-signal';

const MOST_CAUSES = 4;
/** If the first run of the user's recipe recovers so much less than the sound one, no second seed is needed to go on. */
const PLAIN = 0.5;
type Draft = Pick<LabResult, 'outcome' | 'sentence'> & Partial<LabResult>;

type Test = (ids: readonly ChoiceId[]) => ReturnType<Levels['test']>;

/**
 * Tests each suspect alone in the sound recipe, and the user's recipe without it; then all of them together, where
 * no single one is enough. What this finds is confirmed at once: in a short lab it may be all there is time for.
 */
async function examineSuspects(lab: Experiment, suspects: readonly ChoiceId[], test: Test): Promise<void> {
  const { levels, causes, remedies } = lab;
  const prevents = preventing(lab, test);
  for (const id of suspects) {
    if ((await test([id])) === 'fail') causes.push([id]);
    if (await prevents([id])) remedies.push([id]);
  }
  if (suspects.length >= 2) {
    if (remedies.length === 0 && (await prevents(suspects))) remedies.push(await fewest(suspects, prevents));
    if (causes.length === 0 && (await test(suspects)) === 'fail') causes.push(await ddmin(suspects, test));
  }
  if (causes.length + remedies.length === 0) return;
  await levels.seeds([], 2);
  await levels.seeds(levels.all, 2);
  for (const choices of causes) await levels.seeds(lab.taken('cause', choices), 2);
  for (const choices of remedies) await levels.seeds(lab.taken('remedy', choices), 2);
}

type Prevents = (ids: readonly ChoiceId[]) => Promise<boolean>;

/** Whether the user's recipe learns if these choices of it are corrected. */
const preventing =
  (lab: Experiment, test: Test): Prevents =>
  async (ids) =>
    (await test(lab.taken('remedy', ids))) === 'pass';

/** A subset of these choices, which prevent the collapse together, that does so and from which none can be left out. */
const fewest = (ids: readonly ChoiceId[], prevents: Prevents): Promise<ChoiceId[]> =>
  ddmin(ids, async (repaired) => ((await prevents(repaired)) ? 'fail' : 'pass'));

/**
 * Finds the choices that each make the sound recipe collapse by themselves. A choice to which no rule objects is not
 * blamed if a longer training makes up for it.
 */
async function findSingleCauses(lab: Experiment, ids: readonly ChoiceId[], test: Test): Promise<void> {
  for (const id of ids) {
    if ((await test([id])) !== 'fail') continue;
    if (await lab.onlySlows(id)) lab.slow.push(id);
    else lab.causes.push([id]);
  }
}

/**
 * Finds each choice whose correction alone prevents the collapse. If there is none, finds a minimal set of choices to
 * correct.
 * @param ids the choices that were not tested yet
 */
async function findRemedies(lab: Experiment, ids: readonly ChoiceId[], test: Test): Promise<void> {
  const prevents = preventing(lab, test);
  for (const id of ids) if (await prevents([id])) lab.remedies.push([id]);
  if (lab.remedies.length === 0) lab.remedies.push(await fewest(lab.levels.all, prevents));
}

/**
 * Among the choices that cause no collapse by themselves, finds minimal sets that do so together. A choice whose
 * correction alone prevents the collapse is in every such set, so these choices are tested first. If they are enough,
 * the others need no test.
 */
async function findJointCauses(lab: Experiment, test: Test): Promise<void> {
  const { causes, slow, levels } = lab;
  // A set with a choice that fails in this time anyway shows nothing.
  let rest = levels.all.filter((id) => !slow.includes(id) && !causes.some((cause) => cause.includes(id)));
  const suspects = lab.remedies
    .filter((remedy) => remedy.length === 1)
    .flat()
    .filter((id) => rest.includes(id));
  const narrowed =
    suspects.length >= 2 && suspects.length < rest.length && (await test(suspects)) === 'fail' ? suspects : null;
  let among = narrowed ?? rest;
  while (among.length >= 2 && causes.length < MOST_CAUSES && (await test(among)) === 'fail') {
    const found = await ddmin(among, test);
    causes.push(found);
    rest = rest.filter((id) => !found.includes(id));
    among = rest;
  }
}

/** Trains on spoilt data, which shows whether the lab can be trusted. */
async function testLab(lab: Experiment): Promise<void> {
  await lab.check('permuted-labels');
  await lab.check('blank-images');
}

/** Whether the user's recipe recovers so much less than the sound one that it has failed. Trains seeds if it is close. */
async function fallsShort({ levels }: Experiment): Promise<boolean> {
  const [first] = await levels.seeds(levels.all, 1);
  if (levels.level([])!.mean - first!.recovered < PLAIN) await levels.seeds(levels.all, 2);
  const gap = (): number => levels.level([])!.mean - levels.level(levels.all)!.mean;
  if (levels.all.length > 0 && Math.abs(gap()) < 2 * SHORTFALL) {
    await levels.seeds(levels.all, SEEDS);
    await levels.seeds([], SEEDS);
  }
  if (levels.all.length === 0 || gap() < SHORTFALL) return false;
  return gap() >= 2 * SHORTFALL || clearlyBelow(levels.runs(levels.all), levels.runs([]));
}

/** Tests the lab if there is time. Without time, what is known of the user's recipe can still be said. */
async function testLabInTime(lab: Experiment): Promise<void> {
  try {
    await testLab(lab);
  } catch (error) {
    if (!(error instanceof OutOfTime)) throw error;
    lab.notes.push('The time ran out before the controls, on shuffled labels and blanked images, were trained.');
  }
}

/** The answer if the user's recipe does not fall short of the sound one, perhaps only after more updates. */
async function acquit(lab: Experiment, question: Question, later: LabLevel | null): Promise<Draft> {
  const { levels } = lab;
  const user = later ?? levels.level(levels.all)!;
  await testLabInTime(lab);
  const longer = later && { user: lab.longest, sound: lab.soundSteps };
  return { outcome: 'no-collapse', sentence: said.noCollapse(user, levels.level([])!, question, longer), user };
}

/** The answer if the sound recipe learns, but only enough to judge a collapse, and the user's recipe does not collapse. */
async function limitedAnswer(lab: Experiment, question: Question): Promise<Draft> {
  const { levels } = lab;
  const short = await fallsShort(lab);
  const later = short ? await lab.learnsLater(LEARNED) : null;
  const runs = later ? lab.laterRuns : levels.runs(levels.all);
  if (lab.hasty && hasCollapsed(runs)) throw new OutOfTime();
  const words = collapseWords(levels.runs([]), runs, question);
  if (!short) await testLabInTime(lab);
  return {
    outcome: short ? 'sound-fails' : 'no-collapse',
    sentence: short
      ? hasCollapsed(runs)
        ? words.unclear()
        : words.learns(later && lab.longest)
      : words.noCollapse(levels.all.length === 0),
    user: later ?? levels.level(levels.all),
    collapseOnly: true,
  };
}

/**
 * Finds the causes and remedies.
 * @param collapses the user's recipe is known to collapse; otherwise it is compared with what the images can give
 */
async function explain(lab: Experiment, question: Question, collapses: boolean): Promise<Draft> {
  const { levels, comparison } = lab;
  if (!collapses) {
    if (!(await fallsShort(lab))) return acquit(lab, question, null);
    lab.hasty = lab.mayBeSlow;
  }
  const user = levels.level(levels.all)!;
  const level = levels.level([])!;
  const gap = level.mean - user.mean;
  const threshold = (level.mean + user.mean) / 2;
  lab.threshold = threshold;
  const test: Test = (ids) => levels.test(ids, threshold, gap);
  const suspects = question.suspects.filter((id) => levels.all.includes(id));
  const others = levels.all.filter((id) => !suspects.includes(id));
  await examineSuspects(lab, suspects, test);
  if (!collapses) {
    // It takes as long as several other runs: what is likely is known before.
    const later = await lab.learnsLater(level.mean - SHORTFALL);
    if (later) {
      lab.clearAsSlow();
      return acquit(lab, question, later);
    }
  }
  await testLab(lab);
  await findSingleCauses(lab, others, test);
  await findRemedies(lab, others, test);
  await findJointCauses(lab, test);
  const { causes, remedies } = lab;
  await levels.seeds([], SEEDS);
  await levels.seeds(levels.all, SEEDS);
  for (const kind of ['cause', 'remedy'] as const) {
    for (const choices of kind === 'cause' ? causes : remedies) await levels.seeds(lab.taken(kind, choices), SEEDS);
  }
  if (lab.hasty) throw new OutOfTime();
  const causeSets = lab.sets('cause');
  const remedySets = lab.sets('remedy');
  const alternatives: LabResult['alternatives'] = [];
  for (const id of new Set(remedies.flat())) alternatives.push(...(await lab.alternatives(id, threshold)));
  const told = causeSets.some((one) => one.confirmed) || remedySets.some((one) => one.confirmed);
  const choices = choiceTable(comparison, levels, lab, question.lineOf);
  const answer = told
    ? said.cause(levels.level(levels.all)!, causeSets, remedySets, alternatives)
    : said.notToldApart(choices);
  // Only a collapse was judged, but more seeds may have moved the mean of the sound recipe above the limit.
  const collapseOnly = collapses && levels.level([])!.mean < SOUND_ENOUGH;
  return {
    outcome: told ? 'cause-found' : 'not-told-apart',
    sentence: collapseOnly
      ? collapseWords(levels.runs([]), levels.runs(levels.all), question).collapses(answer)
      : answer,
    user: levels.level(levels.all),
    ...(collapseOnly ? { collapseOnly } : {}),
    choices,
    causes: causeSets,
    remedies: remedySets,
    alternatives,
  };
}

/** Whether the interval of the probe's accuracy reaches what would be a clear signal: its images are few. */
const canMissSignal = ({ yardstick: { atMost }, chance }: Question): boolean =>
  atMost !== undefined && isClearSignal(atMost, chance);

/** Compares the two recipes with what the images can give. If there is no time for it, only a collapse is judged. */
async function compare(lab: Experiment, question: Question): Promise<Draft> {
  try {
    return await explain(lab, question, false);
  } catch (error) {
    if (!(error instanceof OutOfTime) || !lab.fallBack()) throw error;
    lab.notes.push('There was no time to train both recipes longer, so the lab judges only whether yours collapses.');
    return limitedAnswer(lab, question);
  }
}

async function draft(lab: Experiment, question: Question): Promise<Draft> {
  if (question.classes < 2) return { outcome: 'one-class', sentence: said.oneClass };
  if (!question.yardstick.aboveChance) {
    const [run] = await lab.levels.seeds([], 1);
    const learns = run!.verdict === 'learns' || run!.verdict === 'partial';
    await lab.check('overfit');
    if (!learns)
      return canMissSignal(question)
        ? { outcome: 'too-few-images', sentence: said.tooFewImages(question, run!) }
        : { outcome: 'no-signal', sentence: said.noSignal(question, run!) };
  }
  const found = await lab.calibrate();
  const answer: Draft =
    found === 'fails'
      ? { outcome: 'sound-fails', sentence: said.soundFails(lab.levels.level([])!) }
      : found === 'learns'
        ? await limitedAnswer(lab, question)
        : found === 'collapses'
          ? await explain(lab, question, true)
          : await compare(lab, question);
  return { ...answer, sound: lab.levels.level([]) };
}

/**
 * Runs the whole investigation. If the trainer throws OutOfTime, the result is what is known so far.
 * @throws any other error of the trainer, for example when the job is cancelled
 */
export async function investigate(question: Question, train: Trainer, control: Control): Promise<LabResult> {
  const lab = new Experiment(question, train, control);
  let found: Draft;
  try {
    found = await draft(lab, question);
  } catch (error) {
    if (!(error instanceof OutOfTime)) throw error;
    const level = lab.levels.level([]);
    const user = lab.levels.level(lab.levels.all);
    const [causes, remedies] = [lab.sets('cause'), lab.sets('remedy')];
    found = {
      outcome: 'out-of-time',
      sentence: said.outOfTime({ sound: level, user, causes, remedies }, lab.hasty),
      sound: level,
      user,
      causes,
      remedies,
    };
  }
  const compared = question.classes >= 2 && found.outcome !== 'no-signal' && found.outcome !== 'too-few-images';
  const table = compared ? choiceTable(lab.comparison, lab.levels, lab, question.lineOf) : [];
  return {
    chance: question.chance,
    yardstick: question.yardstick,
    sound: null,
    user: null,
    choices: table,
    causes: [],
    remedies: [],
    alternatives: [],
    ...found,
    sentence: found.sentence + (question.pretrained && lab.runs.length > 0 ? STOOD_IN : ''),
    controls: lab.controls,
    notes: [...question.notes, ...lab.notes, ...remarks(lab.runs)],
    runs: lab.runs,
  };
}
