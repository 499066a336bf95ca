/** Native dialogs. */
import { BrowserWindow, dialog } from 'electron';
import { basename, dirname, extname } from 'node:path';

/** Asks for a folder of labelled images; null when the user cancels. */
export function chooseFolder(): Promise<string | null> {
  return ask({ title: 'Open a folder of labelled images', buttonLabel: 'Open', properties: ['openDirectory'] });
}

/** Asks for an archive or another file with images; null when the user cancels. */
export function chooseArchive(): Promise<string | null> {
  return ask({
    title: 'Open an archive, array or table of labelled images',
    buttonLabel: 'Unpack and open',
    properties: ['openFile'],
    // Files of MNIST and CIFAR have no ending, or one of their own.
    filters: [{ name: 'Archives, arrays and tables (ZIP, tar, NumPy, IDX, Parquet)', extensions: ['*'] }],
  });
}

/** Asks for a new or empty folder for an export; null when the user cancels. */
export function chooseExportFolder(): Promise<string | null> {
  return ask({
    title: 'Choose a new or empty folder for the export',
    buttonLabel: 'Export here',
    properties: ['openDirectory', 'createDirectory', 'promptToCreate'],
  });
}

/** Asks for a file of decisions to read; null when the user cancels. */
export function chooseDecisions(): Promise<string | null> {
  return ask({
    title: 'Import decisions from a file',
    buttonLabel: 'Import',
    properties: ['openFile'],
    filters: [{ name: 'Decisions (CSV, TSV, JSON, CVAT)', extensions: ['csv', 'tsv', 'txt', 'json', 'jsonl', 'xml'] }],
  });
}

const TEXTS = {
  predictions: {
    title: 'Judge predictions from a table',
    buttonLabel: 'Judge',
    filters: [{ name: 'Predictions (CSV, TSV, JSON)', extensions: ['csv', 'tsv', 'txt', 'json', 'jsonl'] }],
  },
  script: {
    title: 'Read a training script',
    buttonLabel: 'Read',
    filters: [{ name: 'Python (script, notebook)', extensions: ['py', 'ipynb', 'txt'] }],
  },
  recipe: { title: 'Read a recipe', buttonLabel: 'Read', filters: [{ name: 'Recipe (JSON)', extensions: ['json'] }] },
} as const;
export type TextKind = keyof typeof TEXTS;

/**
 * Asks for a text file to read; null when the user cancels.
 * @param beside the folder in which the dialog starts
 */
export function chooseText(what: TextKind, beside: string): Promise<string | null> {
  const { filters, ...words } = TEXTS[what];
  return ask({
    ...words,
    defaultPath: beside,
    properties: ['openFile'],
    filters: filters.map(({ name, extensions }) => ({ name, extensions: [...extensions] })),
  });
}

/** A table with one row for each image, and the file that names these images if it is a .npy file. */
interface RowsFiles {
  readonly path: string;
  readonly names: string | null;
}

/**
 * Asks for the user's predictions or embedding, and after a .npy file for its list of images; null when the user
 * cancels one of them.
 * @param beside the folder in which the dialog starts
 */
export async function chooseRows(what: 'predictions' | 'embedding', beside: string): Promise<RowsFiles | null> {
  const path = await ask({
    title: what === 'predictions' ? 'Choose your predictions' : 'Choose your embedding of the images',
    buttonLabel: 'Use',
    defaultPath: beside,
    properties: ['openFile'],
    filters: [
      {
        name: 'Tables and arrays (CSV, TSV, JSON, Parquet, NumPy)',
        extensions: ['csv', 'tsv', 'txt', 'json', 'jsonl', 'parquet', 'npy'],
      },
    ],
  });
  if (path === null || extname(path).toLowerCase() !== '.npy') return path === null ? null : { path, names: null };
  const names = await ask({
    title: `Choose the list of images for ${basename(path)}: one path a line, in the order of its rows`,
    buttonLabel: 'Use list',
    defaultPath: dirname(path),
    properties: ['openFile'],
    filters: [
      { name: 'Text', extensions: ['txt', 'csv'] },
      { name: 'All files', extensions: ['*'] },
    ],
  });
  return names === null ? null : { path, names };
}

/**
 * Asks for a model: an ONNX or model.json file, the folder of a SavedModel, or a pretrained network as ONNX; null when
 * the user cancels. Not every system has a dialog that offers files and folders together.
 */
export function chooseModel(from: 'file' | 'folder' | 'onnx'): Promise<string | null> {
  if (from === 'onnx')
    return ask({
      title: 'Choose a pretrained network',
      buttonLabel: 'Use network',
      properties: ['openFile'],
      filters: [
        { name: 'ONNX', extensions: ['onnx'] },
        { name: 'All files', extensions: ['*'] },
      ],
    });
  return from === 'folder'
    ? ask({
        title: 'Choose the folder of a TensorFlow SavedModel',
        buttonLabel: 'Use model',
        properties: ['openDirectory'],
      })
    : ask({
        title: 'Choose a model',
        buttonLabel: 'Use model',
        properties: ['openFile'],
        filters: [
          { name: 'Models (ONNX, TensorFlow.js model.json)', extensions: ['onnx', 'json'] },
          { name: 'All files', extensions: ['*'] },
        ],
      });
}

/** Asks for the folder into which a training records; null when the user cancels. */
export function chooseWatched(beside: string): Promise<string | null> {
  return ask({
    title: 'Choose the folder into which your training records',
    buttonLabel: 'Watch',
    defaultPath: beside,
    properties: ['openDirectory', 'createDirectory'],
  });
}

const SAVED = {
  csv: 'CSV table',
  json: 'JSON',
  html: 'Web page',
  patch: 'Patch',
  py: 'Python script',
  ipynb: 'Notebook',
} as const;
export type SavedFormat = keyof typeof SAVED;

/**
 * Asks where to save a file; null when the user cancels.
 * @param name proposed name, without extension
 */
export async function chooseTarget(name: string, title: string, format: SavedFormat): Promise<string | null> {
  const [parent] = BrowserWindow.getAllWindows();
  const options = { title, defaultPath: `${name}.${format}`, filters: [{ name: SAVED[format], extensions: [format] }] };
  const { canceled, filePath } = await (parent === undefined
    ? dialog.showSaveDialog(options)
    : dialog.showSaveDialog(parent, options));
  return canceled || !filePath ? null : filePath;
}

async function ask(options: Electron.OpenDialogOptions): Promise<string | null> {
  const [parent] = BrowserWindow.getAllWindows();
  const { canceled, filePaths } = await (parent === undefined
    ? dialog.showOpenDialog(options)
    : dialog.showOpenDialog(parent, options));
  return canceled ? null : (filePaths[0] ?? null);
}
