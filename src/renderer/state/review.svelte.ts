/**
 * A review: queue, current image, decisions. Kept while the data set is open, so that coming back finds it unchanged.
 */
import { labelError } from '../../core/checks/label-error';
import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { DISAGREEMENTS, type Agreement } from '../../contract/model/agreement';
import type { Finding } from '../../contract/model/finding';
import type { ImageFilter } from '../../contract/model/queries';
import type { Act, KeptOnes, ReviewItem, ReviewState, ReviewStats } from '../../contract/model/review';
import type { Dataset } from './dataset.svelte';
import { keptFor } from './kept.svelte';
import { Mirror } from './mirror.svelte';
import { Paged } from './paged.svelte';
import { actOn, type DecisionInput } from './review-decision';

/** The images of a finding, worst first, or those of a filter. */
export type Source =
  | { readonly kind: 'finding'; readonly key: string }
  | { readonly kind: 'filter'; readonly title: string; readonly filter: ImageFilter };

export type ReviewLayout = 'single' | 'grid' | 'groups';

/** How far a queue is searched for its first undecided image, and how many images "select all" takes. */
const SEARCHED = 20_000;
const CHUNK = 1000;
/** Number of classes that get a key when there are more classes than keys. */
const RECENT_CLASSES = 10;

export class ReviewPlace {
  readonly #dataset: Dataset;
  readonly items: Paged<ReviewItem>;
  readonly stats: Mirror<ReviewStats>;
  readonly state: Mirror<ReviewState>;
  readonly agreement: Mirror<{ readonly reviewers: readonly Agreement[]; readonly open: number }>;
  #source = $state.raw<Source | null>(null);
  #undecidedOnly = $state(false);
  /** Increases with every decision, wherever it was made; views that show decisions reload then. */
  #moves = $state(0);
  #used = $state.raw<readonly string[]>([]);
  /** The user's own choice of keys: class by key. */
  readonly keys = new SvelteMap<string, string>();
  /** Decisions by image id. */
  readonly selected = new SvelteMap<number, ReviewItem>();
  active = $state(0);
  layout = $state<ReviewLayout>('single');
  /** Move to the next undecided image after a decision. */
  advances = $state(true);
  #anchor = 0;
  #seen: number;
  /** Decisions run one after another, each on the state that the previous one left. */
  #turn: Promise<void> = Promise.resolve();
  #acting = 0;

