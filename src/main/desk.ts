/** The desk of Electron: the system's dialogs, clipboard, notifications and file manager. */
import { app, BrowserWindow, clipboard, dialog, shell } from 'electron';
import { PlumblineError } from '../contract/errors';
import { savedFormats, type Desk, type FileToSave, type FileQuestion } from '../shell/desk';
import { dragOut } from './dragging';
import { isSupported } from './electron22/workarounds';
import { notifyAway } from './job-signals';
import { saveChosen } from './saving';

type Properties = NonNullable<Electron.OpenDialogOptions['properties']>;

const PROPERTIES: Record<FileQuestion['kind'], Properties> = {
  file: ['openFile'],
  folder: ['openDirectory'],
  'new-folder': ['openDirectory', 'createDirectory', 'promptToCreate'],
};

async function ask({ kind, title, button, filters = [], beside }: FileQuestion): Promise<string | null> {
  const [parent] = BrowserWindow.getAllWindows();
  const options: Electron.OpenDialogOptions = {
    title,
    buttonLabel: button,
    properties: PROPERTIES[kind],
    filters: filters.map(({ name, extensions }) => ({ name, extensions: [...extensions] })),
    ...(beside !== undefined && { defaultPath: beside }),
  };
  const { canceled, filePaths } = await (parent === undefined
    ? dialog.showOpenDialog(options)
    : dialog.showOpenDialog(parent, options));
  return canceled ? null : (filePaths[0] ?? null);
}

/** Asks where to save a file; null when the user cancels. */
async function chooseTarget({ name, title, format }: FileToSave): Promise<string | null> {
  const [parent] = BrowserWindow.getAllWindows();
  const filters = [{ name: savedFormats[format], extensions: [format] }];
  const options = { title, defaultPath: `${name}.${format}`, filters };
  const { canceled, filePath } = await (parent === undefined
    ? dialog.showSaveDialog(options)
    : dialog.showSaveDialog(parent, options));
  return canceled || !filePath ? null : filePath;
}

function oldElectron(version: string): string | null {
  if (isSupported(version)) return null;
  return `Plumbline runs on Electron ${version}, which no longer gets security fixes. Use it for trials only, not for a release.`;
}

/** The file that was saved last. */
let saved: string | null = null;

export const desk: Desk = {
  ask,
  save: async (file, text) => {
    const path = await chooseTarget(file);
    if (path === null) return null;
    const name = await saveChosen(path, file.root, await text());
    saved = path;
    return name;
  },
  copy: async (text) => {
    await clipboard.writeText(text);
  },
  notify: notifyAway,
  showFile: (path) => shell.showItemInFolder(path),
  showFolder: async (path) => {
    const failure = await shell.openPath(path);
    if (failure !== '') throw new PlumblineError('not-found', `The folder cannot be shown: ${failure}.`);
  },
  showSaved: () => {
    if (saved === null) return Promise.reject(new PlumblineError('not-found', 'Nothing was saved yet.'));
    shell.showItemInFolder(saved);
    return Promise.resolve();
  },
  dragOut,
  get about() {
    const { electron } = process.versions;
    return { version: app.getVersion(), electron, notice: oldElectron(electron) };
  },
};
