import { basename, dirname } from 'node:path';
import { PlumblineError } from '../../contract/errors';
import { importPredictions, type Imported } from '../../core/collapse/imported';
import type { NamedImage } from '../../core/collapse/path-match';
import { readTable } from '../stages/tables';

/**
 * Reads a CSV or TSV of predictions against the images of a data set.
 * @throws PlumblineError `bad-predictions`, one sentence
 */
export function readPredictions(file: string, images: readonly NamedImage[], classes: readonly string[]): Imported {
  const { columns, rows, problem } = readTable(dirname(file), basename(file));
  if (problem !== null) throw new PlumblineError('bad-predictions', `The file of predictions cannot be read: ${problem}.`);
  return importPredictions([columns, ...rows], images, classes);
}
