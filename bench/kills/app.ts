/** SIGKILL of the app's main process, with its window, at random moments of typical work. */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobStatus } from '../../src/contract/model/job.ts';
import { makeHome, type Home } from '../../test/e2e/app.ts';
import { ExportPage } from '../../test/e2e/pages/export.ts';
import { FramePage } from '../../test/e2e/pages/frame.ts';
import { LabelsPage } from '../../test/e2e/pages/labels.ts';
import { EXPORT_OPTIONS, told, type Bench, type Undisturbed } from './bench.ts';
import { Deciding } from './decisions.ts';
import { GRACE, type Family } from './processes.ts';
import { exportedText } from './source.ts';
import { startAndKill, startApp, type KillableApp } from './window.ts';

/**
 * Approximate time from the start of the process until its window works, in milliseconds. Kills happen before and
 * after.
 */
const START = 2_500;

/** Caches to start from, and the results of undisturbed work. */
export interface Prepared {
  readonly indexed: string;
  readonly probed: string;
  readonly index: Undisturbed;
  readonly probe: Undisturbed;
  readonly export: Undisturbed;
}

export type AppKind = 'start' | 'index' | 'probe' | 'export' | 'decisions';

export class AppKills {
  readonly #bench: Bench;
  readonly #prepared: Prepared;
  readonly #home: Home;
  readonly #out: string;
  readonly spent: Record<AppKind, number> = { start: 0, index: 0, probe: 0, export: 0, decisions: 0 };
  /** Longest time that a process started by a killed app stayed alive, in seconds. */
  longest = 0;
  decided = 0;

  constructor(bench: Bench, prepared: Prepared) {
    this.#bench = bench;
    this.#prepared = prepared;
    this.#home = makeHome(join(bench.scratch, 'home'));
    this.#out = join(bench.scratch, 'app-exports', 'out');
  }

  get kills(): number {
    return Object.values(this.spent).reduce((sum, count) => sum + count, 0);
  }

  /** Runs the kinds of work in turn until `most` kills are done. @param after called after each turn */
  async run(most: number, after: () => void): Promise<void> {
    const turns = [
      () => this.#index(),
      () => this.#probe(),
      () => this.#export(),
      () => this.#decide(),
      () => this.#start(),
    ];
    for (let turn = 0; this.kills < most; turn += 1) {
      await turns[turn % turns.length]!();
      after();
    }
  }

  /** @param from a cache to start from; null for a user who never had the app */
  #prepare(from: string | null): void {
    for (const folder of [this.#home.cache, join(this.#home.folder, 'data')]) {
      rmSync(folder, { recursive: true, force: true });
      if (from === null) mkdirSync(folder);
      else cpSync(from, folder, { recursive: true });
    }
    rmSync(join(this.#out, '..'), { recursive: true, force: true });
    mkdirSync(join(this.#out, '..'));
  }

  #fault(kind: AppKind, what: string): void {
    this.#bench.faults.push(`app, ${kind}: ${what}`);
  }

  #well(kind: AppKind, { kind: job, state, error }: JobStatus): void {
    if (state !== 'done') this.#fault(kind, `the job ${job} ended as ${state}: ${JSON.stringify(error)}`);
  }

  /**
   * Kills after a random time up to the given one. Half of the time the app is started again at once, before all its
   * processes have ended.
   */
  async #killed(kind: AppKind, app: KillableApp, milliseconds: number): Promise<void> {
    await sleep(this.#bench.random() * milliseconds);
    await this.#buried(kind, app.kill());
  }

  async #buried(kind: AppKind, family: Family): Promise<void> {
    this.spent[kind] += 1;
    const burial = family.gone().then(({ seconds, left }) => {
      this.longest = Math.max(this.longest, seconds);
      for (const args of left) this.#fault(kind, `after ${GRACE} s this process was still alive: ${args}`);
    });
    if (this.#bench.random() < 0.5) await burial;
  }

  /** Starts the app on the folder, with an index that is up to date. */
  async #opened(kind: AppKind): Promise<{ app: KillableApp; dataset: string }> {
    const app = await startApp(this.#home, [this.#bench.source]);
    const { dataset } = await app.ask<{ dataset: string }>('shell.start', {});
    this.#well(kind, await app.ended(dataset, 'index'));
    return { app, dataset };
  }

  async #checked(kind: AppKind, app: KillableApp, { result }: Undisturbed, now: string): Promise<void> {
    if (now !== result) this.#fault(kind, 'the result differs from the undisturbed one');
    const alerts = await new FramePage(app.page).alerts.allTextContents();
    for (const alert of alerts) this.#fault(kind, `the window shows “${alert}”`);
    for (const complaint of await app.close()) this.#fault(kind, `error of the page: ${complaint}`);
  }

  /** Killed while it starts on a new folder, then started again normally. */
  async #start(): Promise<void> {
    this.#prepare(null);
    await this.#buried(
      'start',
      await startAndKill(
        this.#home,
        [this.#bench.source],
        this.#bench.random() * (START + this.#prepared.index.seconds * 1000),
      ),
    );
    const { app, dataset } = await this.#opened('start');
    await this.#checked('start', app, this.#prepared.index, await told(app.ask, dataset, false));
  }

