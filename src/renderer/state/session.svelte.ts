/** The whole window: open data set, view, messages. */
import { createContext } from 'svelte';
import type { EventPayload } from '../../contract/api';
import type { Relation } from '../../contract/model/finding';
import type { ImageCard } from '../../contract/model/image';
import type { Recent, RefusedReading } from '../../contract/model/dataset';
import type { WireError } from '../../contract/errors';
import type { Progress } from '../../contract/model/job';
import { jobResult } from '../../core/text/jobs';
import type { Engine } from './engine';
import { Dataset } from './dataset.svelte';
import { History, type Visit } from './history.svelte';
import { Mirror } from './mirror.svelte';
import { Notices, type NoticeAction } from './notices.svelte';
import { Theme } from './theme.svelte';
import { unlabelledFolder, type UnlabelledFolder } from './unlabelled';

/** `starting` until the shell has answered what to show. */
type Phase = 'starting' | 'start' | 'dataset';

/** An archive that is being unpacked. */
interface Unpacking {
  readonly name: string;
  readonly progress: Progress;
}

/** Which class is right? The frame asks it. */
export interface ClassQuestion {
  readonly dataset: Dataset;
  readonly title: string;
  /** Offered first; null if there is no suggestion. */
  readonly suggested: string | null;
  readonly pick: (label: string) => void;
}

/** Pictures to look at closely, one after the other. */
interface Closeup {
  readonly dataset: Dataset;
  readonly cards: readonly ImageCard[];
  /** The index of the first one to show. */
  readonly at: number;
  /** The picture that each of them can be compared with; null for none. */
  readonly beside: ImageCard | null;
}

/** One of two pictures that are compared. `relation` and `similarity` are those of a copy to its original. */
export interface ComparedPicture {
  readonly card: ImageCard;
  readonly bytes?: number;
  readonly relation?: Relation | null;
  readonly similarity?: number;
}

interface Comparison {
  readonly dataset: Dataset;
  readonly first: ComparedPicture;
  readonly second: ComparedPicture;
}

/** Opening a folder does not concern the data set that is already open. */
const OPENING = { dataset: null, thing: 'open' };

export class Session {
  readonly engine: Engine;
  readonly notices: Notices;
  readonly theme: Theme;
  readonly recents: Mirror<Recent[]>;
  readonly history = new History();
  /** Set by the frame, which knows the views: returns a function that shows the current view as it is now. */
  remember: () => () => void = () => () => undefined;
  /** What the user is asked now. */
  question = $state.raw<ClassQuestion | null>(null);
  /** What the frame shows above the view. */
  closeup = $state.raw<Closeup | null>(null);
  comparison = $state.raw<Comparison | null>(null);
  /** A folder without labels, while the user is asked where they are. */
  unlabelled = $state.raw<UnlabelledFolder | null>(null);
  #phase = $state<Phase>('starting');
  #dataset = $state.raw<Dataset | null>(null);
  #view = $state('overview');
  #engineState = $state.raw<EventPayload<'engine'>>({ state: 'up', message: '' });
  #unpacking = $state.raw<Unpacking | null>(null);
  #sampleProgress = $state.raw<Progress | null>(null);
  #openingSample = $state(false);
  #about = $state.raw({ version: '', electron: '', notice: null as string | null });

