/** Which file or folder the user is asked for, and with which words. */
import { basename, dirname, extname } from 'node:path';
import type { Ask } from './desk';

/** Asks for a folder of labelled images; null when the user cancels. */
export function chooseFolder(ask: Ask): Promise<string | null> {
  return ask({ kind: 'folder', title: 'Open a folder of labelled images', button: 'Open' });
}

/** Asks for an archive or another file with images; null when the user cancels. */
export function chooseArchive(ask: Ask): Promise<string | null> {
  return ask({
    title: 'Open an archive, array or table of labelled images',
    button: 'Unpack and open',
    kind: 'file',
    // Files of MNIST and CIFAR have no ending, or one of their own.
    filters: [{ name: 'Archives, arrays and tables (ZIP, tar, NumPy, IDX, Parquet)', extensions: ['*'] }],
  });
}

/** Asks for a new or empty folder for an export; null when the user cancels. */
export function chooseExportFolder(ask: Ask): Promise<string | null> {
  return ask({
    title: 'Choose a new or empty folder for the export',
    button: 'Export here',
    kind: 'new-folder',
  });
}

/** Asks for a file of decisions to read; null when the user cancels. */
export function chooseDecisions(ask: Ask): Promise<string | null> {
  return ask({
    title: 'Import decisions from a file',
    button: 'Import',
    kind: 'file',
    filters: [{ name: 'Decisions (CSV, TSV, JSON, CVAT)', extensions: ['csv', 'tsv', 'txt', 'json', 'jsonl', 'xml'] }],
  });
}

const TEXTS = {
  predictions: {
    title: 'Judge predictions from a table',
    button: 'Judge',
    filters: [{ name: 'Predictions (CSV, TSV, JSON)', extensions: ['csv', 'tsv', 'txt', 'json', 'jsonl'] }],
  },
  script: {
    title: 'Read a training script',
    button: 'Read',
    filters: [{ name: 'Python (script, notebook)', extensions: ['py', 'ipynb', 'txt'] }],
  },
  recipe: { title: 'Read a recipe', button: 'Read', filters: [{ name: 'Recipe (JSON)', extensions: ['json'] }] },
} as const;
export type TextKind = keyof typeof TEXTS;

/**
 * Asks for a text file to read; null when the user cancels.
 * @param beside the folder in which the dialog starts
 */
export function chooseText(ask: Ask, what: TextKind, beside: string): Promise<string | null> {
  return ask({ ...TEXTS[what], beside, kind: 'file' });
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
export async function chooseRows(
  ask: Ask,
  what: 'predictions' | 'embedding',
  beside: string,
): Promise<RowsFiles | null> {
  const path = await ask({
    title: what === 'predictions' ? 'Choose your predictions' : 'Choose your embedding of the images',
    button: 'Use',
    beside: beside,
    kind: 'file',
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
    button: 'Use list',
    beside: dirname(path),
    kind: 'file',
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
export function chooseModel(ask: Ask, from: 'file' | 'folder' | 'onnx'): Promise<string | null> {
  if (from === 'onnx')
    return ask({
      title: 'Choose a pretrained network',
      button: 'Use network',
      kind: 'file',
      filters: [
        { name: 'ONNX', extensions: ['onnx'] },
        { name: 'All files', extensions: ['*'] },
      ],
    });
  return from === 'folder'
    ? ask({
        title: 'Choose the folder of a TensorFlow SavedModel',
        button: 'Use model',
        kind: 'folder',
      })
    : ask({
        title: 'Choose a model',
        button: 'Use model',
        kind: 'file',
        filters: [
          { name: 'Models (ONNX, TensorFlow.js model.json)', extensions: ['onnx', 'json'] },
          { name: 'All files', extensions: ['*'] },
        ],
      });
}

/** Asks for the folder into which a training records; null when the user cancels. */
export function chooseWatched(ask: Ask, beside: string): Promise<string | null> {
  return ask({
    kind: 'new-folder',
    title: 'Choose the folder into which your training records',
    button: 'Watch',
    beside,
  });
}
