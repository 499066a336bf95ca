/** The real app with its window, driven through its page's own calls. Its main process can be killed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobStatus } from '../../src/contract/model/job.ts';
import type { WindowBridge } from '../../src/contract/bridge.ts';
import { launch, type ElectronApp, type Home } from '../../test/e2e/app.ts';
import type { Call } from './bench.ts';
import { Family } from './processes.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** The page numbers its own calls starting at 1. */
const FIRST_ID = 1_000_000;
const LONGEST_JOB = 120_000;

let lastId = FIRST_ID;

/** Runs in the page: one call through the interface of the preload script. */
function askInPage({
  id,
  name,
  params,
}: {
  id: number;
  name: string;
  params: unknown;
}): Promise<{ ok: boolean; value: unknown }> {
  const { plumbline } = globalThis as unknown as { plumbline: WindowBridge };
  return new Promise((resolve) => {
    const stop = plumbline.subscribe((frame) => {
      if ((frame.type !== 'reply' && frame.type !== 'error') || frame.id !== id) return;
      stop();
      resolve(frame.ok ? { ok: true, value: frame.result } : { ok: false, value: frame.error.message });
    });
    plumbline.post({ type: 'request', id, name, params });
  });
}

export class KillableApp {
  readonly #app: ElectronApp;
  /** One call of the window. @throws Error with the app's sentence, or because the app was killed */
  readonly ask: Call;
  readonly #startedAt: number;

  constructor(app: ElectronApp, startedAt: number) {
    this.#app = app;
    this.#startedAt = startedAt;
    this.ask = async <T>(name: string, params: unknown) => {
      const { ok, value } = await app.page.evaluate(askInPage, { id: (lastId += 1), name, params });
      if (!ok) throw new Error(`${name}: ${String(value)}`);
      return value as T;
    };
  }

  get page(): ElectronApp['page'] {
    return this.#app.page;
  }

  /** Makes the native dialog return this folder. */
  async chooses(folder: string): Promise<void> {
    await this.#app.electron.evaluate(({ dialog }, path) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] });
    }, folder);
  }

  /** Newest first. */
  jobs(dataset: string): Promise<JobStatus[]> {
    return this.ask('jobs.list', { dataset });
  }

  /** Waits for the end of a job of this kind that this app started or resumed. */
  async ended(dataset: string, kind: JobStatus['kind']): Promise<JobStatus> {
    const latest = Date.now() + LONGEST_JOB;
    while (Date.now() < latest) {
      const job = (await this.jobs(dataset)).find((each) => each.kind === kind);
      if (job !== undefined && job.startedAt >= this.#startedAt && job.state !== 'running') return job;
      await sleep(30);
    }
    throw new Error(`the job ${kind} does not end`);
  }

  /** SIGKILL of Electron's main process. @returns it with all its descendants */
  kill(): Family {
    const { pid } = this.#app.electron.process();
    const family = new Family(pid!);
    process.kill(pid!, 'SIGKILL');
    return family;
  }

  /** Closes the app as a user does. @returns the errors of the page */
  async close(): Promise<readonly string[]> {
    await this.#app.close();
    return this.#app.complaints;
  }
}

/** Starts the app and waits until its window is loaded. */
export async function startApp(home: Home, args: readonly string[] = []): Promise<KillableApp> {
  const startedAt = Date.now();
  return new KillableApp(await launch(home, args), startedAt);
}

/** Starts the app without connecting to it, and kills its main process after this time. */
export async function startAndKill(home: Home, args: readonly string[], milliseconds: number): Promise<Family> {
  const electron = createRequire(import.meta.url)('electron') as string;
  const child = spawn(electron, [...home.switches, '.', ...args], { cwd: ROOT, env: home.env, stdio: 'ignore' });
  const gone = once(child, 'exit');
  await Promise.race([sleep(milliseconds), gone]);
  const family = new Family(child.pid!);
  child.kill('SIGKILL');
  await gone;
  return family;
}
