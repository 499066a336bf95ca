/** The probes' results on labels, as the window shows them. Kept while the data set is open. */
import { labelError } from '../../core/checks/label-error';
import type { BackboneChoices, CheckedBackbone, OwnBackbone } from '../../contract/model/backbone';
import type { CurvePoint, LabelsSummary, ProbeKind, Suspect, SuspectFilter } from '../../contract/model/labels';
import type { Finding } from '../../contract/model/finding';
import type { Dataset } from './dataset.svelte';
import { withDecisions, type Decided } from './decided';
import { keptFor } from './kept.svelte';
import { Mirror } from './mirror.svelte';
import { Picked, pickCell, type PickedCell } from './picked.svelte';
import { Paged } from './paged.svelte';

export type LabelsTab = 'suspects' | 'confusion' | 'map' | 'curves';

export interface SuspectPair {
  readonly given: string;
  readonly suggested: string;
}

/** The check's threshold; its default is used until the user's value has arrived. */
const [THRESHOLD_ID, { default: FIRST_THRESHOLD }] = Object.entries(labelError.thresholds)[0]!;

export class Labels {
  readonly #dataset: Dataset;
  readonly summary: Mirror<LabelsSummary>;
  readonly suspects: Paged<Decided<Suspect>>;
  /** Learning curves of the CNN probe: of its last run, or of the current one so far. */
  readonly curve: Mirror<CurvePoint[]>;
  #pair = $state.raw<SuspectPair | null>(null);
  /** Null while the list shows what the check flags. */
  #threshold = $state<number | null>(null);
  /** Index of the tile with the keyboard focus. */
  active = $state(0);
  /** True while that image is shown beside the list. */
  detail = $state(false);
  tab = $state<LabelsTab>('suspects');
  /** The cell of a confusion matrix whose images are shown beside it. */
  cell = $state.raw<PickedCell | null>(null);
  /** The region of the map whose images are shown beside it. */
  region = $state.raw<{
    readonly ids: readonly number[];
    readonly only: readonly string[];
    readonly picked: Picked;
  } | null>(null);
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

  get pair(): SuspectPair | null {
    return this.#pair;
  }

  /** Labels with P(wrong) above this are shown, 0–1: the check's threshold until the user chooses another. */
  get threshold(): number {
    return (
      this.#threshold ??
      (this.#dataset.thresholds.value ?? []).find((one) => one.id === THRESHOLD_ID)?.value ??
      FIRST_THRESHOLD
    );
  }

  /** The check's finding on all suspicious labels; null if there is none. */
  get finding(): Finding | null {
    return (this.#dataset.findings.value ?? []).find((one) => one.check === labelError.id) ?? null;
  }

  /** What the list shows, as a filter of images; null while it shows what the check flags. */
  get narrowed(): SuspectFilter | null {
    const filter = { threshold: this.threshold, ...this.#pair };
    return this.#pair === null && this.#threshold === null ? null : filter;
  }

  /** Number flagged at the threshold and expected number of wrong ones among them, over all pairs. */
  readonly expected = $derived.by(() => {
    const curve = this.summary.value?.curve ?? [];
    return curve.findLast((point) => point.threshold >= this.threshold) ?? null;
  });

  /** @returns a function that shows the labels as they are now */
  keep(): () => void {
    const [pair, threshold, active, detail, tab] = [this.#pair, this.#threshold, this.active, this.detail, this.tab];
    return () => {
      this.#threshold = threshold;
      this.show(pair);
      this.active = active;
      this.detail = detail;
      this.tab = tab;
    };
  }

  show(pair: SuspectPair | null): void {
    this.#pair = pair;
    this.#restart();
  }

  cut(threshold: number): void {
    this.#threshold = threshold;
    this.#restart();
  }

  /** Reloads what has changed since. A decision does not change labels before an export. */
  follow({ revision, decided }: Dataset): void {
    const before = this.#seen;
    this.#seen = { revision, decided };
    if (revision !== before.revision) {
      void this.summary.refresh();
      void this.curve.refresh();
    }
    if (revision !== before.revision || decided !== before.decided) void this.suspects.refresh();
  }

  /** Shows the images of a cell beside the confusion matrix. */
  pickCell(cell: PickedCell['cell']): void {
    this.cell = pickCell(this.#dataset, cell, null);
  }

  /** Shows images beside the map. @param only the classes to show; none for all */
  pickRegion(ids: readonly number[], only: readonly string[]): void {
    const filter = { ids: [...ids], ...(only.length === 0 ? {} : { classes: [...only] }) };
    this.region = { ids, only, picked: new Picked(this.#dataset, filter) };
  }

  async run(kind: ProbeKind): Promise<void> {
    await this.#dataset.engine.call('jobs.probe', { dataset: this.#dataset.id, probe: kind });
  }

  /**
   * Asks for a file of the user's predictions, and judges the labels by them.
   * @returns what was left out, one sentence each
   */
  async usePredictions(): Promise<readonly string[]> {
    const { engine, id: dataset } = this.#dataset;
    const { predictions } = await engine.call('shell.importPredictions', { dataset });
    if (predictions === null) return [];
    await engine.call('jobs.probe', { dataset, probe: 'predictions', predictions: predictions.id });
    return predictions.notes;
  }

  /** The same with the user's embedding: runs the instant probe with it. */
  async useEmbedding(): Promise<readonly string[]> {
    const { engine, id: dataset } = this.#dataset;
    const { imported } = await engine.call('shell.importEmbedding', { dataset });
    if (imported === null) return [];
    await engine.call('jobs.probe', { dataset, probe: 'instant', embedding: imported.embedding });
    return imported.notes;
  }

  /** Asks for the ONNX file of a pretrained network. @returns its token; null when the user cancels */
  async chooseBackbone(): Promise<string | null> {
    const { engine, id: dataset } = this.#dataset;
    return (await engine.call('shell.chooseModel', { dataset, from: 'onnx' })).model;
  }

  /** How the network will be run. */
  checkBackbone(model: string, choices: BackboneChoices): Promise<CheckedBackbone> {
    const { engine, id: dataset } = this.#dataset;
    return engine.call('labels.checkBackbone', { dataset, model, ...choices });
  }

  /** Runs the instant probe with the network. */
  async runBackbone(backbone: OwnBackbone): Promise<void> {
    await this.#dataset.engine.call('jobs.probe', { dataset: this.#dataset.id, probe: 'instant', backbone });
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

/** The state for a data set; created at first use. */
export const labelsOf = keptFor((dataset) => new Labels(dataset));
