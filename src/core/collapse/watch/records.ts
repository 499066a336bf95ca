/** The lines that `plumbline_watch.py` writes. A value of an unexpected type is read as not recorded. */
import { z } from 'zod';

/** The version of the format that this reader knows. A file of a later version is read as far as its lines fit. */
const WATCH_FORMAT = 1;

/** The names of the files that the recorder writes, one for each run and process. */
export const RUN_FILE = /^watch-.+\.jsonl$/;

/** Non-finite numbers are strings, because JSON has none. */
const number = z.number().nullable().catch(null);
const whole = z.int().nonnegative().nullable().catch(null);
const text = z.string().max(10_000).catch('');
const counts = z.array(z.int().nonnegative());
const indices = z.array(z.int().nonnegative().max(100_000));

const inputSchema = z.object({
  min: z.number(),
  max: z.number(),
  /** One number for each channel. */
  mean: z.array(z.number()).min(1).max(64),
  deviation: z.array(z.number()).min(1).max(64),
  images: z.int().positive().catch(1),
});
/** Range and moments of the values that a net gets. */
export type WatchedInput = z.infer<typeof inputSchema>;
const input = inputSchema.nullable().catch(null);

const layerSchema = z.object({
  name: text,
  variance: number,
  /** Mean of the squared outputs, the scale against which a variance is small. */
  square: number,
  dead: z.number().min(0).max(1).nullable().catch(null),
});
export type LayerRecord = z.infer<typeof layerSchema>;

const headerSchema = z.object({
  kind: z.literal('run'),
  format: z.int().catch(WATCH_FORMAT),
  framework: text,
  version: text,
  host: text,
  /** Seconds since 1970 by the clock of the training's machine. */
  at: number,
  classes: z.array(z.string().max(1000)).max(100_000).nullable().catch(null),
  /** A layer of the net scales the input itself. */
  scales: z.boolean().catch(false),
});
export type HeaderRecord = z.infer<typeof headerSchema>;

const sampleSchema = z.object({
  kind: z.literal('sample'),
  labels: indices.max(100_000),
  paths: z.array(z.string().max(10_000)).nullable().catch(null),
  input,
});
export type SampleRecord = z.infer<typeof sampleSchema>;

const trainingSchema = z.object({
  kind: z.literal('training'),
  input,
  /** Labels by class in each of a few batches. */
  batches: z.array(counts).max(1000).catch([]),
});
export type TrainingRecord = z.infer<typeof trainingSchema>;

const epochSchema = z.object({
  kind: z.literal('epoch'),
  epoch: z.int().positive(),
  steps: whole,
  loss: z
    .union([z.number(), z.string().max(20)])
    .nullable()
    .catch(null),
  accuracy: number,
  validationLoss: number,
  validationAccuracy: number,
  learningRate: number,
  gradientNorm: number,
  predicted: indices.nullable().catch(null),
  /** Images of the sample with an output that is not finite. */
  notFinite: z.int().nonnegative().catch(0),
  layers: z.array(layerSchema).max(1000).catch([]),
});
export type EpochRecord = z.infer<typeof epochSchema>;

const endSchema = z.object({
  kind: z.literal('end'),
  reason: z.enum(['finished', 'interrupted']).catch('interrupted'),
});
const faultSchema = z.object({ kind: z.literal('fault'), message: text });

const recordSchema = z.discriminatedUnion('kind', [
  headerSchema,
  sampleSchema,
  trainingSchema,
  epochSchema,
  endSchema,
  faultSchema,
]);

/** A file of a run, read but not judged. */
export interface RunRecords {
  readonly header: HeaderRecord | null;
  readonly sample: SampleRecord | null;
  readonly training: TrainingRecord | null;
  readonly epochs: readonly EpochRecord[];
  /** Null while the training runs, or if it was killed before it could write its end. */
  readonly ended: 'finished' | 'interrupted' | null;
  /** What the recorder could not record. */
  readonly faults: readonly string[];
  readonly unreadable: number;
}

const NEWLINE = 0x0a;

/** The recorder writes ASCII. Other characters are escaped in its JSON. */
function textOf(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}

function recordOf(line: string): z.infer<typeof recordSchema> | null {
  try {
    return recordSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

/**
 * Reads the complete lines of a file. Bytes after the last line break are a line that is still being written. A line
 * that cannot be read is counted and skipped.
 */
export function readRecords(bytes: Uint8Array): RunRecords {
  const lines = textOf(bytes.subarray(0, bytes.lastIndexOf(NEWLINE) + 1)).split('\n');
  let header: HeaderRecord | null = null;
  let sample: SampleRecord | null = null;
  let training: TrainingRecord | null = null;
  let ended: RunRecords['ended'] = null;
  let unreadable = 0;
  const epochs: EpochRecord[] = [];
  const faults: string[] = [];
  for (const line of lines) {
    if (line.trim() === '') continue;
    const record = recordOf(line);
    if (record === null) {
      unreadable++;
      continue;
    }
    // A script may train again with the same recorder. Only an end that nothing follows is the end.
    ended = null;
    if (record.kind === 'run') header ??= record;
    else if (record.kind === 'sample') sample ??= record;
    else if (record.kind === 'training') training ??= record;
    else if (record.kind === 'epoch') {
      // The last epoch is written again when its sample was predicted only at the end of the training.
      if (epochs.at(-1)?.epoch === record.epoch) epochs.pop();
      epochs.push(record);
    } else if (record.kind === 'fault') faults.push(record.message);
    else ended = record.reason;
  }
  return { header, sample, training, epochs, ended, faults, unreadable };
}
