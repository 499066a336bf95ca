/**
 * Finds by experiment why a recipe learns less than the sound one: controls, breaks, repairs, delta debugging. Pure:
 * the function that trains is passed in.
 */
import type { LabLevel, LabResult, LabRun, LabSet } from '../../contract/model/lab';
import { compareConfigurations, type Comparison } from './choices';
import { ddmin } from './ddmin';
import type { ChoiceId, Configuration } from './interventions/index';
import { clearlyBelow, levelOf, Levels, OutOfTime, SEEDS, type Trainer } from './levels';
import { choiceTable, SHORTFALL } from './lab-roles';
import { remarks, said, setWords } from './lab-words';

/** The share that the sound recipe must recover before the lab judges another recipe. */
const SOUND_ENOUGH = 0.7;
const MOST_CAUSES = 4;
/** If the first run of the user's recipe recovers so much less than the sound one, no second seed is needed to go on. */
const PLAIN = 0.5;
/**
 * The share that a control on spoilt data may recover. It is not 0: images of a class are similar, so the net learns
 * which of the shuffled labels was most frequent for each group of similar images. Few such groups mean that the result
 * can be above or below chance by accident.
 */
const LUCK = 0.4;

export interface Question {
  /** The user's and the sound configuration at each effort. A higher effort trains longer, for data that needs it. */
  readonly efforts: readonly { readonly user: Configuration; readonly sound: Configuration }[];
  readonly classes: number;
  readonly chance: number;
  readonly yardstick: { readonly balancedAccuracy: number; readonly aboveChance: boolean };
  /** The line of the script that a choice was read from. */
  readonly lineOf: (id: ChoiceId) => number | null;
  /** Choices that the rules object to, the worst first. They are tested first, because time may be short. */
  readonly suspects: readonly ChoiceId[];
  /** Other changes to try if this choice is a remedy. */
  readonly alternatives: (
    id: ChoiceId,
    user: Configuration,
  ) => readonly { readonly title: string; readonly configuration: Configuration }[];
  readonly notes: readonly string[];
}

/**
 * Trains the sound recipe on spoilt data or on very few images. If the result is not as expected, the lab cannot be
 * trusted.
 */
export type Control = (kind: 'permuted-labels' | 'blank-images' | 'overfit', sound: Configuration) => Promise<LabRun>;

type Draft = Pick<LabResult, 'outcome' | 'sentence'> & Partial<LabResult>;

class Investigation {
  readonly #question: Question;
  readonly #train: Trainer;
  readonly #control: Control;
  readonly runs: LabRun[] = [];
  readonly controls: LabResult['controls'] = [];
  comparison!: Comparison;
  levels!: Levels;
  /** What has been found so far. */
  causes: ChoiceId[][] = [];
  remedies: ChoiceId[][] = [];
  /** A recipe below this level has collapsed. Null until the user's recipe is known to collapse. */
  threshold: number | null = null;

