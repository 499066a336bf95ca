/** All that the window knows of the open data set. */
import type { DatasetSummary } from '../../contract/model/dataset';
import type { Finding, Threshold } from '../../contract/model/finding';
import { mistakenNames } from '../../core/text/mistaken-names';
import { quoted } from '../../core/text/names';
import { isSettled } from '../../core/review/progress';
import type { Engine } from './engine';
import { DatasetJobs } from './jobs.svelte';
import { Mirror } from './mirror.svelte';

/** Whether a finding still needs attention. */
export function isOpen(finding: Finding): boolean {
  return finding.muted === null && !isSettled(finding);
}

export class Dataset {
  readonly id: string;
  readonly engine: Engine;
  readonly summary: Mirror<DatasetSummary>;
  readonly findings: Mirror<Finding[]>;
  readonly thresholds: Mirror<Threshold[]>;
  readonly jobs: DatasetJobs;
  #revision = $state(0);
  #decided = $state(0);
  /** Whether the findings are those of classes that have other names now. */
  #outdated = false;

  constructor(engine: Engine, id: string) {
    this.id = id;
    this.engine = engine;
    this.summary = new Mirror(() => engine.call('dataset.summary', { dataset: id }));
    this.findings = new Mirror(() => engine.call('findings.list', { dataset: id }));
    this.thresholds = new Mirror(() => engine.call('thresholds.list', { dataset: id }));
    this.jobs = new DatasetJobs(engine, id);
  }

  /** For class names that may look like another one when they are cut: that other name. */
  readonly mistaken = $derived.by(() => mistakenNames((this.summary.value?.classes ?? []).map(({ name }) => name)));

  /** Increases when the engine reports a change; paged lists watch it. */
  get revision(): number {
    return this.#revision;
  }

  /** Increases when a decision was made, undone or imported. */
  get decided(): number {
    return this.#decided;
  }

  /** Neither muted nor settled by decisions. */
  get openFindings(): Finding[] {
    return (this.findings.value ?? []).filter(isOpen);
  }

  /**
   * Part of an image's address. It changes when the images may have changed, so that the window can cache them until
   * then.
   */
  get pictures(): string {
    return Math.floor(this.summary.value?.indexedAt ?? 0).toString(36);
  }

  /** A sentence that says why neither a probe nor the lab can learn here; null if they can, or while that is unknown. */
  get unlearnable(): string | null {
    const summary = this.summary.value;
    if (summary === null || summary.incomplete || summary.images === 0) return null;
    const [only, ...others] = summary.classes.filter(({ count, unreadable }) => count > unreadable);
    if (only === undefined) return 'No image here can be read.';
    return others.length === 0
      ? `All readable images have the label ${quoted(only.name)}: there is no second class to tell it from.`
      : null;
  }

  async pull(): Promise<void> {
    // The view of the training shows what is wrong with its folder.
    this.engine.call('watch.resume', { dataset: this.id }).catch(() => undefined);
    await Promise.all([
      this.summary.refresh(),
      this.findings.refresh(),
      this.thresholds.refresh(),
      this.jobs.refresh(),
    ]);
  }

  changed(): void {
    this.#revision += 1;
    void this.summary.refresh();
    void this.findings.refresh();
    void this.thresholds.refresh();
  }

  /** @param classes whether classes got other names: the findings then have to be computed again */
  reviewed(classes: boolean): void {
    this.#decided += 1;
    void this.findings.refresh();
    if (!classes) return;
    this.#outdated = true;
    this.auditIfOutdated();
  }

  /** Starts an audit if the findings are outdated. If a job computes findings of the old classes, waits for its end. */
  auditIfOutdated(): void {
    const busy = this.jobs.running.some(({ kind }) => kind === 'index' || kind === 'audit' || kind === 'probe');
    if (!this.#outdated || busy) return;
    this.#outdated = false;
    // If another window was faster, the engine refuses the job, and the other audit computes the findings.
    this.jobs.start('audit').catch(() => undefined);
  }

  close(): void {
    this.summary.close();
    this.findings.close();
    this.thresholds.close();
    this.jobs.close();
  }
}
