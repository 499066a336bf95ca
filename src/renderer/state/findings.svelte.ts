/** State of the findings view: the selected finding and the shown severities. Kept while the data set is open. */
import type { Finding, Severity } from '../../contract/model/finding';
import { isSettled } from '../../core/review/progress';
import { isOpen, type Dataset } from './dataset.svelte';
import { keptFor } from './kept.svelte';
import { sideStepsOf } from './side-steps.svelte';

export type FindingFilter = 'all' | Severity | 'settled' | 'muted';

export class FindingsPlace {
  readonly #dataset: Dataset;
  #key = $state<string | null>(null);
  #filter = $state<FindingFilter>('all');
  #sought = $state<number | null>(null);
  #thresholds = $state(false);

  constructor(dataset: Dataset) {
    this.#dataset = dataset;
  }

  /** True while the list of all thresholds is shown instead of a finding. */
  get thresholds(): boolean {
    return this.#thresholds;
  }

  get filter(): FindingFilter {
    return this.#filter;
  }

  /** Worst first, as the engine gives them. */
  readonly shown = $derived.by((): Finding[] => {
    const all = this.#dataset.findings.value ?? [];
    if (this.#filter === 'muted') return all.filter((finding) => finding.muted !== null);
    if (this.#filter === 'settled') return all.filter((finding) => finding.muted === null && isSettled(finding));
    const open = all.filter(isOpen);
    return this.#filter === 'all' ? open : open.filter((finding) => finding.severity === this.#filter);
  });

  /** The selected finding, even if it was just muted; else the worst one shown. */
  readonly selected = $derived.by(
    () => (this.#dataset.findings.value ?? []).find((finding) => finding.key === this.#key) ?? this.shown[0] ?? null,
  );

  /** Index of the group of the selected finding that is wanted. */
  get sought(): number | null {
    return this.#sought;
  }

  select(key: string | null, sought: number | null = null): void {
    this.#key = key;
    this.#sought = sought;
    this.#thresholds = false;
    const finding = (this.#dataset.findings.value ?? []).find((one) => one.key === key);
    if (finding === undefined || this.shown.includes(finding)) return;
    this.#filter = isOpen(finding) ? 'all' : finding.muted === null ? 'settled' : 'muted';
  }

  /** @returns a function that shows the findings as they are now */
  keep(): () => void {
    const [key, filter, sought, thresholds] = [this.#key, this.#filter, this.#sought, this.#thresholds];
    return () => {
      this.#key = key;
      this.#filter = filter;
      this.#sought = sought;
      this.#thresholds = thresholds;
    };
  }

  show(filter: FindingFilter): void {
    this.#filter = filter;
    this.#thresholds = false;
    if (!this.shown.some((finding) => finding.key === this.#key)) this.#key = null;
  }

  /** Mutes a finding; it stays visible. */
  async mute(key: string, reason: string): Promise<void> {
    await this.#setMuted(key, reason);
    this.#addStep(key, 'Finding muted', reason, null);
  }

  async unmute(key: string): Promise<void> {
    const reason = this.#find(key)?.muted?.reason;
    await this.#setMuted(key, null);
    if (reason !== undefined) this.#addStep(key, 'Finding unmuted', null, reason);
  }

  /** @param reason of the mute; null: not muted */
  async #setMuted(key: string, reason: string | null): Promise<void> {
    const { engine, id: dataset, findings } = this.#dataset;
    if (reason === null) await engine.call('findings.unmute', { dataset, finding: key });
    else await engine.call('findings.mute', { dataset, finding: key, reason });
    this.#key = key;
    this.#thresholds = false;
    await findings.refresh();
  }

  #find(key: string): Finding | undefined {
    return (this.#dataset.findings.value ?? []).find((finding) => finding.key === key);
  }

  /** @param after reason of the mute after the step, and `before` it; null: not muted */
  #addStep(key: string, title: string, after: string | null, before: string | null): void {
    const change = async (from: string | null, to: string | null): Promise<boolean> => {
      const now = this.#find(key);
      if (now === undefined || (now.muted === null) !== (from === null)) return false;
      await this.#setMuted(key, to);
      return true;
    };
    const state = (reason: string | null): string =>
      reason === null ? 'the finding is no longer muted.' : 'the finding is muted.';
    sideStepsOf(this.#dataset).add({
      at: Date.now(),
      title,
      about: this.#find(key)?.title ?? '',
      undone: state(before),
      redone: state(after),
      undo: () => change(after, before),
      redo: () => change(before, after),
    });
  }

  showThresholds(): void {
    this.#thresholds = true;
  }
}

/** The findings state of a data set; created at first use. */
export const findingsOf = keptFor((dataset) => new FindingsPlace(dataset));
