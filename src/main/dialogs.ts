/** Native dialogs. */
import { BrowserWindow, dialog } from 'electron';

/** The folder of labelled images that the user chose, or null. */
export function chooseFolder(): Promise<string | null> {
  return ask({ title: 'Open a folder of labelled images', buttonLabel: 'Open', properties: ['openDirectory'] });
}

/** The new or empty folder that an export shall become, or null. */
export function chooseExportFolder(): Promise<string | null> {
  return ask({ title: 'Choose a new or an empty folder for the export', buttonLabel: 'Export here', properties: ['openDirectory', 'createDirectory', 'promptToCreate'] });
}

const TABLES = { csv: { name: 'CSV table', extensions: ['csv'] }, json: { name: 'JSON, as Label Studio reads it', extensions: ['json'] } } as const;

/** A file of decisions to read, or null. */
export function chooseDecisions(): Promise<string | null> {
  return ask({ title: 'Take over decisions from a file', buttonLabel: 'Take over', properties: ['openFile'], filters: [{ name: 'Decisions (CSV, TSV, JSON)', extensions: ['csv', 'tsv', 'json'] }] });
}

/** Where to save decisions, or null. */
export async function chooseDecisionsTarget(name: string, format: keyof typeof TABLES): Promise<string | null> {
  const [parent] = BrowserWindow.getAllWindows();
  const { name: kind, extensions } = TABLES[format];
  const options = { title: 'Save all decisions', defaultPath: `${name}.${format}`, filters: [{ name: kind, extensions: [...extensions] }] };
  const { canceled, filePath } = await (parent === undefined ? dialog.showSaveDialog(options) : dialog.showSaveDialog(parent, options));
  return canceled || !filePath ? null : filePath;
}

async function ask(options: Electron.OpenDialogOptions): Promise<string | null> {
  const [parent] = BrowserWindow.getAllWindows();
  const { canceled, filePaths } = await (parent === undefined ? dialog.showOpenDialog(options) : dialog.showOpenDialog(parent, options));
  return canceled ? null : (filePaths[0] ?? null);
}
