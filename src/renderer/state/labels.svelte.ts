/** What the probes say of the labels, as the window shows it. Kept while the data set is open. */
import type { CurvePoint, LabelsSummary, ProbeKind, Suspect } from '../../contract/labels';
import type { Dataset } from './dataset.svelte';
import { keptFor } from './kept.svelte';
import { Mirror } from './mirror.svelte';
import { Paged } from './paged.svelte';

export type LabelsTab = 'suspects' | 'confusion' | 'map' | 'curves';

interface Pair {
  readonly given: string;
  readonly suggested: string;
}

/** More likely wrong than right: the threshold that the flags have. */
const FIRST_THRESHOLD = 0.5;

export class Labels {
  readonly #dataset: Dataset;
  readonly summary: Mirror<LabelsSummary>;
  readonly suspects: Paged<Suspect>;
  /** Of the CNN probe: of its last run, or as far as a run has come. */
  readonly curve: Mirror<CurvePoint[]>;
  #pair = $state.raw<Pair | null>(null);
  #threshold = $state(FIRST_THRESHOLD);
  tab = $state<LabelsTab>('suspects');
  #seen: number;

  constructor(dataset: Dataset) {
    this.#dataset = dataset;
    this.#seen = dataset.revision;
    this.summary = new Mirror(() => dataset.engine.call('labels.summary', { dataset: dataset.id }));
    this.suspects = new Paged(this.#loader());
    this.curve = new Mirror(() => dataset.engine.call('labels.curve', { dataset: dataset.id, probe: 'cnn' }));
    void this.summary.refresh();
    void this.suspects.restart();
    void this.curve.refresh();
  }

  get pair(): Pair | null {
    return this.#pair;
  }

  /** Least P(wrong) of what is shown, 0–1. */
  get threshold(): number {
    return this.#threshold;
  }

  /** Flagged at the threshold and expected to be wrong among them, over all pairs. */
  readonly expected = $derived.by(() => {
    const curve = this.summary.value?.curve ?? [];
    return curve.findLast((point) => point.threshold >= this.#threshold) ?? null;
  });

  show(pair: Pair | null): void {
    this.#pair = pair;
    void this.suspects.restart(this.#loader());
  }

  cut(threshold: number): void {
    this.#threshold = threshold;
    void this.suspects.restart(this.#loader());
  }

  follow(revision: number): void {
    if (revision === this.#seen) return;
    this.#seen = revision;
    void this.summary.refresh();
    void this.suspects.refresh();
    void this.curve.refresh();
  }

  async run(kind: ProbeKind): Promise<void> {
    await this.#dataset.engine.call('jobs.probe', { dataset: this.#dataset.id, probe: kind });
  }

  #loader() {
    const { engine, id } = this.#dataset;
    const filter = { threshold: this.#threshold, ...(this.#pair ?? {}) };
    return (offset: number, limit: number) => engine.call('labels.list', { dataset: id, filter, offset, limit });
  }
}

/** The one of a data set. */
export const labelsOf = keptFor((dataset) => new Labels(dataset));
