/** The runs of one investigation: which effort they are made with, the controls, and the sets that were found. */
import type { LabLevel, LabResult, LabRun, LabSet, Yardstick } from '../../contract/model/lab';
import { compareConfigurations, type Comparison } from './choices';
import { clearlyLearns, collapsesBeside, LEARNED, mayCollapse, mayLearn, stillLearning } from './collapsed';
import type { ChoiceId, Configuration } from './interventions/index';
import { clearlyBelow, levelOf, Levels, OutOfTime, SEEDS, type Trainer } from './levels';
import type { LabNet } from './lab-limits';
import { SOUND_ENOUGH } from './lab-roles';
import { setWords } from './lab-words';

/**
 * The share that a control on spoilt data may recover. It is not 0: images of a class are similar, so the net learns
 * which of the shuffled labels was most frequent for each group of similar images. Few such groups mean that the result
 * can be above or below chance by accident.
 */
const LUCK = 0.4;

export interface Question extends LabNet {
  /** The user's and the sound configuration at each effort. A higher effort trains longer, for data that needs it. */
  readonly efforts: readonly { readonly user: Configuration; readonly sound: Configuration }[];
  readonly classes: number;
  readonly chance: number;
  readonly yardstick: Yardstick;
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

export class Experiment {
  readonly #question: Question;
  readonly #train: Trainer;
  readonly #control: Control;
  readonly runs: LabRun[] = [];
  readonly controls: LabResult['controls'] = [];
  readonly #efforts = new Map<number, { comparison: Comparison; levels: Levels }>();
  #effort = 0;
  /** The lowest effort at which the sound recipe clearly learns and the user's does not collapse. */
  #learns: number | null = null;
  readonly notes: string[] = [];
  /** Runs of the user's recipe that were trained longer. */
  laterRuns: readonly LabRun[] = [];
  /** What has been found so far. */
  causes: ChoiceId[][] = [];
  remedies: ChoiceId[][] = [];
  /** Choices with which the sound recipe fails at this effort, but learns when it is trained longer. */
  readonly slow: ChoiceId[] = [];
  /** The user's recipe may only be slow and was not trained longer yet, so nothing is confirmed. */
  hasty = false;
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

  #at(effort: number): { comparison: Comparison; levels: Levels } {
    const { user, sound } = this.#question.efforts[effort]!;
    const comparison = compareConfigurations(user, sound);
    const made = this.#efforts.get(effort) ?? { comparison, levels: new Levels(comparison, this.#train) };
    this.#efforts.set(effort, made);
    return made;
  }

  get comparison(): Comparison {
    return this.#at(this.#effort).comparison;
  }

  get levels(): Levels {
    return this.#at(this.#effort).levels;
  }

