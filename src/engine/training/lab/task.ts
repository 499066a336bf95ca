/** The lab as a task of the training process. It receives rasters and sends finished runs and traces. */
import type { LabResult, Yardstick } from '../../../contract/model/lab';
import { flaggedLabels } from '../../../core/collapse/interventions/flagged-labels';
import type { ChoiceId } from '../../../core/collapse/interventions/index';
import { yardstickOf } from '../../../core/collapse/yardstick';
import { seededRandom, shuffled } from '../../../core/statistics/random';
import { instantProbe } from '../instant/instant';
import { loadBase, withoutMissing, type Base } from './base';
import { runLab } from './lab';
import type { LabData } from './data';
import type { LabInput } from '../protocol/lab';
import { RASTER_BYTES } from '../../../core/images/raster';
import { areGrey } from '../../../core/images/photographs';
import { rasterPixels } from '../runtime/pictures';
import type { TaskContext } from '../protocol/tasks';

type LabContext = TaskContext<'lab'>;

const LAB_SIDE = 32;
const CHUNK = 256;
/** Share of the time for the yardstick. The nets get the rest, and never less than these shares. */
const YARDSTICK_SHARE = 0.25;
const NETS_SHARE = 2 / 3;
/** Up to half of the time goes to the base before. */
const NETS_AFTER_BASE_SHARE = 1 / 4;

/**
 * Measures the yardstick. The instant probe predicts each image from all others, so it gets about as many images as the
 * lab's nets train on: the validation images and a share of the training images.
 */
async function measureYardstick(input: LabInput, base: Base | null, context: LabContext): Promise<Yardstick> {
  const flagged = new Set(input.faulty[flaggedLabels.id]);
  const clean = [...input.training].filter((image) => !flagged.has(image));
  const extra = Math.min(clean.length, Math.max(clean.length - input.validation.length, Math.ceil(clean.length / 3)));
  const used = Int32Array.from([...shuffled(clean, seededRandom(2)).slice(0, extra), ...input.validation]).sort();
  const pick = (from: Int32Array): Int32Array => used.map((image) => from[image]!);
  const labels = pick(input.labels);
  if (new Set(labels).size < 2) return { balancedAccuracy: 1, aboveChance: false };
  const { probabilities } = await instantProbe(
    {
      widths: pick(input.widths),
      heights: pick(input.heights),
      labels,
      classes: input.classes,
      groups: pick(input.groups),
      seed: 1,
      seconds: input.budgetSeconds * YARDSTICK_SHARE,
      layers: input.base?.layers ?? null,
      source: 'pretrained',
    },
    {
      ...context,
      rasters: (indices) => context.rasters(indices.map((i) => used[i]!)),
      embeddings: (indices) => Promise.resolve(base!.described(indices.map((i) => used[i]!))),
      checkpoint: () => undefined,
    },
  );
  const judged = new Set(input.validation);
  return yardstickOf(
    probabilities,
    labels,
    input.classes,
    [...used.keys()].filter((row) => judged.has(used[row]!)),
  );
}

async function loadData(input: LabInput, base: Base | null, context: LabContext): Promise<LabData> {
  const common = {
    classes: input.classes,
    labels: input.labels,
    training: [...input.training],
    validation: [...input.validation],
    leaked: [...input.leaked],
    faulty: Object.fromEntries(Object.entries(input.faulty).map(([id, images]) => [id, new Set(images)])),
  };
  if (base !== null)
    return {
      ...common,
      side: 1,
      channels: input.base!.width,
      pixels: new Uint8Array(0),
      features: base.features,
      ...(base.tuning && { tuning: base.tuning }),
    };
  const count = input.labels.length;
  const rasters = new Uint8Array(count * RASTER_BYTES);
  for (let from = 0; from < count; from += CHUNK) {
    const indices = Int32Array.from({ length: Math.min(CHUNK, count - from) }, (_, i) => from + i);
    rasters.set(await context.rasters(indices), from * RASTER_BYTES);
    context.progress({ stage: 'read-images', done: from, total: count });
    context.signal.throwIfAborted();
  }
  const grey = areGrey(rasters);
  return { ...common, side: LAB_SIDE, channels: grey ? 1 : 3, pixels: rasterPixels(rasters, LAB_SIDE, grey) };
}

/** Runs the lab on the given images. Every finished run is sent immediately. */
export async function labTask(given: LabInput, context: LabContext): Promise<LabResult> {
  const started = performance.now();
  const base = await loadBase(given, context);
  const input = withoutMissing(given, base);
  const data = await loadData(input, base, context);
  const yardstick = input.yardstick ?? (await measureYardstick(input, base, context));
  context.checkpoint({ type: 'yardstick', yardstick });
  let current = { title: '', seed: 1 };
  const lineOf = (id: ChoiceId): number | null => input.lines[id] ?? null;
  return runLab(
    {
      data,
      recipe: input.recipe,
      userSteps: input.userSteps,
      yardstick,
      budgetSeconds: Math.max(
        input.budgetSeconds * (base === null ? NETS_SHARE : NETS_AFTER_BASE_SHARE),
        input.budgetSeconds - (performance.now() - started) / 1000,
      ),
      lineOf,
      suspects: input.suspects,
      done: input.done,
      ...(input.soundSteps === null ? {} : { soundSteps: input.soundSteps }),
    },
    {
      signal: context.signal,
      onStart: (title, seed, fraction) => {
        current = { title, seed };
        context.checkpoint({ type: 'start', ...current });
        context.progress({
          stage: 'train-run',
          detail: title,
          done: Math.round(fraction * input.budgetSeconds),
          total: input.budgetSeconds,
        });
      },
      onTrace: (trace) => context.checkpoint({ type: 'trace', ...current, trace }),
      onRun: (run) => context.checkpoint({ type: 'run', run }),
    },
  );
}