  /**
   * A folder chosen in the dialog. After a kill it is opened from the list of recent folders, which resumes its index.
   */
  async #index(): Promise<void> {
    this.#prepare(null);
    const first = await startApp(this.#home);
    await first.chooses(this.#bench.source);
    const { dataset } = await first.ask<{ dataset: string }>('shell.openFolder', {});
    await this.#killed('index', first, this.#prepared.index.seconds * 900);
    const second = await startApp(this.#home);
    await second.ask('shell.openRecent', { dataset });
    await this.#killed('index', second, this.#prepared.index.seconds * 600);
    const app = await startApp(this.#home);
    await app.ask('shell.openRecent', { dataset });
    this.#well('index', await app.ended(dataset, 'index'));
    await this.#checked('index', app, this.#prepared.index, await told(app.ask, dataset, false));
  }

  async #probe(): Promise<void> {
    this.#prepare(this.#prepared.indexed);
    const first = await this.#opened('probe');
    await new FramePage(first.app.page).go('Labels');
    await new LabelsPage(first.app.page).run();
    await this.#killed('probe', first.app, this.#prepared.probe.seconds * 1000);
    const { app, dataset } = await this.#opened('probe');
    const state = (await app.jobs(dataset)).find(({ kind }) => kind === 'probe')?.state;
    if (state !== 'done') {
      const labels = new LabelsPage(app.page);
      await new FramePage(app.page).go('Labels');
      // Killed before the row of the job was written: the probe was never started.
      if (state === undefined) await labels.run();
      else await labels.stopped.getByRole('button', { name: 'Go on' }).click();
      this.#well('probe', await app.ended(dataset, 'probe'));
    }
    await this.#checked('probe', app, this.#prepared.probe, await told(app.ask, dataset, true));
  }

  async #export(): Promise<void> {
    this.#prepare(this.#prepared.probed);
    const first = await this.#opened('export');
    await first.app.chooses(this.#out);
    const { target } = await first.app.ask<{ target: string }>('shell.chooseExportFolder', { dataset: first.dataset });
    const { job } = await first.app.ask<{ job: string }>('jobs.export', {
      dataset: first.dataset,
      target,
      options: EXPORT_OPTIONS,
    });
    await this.#killed('export', first.app, this.#prepared.export.seconds * 1000);
    if (existsSync(this.#out) && exportedText(this.#out) !== this.#prepared.export.result)
      this.#fault('export', 'an incomplete export has its final name');
    const { app, dataset } = await this.#opened('export');
    if ((await app.jobs(dataset)).find((each) => each.job === job)?.state !== 'done') {
      await new FramePage(app.page).go('Export');
      await new ExportPage(app.page).goOn.click();
      this.#well('export', await app.ended(dataset, 'export'));
    }
    const beside = readdirSync(join(this.#out, '..')).filter((name) => name !== 'out');
    if (beside.length > 0) this.#fault('export', `left beside the export: ${beside.join(', ')}`);
    await this.#checked('export', app, this.#prepared.export, exportedText(this.#out));
  }

  /**
   * Decisions in quick succession, sometimes while a probe runs. All that had returned must be there afterwards, after
   * two starts.
   */
  async #decide(): Promise<void> {
    this.#prepare(this.#prepared.probed);
    for (let round = 0; round < 2; round += 1) {
      const { app, dataset } = await this.#opened('decisions');
      if (this.#bench.random() < 0.5) await app.ask('jobs.probe', { dataset, probe: 'instant' });
      const deciding = await Deciding.start(app.ask, dataset, this.#bench.random);
      const count = deciding.untilKilled();
      await this.#killed('decisions', app, 1_500);
      this.decided += await count;
      const again = await this.#opened('decisions');
      const lost = await deciding.lost(again.app.ask);
      if (lost !== null) this.#fault('decisions', lost);
      await again.app.close();
    }
  }
}
