/**
 * Finds by experiment what makes a recipe fall short: controls, breaks, repairs, delta debugging. Pure: who trains is
 * passed in.
 */
import type { LabLevel, LabResult, LabRun, LabSet } from '../../contract/model/lab';
import { compareConfigurations, type Comparison } from './choices';
import { ddmin } from './ddmin';
import type { ChoiceId, Configuration } from './interventions/index';
import { clearlyBelow, levelOf, Levels, OutOfTime, SEEDS, type Trainer } from './levels';
import { choiceTable, SHORTFALL } from './lab-roles';
import { remarks, said, setWords } from './lab-words';

/** What the sound recipe must recover of what the data can give before another is blamed. */
const SOUND_ENOUGH = 0.7;
const MOST_CAUSES = 4;
/**
 * What a control on spoilt data may recover. Not 0: pictures of a class are alike, so a net learns which of the
 * shuffled labels each kind of
 * picture happened to get most, and is above or below chance by the luck of a few kinds, not of many pictures.
 */
const LUCK = 0.4;

export interface Question {
  /** The user's and the sound configuration; longer training at each effort, for data that need it. */
  readonly efforts: readonly { readonly user: Configuration; readonly sound: Configuration }[];
  readonly classes: number;
  readonly chance: number;
  readonly yardstick: { readonly balancedAccuracy: number; readonly aboveChance: boolean };
  /** Line of the script that each choice stands on. */
  readonly lineOf: (id: ChoiceId) => number | null;
  /** Other repairs to try where these choices are the remedy. */
  readonly alternatives: (
    id: ChoiceId,
    user: Configuration,
  ) => readonly { readonly title: string; readonly configuration: Configuration }[];
  readonly notes: readonly string[];
}

/** The sound recipe on spoilt data: it must fail there, or the lab itself is wrong. */
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
  /** Found so far. */
  causes: ChoiceId[][] = [];
  remedies: ChoiceId[][] = [];
  /** Below it a recipe has collapsed; null until the user's is known to. */
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

  /** The least effort at which the sound recipe recovers enough; null where none does. */
  async calibrate(): Promise<LabLevel | null> {
    for (let effort = 0; effort < this.#question.efforts.length; effort++) {
      this.use(effort);
      const [first] = await this.levels.seeds([], 1);
      if (first!.recovered < SOUND_ENOUGH - 0.1) continue;
      await this.levels.seeds([], 2);
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

  /** Choices of the user's in the nets that a cause or remedy rests on. */
  taken(kind: 'cause' | 'remedy', choices: readonly ChoiceId[]): ChoiceId[] {
    return kind === 'cause' ? [...choices] : this.levels.all.filter((id) => !choices.includes(id));
  }

  /** What is found so far, judged by the seeds that there are: the most harmful cause, the best remedy first. */
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

/** Singles that collapse the sound recipe by themselves. */
async function findSingleCauses(lab: Investigation, test: Test): Promise<void> {
  for (const id of lab.levels.all) if ((await test([id])) === 'fail') lab.causes.push([id]);
}

/** Each single choice whose repair undoes it; failing that a minimal set of repairs. */
async function findRemedies(lab: Investigation, test: Test): Promise<void> {
  const { all } = lab.levels;
  const without = (repaired: readonly ChoiceId[]): ChoiceId[] => all.filter((id) => !repaired.includes(id));
  for (const id of all) if ((await test(without([id]))) === 'pass') lab.remedies.push([id]);
  if (lab.remedies.length > 0) return;
  lab.remedies.push(
    await ddmin(all, async (repaired) => ((await test(without(repaired))) === 'pass' ? 'fail' : 'pass')),
  );
}

/**
 * Of what does not collapse alone, minimal sets that do together. A choice whose repair undoes the collapse is part of
 * every such set, so
 * these are tried first: where they suffice, the search need not look at the others.
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

async function explain(lab: Investigation, question: Question, sound: LabLevel): Promise<Draft> {
  const { levels, comparison } = lab;
  await levels.seeds(levels.all, 2);
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
    return { outcome: 'no-collapse', sentence: said.noCollapse(user, question), user };
  }
  const threshold = (level.mean + user.mean) / 2;
  lab.threshold = threshold;
  const test: Test = (ids) => levels.test(ids, threshold, gap);
  await findSingleCauses(lab, test);
  await findRemedies(lab, test);
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
  await lab.check('permuted-labels');
  await lab.check('blank-images');
  return { ...(await explain(lab, question, sound)), sound: lab.levels.level([]) };
}

/**
 * The lab, whole. Ends early with what is known when the trainer throws OutOfTime.
 * @throws whatever else the trainer throws (cancel)
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
