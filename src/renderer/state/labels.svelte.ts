/** What the probes say of the labels, as the window shows it. Kept while the data set is open. */
import { labelError } from '../../core/checks/label-error';
import type { CurvePoint, LabelsSummary, ProbeKind, Suspect } from '../../contract/model/labels';
import type { Finding } from '../../contract/model/finding';
import type { Dataset } from './dataset.svelte';
import { withDecisions, type Decided } from './decided';
import { keptFor } from './kept.svelte';
import { Mirror } from './mirror.svelte';
import { Paged } from './paged.svelte';

export type LabelsTab = 'suspects' | 'confusion' | 'map' | 'curves';

interface Pair {
  readonly given: string;
  readonly suggested: string;
}

/** What the check's threshold is called; until that is known its default stands in: more likely wrong than right. */
const THRESHOLD_ID = 'label-error.wrong';
const FIRST_THRESHOLD = 0.5;

export class Labels {
  readonly #dataset: Dataset;
  readonly summary: Mirror<LabelsSummary>;
  readonly suspects: Paged<Decided<Suspect>>;
  /** Of the CNN probe: of its last run, or as far as a run has come. */
  readonly curve: Mirror<CurvePoint[]>;
  #pair = $state.raw<Pair | null>(null);
  /** Null while the view shows what the check flags. */
  #threshold = $state<number | null>(null);
  /** Index of the tile that has the keyboard. */
  active = $state(0);
  /** True while that image is shown beside the list. */
  detail = $state(false);
  tab = $state<LabelsTab>('suspects');
  #seen: { readonly revision: number; readonly decided: number };

  constructor(dataset: Dataset) {
    this.#dataset = dataset;
    this.#seen = { revision: dataset.revision, decided: dataset.decided };
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

  /** What is shown has a P(wrong) above this, 0–1: that of the check until the user chooses another. */
  get threshold(): number {
    return (
      this.#threshold ??
      (this.#dataset.thresholds.value ?? []).find((one) => one.id === THRESHOLD_ID)?.value ??
      FIRST_THRESHOLD
    );
  }

  /** What the check says of all suspicious labels; null where it says nothing. */
  get finding(): Finding | null {
    return (this.#dataset.findings.value ?? []).find((one) => one.check === labelError.id) ?? null;
  }

  /** Flagged at the threshold and expected to be wrong among them, over all pairs. */
  readonly expected = $derived.by(() => {
    const curve = this.summary.value?.curve ?? [];
    return curve.findLast((point) => point.threshold >= this.threshold) ?? null;
  });

  show(pair: Pair | null): void {
    this.#pair = pair;
    this.#restart();
  }

  cut(threshold: number): void {
    this.#threshold = threshold;
    this.#restart();
  }

  /** Pulls again what has changed since: a decision changes no label before it is exported. */
  follow({ revision, decided }: Dataset): void {
    const before = this.#seen;
    this.#seen = { revision, decided };
    if (revision !== before.revision) {
      void this.summary.refresh();
      void this.curve.refresh();
    }
    if (revision !== before.revision || decided !== before.decided) void this.suspects.refresh();
  }

  async run(kind: ProbeKind): Promise<void> {
    await this.#dataset.engine.call('jobs.probe', { dataset: this.#dataset.id, probe: kind });
  }

  #restart(): void {
    this.active = 0;
    void this.suspects.restart();
  }

  #loader() {
    const dataset = this.#dataset;
    return async (offset: number, limit: number) => {
      const { total, items } = await dataset.engine.call('labels.list', {
        dataset: dataset.id,
        filter: { threshold: this.threshold, ...(this.#pair ?? {}) },
        offset,
        limit,
      });
      return { total, items: await withDecisions(dataset, items, (suspect) => suspect.card.id) };
    };
  }
}

/** The one of a data set. */
export const labelsOf = keptFor((dataset) => new Labels(dataset));
