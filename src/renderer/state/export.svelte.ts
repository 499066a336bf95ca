/** An export being prepared: options, preview, target and result. Kept while the data set is open. */
import {
  exportOptionsSchema,
  exportResultSchema,
  type ExportMode,
  type ExportOptions,
  type ExportPlanSummary,
  type ExportResult,
} from '../../contract/model/export';
import type { CheckId } from '../../contract/model/finding';
import type { JobStatus, Progress } from '../../contract/model/job';
import type { JobWatch } from '../../contract/rpc/client';
import type { Dataset } from './dataset.svelte';
import { keptFor } from './kept.svelte';
import { Mirror } from './mirror.svelte';
import { auditFiguresOf, type AuditFigures } from './export-comparison';

export interface Share {
  name: string;
  /** Any positive number; only the ratios count. */
  share: number | null;
}

/** The target folder that the user chose, as a token. */
export interface ExportTarget {
  readonly target: string;
  /** For showing only. */
  readonly folder: string;
}

/** The audited export, compared with its source. */
export type ExportComparison =
  | { readonly state: 'running'; readonly job: 'index' | 'probe'; readonly progress: Progress | null }
  | { readonly state: 'done'; readonly dataset: string; readonly before: AuditFigures; readonly after: AuditFigures };

const STORE_KEY = 'plumbline.export.';

export class ExportPlace {
  readonly #dataset: Dataset;
  readonly plan: Mirror<ExportPlanSummary>;
  kind = $state<'new' | 'mended' | null>(null);
  readonly shares = $state<Share[]>([
    { name: 'train', share: 80 },
    { name: 'val', share: 10 },
    { name: 'test', share: 10 },
  ]);
  seed = $state('1');
  #home = $state<string | null>(null);
  mode = $state<ExportMode>('copy');
  drop = $state.raw<readonly CheckId[]>([]);
  convert = $state(false);
  huggingFace = $state(false);
  #target = $state.raw<ExportTarget | null>(null);
  #done = $state.raw<{ readonly result: ExportResult; readonly target: ExportTarget | null } | null>(null);
  #comparison = $state.raw<ExportComparison | null>(null);

  constructor(dataset: Dataset) {
    this.#dataset = dataset;
    this.#target = recall(dataset.id);
    this.plan = new Mirror(() =>
      dataset.engine.call('export.plan', { dataset: dataset.id, options: exportOptionsSchema.parse(this.wanted) }),
    );
  }

  /** Existing splits are kept unless the user asks for new ones. */
  readonly splitKind = $derived.by((): 'new' | 'mended' => this.kind ?? (this.splits.length > 0 ? 'mended' : 'new'));

  readonly splits = $derived.by(() => (this.#dataset.summary.value?.splits ?? []).map((split) => split.name));

  /** The split that receives leaked images: the training split, or the largest. */
  readonly home = $derived.by(() => {
    const splits = this.#dataset.summary.value?.splits ?? [];
    const largest = [...splits].sort((a, b) => b.count - a.count)[0];
    return this.#home ?? splits.find((split) => /^train/i.test(split.name))?.name ?? largest?.name ?? 'train';
  });

  /** The current form, which may be invalid. */
  readonly wanted = $derived.by((): unknown => ({
    split:
      this.splitKind === 'new'
        ? { kind: 'new', shares: this.shares.map(({ name, share }) => ({ name: name.trim(), share })), seed: this.seed }
        : { kind: 'mended', home: this.home },
    mode: this.mode,
    drop: [...this.drop],
    convert: this.convert,
    huggingFace: this.huggingFace,
  }));

  /** Two split names that some file systems treat as equal. */
  readonly doubled = $derived.by(() => {
    const names = this.shares.map(({ name }) => name.trim().toLowerCase());
    return names.some((name, at) => names.indexOf(name) < at);
  });

  /** Null while the form is invalid. */
  readonly options = $derived.by((): ExportOptions | null => {
    if (this.splitKind === 'new' && this.doubled) return null;
    return exportOptionsSchema.safeParse(this.wanted).data ?? null;
  });

  get target(): ExportTarget | null {
    return this.#target;
  }

  get done(): { readonly result: ExportResult; readonly target: ExportTarget | null } | null {
    return this.#done;
  }

  get comparison(): ExportComparison | null {
    return this.#comparison;
  }

  /** The running export; null if there is none. */
  readonly running = $derived.by(
    (): JobStatus | null => this.#dataset.jobs.running.find((job) => job.kind === 'export') ?? null,
  );

  /**
   * The last export that did not finish. One that was refused before its first step wrote nothing and cannot continue.
   */
  readonly stopped = $derived.by((): JobStatus | null => {
    const last =
      this.#dataset.jobs.all.find(
        (job) => job.kind === 'export' && (job.state !== 'failed' || job.progress !== null),
      ) ?? null;
    return last !== null && (last.state === 'interrupted' || last.state === 'cancelled' || last.state === 'failed')
      ? last
      : null;
  });

  chooseHome(name: string): void {
    this.#home = name;
  }

  setShares(shares: readonly Share[]): void {
    this.shares.splice(0, this.shares.length, ...shares.map((share) => ({ ...share })));
  }

  flipDrop(check: CheckId, dropped: boolean): void {
    this.drop = dropped
      ? [...this.drop.filter((one) => one !== check), check]
      : this.drop.filter((one) => one !== check);
  }

  /** Shows the native dialog; cancelling it changes nothing. */
  async chooseFolder(): Promise<void> {
    const { target, folder } = await this.#dataset.engine.call('shell.chooseExportFolder', {
      dataset: this.#dataset.id,
    });
    if (target === null || folder === null) return;
    this.#target = { target, folder };
    this.#done = null;
    this.#comparison = null;
    localStorage.setItem(STORE_KEY + this.#dataset.id, JSON.stringify(this.#target));
  }

