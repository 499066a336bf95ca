/** The recipe as a form: every change is checked and stored at once. Kept while the data set is open. */
import { untrack } from 'svelte';
import type { StoredRecipe, TrainingScript } from '../../contract/model/collapse';
import { PlumblineError, toWire, type WireError } from '../../contract/errors';
import type { AdditionId, ScriptRemedy } from '../../contract/model/remedy';
import type { WireReading, WireRecipe } from '../../contract/model/recipe';
import { fieldAndPart } from '../../core/collapse/interventions/intervention';
import { withRecipeValue } from '../../core/collapse/recipe-form';
import type { Dataset } from './dataset.svelte';
import { Latest } from './latest';

type Script = StoredRecipe['script'];
/** The highlighted field and script line. */
interface Pointed {
  readonly field: string | null;
  readonly line: number | null;
}

type Kept = Pick<StoredRecipe, 'reading' | 'script'>;

/** Milliseconds without typing after which a change is stored. */
const PAUSE_MS = 250;
const NOTHING: Pointed = { field: null, line: null };
const ENTERED = { how: 'read', line: null, text: null } as const;
const ASSUMED = { how: 'assumed', line: null, text: null } as const;

export class RecipeDraft {
  readonly #dataset: Dataset;
  readonly #keep: Latest<Kept, StoredRecipe>;
  /** The engine's last answer; warnings and differences may be slightly older than the reading. */
  #view = $state.raw<StoredRecipe | null>(null);
  #reading = $state.raw<WireReading | null>(null);
  #error = $state.raw<WireError | null>(null);
  #keeping = $state(false);
  /** What a new script or file replaced. */
  #before = $state.raw<Kept | null>(null);
  #pointed = $state.raw<Pointed | { readonly rule: string }>(NOTHING);
  #changes = 0;
  #seen: number;

