/**
 * What is fitted on the landmarks before all images are looked at: the views, their joined distances, and the kernel.
 * As plain data, it lets another process compute the features of some images as this one would.
 */
import type { Random } from '../../../core/statistics/random';
import { areGrey, mayBePhotographs } from '../../../core/images/photographs';
import { rasterArea } from '../../../core/images/raster';
import { longerSides } from '../../../core/images/sides';
import type { PretrainedUse } from '../../../contract/model/labels';
import type { TaskContext, TaskInput, TaskResult } from '../protocol/tasks';
import { type BackboneState, fitBackboneView, openBackboneView, SOURCE_VIEWS } from './backbone-view';
import { comparisonOf } from './comparison';
import {
  type FeatureView,
  type FittedView,
  fitView,
  joined,
  openView,
  type Pictures,
  type ViewSpec,
  type ViewState,
  viewWeights,
} from './features';
import { kernelValues, type Nystrom, nystromOf } from './nystrom';
import type { RowStore } from './rows';
import { networkCandidate, usedViews } from './used-views';
import { affordableViews, gammaOf } from './view-choice';

const CHUNK = 256;

const NETWORK_USES: Readonly<Record<PretrainedUse, string>> = {
  used: 'used',
  'of-no-help': 'does not help here',
  'not-installed': 'not installed',
};

type Input = TaskInput<'instant-probe'>;
/** Where pictures and what a network puts out for them come from, by index. */
export type Sources = Pick<TaskContext<'instant-probe'>, 'rasters' | 'embeddings'>;
/** Called after each part of the work, to report progress and to yield. */
export type Stepper = (
  stage: 'learn-views' | 'choose-views' | 'compare-landmarks' | 'solve',
  done: number,
  total: number | null,
) => Promise<void>;

/** Views, open in this process. */
interface OpenViews<V extends FeatureView = FeatureView> {
  /** Indices of the landmark images, ascending. */
  readonly marks: Int32Array;
  readonly views: readonly V[];
  /** landmarks × landmarks joined squared distances. */
  readonly between: Float32Array;
}

/** The plan in the process that fitted it. */
export interface FittedPlan extends OpenViews<FittedView<ViewState | BackboneState>> {
  /** Of the kernel exp(−gamma · distance). */
  readonly gamma: number;
}

/** What was chosen, as `TaskResult` has it. */
export type PlanChoices = Pick<TaskResult<'instant-probe'>, 'choices' | 'usesEmbedding' | 'pretrained'>;

/** Names of the views, and whether the network is one of them. */
export function planChoices(
  { views }: { readonly views: readonly Pick<FeatureView, 'name' | 'kind'>[] },
  { layers, source }: Pick<Input, 'layers' | 'source'>,
): PlanChoices {
  const used = views.some((view) => view.kind === 'backbone');
  const use = layers === null ? 'not-installed' : used ? 'used' : 'of-no-help';
  return {
    choices: [
      { name: 'views', value: views.map((view) => view.name).join(', ') },
      { name: SOURCE_VIEWS[source], value: NETWORK_USES[use] },
    ],
    ...(layers !== null && { usesEmbedding: used }),
    ...(source === 'pretrained' && { pretrained: use }),
  };
}

/** The plan as plain data. */
export interface PlanState {
  readonly marks: Int32Array;
  readonly views: readonly (ViewState | BackboneState)[];
  readonly between: Float32Array;
  readonly nystrom: Nystrom;
}

/** Rasters of some images, and the picture areas in them. */
async function load(
  sources: Sources,
  { widths, heights }: Pick<Input, 'widths' | 'heights'>,
  indices: Int32Array,
  withEmbeddings = false,
): Promise<Pictures> {
  const rasters = await sources.rasters(indices);
  const embeddings = withEmbeddings ? await sources.embeddings(indices) : null;
  return { rasters, embeddings, areas: Array.from(indices, (i) => rasterArea(widths[i]!, heights[i]!)) };
}

