/** The app's only window: sandboxed, limited to its own page, opened where it was closed. */
import { BrowserWindow, nativeTheme, screen, type WebContents } from 'electron';
import { fileURLToPath } from 'node:url';
import { PAGE_URL } from './page-protocol';
import { loadPlace, minimumSize, placeWindow, savePlace } from './window-place';

export interface WindowOptions {
  readonly preload: string;
  /** The app's icon, on systems where each window has its own (Linux). */
  readonly icon: string;
  /** File with the position and size of the window. */
  readonly placeFile: string;
  /** Called when a folder or anything else was dropped on the window. */
  readonly onDrop: (path: string) => void;
  /** The page's process died; the page is loaded again. @param reason Electron's word for it ("crashed", "oom") */
  readonly onCrash: (reason: string) => void;
}

/** `--canvas` of the page's styles, so that the window does not flash before the page is drawn. */
const BACKGROUND = { light: '#f4f5f7', dark: '#121417' };

/**
 * A page cannot navigate to another address. Dropping a file makes Chromium itself navigate to a `file:` address.
 * Chromium refuses such an address if the page's own code asks for it, so no path can come from the page.
 */
function confine(contents: WebContents, onDrop: (path: string) => void): void {
  const refuse = (url: string) => {
    if (!url.startsWith('file:')) return;
    try {
      onDrop(fileURLToPath(url));
    } catch {
      // A file: address that is not a path on this machine cannot be opened.
      return;
    }
  };
  contents.setWindowOpenHandler(({ url }) => {
    refuse(url);
    return { action: 'deny' };
  });
  contents.on('will-navigate', (event, url) => {
    event.preventDefault();
    refuse(url);
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

export function openWindow({ preload, icon, placeFile, onDrop, onCrash }: WindowOptions): BrowserWindow {
  const [main, others] = [screen.getPrimaryDisplay(), screen.getAllDisplays()];
  const { maximized, ...bounds } = placeWindow(loadPlace(placeFile), [
    main.workArea,
    ...others.map(({ workArea }) => workArea),
  ]);
  const least = minimumSize(screen.getDisplayMatching(bounds).workArea);
  const window = new BrowserWindow({
    ...bounds,
    minWidth: least.width,
    minHeight: least.height,
    show: false,
    title: 'Plumbline',
    icon,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      // Chromium would fetch dictionaries from the network.
      spellcheck: false,
      navigateOnDragDrop: true,
    },
  });
  confine(window.webContents, onDrop);
  window.once('ready-to-show', () => {
    if (maximized) window.maximize();
    window.show();
  });
  // A page that crashed is loaded again. Nothing is lost, because all important state is in the engine.
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return;
    onCrash(reason);
    window.webContents.reload();
  });
  window.on('close', () => savePlace(placeFile, { ...window.getNormalBounds(), maximized: window.isMaximized() }));
  void window.loadURL(PAGE_URL);
  return window;
}