  constructor(dataset: Dataset) {
    this.#dataset = dataset;
    this.#seen = dataset.revision;
    this.#keep = new Latest({
      ask: ({ reading, script }) => dataset.engine.call('recipe.set', { dataset: dataset.id, reading, script }),
      take: (view) => this.#take(view),
      fail: (error) => this.#fail(error),
      pauseMs: PAUSE_MS,
    });
    void this.refresh();
  }

  get view(): StoredRecipe | null {
    return this.#view;
  }

  get reading(): WireReading | null {
    return this.#reading;
  }

  get error(): WireError | null {
    return this.#error;
  }

  get keeping(): boolean {
    return this.#keeping;
  }

  get undoable(): boolean {
    return this.#before !== null;
  }

  /** How many fields come from the script or the user, from the framework's defaults, or from assumptions. */
  readonly tally = $derived.by(() => {
    const hows = Object.values(this.#reading?.sources ?? {}).map((source) => source.how);
    return {
      read: hows.filter((how) => how === 'read').length,
      default: hows.filter((how) => how === 'default').length,
      assumed: hows.filter((how) => how === 'assumed').length,
    };
  });

  readonly pointed = $derived.by((): Pointed => {
    const pointed = this.#pointed;
    if (!('rule' in pointed)) return pointed;
    const warning = this.#view?.warnings.find((one) => one.rule === pointed.rule);
    return { field: warning?.fields[0] ?? null, line: warning?.line ?? null };
  });

  follow(revision: number): void {
    if (revision === this.#seen) return;
    this.#seen = revision;
    untrack(() => void this.refresh());
  }

  /** The local change is newer than the stored recipe. */
  async refresh(): Promise<void> {
    const changes = this.#changes;
    try {
      const view = await this.#dataset.engine.call('recipe.get', { dataset: this.#dataset.id });
      if (changes === this.#changes && !this.#keeping) this.#take(view);
    } catch (error) {
      if (changes === this.#changes) this.#fail(error);
    }
  }

  /** False if the schema refuses the value; then nothing changes. */
  enter(path: string, value: unknown): boolean {
    const reading = this.#reading;
    const recipe = reading === null ? null : withRecipeValue(reading.recipe, path, value);
    if (reading === null || recipe === null) return false;
    this.#change(reading, recipe, { [fieldAndPart(path)[0]]: ENTERED });
    return true;
  }

  /** Resets to the sound recipe for this data set. */
  reset(field: string): void {
    const [reading, view] = [this.#reading, this.#view];
    const sound = view?.sound[field];
    if (reading !== null && sound !== undefined)
      this.#change(reading, { ...reading.recipe, [field]: sound }, { [field]: ASSUMED });
  }

  /** Removes the script: every field is assumed. */
  async clear(): Promise<void> {
    const [reading, view] = [this.#reading, this.#view];
    if (reading === null || view === null) return;
    const sources = Object.fromEntries(Object.keys(reading.sources).map((field) => [field, ASSUMED]));
    await this.#replace({ framework: null, recipe: view.sound, sources, notes: [] }, null);
  }

  async readScript(script: TrainingScript): Promise<void> {
    const { reading } = await this.#dataset.engine.call('recipe.readScript', { dataset: this.#dataset.id, ...script });
    await this.#replace(reading, script);
  }

  /** Shows the dialog for choosing a script or a recipe file. */
  async readFile(what: 'script' | 'recipe'): Promise<void> {
    const { file } = await this.#dataset.engine.call('shell.readText', { dataset: this.#dataset.id, what });
    if (file === null) return;
    if (what === 'script') {
      await this.readScript(file);
      return;
    }
    const { reading } = await this.#dataset.engine.call('recipe.readFile', {
      dataset: this.#dataset.id,
      text: file.text,
    });
    await this.#replace(reading, null);
  }

  async undo(): Promise<void> {
    const before = this.#before;
    if (before === null) return;
    await this.#replace(before.reading, before.script);
    this.#before = null;
  }

  /** @returns the file's name, or null when the dialog was cancelled */
  async save(): Promise<string | null> {
    return (await this.#dataset.engine.call('shell.saveJson', { dataset: this.#dataset.id, what: 'recipe' })).file;
  }

  /** The stored script, changed so that its warnings are gone, with these additions. Null without a script. */
  async remedy(additions: AdditionId[]): Promise<ScriptRemedy | null> {
    const script = this.#view?.script ?? null;
    return script && this.#dataset.engine.call('recipe.remedy', { dataset: this.#dataset.id, ...script, additions });
  }

  /** @returns the file's name, or null when the dialog was cancelled */
  async saveRemedy(what: 'patch' | 'script', additions: AdditionId[]): Promise<string | null> {
    return (await this.#dataset.engine.call('shell.saveRemedy', { dataset: this.#dataset.id, what, additions })).file;
  }

  async copyPatch(additions: AdditionId[]): Promise<void> {
    await this.#dataset.engine.call('shell.copyPatch', { dataset: this.#dataset.id, additions });
  }

  point(pointed: Pointed | { readonly rule: string }): void {
    this.#pointed = pointed;
  }

  #change(reading: WireReading, recipe: WireRecipe, sources: WireReading['sources']): void {
    this.#changes += 1;
    this.#keeping = true;
    this.#reading = { ...reading, recipe, sources: { ...reading.sources, ...sources } };
    this.#keep.request({ reading: this.#reading, script: this.#view?.script ?? null });
  }

  async #replace(reading: WireReading, script: Script): Promise<void> {
    this.#keep.cancel();
    this.#changes += 1;
    const before = this.#reading === null ? null : { reading: this.#reading, script: this.#view?.script ?? null };
    this.#keeping = true;
    try {
      const view = await this.#dataset.engine.call('recipe.set', { dataset: this.#dataset.id, reading, script });
      this.#before = before;
      this.point(NOTHING);
      this.#take(view);
    } finally {
      this.#keeping = false;
    }
  }

  #take(view: StoredRecipe): void {
    this.#keeping = false;
    this.#view = view;
    this.#reading = view.reading;
    this.#error = null;
  }

  #fail(error: unknown): void {
    this.#keeping = false;
    this.#error = toWire(error instanceof PlumblineError ? error : new PlumblineError('internal', String(error)));
  }
}
