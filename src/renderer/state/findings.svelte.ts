/** What the findings view shows: which finding, which severities. Kept while the data set is open. */
import type { Finding, Severity } from '../../contract/model/finding';
import type { Dataset } from './dataset.svelte';
import { keptFor } from './kept.svelte';

export type FindingFilter = 'all' | Severity | 'muted';

/** A group of a finding that was asked for: its place in the finding, and an image that is in it. */
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
  /** Keys of what was muted here, the last one last. */
  readonly #muted: string[] = [];

  constructor(dataset: Dataset) {
    this.#dataset = dataset;
  }

  /** True while all thresholds are shown in place of a finding. */
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
    const open = all.filter((finding) => finding.muted === null);
    return this.#filter === 'all' ? open : open.filter((finding) => finding.severity === this.#filter);
  });

  /** The chosen finding, also when it was muted just now; else the worst that is shown. */
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
    this.#filter = finding.muted === null ? 'all' : 'muted';
  }

  show(filter: FindingFilter): void {
    this.#filter = filter;
    this.#thresholds = false;
    if (!this.shown.some((finding) => finding.key === this.#key)) this.#key = null;
  }

  /** Mutes a finding, which stays in sight. */
  async mute(key: string, reason: string): Promise<void> {
    await this.#dataset.engine.call('findings.mute', { dataset: this.#dataset.id, finding: key, reason });
    this.#key = key;
    this.#muted.push(key);
    await this.#dataset.findings.refresh();
  }

  async unmute(key: string): Promise<void> {
    await this.#dataset.engine.call('findings.unmute', { dataset: this.#dataset.id, finding: key });
    this.#key = key;
    this.#thresholds = false;
    await this.#dataset.findings.refresh();
  }

  /** Takes the last mute back. @returns false where none was made, or none is left */
  async undoMute(): Promise<boolean> {
    for (let key = this.#muted.pop(); key !== undefined; key = this.#muted.pop()) {
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

/** The one place in the findings of a data set. */
export const findingsOf = keptFor((dataset) => new FindingsPlace(dataset));
