/** Finds out how the user's network is run: what its file says, and what works on a few made-up pictures. */
import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PlumblineError } from '../../../contract/errors';
import type { NetworkOutput, PixelNormalization, NormalizationName } from '../../../contract/model/backbone';
import { type ReadInput, readInput } from '../../../core/backbone/input';
import {
  namedNormalization,
  namedSide,
  NORMALIZATIONS,
  type PreprocessorConfig,
  readPreprocessorConfig,
} from '../../../core/backbone/normalization';
import { isClassifier, pooledRows, usableOutputs } from '../../../core/backbone/output';
import { backboneNotes, type FoundBy } from '../../../core/backbone/words';
import { distinctRows, samplePictures } from '../../../core/backbone/trial';
import { onnxHash, readOnnxFacts } from '../../files/onnx-file';
import { type Network, openNetwork } from '../models/onnx';
import type { TaskContext, TaskInput, TaskResult } from '../protocol/tasks';
import { dimsFor, reasonOf, pixelsFor } from './encoder';

/** Sides that are tried in this order where the file names none. */
const SIDES = [224, 256, 384, 336, 518, 448, 512, 299, 192, 160, 128, 96, 64, 32];
const CONFIG = 'preprocessor_config.json';
const MOST_CONFIG_BYTES = 1_000_000;
const PICTURES = 4;

const bad = (message: string, cause?: unknown): PlumblineError => new PlumblineError('bad-model', message, { cause });

/** Of the model's folder, or of the folder above where the model is in a folder “onnx”; null if there is none. */
function configBeside(path: string): PreprocessorConfig | null {
  const folder = dirname(path);
  for (const place of basename(folder) === 'onnx' ? [folder, dirname(folder)] : [folder]) {
    const file = join(place, CONFIG);
    try {
      if (statSync(file).size <= MOST_CONFIG_BYTES)
        return readPreprocessorConfig(JSON.parse(readFileSync(file, 'utf8')) as unknown);
    } catch {
      // Without a readable file, the names decide.
    }
  }
  return null;
}

interface Chosen<Value> {
  readonly value: Value;
  readonly by: FoundBy;
}

function normalizationOf(
  wanted: NormalizationName | null,
  config: PreprocessorConfig | null,
  names: readonly string[],
): Chosen<PixelNormalization> & { readonly name: NormalizationName | null } {
  const of = (name: NormalizationName, by: FoundBy) => {
    const { mean, std } = NORMALIZATIONS[name];
    return { name, value: { mean, std }, by };
  };
  if (wanted !== null) return of(wanted, 'chosen');
  if (config?.normalization) return { name: null, value: config.normalization, by: 'config' };
  const named = namedNormalization(config === null ? names : [...names, config.kind]);
  return named === null ? of('imagenet', 'assumed') : of(named, 'name');
}

/** Sides to try, in order. */
function sidesOf(
  wanted: number | null,
  { side }: ReadInput,
  config: PreprocessorConfig | null,
  names: readonly string[],
): Chosen<number>[] {
  if (side !== null) return [{ value: side, by: 'file' }];
  if (wanted !== null) return [{ value: wanted, by: 'chosen' }];
  const named = namedSide(names);
  const first: Chosen<number>[] = [
    ...(config?.side == null ? [] : [{ value: config.side, by: 'config' } as const]),
    ...(named === null ? [] : [{ value: named, by: 'name' } as const]),
  ];
  return [...first, ...SIDES.map((value) => ({ value, by: 'assumed' as const }))];
}