  constructor(question: Question, train: Trainer, control: Control) {
    this.#question = question;
    this.#train = async (request) => {
      const run = await train(request);
      this.runs.push(run);
      return run;
    };
    this.#control = control;
  }

  use(effort: number): void {
    const { user, sound } = this.#question.efforts[effort]!;
    this.comparison = compareConfigurations(user, sound);
    this.levels = new Levels(this.comparison, this.#train);
  }

  /** Chooses the lowest effort at which the sound recipe recovers enough. Returns null if there is none. */
  async calibrate(): Promise<LabLevel | null> {
    for (let effort = 0; effort < this.#question.efforts.length; effort++) {
      this.use(effort);
      const [first] = await this.levels.seeds([], 1);
      if (first!.recovered < SOUND_ENOUGH - 0.1) continue;
      if (first!.recovered < SOUND_ENOUGH + 0.1) await this.levels.seeds([], 2);
      if (this.levels.level([])!.mean >= SOUND_ENOUGH) return this.levels.level([]);
    }
    return null;
  }

  async check(kind: Parameters<Control>[0]): Promise<boolean> {
    const run = await this.#control(kind, this.comparison.sound);
    this.runs.push(run);
    const passed = kind === 'overfit' ? run.trainingAccuracy >= 0.9 : run.recovered < LUCK;
    this.controls.push({ kind, passed, sentence: controlSentence(kind, passed, run) });
    return passed;
  }

  /** The user's choices in the configuration that tests a cause or a remedy. */
  taken(kind: 'cause' | 'remedy', choices: readonly ChoiceId[]): ChoiceId[] {
    return kind === 'cause' ? [...choices] : this.levels.all.filter((id) => !choices.includes(id));
  }

  /**
   * The causes or remedies found so far, judged by the seeds trained so far. The most harmful cause or the best remedy
   * comes first.
   */
  sets(kind: 'cause' | 'remedy'): LabSet[] {
    const { levels, threshold } = this;
    if (threshold === null) return [];
    const runs = kind === 'cause' ? levels.runs([]) : levels.runs(levels.all);
    const sets = (kind === 'cause' ? this.causes : this.remedies).map((choices): LabSet => {
      const taken = this.taken(kind, choices);
      const [level, own] = [levels.level(taken)!, levels.runs(taken)];
      const apart =
        kind === 'cause'
          ? level.mean < threshold && clearlyBelow(own, runs)
          : level.mean > threshold && clearlyBelow(runs, own);
      return {
        choices: [...choices],
        level,
        confirmed: Math.min(own.length, runs.length) >= 2 && apart,
        ...setWords(kind, choices, this.comparison, level),
      };
    });
    return sets.toSorted((a, b) => (kind === 'cause' ? a.level.mean - b.level.mean : b.level.mean - a.level.mean));
  }

  async alternatives(id: ChoiceId, threshold: number): Promise<LabResult['alternatives']> {
    const found: LabResult['alternatives'] = [];
    for (const { title, configuration } of this.#question.alternatives(id, this.comparison.user)) {
      const key = `alternative: ${title}`;
      const runs: LabRun[] = [];
      for (let seed = 1; seed <= 2; seed++)
        runs.push(await this.#train({ key, kind: 'alternative', title, configuration, seed }));
      const level = levelOf(key, title, runs);
      found.push({ title, level, undoes: level.mean >= threshold });
    }
    return found.toSorted((a, b) => b.level.mean - a.level.mean);
  }
}

function controlSentence(kind: Parameters<Control>[0], passed: boolean, run: LabRun): string {
  const accuracy = `${Math.round(100 * run.balancedAccuracy)} %`;
  if (kind === 'overfit') {
    return passed
      ? 'The sound net can learn 16 images by heart.'
      : `The sound net cannot even learn 16 images by heart (${Math.round(100 * run.trainingAccuracy)} % right): images of different classes may be the same.`;
  }
  const what = kind === 'permuted-labels' ? 'With the labels shuffled' : 'With the images blanked';
  return passed
    ? `${what} the sound net is near chance (${accuracy}), as it must be.`
    : `${what} the sound net still reaches ${accuracy}: the lab's validation images are not independent of its training images.`;
}

type Test = (ids: readonly ChoiceId[]) => ReturnType<Levels['test']>;

/**
 * Tests each suspect alone in the sound recipe, and the user's recipe without it. What this finds is confirmed at once:
 * in a short lab it may be all there is time for.
 */
async function examineSuspects(lab: Investigation, suspects: readonly ChoiceId[], test: Test): Promise<void> {
  const { levels, causes, remedies } = lab;
  for (const id of suspects) {
    if ((await test([id])) === 'fail') causes.push([id]);
    if ((await test(lab.taken('remedy', [id]))) === 'pass') remedies.push([id]);
  }
  if (causes.length + remedies.length === 0) return;
  await levels.seeds([], 2);
  await levels.seeds(levels.all, 2);
  for (const choices of causes) await levels.seeds(lab.taken('cause', choices), 2);
  for (const choices of remedies) await levels.seeds(lab.taken('remedy', choices), 2);
}

/** Finds the choices that each make the sound recipe collapse by themselves. */
async function findSingleCauses(lab: Investigation, ids: readonly ChoiceId[], test: Test): Promise<void> {
  for (const id of ids) if ((await test([id])) === 'fail') lab.causes.push([id]);
}

/**
 * Finds each choice whose correction alone prevents the collapse. If there is none, finds a minimal set of choices to
 * correct.
 * @param ids the choices that were not tested yet
 */
async function findRemedies(lab: Investigation, ids: readonly ChoiceId[], test: Test): Promise<void> {
  const prevented = async (repaired: readonly ChoiceId[]) => (await test(lab.taken('remedy', repaired))) === 'pass';
  for (const id of ids) if (await prevented([id])) lab.remedies.push([id]);
  if (lab.remedies.length > 0) return;
  lab.remedies.push(await ddmin(lab.levels.all, async (repaired) => ((await prevented(repaired)) ? 'fail' : 'pass')));
}

/**
 * Among the choices that cause no collapse by themselves, finds minimal sets that do so together. A choice whose
 * correction alone prevents the collapse is in every such set, so these choices are tested first. If they are enough,
 * the others need no test.
 */
async function findJointCauses(lab: Investigation, test: Test): Promise<void> {
  const { causes, levels } = lab;
  let rest = levels.all.filter((id) => !causes.some((cause) => cause.includes(id)));
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
async function testLab(lab: Investigation): Promise<void> {
  await lab.check('permuted-labels');
  await lab.check('blank-images');
}

async function explain(lab: Investigation, question: Question, sound: LabLevel): Promise<Draft> {
  const { levels, comparison } = lab;
  const [first] = await levels.seeds(levels.all, 1);
  if (sound.mean - first!.recovered < PLAIN) await levels.seeds(levels.all, 2);
  if (levels.all.length > 0 && Math.abs(levels.level(levels.all)!.mean - sound.mean) < 2 * SHORTFALL) {
    await levels.seeds(levels.all, SEEDS);
    await levels.seeds([], SEEDS);
  }
  const user = levels.level(levels.all)!;
  const level = levels.level([])!;
  const gap = level.mean - user.mean;
  if (
    levels.all.length === 0 ||
    gap < SHORTFALL ||
    (gap < 2 * SHORTFALL && !clearlyBelow(levels.runs(levels.all), levels.runs([])))
  ) {
    await testLab(lab);
    return { outcome: 'no-collapse', sentence: said.noCollapse(user, question), user };
  }
  const threshold = (level.mean + user.mean) / 2;
  lab.threshold = threshold;
  const test: Test = (ids) => levels.test(ids, threshold, gap);
  const suspects = question.suspects.filter((id) => levels.all.includes(id));
  const others = levels.all.filter((id) => !suspects.includes(id));
  await examineSuspects(lab, suspects, test);
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
  const causeSets = lab.sets('cause');
  const remedySets = lab.sets('remedy');
  const alternatives: LabResult['alternatives'] = [];
  for (const id of new Set(remedies.flat())) alternatives.push(...(await lab.alternatives(id, threshold)));
  const told = causeSets.some((one) => one.confirmed) || remedySets.some((one) => one.confirmed);
  const choices = choiceTable(comparison, levels, causes, question.lineOf);
  return {
    outcome: told ? 'cause-found' : 'not-told-apart',
    sentence: told ? said.cause(causeSets, remedySets, alternatives) : said.notToldApart(choices),
    user: levels.level(levels.all),
    choices,
    causes: causeSets,
    remedies: remedySets,
    alternatives,
  };
}

async function draft(lab: Investigation, question: Question): Promise<Draft> {
  if (question.classes < 2) return { outcome: 'one-class', sentence: said.oneClass };
  lab.use(0);
  if (!question.yardstick.aboveChance) {
    const [run] = await lab.levels.seeds([], 1);
    const learns = run!.verdict === 'learns' || run!.verdict === 'partial';
    await lab.check('overfit');
    if (!learns)
      return {
        outcome: 'no-signal',
        sentence: said.noSignal(question.yardstick.balancedAccuracy, question.chance, run!),
      };
  }
  const sound = await lab.calibrate();
  if (!sound)
    return { outcome: 'sound-fails', sentence: said.soundFails(lab.levels.level([])!), sound: lab.levels.level([]) };
  return { ...(await explain(lab, question, sound)), sound: lab.levels.level([]) };
}

/**
 * Runs the whole investigation. If the trainer throws OutOfTime, the result is what is known so far.
 * @throws any other error of the trainer, for example when the job is cancelled
 */
export async function investigate(question: Question, train: Trainer, control: Control): Promise<LabResult> {
  const lab = new Investigation(question, train, control);
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
      sentence: said.outOfTime(level, user, causes, remedies),
      sound: level,
      user,
      causes,
      remedies,
    };
  }
  const table = question.classes >= 2 ? choiceTable(lab.comparison, lab.levels, lab.causes, question.lineOf) : [];
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
    controls: lab.controls,
    notes: [...question.notes, ...remarks(lab.runs)],
    runs: lab.runs,
  };
}
