/** Files named on the command line, to read and to write. */
import { InvalidArgumentError, type Command } from 'commander';
import {
  accessSync,
  constants,
  existsSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { PlumblineError } from '../contract/errors';
import type { TrainingScript } from '../contract/model/collapse';
import { decodeText } from '../engine/files/decode';
import { filesBeside } from '../engine/files/script-files';
import { whyUnreadable } from '../engine/process/failures';

/** This file name means standard output. */
export const STDOUT = '-';

export const isFile = (target: string | undefined): target is string => target !== undefined && target !== STDOUT;

/** Whether this is a device, a pipe or the like: /dev/null must stay what it is. */
const isSpecial = (file: string): boolean => {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats !== undefined && !stats.isFile() && !stats.isDirectory();
};

/** The real path of the target, even before the file exists. Of a link it is the file that the link leads to. */
function realTarget(file: string): string {
  const folder = dirname(resolve(file));
  try {
    if (existsSync(file)) return realpathSync(file);
    return join(realpathSync(folder), basename(file));
  } catch {
    throw new InvalidArgumentError(`There is no folder ${folder} to write ${basename(file)} into.`);
  }
}

/** The data set is never written to, so no report may go into its folder. */
function checkTarget(file: string, folder: string): void {
  const target = realTarget(file);
  let root: string;
  try {
    root = realpathSync(folder);
  } catch {
    // The engine has a better message about what is wrong with the folder.
    return;
  }
  if (target.startsWith(root.endsWith(sep) ? root : root + sep)) {
    throw new InvalidArgumentError(
      `The report cannot be written into ${folder}: the data set is only read. Name a file in another folder.`,
    );
  }
}

/**
 * Ends the command with a usage error if one of the output files cannot be written.
 * @param targets by the option that names them
 */
export function checkTargets(
  command: Command,
  folder: string,
  targets: Readonly<Record<string, string | undefined>>,
): void {
  const named = Object.entries(targets).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const options = named.map(([option]) => option).join(' and ');
  try {
    if (named.filter(([, target]) => target === STDOUT).length > 1)
      throw new InvalidArgumentError(`Only one of ${options} can go to standard output.`);
    const files = named.map(([, target]) => target).filter(isFile);
    const kept = files.filter((file) => !isSpecial(file));
    for (const file of kept) checkTarget(file, folder);
    if (new Set(kept.map(realTarget)).size < kept.length)
      throw new InvalidArgumentError(`${options} name the same file.`);
  } catch (error) {
    if (error instanceof InvalidArgumentError) command.error(`error: ${error.message}`);
    throw error;
  }
}

function replace(target: string, text: string): void {
  const part = `${target}.${process.pid}.part`;
  try {
    writeFileSync(part, text);
    renameSync(part, target);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/**
 * Writes the whole file or nothing; a link stays a link. To a device or a pipe it writes as it comes.
 * @throws PlumblineError cache-unwritable
 */
export function writeWhole(file: string, text: string): void {
  try {
    if (isSpecial(file)) writeFileSync(file, text);
    else replace(realTarget(file), text);
  } catch (error) {
    throw new PlumblineError(
      'cache-unwritable',
      `The report could not be written to ${file} (${error instanceof Error ? error.message : String(error)}).`,
      { cause: error },
    );
  }
}

/** No valid input file is larger than this. */
const MOST_BYTES = 200_000_000;

/**
 * The absolute path of a file named by the user.
 * @throws PlumblineError no-permission, one sentence, when it cannot be read
 */
export function pathOfReadable(file: string): string {
  try {
    accessSync(file, constants.R_OK);
    if (!statSync(file).isFile()) throw new Error('it is not a file');
    return resolve(file);
  } catch (error) {
    throw unreadable(file, error);
  }
}

const unreadable = (file: string, error: unknown): PlumblineError =>
  new PlumblineError('no-permission', `“${file}” cannot be read: ${whyUnreadable(error)}.`, {
    details: { file },
    cause: error,
  });

/**
 * The text of a file named by the user, in any encoding that `decodeText` tells.
 * @throws PlumblineError no-permission, one sentence
 */
export function readNamed(file: string): string {
  try {
    const stats = statSync(file);
    if (stats.isDirectory()) throw new Error('it is a folder');
    if (stats.size > MOST_BYTES) throw new Error('it is larger than 200 MB');
    return decodeText(readFileSync(file)).text;
  } catch (error) {
    throw unreadable(file, error);
  }
}

/**
 * A training script named by the user, with the files beside it that it imports.
 * @throws PlumblineError no-permission, one sentence
 */
export function readScriptFile(file: string): TrainingScript {
  const text = readNamed(file);
  return { name: basename(file), text, beside: filesBeside(file, text) };
}