  /**
   * Chooses the lowest effort at which one of the two questions can be answered: the user's recipe collapses where the
   * sound one clearly learns, or the sound recipe reaches what the images can give. If there is none, the levels are
   * those of the lowest effort at which the sound recipe clearly learns, or else of the highest.
   */
  async calibrate(): Promise<'collapses' | 'reaches' | 'learns' | 'fails'> {
    try {
      for (let effort = 0; effort < this.#question.efforts.length; effort++) {
        this.#effort = effort;
        const { levels } = this;
        const [first] = await levels.seeds([], 1);
        if (first!.recovered >= SOUND_ENOUGH - 0.1) {
          if (first!.recovered < SOUND_ENOUGH + 0.1) await levels.seeds([], 2);
          if (levels.level([])!.mean >= SOUND_ENOUGH) return 'reaches';
        }
        if (this.#learns !== null || !mayLearn(first!)) continue;
        if (await this.#collapses()) return 'collapses';
        if (clearlyLearns(await levels.seeds([], SEEDS))) this.#learns = effort;
      }
    } catch (error) {
      // The user's recipe is known to learn at a lower effort: this can still be said.
      if (this.#learns === null || !(error instanceof OutOfTime)) throw error;
    }
    if (this.#learns === null) return 'fails';
    this.#effort = this.#learns;
    return 'learns';
  }

  /** Whether the user's recipe collapses, and would still do so if it were trained longer. */
  async #collapses(): Promise<boolean> {
    const { levels } = this;
    if (levels.all.length === 0) return false;
    const [first] = await levels.seeds(levels.all, 1);
    if (!mayCollapse(first!, levels.runs([])[0]!)) return false;
    const sound = await levels.seeds([], SEEDS);
    let user = await levels.seeds(levels.all, 2);
    if (!collapsesBeside(user, sound)) user = await levels.seeds(levels.all, SEEDS);
    return collapsesBeside(user, sound) && (await this.learnsLater(LEARNED)) === null;
  }

  /**
   * Whether the loss of the user's recipe was still falling, the user makes more updates than the lab, and the rules
   * object to nothing but its speed. A slow recipe must not be taken for a collapsed one. Longer training does not acquit
   * a recipe whose fault is of another kind: unshuffled images, for example, give a good net or a bad one by where the
   * training ends.
   */
  get mayBeSlow(): boolean {
    if (!this.#isShort) return false;
    const { differences } = this.comparison;
    const suspects = differences.filter(({ choice }) => this.#question.suspects.includes(choice.id));
    const judged = suspects.length > 0 ? suspects : differences.filter(({ choice }) => choice.slows);
    return (
      judged.length > 0 &&
      judged.every(({ choice }) => choice.slows) &&
      this.levels.runs(this.levels.all).some(stillLearning)
    );
  }

  /**
   * Trains the user's recipe longer if it may be slow.
   * @returns the level with more updates if it is at least `enough`; null also if there is no time for it (`hasty`)
   */
  async learnsLater(enough: number): Promise<LabLevel | null> {
    this.hasty = this.mayBeSlow;
    if (!this.hasty) return null;
    const longer = this.#at(this.#question.efforts.length - 1).levels;
    try {
      this.laterRuns = await longer.seeds(longer.all, 1);
    } catch (error) {
      // Shorter runs may still fit, and they show what is likely.
      if (!(error instanceof OutOfTime)) throw error;
      return null;
    }
    this.hasty = false;
    const level = longer.level(longer.all)!;
    return level.mean >= enough ? level : null;
  }

  /**
   * Goes back to the effort at which the user's recipe is known to learn. Not once it is known to fall short at a higher
   * one.
   */
  fallBack(): boolean {
    if (this.#learns === null || this.threshold !== null) return false;
    this.#effort = this.#learns;
    this.hasty = false;
    return true;
  }

  /** Takes back what was found, because the user's recipe learns when it is trained longer. */
  clearAsSlow(): void {
    this.slow.push(...this.causes.flat(), ...this.remedies.flat());
    this.causes = [];
    this.remedies = [];
  }

  /** Whether the user trains longer than the lab does at the present effort. */
  get #isShort(): boolean {
    const { efforts } = this.#question;
    return efforts.at(-1)!.user.steps > efforts[this.#effort]!.user.steps;
  }

  /**
   * Whether the sound recipe with this choice of the user, which fails, was still learning and does not fail when it is
   * trained longer, as the user does. Only the choices that the rules do not object to are asked about.
   */
  async onlySlows(id: ChoiceId): Promise<boolean> {
    const slows = this.comparison.differences.some(({ choice }) => choice.id === id && choice.slows);
    if (!slows || !this.#isShort || !this.levels.runs([id]).some(stillLearning)) return false;
    const { levels } = this.#at(this.#question.efforts.length - 1);
    await levels.seeds([id], 1);
    return levels.level([id])!.mean > this.threshold!;
  }

  /** The most updates that the lab makes with the user's recipe. */
  get longest(): number {
    return this.#question.efforts.at(-1)!.user.steps;
  }

  /** The updates that the lab makes with the sound recipe at the present effort. */
  get soundSteps(): number {
    return this.#question.efforts[this.#effort]!.sound.steps;
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
        confirmed: !this.hasty && Math.min(own.length, runs.length) >= 2 && apart,
        ...setWords(kind, choices, this.comparison, {
          taken,
          level,
          harmlessAlone: choices.every((id) => levels.clearlyLearns([id], threshold)),
        }),
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
      ? 'The sound net can memorize 16 images.'
      : `The sound net cannot even memorize 16 images (${Math.round(100 * run.trainingAccuracy)} % right): images of different classes may be the same.`;
  }
  const what = kind === 'permuted-labels' ? 'With the labels shuffled' : 'With the images blanked';
  return passed
    ? `${what} the sound net is near chance (${accuracy}), as it must be.`
    : `${what} the sound net still reaches ${accuracy}: the lab's validation images are not independent of its training images.`;
}
