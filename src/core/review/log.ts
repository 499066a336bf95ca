/**
 * The log of decisions. Rows are only ever added, so that nothing is lost and each step can be undone, also after a
 * restart. The present decisions are a fold over the log.
 */
import type { ActKind, Decision } from '../../contract/model/review';

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
  /** The label at the time. */
  readonly given: string;
  readonly label: string | null;
  readonly queue: string | null;
  /** The image's value in the finding under review, so that its rank is known when the finding is gone. */
  readonly value: number | null;
  readonly note: string | null;
}

export interface StepRow extends RowBase {
  readonly kind: 'undo' | 'redo';
  /** The batch that is undone or redone. */
  readonly target: number;
}

export type LogRow = ActRow | StepRow;

/** A decision with the image that it was made on. */
export interface BoundDecision extends Decision {
  readonly path: string;
  readonly sha256: string | null;
  readonly given: string;
  readonly value: number | null;
}

export interface FoldedLog {
  /** In the order of the acts. */
  readonly decisions: readonly BoundDecision[];
  /** The batch that undo and redo would act on; null if there is none. */
  readonly undoable: number | null;
  readonly redoable: number | null;
}

/**
 * Folds the log, whose rows are in `seq` order. As in an editor, undo removes the latest valid batch, redo restores the
 * latest removed one, and a new act ends redo. A step with another target is ignored; this happens if two processes
 * write at the same time.
 */
export function foldLog(rows: readonly LogRow[]): FoldedLog {
  const { standing, withdrawn } = foldSteps(rows);
  const valid = new Set(standing);
  const decisions = new Map<string, BoundDecision>();
  for (const row of rows) {
    if (isStep(row) || !valid.has(row.batch)) continue;
    const key = `${row.sha256 ?? ''}/${row.path}`;
    decisions.delete(key);
    if (row.kind === 'clear') continue;
    const label = row.kind === 'keep' ? row.given : row.label;
    decisions.set(key, {
      verdict: row.kind,
      label,
      queue: row.queue,
      note: row.note,
      at: row.at,
      path: row.path,
      sha256: row.sha256,
      given: row.given,
      value: row.value,
    });
  }
  return { decisions: [...decisions.values()], undoable: standing.at(-1) ?? null, redoable: withdrawn.at(-1) ?? null };
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
