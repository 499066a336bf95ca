/**
 * The decisions log: rows are only ever added, so that nothing a user did is lost and each step can be undone, also
 * after a restart.
 * The present state is a fold over it.
 */
import type { ActKind, Decision } from '../../contract/model/review';

interface RowBase {
  /** Rises with every row. */
  readonly seq: number;
  readonly at: number;
  /** Acts of one gesture (a multi-selection, an import) share a batch and are undone together. */
  readonly batch: number;
}

/** One act on one image, bound to its content as well as to its path. */
export interface ActRow extends RowBase {
  readonly kind: ActKind;
  readonly path: string;
  /** Null where the file's bytes could not be read. */
  readonly sha256: string | null;
  /** The label at the time. */
  readonly given: string;
  readonly label: string | null;
  readonly queue: string | null;
  /** The value that the finding under review had for the image, so that its rank is known when the finding is gone. */
  readonly value: number | null;
  readonly note: string | null;
}

export interface StepRow extends RowBase {
  readonly kind: 'undo' | 'redo';
  /** The batch that is withdrawn or brought back. */
  readonly target: number;
}

export type LogRow = ActRow | StepRow;

/** A decision and what it was bound to. */
export interface BoundDecision extends Decision {
  readonly path: string;
  readonly sha256: string | null;
  readonly given: string;
  readonly value: number | null;
}

export interface FoldedLog {
  /** In the order of the acts. */
  readonly decisions: readonly BoundDecision[];
  /** The batch that undo and redo would act on; null where there is none. */
  readonly undoable: number | null;
  readonly redoable: number | null;
}

/**
 * Folds the log, whose rows come in `seq` order. Undo withdraws the latest batch that stands, redo brings the latest
 * withdrawn one back,
 * a new act ends redo: an editor's rules. A step whose target is not what its rule allows (two processes wrote at once)
 * is passed over.
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
