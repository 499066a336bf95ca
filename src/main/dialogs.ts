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

async function ask(options: Electron.OpenDialogOptions): Promise<string | null> {
  const [parent] = BrowserWindow.getAllWindows();
  const { canceled, filePaths } = await (parent === undefined ? dialog.showOpenDialog(options) : dialog.showOpenDialog(parent, options));
  return canceled ? null : (filePaths[0] ?? null);
}