  /** Resolves once the job has started; `done` or the job's error tells how it ended. */
  async start(): Promise<void> {
    const { options, target } = this;
    if (options === null || target === null) return;
    this.#done = null;
    this.#comparison = null;
    const stop = this.#watch();
    try {
      await this.#dataset.engine.call('jobs.export', {
        dataset: this.#dataset.id,
        options: $state.snapshot(options),
        target: target.target,
      });
    } catch (error) {
      stop();
      throw error;
    }
  }

  async resume(job: JobStatus): Promise<void> {
    const stop = this.#watch();
    try {
      await this.#dataset.jobs.resume(job.job);
    } catch (error) {
      stop();
      throw error;
    }
  }

  /**
   * Indexes the export as a data set of its own and compares both. The same decisions and probe are applied as in the
   * source.
   */
  async audit(target: ExportTarget): Promise<void> {
    const { engine, id } = this.#dataset;
    const running = (job: 'index' | 'probe', progress: Progress | null): void => {
      this.#comparison = { state: 'running', job, progress };
    };
    const watch = (job: 'index' | 'probe'): JobWatch => ({
      status: ({ progress }) => {
        if (progress !== null) running(job, progress);
      },
    });
    try {
      running('index', null);
      const { dataset } = await engine.call('export.open', { dataset: id, target: target.target });
      await engine.runJob('jobs.index', { dataset }, watch('index'));
      const { text } = await engine.call('review.export', { dataset: id, format: 'csv' });
      await engine.call('review.import', { dataset, text, format: 'csv', newClasses: false });
      const before = await auditFiguresOf(engine, id);
      if (before.probe !== null)
        await engine.runJob('jobs.probe', { dataset, probe: before.probe }, watch('probe')).catch(() => undefined);
      const after = await auditFiguresOf(engine, dataset);
      this.#comparison = { state: 'done', dataset, before, after };
    } catch (error) {
      this.#comparison = null;
      throw error;
    }
  }

  again(): void {
    this.#done = null;
    this.#comparison = null;
  }

  #watch(): () => void {
    const target = this.#target;
    const stop = this.#dataset.engine.on('job', (event) => {
      if (event.dataset !== this.#dataset.id || event.kind !== 'export' || event.state === 'running') return;
      stop();
      const result = exportResultSchema.safeParse(event.result);
      if (event.state === 'done' && result.success) this.#done = { result: result.data, target };
    });
    return stop;
  }
}

/** The last chosen folder: an interrupted export continues there after a restart. */
function recall(dataset: string): ExportTarget | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(STORE_KEY + dataset) ?? 'null');
    if (typeof kept !== 'object' || kept === null || !('target' in kept) || !('folder' in kept)) return null;
    return typeof kept.target === 'string' && typeof kept.folder === 'string'
      ? { target: kept.target, folder: kept.folder }
      : null;
  } catch {
    return null;
  }
}

/** The export state of a data set; created at first use. */
export const exportOf = keptFor((dataset) => new ExportPlace(dataset));
