/**
 * The steps that run the pretrained network over the shards of a run: first on the landmarks, by which the plan decides
 * whether it helps, then on all images.
 */
import { halfBytesOf, halvesOf } from '../catalog/blobs';
import { processLog } from '../../host/process-log';
import { type Backbone, installedBackbone } from '../process/backbone';
import { systemCode } from '../process/failures';
import type { Task } from '../process/task';
import { embedContents } from '../stages/embed-contents';
import type { PlanChoices } from '../training/instant/plan';
import type { SourceImage } from './archives/archive';
import { openSource } from './addresses';
import { plannedImages } from './plan';
import { networkHere } from './probe-network';
import { type ProbeCohort, probeFile, readCohort, readProbeFile, readProbeState, type RunImages } from './probe-files';
import { files, type RunPlan, unseenShard } from './run';
import type { RunStep } from './run-step';
import type { RunStore } from './run-store';
import type { ImageSource } from './source';
import { damaged, readRunRows } from './tables';

const HALF = Float16Array.BYTES_PER_ELEMENT;

/** Numbers in a row. */
const widthOf = ({ network }: RunPlan): number => network?.layers.reduce((sum, { width }) => sum + width, 0) ?? 0;

interface EmbedWork {
  readonly store: RunStore;
  readonly run: RunPlan;
  readonly shard: number;
  readonly task: Task;
  /** Of the pictures that the network is given. */
  readonly side: number;
  readonly backbone: Backbone | null;
}

/** Null for a file that is gone or that this machine may not read. */
async function contentOf(source: ImageSource, image: SourceImage): Promise<Uint8Array | null> {
  try {
    return await source.read(image);
  } catch (error) {
    if (systemCode(error) === '') throw error;
    return null;
  }
}

/**
 * The rows of images of a shard, as 16-bit numbers; NaN for an image that can no longer be read. Each content is
 * computed once.
 * @param places in the listing
 * @throws PlumblineError bad-run also if this machine sees no image of the shard
 */
async function embedded(
  { store, run, shard, task, side, backbone }: EmbedWork,
  places: readonly number[],
): Promise<Buffer> {
  const network = networkHere(store, run, side, backbone);
  const source = openSource(run.source);
  const { from, to } = run.shards[shard]!;
  const planned = await plannedImages(store, run, shard);
  const facts = await readRunRows(store, files.facts(shard), to - from, ['sha256']);
  const hashOf = (place: number): string => String(facts[place - from]!['sha256']);
  const contents = [...new Map(places.map((place) => [hashOf(place), planned[place - from]!]))];
  const known = new Map<string, Buffer>();
  const width = widthOf(run);
  const seen = { any: false };
  const read = async (image: SourceImage): Promise<Uint8Array | null> => {
    const bytes = await contentOf(source, image);
    seen.any ||= bytes !== null;
    return bytes;
  };
  await embedContents(
    network,
    contents.map(([sha256]) => ({ file: null, sha256 })),
    { ...task, content: (index) => read(contents[index]![1]) },
    (positions, values) => {
      positions.forEach((position, i) =>
        known.set(contents[position]![0], halfBytesOf(values.subarray(i * width, (i + 1) * width))),
      );
    },
  );
  // A few files may be gone.
  for (const image of planned) if (!seen.any) await read(image);
  if (!seen.any) throw unseenShard(run, shard);
  if (known.size < contents.length) processLog.warn('images-not-embedded', { images: contents.length - known.size });
  const absent = halfBytesOf(new Float32Array(width).fill(NaN));
  return Buffer.concat(places.map((place) => known.get(hashOf(place)) ?? absent));
}

/** Reads rows by the positions of their images, which follow each other from `first` on. */
function rowReader(rows: Buffer, width: number, rowOf: (index: number) => number) {
  const values = halvesOf(rows);
  return (indices: Int32Array): Promise<Float32Array> => {
    const out = new Float32Array(indices.length * width);
    indices.forEach((index, i) => {
      const row = rowOf(index);
      out.set(values.subarray(row * width, (row + 1) * width), i * width);
    });
    return Promise.resolve(out);
  };
}

const marksIn = ({ marks, ranges }: ProbeCohort, shard: number): number[] => {
  const { from, to } = ranges[shard]!;
  return marks.filter((mark) => mark >= from && mark < to);
};

