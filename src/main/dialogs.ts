/** Native dialogs. */
import { BrowserWindow, dialog } from 'electron';

/** The folder that the user chose, or null. */
export async function chooseFolder(): Promise<string | null> {
  const [parent] = BrowserWindow.getAllWindows();
  const options: Electron.OpenDialogOptions = { title: 'Open a folder of labelled images', buttonLabel: 'Open', properties: ['openDirectory'] };
  const { canceled, filePaths } = await (parent === undefined ? dialog.showOpenDialog(options) : dialog.showOpenDialog(parent, options));
  return canceled ? null : (filePaths[0] ?? null);
}