/** Runs the network on made-up pictures. @returns the outputs that describe them, with the rows of each */
async function attempt(
  network: Network,
  { input }: ReadInput,
  side: number,
  batch: number,
  normalization: PixelNormalization,
): Promise<{ output: NetworkOutput; rows: Float32Array }[] | string> {
  const rgb = samplePictures(PICTURES, side);
  const size = side * side * 3;
  const pixels = pixelsFor(input, normalization);
  // Only floats can be features, and some files have outputs that onnxruntime cannot hand over.
  const names = network.outputs.filter(({ type }) => type === 'float32' || type === 'float16').map(({ name }) => name);
  const all = network.outputs.map(({ name }) => name);
  if (names.length === 0) return 'It has no output of 32-bit or 16-bit floats.';
  let found: { output: NetworkOutput; rows: Float32Array }[] = [];
  for (let from = 0; from < PICTURES; from += batch) {
    const count = Math.min(batch, PICTURES - from);
    const some = new Uint8Array(batch * size);
    some.set(rgb.subarray(from * size, (from + count) * size));
    const answers = await network.run(input, pixels(some, batch), dimsFor(input, batch, side), names);
    if (from === 0) {
      const shapes = [...answers].map(([name, { dims }]) => ({ name, dims }));
      const usable = usableOutputs(shapes, all, batch, side);
      if (typeof usable === 'string') return usable;
      found = usable.map((output) => ({ output, rows: new Float32Array(PICTURES * output.width) }));
    }
    for (const { output, rows } of found) {
      const { values, dims } = answers.get(output.name)!;
      rows.set(pooledRows(values, dims, output, batch).subarray(0, count * output.width), from * output.width);
    }
  }
  return found;
}

interface Working {
  readonly side: Chosen<number>;
  readonly batch: number | null;
  readonly output: NetworkOutput;
}

/** Tries the sides, each with several pictures in one run and, if that fails, with one. */
async function working(
  network: Network,
  read: ReadInput,
  sides: readonly Chosen<number>[],
  normalization: PixelNormalization,
  context: TaskContext<'inspect-backbone'>,
): Promise<Working> {
  let failure: unknown = null;
  for (const side of sides)
    for (const batch of read.input.batch === null ? [PICTURES, 1] : [read.input.batch]) {
      context.signal.throwIfAborted();
      const found = await attempt(network, read, side.value, batch, normalization).catch((error: unknown) => {
        failure ??= error;
        return null;
      });
      if (found === null) continue;
      if (typeof found === 'string') throw bad(found);
      const good = found.find(({ rows }) => distinctRows(rows, PICTURES) === null);
      if (good === undefined) throw bad(distinctRows(found[0]!.rows, PICTURES)!);
      return { side, batch: batch === PICTURES && read.input.batch === null ? null : batch, output: good.output };
    }
  const [only] = sides;
  const at =
    sides.length === 1 ? `on pictures of ${only!.value} × ${only!.value} pixels` : 'on pictures of any usual size';
  throw bad(`It cannot be run ${at}: ${reasonOf(failure)}.`, failure);
}

/**
 * @throws PlumblineError bad-model; one sentence that says why the network cannot be used
 */
export async function inspectTask(
  { path, side: wantedSide, normalization: wantedNormalization }: TaskInput<'inspect-backbone'>,
  context: TaskContext<'inspect-backbone'>,
): Promise<TaskResult<'inspect-backbone'>> {
  const file = basename(path);
  const { weights, names: told } = readOnnxFacts(path);
  const sha256 = await onnxHash(path, weights);
  const network = await openNetwork(path).catch((cause: unknown): never => {
    throw bad(`“${file}” cannot be loaded: ${reasonOf(cause)}.`, cause);
  });
  try {
    const read = readInput(network.inputs);
    if (typeof read === 'string') throw bad(read);
    if (read.side !== null && wantedSide !== null && read.side !== wantedSide)
      throw bad(`It takes only pictures of ${read.side} × ${read.side} pixels: leave out the size of ${wantedSide}.`);
    const config = configBeside(path);
    const folders = [basename(dirname(path)), basename(dirname(dirname(path)))];
    const names = [file, ...told, ...folders];
    const normalization = normalizationOf(wantedNormalization, config, names);
    const { side, batch, output } = await working(
      network,
      read,
      sidesOf(wantedSide, read, config, names),
      normalization.value,
      context,
    );
    const notes = backboneNotes({
      side,
      normalization: { name: normalization.name, by: normalization.by },
      bytes: read.input.type === 'uint8',
      output,
      classifier: isClassifier(output),
    });
    const plan = {
      sha256,
      input: { ...read.input, batch },
      side: side.value,
      normalization: normalization.value,
      output,
    };
    return { plan, sideIsFixed: read.side !== null, notes };
  } catch (error) {
    if (error instanceof PlumblineError && !error.message.startsWith('“'))
      throw bad(`“${file}” cannot be used. ${error.message}`, error);
    throw error;
  } finally {
    await network.dispose();
  }
}