async function readRows(
  store: RunStore,
  run: RunPlan,
  name: 'marks' | 'embeddings',
  shard: number,
  count: number,
): Promise<Buffer> {
  const rows = (await readProbeFile(store, name, 1, shard)) ?? Buffer.alloc(0);
  if (rows.length !== count * widthOf(run) * HALF)
    throw damaged(store, probeFile(name, 1, shard), new Error(`it does not have the rows of ${count} images`));
  return rows;
}

/** What the network puts out for the landmarks, by index; null if it was not asked. */
export async function markEmbeddings(store: RunStore, run: RunPlan, cohort: ProbeCohort) {
  if (cohort.side === null) return null;
  const parts: Buffer[] = [];
  for (const shard of run.shards.keys())
    parts.push(await readRows(store, run, 'marks', shard, marksIn(cohort, shard).length));
  const rowOf = new Map(cohort.marks.map((mark, row) => [mark, row]));
  return rowReader(Buffer.concat(parts), widthOf(run), (index) => rowOf.get(index)!);
}

/** What the network puts out for the images of a shard, by index; null if it is not used. */
export async function shardEmbeddings(store: RunStore, run: RunPlan, { ranges }: ProbeCohort, shard: number) {
  if (!(await usesNetwork(store))) return null;
  const { from, to } = ranges[shard]!;
  const rows = await readRows(store, run, 'embeddings', shard, to - from);
  return rowReader(rows, widthOf(run), (index) => index - from);
}

async function usesNetwork(store: RunStore): Promise<boolean> {
  const choices = await readProbeState<PlanChoices>(store, 'choices', 1);
  return choices?.pretrained === 'used';
}

/** Rows of a step; null where there is nothing to compute. */
type RowsOf = (work: EmbedWork, cohort: ProbeCohort, places: Int32Array) => Promise<Buffer | null>;

async function marksOf(work: EmbedWork, cohort: ProbeCohort, places: Int32Array): Promise<Buffer | null> {
  const marks = marksIn(cohort, work.shard);
  return marks.length === 0
    ? null
    : embedded(
        work,
        marks.map((mark) => places[mark]!),
      );
}

/** The rows of all images of a shard; those of the landmarks are there. */
async function allOf(work: EmbedWork, cohort: ProbeCohort, places: Int32Array): Promise<Buffer | null> {
  const { store, run, shard } = work;
  const { from, to } = cohort.ranges[shard]!;
  if (from === to || cohort.probed !== 'in-shards' || !(await usesNetwork(store))) return null;
  const bytes = widthOf(run) * HALF;
  const marks = marksIn(cohort, shard);
  const fitted = new Set(marks);
  const known = await readRows(store, run, 'marks', shard, marks.length);
  const others = Array.from({ length: to - from }, (_, i) => from + i).filter((image) => !fitted.has(image));
  const computed =
    others.length === 0
      ? Buffer.alloc(0)
      : await embedded(
          work,
          others.map((image) => places[image]!),
        );
  const all = Buffer.alloc((to - from) * bytes);
  const put = (rows: Buffer, images: readonly number[]): void =>
    images.forEach((image, row) => rows.copy(all, (image - from) * bytes, row * bytes, (row + 1) * bytes));
  put(known, marks);
  put(computed, others);
  return all;
}

function embedStep(
  name: string,
  state: 'marks' | 'embeddings',
  rowsOf: RowsOf,
  backboneHere: () => Backbone | null,
): RunStep {
  return {
    name,
    title: 'Looking at images with the pretrained network',
    output: (shard) => probeFile(state, 1, shard),
    work: async (store, run, shard, task) => {
      const cohort = await readCohort(store);
      const { side } = cohort;
      const { places } = (await readProbeState<RunImages>(store, 'images', 1))!;
      const rows =
        side === null
          ? null
          : await rowsOf({ store, run, shard, task, side, backbone: backboneHere() }, cohort, places);
      await store.write(probeFile(state, 1, shard), rows ?? '');
      return { images: rows === null ? 0 : rows.length / widthOf(run) / HALF };
    },
  };
}

/** Before the plan. @param backboneHere the network of this machine */
export const probeMarksStep = (backboneHere: () => Backbone | null = installedBackbone): RunStep =>
  embedStep('probe-marks', 'marks', marksOf, backboneHere);

/** After the plan. */
export const probeEmbedStep = (backboneHere: () => Backbone | null = installedBackbone): RunStep =>
  embedStep('probe-embed', 'embeddings', allOf, backboneHere);