/** Fits the views on the landmarks. */
export async function fitPlan(
  input: Input,
  marks: Int32Array,
  random: Random,
  sources: Sources,
  step: Stepper,
): Promise<FittedPlan> {
  const landmarks = marks.length;
  const pictures = await load(sources, input, marks);
  const grey = areGrey(pictures.rasters);
  const sides = longerSides(input.widths, input.heights);
  const comparison = comparisonOf(
    marks.map((i) => input.labels[i]!),
    input.classes,
  );
  const fit = async (specs: readonly ViewSpec[]): Promise<FittedView<ViewState>[]> => {
    const fitted: FittedView<ViewState>[] = [];
    for (const [at, spec] of specs.entries()) {
      fitted.push(
        await fitView(spec, grey, pictures, random, comparison, (done) =>
          step('learn-views', at * landmarks + done, specs.length * landmarks),
        ),
      );
    }
    return fitted;
  };
  const specs = affordableViews(sides, grey, landmarks, input.seconds);
  const source = input.source !== 'pretrained' ? 'own' : mayBePhotographs(sides, grey) ? 'pretrained' : null;
  const network = await networkCandidate(comparison, marks, source, input.layers, sources.embeddings);
  const { kept, width } = await usedViews(specs, network, comparison, fit, () => step('choose-views', 0, null));
  const views: FittedView<ViewState | BackboneState>[] = [];
  for (const { view } of kept) {
    views.push(view ?? fitBackboneView(input.layers!, await sources.embeddings(marks), SOURCE_VIEWS[input.source]));
  }
  const between = joined(
    views.map((view) => view.between),
    viewWeights(views),
  );
  return { marks, views, between, gamma: gammaOf(width, between) };
}

export function planState({ marks, views, between, gamma }: FittedPlan): PlanState {
  return { marks, views: views.map((view) => view.state()), between, nystrom: nystromOf(between, gamma) };
}

/** Opens the views of a plan; callers dispose of them. */
export function openPlan({ marks, views, between }: PlanState): OpenViews {
  return {
    marks,
    between,
    views: views.map((view) => ('learned' in view ? openView(view) : openBackboneView(view))),
  };
}

/**
 * Writes the kernel values of the images `first`, `first` + 1, … to the rows of a store.
 * @param store one row for each image
 */
export async function writeKernel(
  { marks, views, between }: OpenViews,
  nystrom: Nystrom,
  input: Pick<Input, 'widths' | 'heights'>,
  first: number,
  sources: Sources,
  store: RowStore,
  step: Stepper,
): Promise<void> {
  const { landmarks } = nystrom;
  const markOf = new Map(Array.from(marks, (image, mark) => [image, mark]));
  const images = Int32Array.from({ length: store.count }, (_, i) => first + i);
  const write = (part: Int32Array, distances: Float32Array): void => {
    const rows = kernelValues(nystrom, distances);
    part.forEach((image, at) => {
      store.write(image - first, rows.subarray(at * landmarks, (at + 1) * landmarks));
    });
  };
  const own = images.filter((image) => markOf.has(image));
  for (let from = 0; from < own.length; from += CHUNK) {
    const part = own.subarray(from, from + CHUNK);
    const distances = new Float32Array(part.length * landmarks);
    part.forEach((image, at) => {
      const mark = markOf.get(image)!;
      distances.set(between.subarray(mark * landmarks, (mark + 1) * landmarks), at * landmarks);
    });
    write(part, distances);
  }
  const weights = viewWeights(views);
  const others = images.filter((image) => !markOf.has(image));
  const partFrom = (from: number): Int32Array => others.subarray(from, from + CHUNK);
  // The next pictures are loaded while these are processed.
  const withEmbeddings = views.some((view) => view.kind === 'backbone');
  let next = load(sources, input, partFrom(0), withEmbeddings);
  for (let from = 0; from < others.length; from += CHUNK) {
    const pictures = await next;
    if (from + CHUNK < others.length) next = load(sources, input, partFrom(from + CHUNK), withEmbeddings);
    write(
      partFrom(from),
      joined(
        views.map((view) => view.distances(pictures)),
        weights,
      ),
    );
    await step('compare-landmarks', Math.min(store.count, own.length + from + CHUNK), store.count);
  }
}
