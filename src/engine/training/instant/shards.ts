/**
 * The instant probe in ranges of images, each possibly in another process. What a step takes and gives is plain data:
 *
 * 1. `planProbe` fits the views on landmarks, once.
 * 2. `ProbeShard.kernel` writes the kernel values of a range and gives their sums; `solveBasis` solves, once.
 * 3. `ProbeShard.rotate` changes these to the eigenbasis of the features; `shared` are the rows that other ranges need.
 * 4. `ProbeShard.targetSums`; `fitOf` fits, once.
 * 5. `ProbeShard.errors` for each penalty; `chosenPenalties` chooses, once.
 * 6. `ProbeShard.scores`; `judgeScores` turns those of all ranges into probabilities and doubts, once.
 *
 * A second round repeats 4 to 6 with the doubts. One process with one range gets the same numbers.
 */
import { groupLists } from '../../../core/labels/copies';
import { seededRandom } from '../../../core/statistics/random';
import type { TaskInput } from '../protocol/tasks';
import { averagedScores, PENALTIES } from './penalties';
import {
  fitPlan,
  openPlan,
  type PlanChoices,
  planChoices,
  type PlanState,
  planState,
  type Sources,
  type Stepper,
  writeKernel,
} from './plan';
import {
  type LeaveOneOut,
  leaveOneOut,
  type RowsLeftOut,
  type RidgeRows,
  rotateRows,
  rowSums,
  targetSums,
  trainingWeights,
} from './ridge';
import { type Doubts, targetsOf } from './rounds';
import type { RowStore } from './rows';
import type { RidgeBasis, RidgeFit, RowSums, TargetSums } from './sums';

type Input = TaskInput<'instant-probe'>;
/** What every range knows of all images. */
export type ProbeImages = Pick<Input, 'labels' | 'groups' | 'classes' | 'widths' | 'heights'>;

/** Rows of some images, by index. */
export interface SharedRows {
  readonly images: Int32Array;
  readonly rows: Float32Array;
}

/** Fits the views on landmarks. There are always features, also for a set that one process would solve exactly. */
export async function planProbe(
  input: Input,
  sources: Sources,
  step: Stepper,
  marks: Int32Array,
): Promise<{ readonly state: PlanState; readonly choices: PlanChoices }> {
  const plan = await fitPlan(input, marks, seededRandom(input.seed), sources, step);
  const state = planState(plan);
  for (const view of plan.views) view.dispose();
  return { state, choices: planChoices(plan, input) };
}

/** One range of the images. A store has a row for each image of the range. */
export class ProbeShard {
  private readonly images: ProbeImages;
  private readonly from: number;
  private readonly to: number;
  /** Of all images. */
  private readonly weights: Float64Array;
  /** Groups with a member in the range. */
  private readonly groups: readonly Int32Array[];

  constructor(images: ProbeImages, from: number, to: number) {
    const groups = groupLists(images.groups);
    this.images = images;
    this.from = from;
    this.to = to;
    this.weights = trainingWeights(images.labels.length, groups);
    this.groups = groups.filter((group) => group.some((image) => this.has(image)));
  }

  /** Writes the kernel values to `store`. */
  async kernel(plan: PlanState, sources: Sources, store: RowStore, step: Stepper): Promise<RowSums> {
    const open = openPlan(plan);
    await writeKernel(open, plan.nystrom, this.images, this.from, sources, store, step);
    for (const view of open.views) view.dispose();
    return rowSums(store, this.ownWeights(), plan.nystrom.centre);
  }

  /** @param from, to may be the same store */
  rotate(basis: RidgeBasis, from: RowStore, to: RowStore): void {
    rotateRows(from, basis, to);
  }

  /** The rows of images whose group has members in other ranges. @param store after `rotate`, as in all further steps */
  shared(store: RowStore): SharedRows {
    const images = Int32Array.from(
      this.groups.filter((group) => !group.every((image) => this.has(image))).flatMap((group) => [...group]),
    )
      .filter((image) => this.has(image))
      .sort();
    const rows = new Float32Array(images.length * store.width);
    images.forEach((image, at) => {
      rows.set(this.rowOf(store, image), at * store.width);
    });
    return { images, rows };
  }

  /** @param doubts of the round before; null in the first one */
  targetSums(store: RowStore, doubts: Doubts | null): TargetSums {
    return targetSums(this.rows(store, doubts));
  }

  /** Share of this range in the leave-one-out error, for each of PENALTIES. */
  errors(fit: RidgeFit, store: RowStore, doubts: Doubts | null, others: readonly SharedRows[]): Float64Array {
    const solve = this.solver(fit, store, doubts, others);
    return Float64Array.from(PENALTIES, (penalty) => solve(penalty).error);
  }

  /** Mean of the leave-one-out scores with some penalties, images of the range × classes. */
  scores(
    fit: RidgeFit,
    store: RowStore,
    doubts: Doubts | null,
    others: readonly SharedRows[],
    penalties: readonly number[],
  ): Float32Array {
    const solve = this.solver(fit, store, doubts, others);
    return averagedScores(penalties.map((index) => solve(PENALTIES[index]!).scores));
  }

  private has(image: number): boolean {
    return image >= this.from && image < this.to;
  }

  private ownWeights(): Float64Array {
    return this.weights.subarray(this.from, this.to);
  }

  private rowOf(store: RowStore, image: number): Float32Array {
    return store.read(image - this.from, image - this.from + 1);
  }

  private rows(store: RowStore, doubts: Doubts | null): RidgeRows {
    const own = doubts && {
      wrong: doubts.wrong.subarray(this.from, this.to),
      suggested: doubts.suggested.subarray(this.from, this.to),
    };
    const labels = this.images.labels.subarray(this.from, this.to);
    return { store, weights: this.ownWeights(), targets: targetsOf({ ...this.images, labels }, own) };
  }

  private solver(
    fit: RidgeFit,
    store: RowStore,
    doubts: Doubts | null,
    others: readonly SharedRows[],
  ): (penalty: number) => LeaveOneOut {
    const rows = this.rows(store, doubts);
    const known = new Map<number, Float32Array>();
    for (const shared of others)
      shared.images.forEach((image, at) =>
        known.set(image, shared.rows.subarray(at * store.width, (at + 1) * store.width)),
      );
    const leftOut = this.groups.map((group) => () => this.leftOut(group, store, doubts, known));
    return (penalty) => leaveOneOut(fit, rows, lazily(leftOut), penalty);
  }

  private leftOut(
    group: Int32Array,
    store: RowStore,
    doubts: Doubts | null,
    known: ReadonlyMap<number, Float32Array>,
  ): RowsLeftOut {
    const rows = new Float32Array(group.length * store.width);
    group.forEach((image, at) => {
      rows.set(this.has(image) ? this.rowOf(store, image) : known.get(image)!, at * store.width);
    });
    const pick = group.map((image) => this.images.labels[image]!);
    return {
      places: group.map((image) => (this.has(image) ? image - this.from : -1)),
      rows,
      weights: Float64Array.from(group, (image) => this.weights[image]!),
      targets: targetsOf(
        { labels: pick, classes: this.images.classes },
        doubts && {
          wrong: Float64Array.from(group, (image) => doubts.wrong[image]!),
          suggested: group.map((image) => doubts.suggested[image]!),
        },
      ),
    };
  }
}

function* lazily<T>(makers: readonly (() => T)[]): Generator<T> {
  for (const make of makers) yield make();
}