  constructor(dataset: Dataset) {
    this.#dataset = dataset;
    this.#seen = dataset.revision;
    this.items = new Paged(this.#loader());
    this.stats = new Mirror(() => dataset.engine.call('review.stats', { dataset: dataset.id, filter: this.filter }));
    this.agreement = new Mirror(() => dataset.engine.call('review.agreement', { dataset: dataset.id }));
    this.state = new Mirror(() => dataset.engine.call('review.state', { dataset: dataset.id }));
  }

  /** Follows decisions made elsewhere until the returned function is called. */
  listen(): () => void {
    untrack(() => void this.#pull());
    return this.#dataset.engine.on('review-changed', (event) => {
      if (event.dataset === this.#dataset.id && this.#acting === 0) void this.#pull();
    });
  }

  get source(): Source | null {
    return this.#source;
  }

  get undecidedOnly(): boolean {
    return this.#undecidedOnly;
  }

  get moves(): number {
    return this.#moves;
  }

  /**
   * The classes chosen in this review, in the order of first use; they get the keys when there are more classes than
   * keys.
   */
  get usedClasses(): readonly string[] {
    return this.#used;
  }

  get filter(): ImageFilter {
    if (this.#source === null) return { ids: [] };
    return this.#source.kind === 'finding' ? { finding: this.#source.key } : this.#source.filter;
  }

  /** Whether the queue has the disagreements with other reviewers: a decision settles one. */
  get settles(): boolean {
    return this.filter.disagreements === true;
  }

  /** The finding under review; null for other queues, or if the finding no longer exists. */
  readonly finding = $derived.by((): Finding | null => {
    const source = this.#source;
    return source?.kind !== 'finding'
      ? null
      : ((this.#dataset.findings.value ?? []).find((one) => one.key === source.key) ?? null);
  });

  readonly current = $derived.by(() => this.items.at(this.active) ?? null);

  /** The images that a decision applies to: the selection, or the current image. */
  get targets(): readonly ReviewItem[] {
    if (this.selected.size > 0) return [...this.selected.values()];
    return this.current === null ? [] : [this.current];
  }

  /** The findings that can be reviewed, worst first. */
  readonly queues = $derived.by(() =>
    this.#dataset.openFindings.filter((finding) => finding.images > 0 || finding.groups > 0),
  );

  /** Opens a queue at its first undecided image. */
  open(source: Source): Promise<void> {
    this.#source = source;
    this.#undecidedOnly = false;
    const groups = (this.#dataset.findings.value ?? []).some(
      (one) => source.kind === 'finding' && one.key === source.key && one.groups > 0,
    );
    if (groups) this.layout = 'groups';
    else if (this.layout === 'groups') this.layout = 'single';
    return this.#restart();
  }

  /** Opens the most useful queue, unless one is open. */
  begin(): void {
    if (untrack(() => this.#source) !== null) return;
    const best =
      this.queues.find((finding) => finding.check === labelError.id) ??
      this.queues.find((finding) => finding.scope === 'image' || finding.groups > 0);
    if (best !== undefined) untrack(() => void this.open({ kind: 'finding', key: best.key }));
  }

  /** Gives a class this key. It loses its other key. */
  giveKey(key: string, name: string): void {
    for (const [other, taken] of this.keys) if (taken === name) this.keys.delete(other);
    this.keys.set(key, name);
  }

  /** @returns a function that shows the queue as it is now */
  keep(): () => void {
    const [source, undecidedOnly, active, layout] = [this.#source, this.#undecidedOnly, this.active, this.layout];
    return () => {
      if (source === null || (source === this.#source && undecidedOnly === this.#undecidedOnly)) return;
      this.#source = source;
      this.#undecidedOnly = undecidedOnly;
      void this.#restart().then(() => {
        if (source === this.#source) this.active = this.#anchor = active;
      });
      this.layout = layout;
    };
  }

  showUndecided(only: boolean): Promise<void> {
    this.#undecidedOnly = only;
    return this.#restart();
  }

  /** Reloads if the data set has changed since. */
  follow(revision: number): void {
    if (revision === this.#seen) return;
    this.#seen = revision;
    untrack(() => void this.#pull());
  }

  moveTo(index: number, extend = false): void {
    const total = this.items.total ?? 0;
    this.active = Math.max(0, Math.min(index, total - 1));
    if (extend) this.#select(this.#anchor, this.active);
    else this.#anchor = this.active;
  }

  toggle(index: number): void {
    const item = this.items.at(index);
    if (item === undefined) return;
    if (!this.selected.delete(item.card.id)) this.selected.set(item.card.id, item);
    this.active = this.#anchor = index;
  }

  /** The whole queue, up to the search limit. */
  async selectAll(): Promise<void> {
    const load = this.#loader();
    const total = Math.min(this.items.total ?? 0, SEARCHED);
    for (let offset = 0; offset < total; offset += CHUNK)
      for (const item of (await load(offset, CHUNK)).items) this.selected.set(item.card.id, item);
    this.#anchor = 0;
  }

  clearSelection(): void {
    this.selected.clear();
  }

  /** @returns the number of images decided; 0 if the choice does not apply to them */
  decide(choice: DecisionInput): Promise<number> {
    return this.#inTurn(async () => {
      const acts = this.targets.flatMap((item) => actOn(item, choice) ?? []);
      if (acts.length === 0) return 0;
      const many = this.selected.size > 0;
      await this.#act(acts);
      if (choice.kind === 'relabel') this.remember(choice.label);
      this.selected.clear();
      await this.#pull();
      if (many) this.active = Math.min(this.#anchor, this.active);
      if (this.advances && choice.kind !== 'clear')
        await this.#advance(this.#undecidedOnly ? this.active : this.active + 1);
      this.#anchor = this.active;
      return acts.length;
    });
  }

  /** Decides images that may not be in the queue (members of a duplicate group), as one undoable step. */
  perform(acts: readonly Act[]): Promise<void> {
    return this.#inTurn(async () => {
      await this.#act(acts);
      await this.#pull();
    });
  }

  /** Excludes all images of a duplicate group but one. */
  keepOnly(finding: string, group: number, image: number): Promise<void> {
    return this.#inTurn(async () => {
      const { engine, id: dataset } = this.#dataset;
      await engine.call('review.keepOnly', { dataset, finding, group, image });
      await this.#pull();
    });
  }

  keepOnePerGroup(finding: string, keepers: readonly number[]): Promise<KeptOnes> {
    return this.#inTurn(async () => {
      const done = await this.#dataset.engine.call('review.keepOnePerGroup', {
        dataset: this.#dataset.id,
        finding,
        keepers: [...keepers],
      });
      await this.#pull();
      return done;
    });
  }

  /**
   * Undoes or redoes the last step and shows the first of its images.
   * @returns the number of images concerned
   */
  step(kind: 'undo' | 'redo'): Promise<number> {
    return this.#inTurn(async () => {
      const { images } = await this.#dataset.engine.call(kind === 'undo' ? 'review.undo' : 'review.redo', {
        dataset: this.#dataset.id,
      });
      await this.#pull();
      const total = this.items.total ?? 0;
      for (let away = 0; away < total && away < CHUNK; away += 1) {
        const at = [this.active - away, this.active + away].find((index) => isOf(images, this.items.at(index)));
        if (at === undefined) continue;
        this.active = this.#anchor = at;
        break;
      }
      return images.length;
    });
  }

  async #act(acts: readonly Act[]): Promise<void> {
    const queue = this.settles ? DISAGREEMENTS : this.#source?.kind === 'finding' ? this.#source.key : null;
    await this.#dataset.engine.call('review.act', {
      dataset: this.#dataset.id,
      acts: [...acts],
      queue,
      note: null,
      source: 'review',
    });
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.#acting += 1;
    const mine = this.#turn.then(work);
    this.#turn = mine.then(
      () => undefined,
      () => undefined,
    );
    try {
      return await mine;
    } finally {
      this.#acting -= 1;
    }
  }

  async #pull(): Promise<void> {
    this.#moves += 1;
    void this.stats.refresh();
    void this.state.refresh();
    void this.agreement.refresh();
    if (this.#source === null) return;
    await this.items.refresh();
    const total = this.items.total ?? 0;
    if (this.active >= total) this.active = Math.max(0, total - 1);
  }

  async #restart(): Promise<void> {
    this.selected.clear();
    this.active = this.#anchor = 0;
    void this.stats.refresh();
    const source = this.#source;
    await this.items.restart(this.#loader());
    const first = this.#undecidedOnly ? 0 : await this.#firstUndecided();
    if (source === this.#source && this.active === 0) this.active = this.#anchor = first;
  }

  /** Index of the first undecided image; 0 if none is near. */
  async #firstUndecided(): Promise<number> {
    const total = Math.min(this.items.total ?? 0, SEARCHED);
    const load = this.#loader();
    for (let offset = 0; offset < total; offset += CHUNK) {
      const at = (await load(offset, CHUNK)).items.findIndex((item) => item.decision === null);
      if (at >= 0) return offset + at;
    }
    return 0;
  }

  /** Moves to the first undecided image from an index on; stays if there is none. */
  async #advance(from: number): Promise<void> {
    const total = this.items.total ?? 0;
    for (let index = from; index < total; index += 1) {
      if (this.items.at(index) === undefined) await this.items.ensure(index, index + 1);
      const item = this.items.at(index);
      if (item === undefined) return;
      if (item.decision !== null) continue;
      this.active = index;
      return;
    }
  }

  #select(from: number, to: number): void {
    this.selected.clear();
    for (let index = Math.min(from, to); index <= Math.max(from, to); index += 1) {
      const item = this.items.at(index);
      if (item !== undefined) this.selected.set(item.card.id, item);
    }
  }

  /** A class that the user chose gets the next free key. */
  remember(label: string): void {
    if (!this.#used.includes(label)) this.#used = [...this.#used, label].slice(0, RECENT_CLASSES);
  }

  #loader() {
    const { engine, id } = this.#dataset;
    const { filter } = this;
    const undecidedOnly = this.#undecidedOnly;
    return (offset: number, limit: number) =>
      engine.call('review.queue', { dataset: id, offset, limit: limit, filter, undecidedOnly });
  }
}

function isOf(images: readonly number[], item: ReviewItem | undefined): boolean {
  return item !== undefined && images.includes(item.card.id);
}

/** The review state of a data set; created at first use. */
export const reviewOf = keptFor((dataset) => new ReviewPlace(dataset));
