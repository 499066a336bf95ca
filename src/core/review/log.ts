/**
 * The log of decisions. Rows are only ever added, so that nothing is lost and each step can be undone, also after a
 * restart. The present decisions are a fold over the log.
 */
import type { ActKind, Decision } from '../../contract/model/review';
import type { Remarks } from '../../contract/model/remarks';
import { classNameOf, withClassAct, type ClassAct, type ClassNames } from './class-names';
import { isBlank, NO_REMARKS, withRemarkAct, type RemarkAct } from './remarks';

interface RowBase {
  /** Larger than that of all earlier rows. */
  readonly seq: number;
  readonly at: number;
  /** Acts of one gesture (a multi-selection, an import) share a batch and are undone together. */
  readonly batch: number;
}

/** One act on one image. The image is identified by its content and its path. */
export interface ActRow extends RowBase {
  readonly kind: ActKind;
  readonly path: string;
  /** Null if the file could not be read. */
  readonly sha256: string | null;
  /** The image's own class at the time. */
  readonly given: string;
  readonly label: string | null;
  readonly queue: string | null;
  /** The image's value in the finding under review, so that its rank is known when the finding is gone. */
  readonly value: number | null;
  readonly note: string | null;
}

/** One change of the remarks on one image. */
export interface RemarkRow extends RowBase, RemarkAct {
  readonly path: string;
  /** Null if the file could not be read. */
  readonly sha256: string | null;
}

export interface ClassRow extends RowBase, ClassAct {}

export interface StepRow extends RowBase {
  readonly kind: 'undo' | 'redo';
  /** The batch that is undone or redone. */
  readonly target: number;
}

export type LogRow = ActRow | RemarkRow | ClassRow | StepRow;

/** A decision with the image that it was made on. */
export interface BoundDecision extends Decision {
  readonly path: string;
  readonly sha256: string | null;
  /** The image's own class at the time. */
  readonly given: string;
  readonly value: number | null;
  /** For `relabel`: whether the label is a class that the user made, so that the image counts as one of its images. */
  readonly moved: boolean;
}

/** The remarks on one image, with the image that they were written on. */
export interface BoundRemarks extends Remarks {
  readonly path: string;
  readonly sha256: string | null;
}

export interface FoldedLog {
  /** In the order of the acts. */
  readonly decisions: readonly BoundDecision[];
  /** Of the images that have any. */
  readonly remarks: readonly BoundRemarks[];
  /** `seq` of the last valid row about remarks, 0 if there is none. The remarks are equal if it is equal. */
  readonly remarksSeq: number;
  readonly classNames: ClassNames;
  /** The batch that undo and redo would act on; null if there is none. */
  readonly undoable: number | null;
  readonly redoable: number | null;
  /** The batches that are not undone. */
  readonly standing: readonly number[];
}

/**
 * Folds the log, whose rows are in `seq` order. As in an editor, undo removes the latest valid batch, redo restores the
 * latest removed one, and a new act ends redo. A step with another target is ignored; this happens if two processes
 * write at the same time. If a class is renamed, the labels of earlier decisions are renamed with it.
 * @param without leaves out the decisions on images that were made in this queue
 */
export function foldLog(rows: readonly LogRow[], without: string | null = null): FoldedLog {
  const { standing, withdrawn } = foldSteps(rows);
  const valid = new Set(standing);
  const decisions = new Map<string, BoundDecision>();
  const remarks = new Map<string, BoundRemarks>();
  let remarksSeq = 0;
  let classNames: ClassNames = new Map();
  for (const row of rows) {
    if (isStep(row) || !valid.has(row.batch)) continue;
    if (isClassRow(row)) {
      classNames = withClassAct(classNames, row, row.at);
      if (row.kind === 'rename')
        for (const [key, decision] of decisions)
          if (decision.verdict === 'relabel' && decision.label === row.given)
            decisions.set(key, { ...decision, label: row.label });
      continue;
    }
    const key = `${row.sha256 ?? ''}/${row.path}`;
    if (isRemarkRow(row)) {
      remarksSeq = row.seq;
      const { path, sha256 } = row;
      remarks.set(key, { ...withRemarkAct(remarks.get(key) ?? NO_REMARKS, row), path, sha256 });
      continue;
    }
    if (without !== null && row.queue === without) continue;
    decisions.delete(key);
    if (row.kind === 'clear') continue;
    decisions.set(key, {
      verdict: row.kind === 'move' ? 'relabel' : row.kind,
      moved: row.kind === 'move',
      label: row.label,
      queue: row.queue,
      note: row.note,
      at: row.at,
      path: row.path,
      sha256: row.sha256,
      given: row.given,
      value: row.value,
    });
  }
  return {
    decisions: [...decisions.values()].map((decision) =>
      decision.verdict === 'keep' ? { ...decision, label: classNameOf(classNames, decision.given) } : decision,
    ),
    remarks: [...remarks.values()].filter((each) => !isBlank(each)),
    remarksSeq,
    classNames,
    undoable: standing.at(-1) ?? null,
    redoable: withdrawn.at(-1) ?? null,
    standing,
  };
}

function foldSteps(rows: readonly LogRow[]): { standing: number[]; withdrawn: number[] } {
  const standing: number[] = [];
  let withdrawn: number[] = [];
  for (const row of rows) {
    if (row.kind === 'undo') {
      if (standing.at(-1) === row.target) withdrawn.push(standing.pop()!);
    } else if (row.kind === 'redo') {
      if (withdrawn.at(-1) === row.target) standing.push(withdrawn.pop()!);
    } else if (standing.at(-1) !== row.batch) {
      standing.push(row.batch);
      withdrawn = [];
    }
  }
  return { standing, withdrawn };
}

function isStep(row: LogRow): row is StepRow {
  return row.kind === 'undo' || row.kind === 'redo';
}

function isClassRow(row: Exclude<LogRow, StepRow>): row is ClassRow {
  return row.kind === 'class' || row.kind === 'rename';
}

function isRemarkRow(row: ActRow | RemarkRow): row is RemarkRow {
  return row.kind === 'tag' || row.kind === 'untag' || row.kind === 'note';
}