  constructor(engine: Engine, store: Storage) {
    this.engine = engine;
    this.notices = new Notices(
      () => ({ dataset: this.#dataset?.id ?? null, thing: this.#view }),
      (error) => this.#remedy(error),
    );
    this.theme = new Theme(store, matchMedia('(prefers-color-scheme: dark)'));
    this.recents = new Mirror(() => engine.call('dataset.recents', {}));
    engine.on('dataset-opened', (event) => this.#show(event.dataset));
    engine.on('dataset-changed', (event) => {
      if (event.dataset === this.#dataset?.id) this.#dataset.changed();
    });
    engine.on('review-changed', (event) => {
      if (event.dataset === this.#dataset?.id) this.#dataset.reviewed(event.classes);
    });
    engine.on('unpacking', ({ name, progress }) => {
      this.#unpacking = progress === null ? null : { name, progress };
    });
    engine.on('sample', ({ progress }) => {
      this.#sampleProgress = progress;
    });
    engine.on('job', (event) => this.#jobMoved(event));
    engine.on('engine', (event) => this.#engineMoved(event));
    engine.on('menu', ({ command }) => this.#obey(command));
    engine.on('notice', (event) => this.notices.error(event.error, event.about === 'open' ? OPENING : undefined));
  }

  get phase(): Phase {
    return this.#phase;
  }

  get dataset(): Dataset | null {
    return this.#dataset;
  }

  get view(): string {
    return this.#view;
  }

  get engineState(): EventPayload<'engine'> {
    return this.#engineState;
  }

  /** The archive that is being unpacked; null if there is none. */
  get unpacking(): Unpacking | null {
    return this.#unpacking;
  }

  /** How much of the sample is written; null while none is written. */
  get sampleProgress(): Progress | null {
    return this.#sampleProgress;
  }

  get openingSample(): boolean {
    return this.#openingSample;
  }

  get about(): { version: string; electron: string; notice: string | null } {
    return this.#about;
  }

  /** Asks the shell what the command line requested and shows it. */
  async begin(): Promise<void> {
    void this.recents.refresh();
    await this.notices.attempt(async () => {
      const start = await this.engine.call('shell.start', {});
      this.#about = { version: start.version, electron: start.electron, notice: start.notice };
      if (start.error !== null) this.notices.error(start.error, OPENING);
      if (start.dataset !== null) this.#show(start.dataset);
    });
    if (this.#dataset === null) this.#phase = 'start';
  }

  go(view: string): void {
    if (view !== this.#view) this.history.leave(this.#visit());
    this.#view = view;
  }

  /** Goes to a view that will show something else, so that “back” leads here also if it is the same view. */
  goAnew(view: string): void {
    this.history.leave(this.#visit());
    this.#view = view;
  }

  /** Shows the previous or next view of the history as it was left; does nothing if there is none. */
  travel(way: 'back' | 'forward'): void {
    const visit = this.history[way](this.#visit());
    if (visit === null) return;
    this.#view = visit.view;
    visit.restore();
  }

  #visit(): Visit {
    return { view: this.#view, restore: this.remember() };
  }

  /** The shell shows its dialog; a chosen folder also arrives as an event. */
  async openFolder(): Promise<void> {
    await this.notices.attempt(async () => {
      const { dataset } = await this.engine.call('shell.openFolder', {});
      if (dataset !== null) this.#show(dataset);
    }, OPENING);
  }

  /** The shell shows its dialog, then unpacks and opens the chosen file. */
  async openArchive(): Promise<void> {
    await this.notices.attempt(async () => {
      const { dataset } = await this.engine.call('shell.openArchive', {});
      if (dataset !== null) this.#show(dataset);
    }, OPENING);
  }

  /** Unpacks and opens what was refused last. */
  async unpack(): Promise<void> {
    await this.notices.attempt(async () => {
      const { dataset } = await this.engine.call('shell.unpack', {});
      this.#show(dataset);
    }, OPENING);
  }

  /** Opens the folder that was refused without labels, with these. @throws PlumblineError */
  async readRefused(reading: RefusedReading): Promise<void> {
    const { dataset } = await this.engine.call('shell.readRefused', reading);
    this.#show(dataset);
  }

  #remedy(error: WireError): NoticeAction | null {
    if (error.code === 'needs-unpacking') return { label: 'Unpack and open', run: () => void this.unpack() };
    const found = unlabelledFolder(error);
    return found && { label: 'Choose the labels…', run: () => (this.unlabelled = found) };
  }

  async cancelUnpacking(): Promise<void> {
    await this.notices.attempt(() => this.engine.call('archives.cancel', {}), OPENING);
  }

  /** Opens the sample data set, which is written first where it does not exist yet. */
  async openSample(): Promise<void> {
    this.#openingSample = true;
    await this.notices.attempt(async () => {
      const { dataset } = await this.engine.call('shell.openSample', {});
      this.#show(dataset);
    }, OPENING);
    this.#openingSample = false;
  }

  async openRecent(dataset: string): Promise<void> {
    await this.notices.attempt(async () => {
      const opened = await this.engine.call('shell.openRecent', { dataset });
      this.#show(opened.dataset);
    }, OPENING);
  }

  async forget(dataset: string): Promise<void> {
    await this.notices.attempt(() => this.engine.call('dataset.forget', { dataset }));
    await this.recents.refresh();
  }

  /** Tells that a file was saved, and offers to show it where there is a file manager. */
  saved(message: string): void {
    const show = () => void this.notices.attempt(() => this.engine.call('shell.showSaved', {}));
    this.notices.info(message, this.engine.can('file-manager') ? { label: 'Show folder', run: show } : undefined);
  }

  closeDataset(): void {
    this.#dataset?.close();
    this.#dataset = this.question = this.closeup = this.comparison = null;
    this.history.clear();
    this.notices.leave(null);
    this.#phase = 'start';
    this.#view = 'overview';
    void this.recents.refresh();
  }

  #show(id: string): void {
    this.#phase = 'dataset';
    this.notices.settle(OPENING);
    this.notices.leave(id);
    void this.recents.refresh();
    if (this.#dataset?.id === id) {
      this.#dataset.changed();
      void this.#dataset.jobs.refresh();
      return;
    }
    this.#dataset?.close();
    this.#dataset = new Dataset(this.engine, id);
    this.history.clear();
    this.#view = 'overview';
    void this.#dataset.pull();
  }

  #jobMoved(event: EventPayload<'job'>): void {
    const about = { dataset: event.dataset, thing: `job ${event.kind}` };
    if (event.state === 'running') this.notices.settle(about);
    const ended = this.#dataset?.jobs.take(event) ?? false;
    if (!ended) return;
    this.#dataset?.changed();
    this.#dataset?.auditIfOutdated();
    this.#tellAway(event);
    if (event.state === 'failed' && event.error !== null) this.notices.error(event.error, about);
  }

  /** Jobs take long, so that the user may be in another window when one ends. Cancelling needs no message. */
  #tellAway(event: EventPayload<'job'>): void {
    if (event.state === 'cancelled' || document.hasFocus()) return;
    const title = this.#dataset?.summary.value?.name ?? 'Plumbline';
    void this.engine
      .call('shell.notify', { title: title.slice(0, 200), text: jobResult(event).slice(0, 500) })
      .catch(() => undefined);
  }

  #obey(command: EventPayload<'menu'>['command']): void {
    switch (command) {
      case 'close-dataset':
        this.closeDataset();
        return;
      case 'theme-system':
        this.theme.choose('system');
        return;
      case 'theme-light':
        this.theme.choose('light');
        return;
      case 'theme-dark':
        this.theme.choose('dark');
    }
  }

  #engineMoved(event: EventPayload<'engine'>): void {
    this.#engineState = event;
    if (event.state !== 'up') this.#unpacking = this.#sampleProgress = null;
    if (event.state === 'restarted') {
      this.notices.info(event.message);
      void this.recents.refresh();
      void this.#dataset?.pull();
    }
  }
}

export const [useSession, provideSession] = createContext<Session>();
