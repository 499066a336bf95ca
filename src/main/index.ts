/** The Electron shell: starts the engine, shows the window, and connects the two. */
import { app, BrowserWindow, clipboard, session, shell } from 'electron';
import { freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Announcement } from '../contract/api';
import { dropFacts, type OnDropped } from '../contract/rpc/port';
import { logFolder } from '../host/folders';
import { openLog, recentLines } from '../host/log';
import type { Log } from '../host/process-log';
import { logRelativeTo } from '../host/redaction';
import { limited } from '../shell/limited-log';
import { chooseFolder } from '../shell/questions';
import { noPrompts, serveWindow } from '../shell/relay';
import { makeShellCalls } from '../shell/shell-calls';
import { WindowOpening } from '../shell/window-opening';
import { superviseEngine, type SupervisedEngine } from '../shell/supervision';
import { parseCommandLine, type Start } from './command-line';
import { desk } from './desk';
import { wasDraggedOut } from './dragging';
import { chooseRuntime } from './engine-runtime';
import { serveImages } from './image-protocol';
import { announceToWindows, listenToWindows } from './ipc';
import { JobProgress } from './job-progress';
import { showProgress } from './job-signals';
import { setMenu } from './menu';
import { servePage } from './page-protocol';
import { packed } from './electron22/padding';
import { needs } from './electron22/workarounds';
import { registerSchemes } from './scheme';
import { lockSession, silenceChromium } from './session';
import { openWindow } from './window';

const OUT = join(__dirname, '..');
const ROOT = join(OUT, '..');
/**
 * A folder with out/engine and node_modules. In a package it is outside of the asar archive, which the engine's Node
 * cannot read.
 */
const ENGINE = app.isPackaged ? join(process.resourcesPath, 'engine') : ROOT;

function startEngine(announce: (event: Announcement) => void, log: Log): SupervisedEngine {
  const runtime = chooseRuntime(
    {
      execPath: process.execPath,
      napi: process.versions['napi'] ?? '0',
      packaged: app.isPackaged,
      platform: process.platform,
      arch: process.arch,
      env: process.env,
    },
    join(ENGINE, 'node_modules'),
  );
  return superviseEngine({
    entry: join(ENGINE, 'out', 'engine', 'main.js'),
    runtime,
    announce,
    log,
    advice: 'Close Plumbline and open it again.',
    ...(needs('padded-frames', process.versions.electron) && { encode: packed }),
  });
}

/** For a bug report: versions, memory and the newest lines of all logs. Contains no path and no image. */
function diagnostics(): string {
  const { electron = '', chrome = '' } = process.versions as Record<string, string | undefined>;
  return [
    `Plumbline ${app.getVersion()}, Electron ${electron}, Chromium ${chrome}, Node ${process.version}`,
    `${process.platform} ${process.arch}, ${Math.round(totalmem() / 2 ** 20)} MB of memory, ${Math.round(freemem() / 2 ** 20)} MB free`,
    ...recentLines(logFolder(), 100),
  ].join('\n');
}

/** Runs only in the first instance of the app. */
function run(start: Start): void {
  // The engine inherits this environment and logs in the same detail as the shell.
  if (start.verbose) process.env['PLUMBLINE_VERBOSE'] = 'yes';
  const log = openLog({ kind: 'shell', folder: logFolder(), verbose: start.verbose });
  log.info('start', {
    version: app.getVersion(),
    electron: process.versions.electron,
    platform: process.platform,
  });
  const jobProgress = new JobProgress();
  const { engine, opening, lost } = startEngine((event) => {
    announceToWindows(event);
    if (event.name === 'job') showProgress(jobProgress.heard(event.payload));
    if (event.name === 'dataset-opened') void refreshMenu();
  }, log);
  opening.begin(start);
  const ofWindow = new WindowOpening(engine, opening);

  async function openFromDialog(): Promise<void> {
    const folder = await chooseFolder(desk.ask);
    if (folder !== null) await ofWindow.folder(folder);
  }

  async function refreshMenu(): Promise<void> {
    const recents = await engine.call('dataset.recents', {}).catch(() => []);
    for (const { root } of recents) logRelativeTo(root);
    setMenu(recents, {
      openFolder: () => void opening.unasked(openFromDialog()),
      openRecent: (dataset) => void opening.unasked(opening.recent(dataset)),
      tellWindow: (command) => announceToWindows({ name: 'menu', payload: { command } }),
      showLogs: () => void shell.openPath(logFolder()),
      copyDiagnostics: () => void clipboard.writeText(diagnostics()),
    });
  }

  app.on('second-instance', (_event, _argv, _cwd, data) => {
    const { folder, note } = data as Start;
    const [window] = BrowserWindow.getAllWindows();
    if (window?.isMinimized() === true) window.restore();
    window?.focus();
    if (folder !== null) void opening.unasked(ofWindow.folder(folder, note));
  });
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', (event) => {
    event.preventDefault();
    // Not `quit`: Electron would ignore it while it is still cancelling the first quit.
    void engine.stop().then(() => app.exit());
  });

  void app.whenReady().then(() => {
    lockSession(session.defaultSession);
    servePage(join(OUT, 'renderer'));
    serveImages(engine);
    const logWindow = limited(log.warn);
    const shellCalls = { ...makeShellCalls(engine, ofWindow, desk, lost, logWindow), ...noPrompts };
    const onDropped: OnDropped = (reason, details) => logWindow('frame-dropped', dropFacts('shell', reason, details));
    listenToWindows((port) => serveWindow(port, engine, shellCalls, onDropped), onDropped);
    openWindow({
      preload: join(OUT, 'preload', 'index.cjs'),
      icon: join(ROOT, 'resources', 'icon.png'),
      placeFile: join(app.getPath('userData'), 'window.json'),
      onDrop: (path) => {
        if (!wasDraggedOut(path)) void opening.unasked(ofWindow.folder(path));
      },
      onCrash: (reason) => log.error('window-died', { reason }),
    });
    void refreshMenu();
  });
}

registerSchemes();
silenceChromium();
const start = parseCommandLine(process.argv, process.defaultApp, process.cwd());
if (app.requestSingleInstanceLock({ ...start })) run(start);
else app.quit();
