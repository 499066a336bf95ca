/**
 * Starts the built app with its own caches, decisions and settings. Imports only what plain Node can run, too.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { utf8Locale } from '../../scripts/app/locale.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** One user's folders: two starts in the same home share them, as two starts of the real app do. */
export interface Home {
  readonly folder: string;
  readonly cache: string;
  /** Chromium's switches for this home. */
  readonly switches: readonly string[];
  readonly env: Record<string, string>;
}

/** The window with what surrounds it, in Electron or in a browser. */
export interface App {
  readonly page: Page;
  /** Errors of the page and of Chromium: a refused script or style, or an uncaught error. */
  readonly complaints: string[];
  /** Answers the next questions for a file or folder, in order; the last answer is repeated, and null cancels. */
  answer(...paths: readonly (string | null)[]): Promise<void>;
  /** Path under which the next files are saved. */
  saveTo(path: string): Promise<void>;
  /** The text on the clipboard. */
  clipboard(): Promise<string>;
  /** Process id of the engine. */
  engine(): Promise<number>;
  /** CSS pixels of the page. */
  resize(width: number, height: number): Promise<void>;
  /** Kills the app, or the server, without a goodbye. Its engine notices by itself. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

export interface ElectronApp extends App {
  readonly electron: ElectronApplication;
}

export function makeHome(folder: string): Home {
  const [cache, data, user] = ['cache', 'data', 'user'].map((name) => join(folder, name)) as [string, string, string];
  for (const path of [cache, data, user]) mkdirSync(path, { recursive: true });
  const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    folder,
    cache,
    // Chromium's sandbox does not run as root.
    switches: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), `--user-data-dir=${user}`],
    env: {
      ...Object.fromEntries(inherited),
      ...utf8Locale(process.env),
      PLUMBLINE_CACHE_DIR: cache,
      PLUMBLINE_DATA_DIR: data,
    },
  };
}

/** Process id of the engine, as it reports it. */
function enginePid(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const id = 900_001;
        const { plumbline } = globalThis as unknown as {
          plumbline: {
            subscribe(hear: (frame: { type: string; id?: number; result?: { pid: number } }) => void): () => void;
            post(frame: unknown): void;
          };
        };
        const stop = plumbline.subscribe(({ type, id: of, result }) => {
          if (type !== 'reply' || of !== id || result === undefined) return;
          stop();
          resolve(result.pid);
        });
        plumbline.post({ type: 'request', id, name: 'engine.info', params: {} });
      }),
  );
}

/** The same folders, for an app that does not know of the first one. */
export function besideHome(home: Home): Home {
  const user = join(home.folder, 'other-user');
  const switches = home.switches.filter((each) => !each.startsWith('--user-data-dir'));
  return { ...home, switches: [...switches, `--user-data-dir=${user}`] };
}

/** `root` is a folder with a package.json and the built app. */
export async function launch(home: Home, args: readonly string[] = [], root = ROOT): Promise<ElectronApp> {
  const electron = await _electron.launch({ cwd: root, args: [...home.switches, '.', ...args], env: home.env });
  // Once it has ended, the driver no longer gives its process.
  const main = electron.process();
  const page = await electron.firstWindow();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return {
    electron,
    page,
    complaints,
    // A test cannot operate the dialogs of the system.
    answer: (...paths) =>
      electron.evaluate(({ dialog }, answers) => {
        dialog.showOpenDialog = () => {
          const [path = null] = answers.length > 1 ? answers.splice(0, 1) : answers;
          return Promise.resolve({ canceled: path === null, filePaths: path === null ? [] : [path] });
        };
      }, paths.slice()),
    saveTo: (path) =>
      electron.evaluate(({ dialog }, file) => {
        dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: file });
      }, path),
    engine: () => enginePid(page),
    clipboard: () => electron.evaluate(({ clipboard }) => clipboard.readText()),
    resize: (width, height) =>
      electron.evaluate(
        ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size[0], size[1]),
        [width, height] as const,
      ),
    kill: async () => {
      const ended = once(main, 'exit');
      main.kill('SIGKILL');
      await ended;
    },
    close: async () => {
      if (main.exitCode === null && main.signalCode === null) await electron.close();
    },
  };
}

/**
 * Starts the app again beside a running one, without a driver: if an app ends this early, the driver does not report
 * its own failed calls. Returns the exit code, or null after a signal.
 */
export async function startBeside(app: ElectronApp, home: Home, args: readonly string[]): Promise<number | null> {
  const second = spawn(app.electron.process().spawnfile, [...home.switches, '.', ...args], {
    cwd: ROOT,
    env: home.env,
    stdio: 'ignore',
  });
  const [code] = (await once(second, 'exit')) as [number | null];
  return code;
}
