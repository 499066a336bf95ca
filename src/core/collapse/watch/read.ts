/** Reads and judges the file of one run of a training. */
import type { Diagnosis } from '../../../contract/model/diagnosis';
import type { WatchedEpoch, WatchedRun, WatchRemark } from '../../../contract/model/training-watch';
import { diagnose } from '../diagnosis';
import { inputRemarks, type SetColours } from './input';
import { judgeTraining, type JudgedEpoch } from './judge';
import { labelRemarks, namingOf, type SetLabels } from './labels';
import { readRecords, type EpochRecord, type RunRecords } from './records';
import { watchedLayer } from './where';
import { frameworkName } from './words';

/** The data set that a training is compared with. A part that is not known is null or empty. */
export interface WatchedSet {
  readonly colours: SetColours | null;
  /** By the classes of the folder, then as the user has named them. */
  readonly labels: readonly SetLabels[];
}

/** Diagnoses of earlier readings, so that a file that grows is not judged again from its start. */
export type KnownDiagnoses = Map<string, Diagnosis>;

function classNames({ header, sample, epochs }: RunRecords, naming: SetLabels | null): string[] {
  const highest = Math.max(
    -1,
    ...[sample?.labels ?? [], ...epochs.map(({ predicted }) => predicted ?? [])].map((list) =>
      list.reduce((most, one) => Math.max(most, one), -1),
    ),
  );
  const folders = naming?.classes ?? [];
  // Without names from the training, the folders' names are right only if the training numbers them alike.
  const names = header?.classes ?? (folders.length > highest ? folders : []);
  return Array.from({ length: Math.max(highest + 1, names.length) }, (_, k) => names[k] ?? `class ${k}`);
}

/** The diagnosis of one epoch, over the classes that occur, so that thousands of classes take little memory. */
function diagnosisOf(
  labels: readonly number[],
  predicted: readonly number[],
  names: readonly string[],
  known: KnownDiagnoses,
): Diagnosis {
  const key = JSON.stringify([labels, predicted, names]);
  const before = known.get(key);
  if (before !== undefined) return before;
  const used = [...new Set([...labels, ...predicted])].sort((a, b) => a - b);
  const place = new Map(used.map((k, at) => [k, at]));
  const at = (list: readonly number[]): number[] => list.map((k) => place.get(k)!);
  const diagnosis = diagnose({
    classes: used.map((k) => names[k]!),
    labels: at(labels),
    predicted: at(predicted),
    probabilities: null,
  });
  known.set(key, diagnosis);
  return diagnosis;
}

function judgedEpoch(
  record: EpochRecord,
  labels: readonly number[] | null,
  names: readonly string[],
  known: KnownDiagnoses,
): JudgedEpoch {
  const { predicted, loss, layers, notFinite, epoch, steps } = record;
  const usable = labels !== null && labels.length > 0 && predicted?.length === labels.length ? predicted : null;
  const diagnosis = usable === null ? null : diagnosisOf(labels!, usable, names, known);
  const histogram = usable === null ? null : names.map(() => 0);
  for (const one of usable ?? []) histogram![one]! += 1;
  const watched: WatchedEpoch = {
    epoch,
    steps,
    loss: typeof loss === 'number' ? loss : null,
    accuracy: record.accuracy,
    validationLoss: record.validationLoss,
    validationAccuracy: record.validationAccuracy,
    learningRate: record.learningRate,
    gradientNorm: record.gradientNorm,
    notFinite: typeof loss === 'string' || notFinite > 0,
    predicted: histogram,
    verdict: diagnosis?.verdict.kind ?? null,
    balancedAccuracy: diagnosis?.figures.balancedAccuracy ?? null,
    layers: layers.map(watchedLayer),
  };
  return {
    epoch: watched,
    accuracy: diagnosis?.figures.accuracy ?? null,
    sentence: diagnosis?.verdict.sentence ?? null,
  };
}

const notRecorded = (fault: string): WatchRemark => ({
  id: 'not-recorded',
  severity: 'info',
  sentence: `The recorder could not record everything: ${fault}`,
});

/**
 * @param bytes the file as it is now; an unfinished last line is left out
 * @param id name of the file without its ending
 * @param known filled with the diagnoses of this reading
 */
export function readRun(bytes: Uint8Array, id: string, set: WatchedSet, known: KnownDiagnoses = new Map()): WatchedRun {
  const records = readRecords(bytes);
  const { header, sample, epochs, ended, faults, unreadable } = records;
  const naming = namingOf(records, set.labels);
  const names = classNames(records, naming);
  const judged = epochs.map((record) => judgedEpoch(record, sample?.labels ?? null, names, known));
  return {
    id,
    framework: [frameworkName(header?.framework ?? ''), header?.version].filter(Boolean).join(' '),
    host: header?.host ?? '',
    startedAt: header?.at == null ? null : Math.round(header.at * 1000),
    ended,
    classes: names,
    images: sample?.labels.length ?? 0,
    epochs: judged.map(({ epoch }) => epoch),
    verdict: judgeTraining(judged, ended !== null),
    remarks: [
      ...inputRemarks(records, set.colours),
      ...labelRemarks(records, naming),
      ...[...new Set(faults)].slice(0, 5).map(notRecorded),
    ],
    unreadable,
  };
}
