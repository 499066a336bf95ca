/** State of the findings view: the selected finding and the shown severities. Kept while the data set is open. */
import type { Finding, Severity } from '../../contract/model/finding';
import { isSettled } from '../../core/review/progress';
import { isOpen, type Dataset } from './dataset.svelte';
import { keptFor } from './kept.svelte';

export type FindingFilter = 'all' | Severity | 'settled' | 'muted';

/** A group of a finding to show: its index in the finding, and one of its images. */
interface Sought {
  readonly group: number;
  readonly image: number;
}

export class FindingsPlace {
  readonly #dataset: Dataset;
  #key = $state<string | null>(null);
  #filter = $state<FindingFilter>('all');
  #sought = $state.raw<Sought | null>(null);
  #thresholds = $state(false);
  /** Findings muted in this session and when, the latest last. */
  readonly #muted: { readonly key: string; readonly at: number }[] = [];

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

  get sought(): Sought | null {
    return this.#sought;
  }

  select(key: string | null, sought: Sought | null = null): void {
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
    await this.#dataset.engine.call('findings.mute', { dataset: this.#dataset.id, finding: key, reason });
    this.#key = key;
    this.#muted.push({ key, at: Date.now() });
    await this.#dataset.findings.refresh();
  }

  async unmute(key: string): Promise<void> {
    await this.#dataset.engine.call('findings.unmute', { dataset: this.#dataset.id, finding: key });
    this.#key = key;
    this.#thresholds = false;
    await this.#dataset.findings.refresh();
  }

  /** When the last mute that can be undone was made, in milliseconds since 1970; null if there is none. */
  get lastMuted(): number | null {
    const muted = (this.#dataset.findings.value ?? []).filter((finding) => finding.muted !== null);
    return this.#muted.findLast(({ key }) => muted.some((finding) => finding.key === key))?.at ?? null;
  }

  /**
   * Undoes the last mute.
   * @returns false if there is none to undo
   */
  async undoMute(): Promise<boolean> {
    for (let key = this.#muted.pop()?.key; key !== undefined; key = this.#muted.pop()?.key) {
      if ((this.#dataset.findings.value ?? []).find((finding) => finding.key === key)?.muted == null) continue;
      await this.unmute(key);
      return true;
    }
    return false;
  }

  showThresholds(): void {
    this.#thresholds = true;
  }
}

/** The findings state of a data set; created at first use. */
export const findingsOf = keptFor((dataset) => new FindingsPlace(dataset));
