/**
 * The log of decisions. Rows are only ever added, so that nothing is lost and each step can be undone, also after a
 * restart. The present decisions are a fold over the log.
 */
import type { ActKind, Decision } from '../../contract/model/review';
import type { Remarks } from '../../contract/model/remarks';
import { classNameOf, withClassAct, type ClassAct, type ClassNames } from './class-names';
import { isBlank, NO_REMARKS, withRemarkAct, type RemarkAct } from './remarks';

/** An image by its path and its content; the content is null if the file could not be read. */
interface Placed {
  readonly path: string;
  readonly sha256: string | null;
}

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
  /** Of the images that have any, in the order of their last changes. */
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
 * Folds a log, whose rows are in `seq` order. As in an editor, undo removes the latest valid batch, redo restores the
 * latest removed one, and a new act ends redo. A step with another target is ignored; this happens if two processes
 * write at the same time. If a class is renamed, the labels of earlier decisions are renamed with it.
 * @param without leaves out the decisions on images that were made in this queue
 */
export function foldLog(rows: readonly LogRow[], without: string | null = null): FoldedLog {
  const folding = new LogFolding(without);
  folding.add(rows);
  return folding.folded();
}

/** What new rows changed: the images, those that changed last at the end; or everything. */
export type LogChange = 'everything' | { readonly decisions: readonly Placed[]; readonly remarks: readonly Placed[] };

/** Identifies the image of a row by its content and its path. */
const keyOf = ({ path, sha256 }: Placed): string => `${sha256 ?? ''}/${path}`;

/** A log that grows. New acts take time in proportion to their number; undo and redo fold all rows again. */
export class LogFolding {
  readonly #without: string | null;
  readonly #rows: LogRow[] = [];
  readonly #batches = new Set<number>();
  #steps: { readonly standing: number[]; withdrawn: number[] } = { standing: [], withdrawn: [] };
  #decisions = new Map<string, BoundDecision>();
  #remarks = new Map<string, BoundRemarks>();
  #remarksSeq = 0;
  #classNames: ClassNames = new Map();
  /** Made from the maps above when they are needed; null after a change. */
  #decisionList: readonly BoundDecision[] | null = null;
  #remarkList: readonly BoundRemarks[] | null = null;

  /** @param without as for `foldLog` */
  constructor(without: string | null = null) {
    this.#without = without;
  }

  get rows(): readonly LogRow[] {
    return this.#rows;
  }

  /** Adds rows that follow the ones before. */
  add(rows: readonly LogRow[]): LogChange {
    const changed = { decisions: new Map<string, Placed>(), remarks: new Map<string, Placed>() };
    let everything = false;
    for (const row of rows) {
      this.#rows.push(row);
      if (everything) continue;
      const { standing } = this.#steps;
      // An earlier batch that gets new rows may have been undone, and its earlier rows would then be valid again.
      if (isStep(row) || (standing.at(-1) !== row.batch && this.#batches.has(row.batch))) {
        everything = true;
        continue;
      }
      takeStep(this.#steps, row);
      this.#batches.add(row.batch);
      if (isClassRow(row)) everything = true;
      else if (!this.#leavesOut(row)) {
        const kind = isRemarkRow(row) ? changed.remarks : changed.decisions;
        kind.delete(keyOf(row));
        kind.set(keyOf(row), row);
        this.#take(row);
      }
    }
    if (!everything) return { decisions: [...changed.decisions.values()], remarks: [...changed.remarks.values()] };
    this.#foldAll();
    return 'everything';
  }

  #foldAll(): void {
    this.#steps = { standing: [], withdrawn: [] };
    this.#decisions = new Map();
    this.#remarks = new Map();
    this.#decisionList = this.#remarkList = null;
    this.#remarksSeq = 0;
    this.#classNames = new Map();
    for (const row of this.#rows) {
      takeStep(this.#steps, row);
      this.#batches.add(row.batch);
    }
    const valid = new Set(this.#steps.standing);
    for (const row of this.#rows) if (!isStep(row) && valid.has(row.batch)) this.#take(row);
  }

  #take(row: Exclude<LogRow, StepRow>): void {
    if (isClassRow(row)) this.#takeClass(row);
    else if (isRemarkRow(row)) this.#takeRemark(row);
    else if (!this.#leavesOut(row)) this.#takeAct(row);
  }

  #leavesOut(row: ActRow | RemarkRow): boolean {
    return this.#without !== null && !isRemarkRow(row) && row.queue === this.#without;
  }

  #takeClass(row: ClassRow): void {
    this.#decisionList = null;
    this.#classNames = withClassAct(this.#classNames, row, row.at);
    if (row.kind !== 'rename') return;
    for (const [key, decision] of this.#decisions)
      if (decision.verdict === 'relabel' && decision.label === row.given)
        this.#decisions.set(key, { ...decision, label: row.label });
  }

  #takeRemark(row: RemarkRow): void {
    this.#remarkList = null;
    this.#remarksSeq = row.seq;
    const { path, sha256 } = row;
    const key = keyOf(row);
    const before = this.#remarks.get(key) ?? NO_REMARKS;
    this.#remarks.delete(key);
    this.#remarks.set(key, { ...withRemarkAct(before, row), path, sha256 });
  }

  #takeAct(row: ActRow): void {
    this.#decisionList = null;
    const key = keyOf(row);
    this.#decisions.delete(key);
    if (row.kind === 'clear') return;
    this.#decisions.set(key, {
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

  /** The decision on an image, as `folded` lists it; null without one. */
  decisionOn(image: Placed): BoundDecision | null {
    const decision = this.#decisions.get(keyOf(image));
    return decision === undefined ? null : this.#labelled(decision);
  }

  /** The remarks on an image; null without any. */
  remarksOn(image: Placed): BoundRemarks | null {
    const remarks = this.#remarks.get(keyOf(image));
    return remarks === undefined || isBlank(remarks) ? null : remarks;
  }

  /** The class of an image may have been renamed since its label was kept. */
  #labelled(decision: BoundDecision): BoundDecision {
    return decision.verdict === 'keep'
      ? { ...decision, label: classNameOf(this.#classNames, decision.given) }
      : decision;
  }

  /** The state now; rows that are added later do not change it. */
  folded(): FoldedLog {
    const { standing, withdrawn } = this.#steps;
    this.#decisionList ??= [...this.#decisions.values()].map((decision) => this.#labelled(decision));
    this.#remarkList ??= [...this.#remarks.values()].filter((each) => !isBlank(each));
    return {
      decisions: this.#decisionList,
      remarks: this.#remarkList,
      remarksSeq: this.#remarksSeq,
      classNames: this.#classNames,
      undoable: standing.at(-1) ?? null,
      redoable: withdrawn.at(-1) ?? null,
      standing: [...standing],
    };
  }
}

function takeStep(steps: { readonly standing: number[]; withdrawn: number[] }, row: LogRow): void {
  const { standing, withdrawn } = steps;
  if (row.kind === 'undo') {
    if (standing.at(-1) === row.target) withdrawn.push(standing.pop()!);
  } else if (row.kind === 'redo') {
    if (withdrawn.at(-1) === row.target) standing.push(withdrawn.pop()!);
  } else if (standing.at(-1) !== row.batch) {
    standing.push(row.batch);
    steps.withdrawn = [];
  }
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
