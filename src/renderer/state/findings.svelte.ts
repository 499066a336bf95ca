/** What the findings view shows: which finding, which severities. Kept while the data set is open. */
import type { Finding, Severity } from '../../contract/model';
import type { Dataset } from './dataset.svelte';
import { keptFor } from './kept.svelte';

export type FindingFilter = 'all' | Severity | 'muted';

export class FindingsPlace {
  readonly #dataset: Dataset;
  #key = $state<string | null>(null);
  #filter = $state<FindingFilter>('all');
  #thresholds = $state(false);

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

  /** The chosen finding, or the worst. */
  readonly selected = $derived(this.shown.find((finding) => finding.key === this.#key) ?? this.shown[0] ?? null);

  select(key: string | null): void {
    this.#key = key;
    this.#thresholds = false;
    const finding = (this.#dataset.findings.value ?? []).find((one) => one.key === key);
    if (finding === undefined || this.shown.includes(finding)) return;
    this.#filter = finding.muted === null ? 'all' : 'muted';
  }

  show(filter: FindingFilter): void {
    this.#filter = filter;
    this.#thresholds = false;
  }

  showThresholds(): void {
    this.#thresholds = true;
  }
}

/** The one place in the findings of a data set. */
export const findingsOf = keptFor((dataset) => new FindingsPlace(dataset));
