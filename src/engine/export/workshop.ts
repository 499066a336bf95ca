/**
 * The temporary folder beside the target in which an export is built. One rename turns `tree/` into the export.
 * `state.json` names the plan and the process, so that only an export with the same plan continues a killed run.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { PlumblineError } from '../../contract/errors';
import type { PlannedFile } from '../../core/exports/plan';
import { systemCode } from '../process/failures';
import { isAlive } from '../../host/processes';
import type { Target } from './target';

const stateSchema = z.object({ app: z.literal('plumbline'), plan: z.string(), pid: z.int() });
const provenanceSchema = z.object({ plan: z.string() });

export interface Workshop {
  readonly target: Target;
  readonly tree: string;
  /** True when an earlier run of the same plan left files here. */
  readonly resumed: boolean;
}

/** Workshops in use by this process. Those of other processes are recognised by the pid in their state. */
const open = new Set<string>();

/** One digest of everything that decides what an export contains. */
export function planDigest(parts: readonly unknown[]): string {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(JSON.stringify(part)).update('\n');
  return digest.digest('hex');
}

/**
 * Creates the workshop, or continues one with the same plan. A workshop that Plumbline left for another plan is
 * cleared.
 * @throws PlumblineError busy while another run uses the workshop; export-target when the path is taken by something
 * else
 */
export function openWorkshop(target: Target, plan: string): Workshop {
  const { workshop } = target;
  const tree = join(workshop, 'tree');
  if (open.has(workshop)) throw busy(target);
  let resumed = false;
  if (existsSync(workshop)) {
    const state = readState(workshop);
    if (!isOurs(workshop)) {
      throw new PlumblineError(
        'export-target',
        `“${workshop}” already exists and was not created by Plumbline. Move it away, or choose another folder.`,
        { details: { reason: 'in-the-way', folder: workshop } },
      );
    }
    if (state !== null && state.pid !== process.pid && isAlive(state.pid)) throw busy(target);
    resumed = state?.plan === plan && existsSync(tree);
    // Only the tree is deleted and state.json stays, so that a workshop whose run is killed here is still recognised as
    // ours.
    if (!resumed) rmSync(tree, { recursive: true, force: true });
  }
  mkdirSync(workshop, { recursive: true });
  writeState(workshop, plan);
  mkdirSync(tree, { recursive: true });
  open.add(workshop);
  return { target, tree, resumed };
}

/**
 * True when an earlier run of this plan was killed after the export had got its final name. Only the workshop is left
 * to be removed.
 */
export function wasFinished(target: Target, plan: string): boolean {
  return (
    readState(target.workshop)?.plan === plan &&
    !existsSync(join(target.workshop, 'tree')) &&
    existsSync(join(target.folder, 'export.json'))
  );
}

/**
 * True when the target is a complete export of this plan. Only a resumed job may accept it as its own result; for any
 * other job it is a folder that is not empty.
 */
export function holdsExport({ folder }: Target, plan: string, files: readonly PlannedFile[]): boolean {
  const stats = (path: string) => statSync(join(folder, path), { throwIfNoEntry: false });
  return (
    readJson(join(folder, 'export.json'), provenanceSchema)?.plan === plan &&
    files.every(({ file, image, convertTo }) =>
      convertTo === null ? stats(file)?.size === image.bytes : stats(file) !== undefined,
    )
  );
}

/** Deletes the workshop, unless something else has its name. */
export function clearWorkshop({ workshop }: Target): void {
  if (existsSync(workshop) && isOurs(workshop)) rmSync(workshop, { recursive: true, force: true });
}

/**
 * Moves the complete export to its final name.
 * @throws PlumblineError export-target when the target has been filled in the meantime
 */
export function finishWorkshop({ target, tree }: Workshop): void {
  try {
    // Remove an empty folder that the user created: a rename would replace it on POSIX, but not on Windows.
    if (existsSync(target.folder)) rmdirSync(target.folder);
    renameSync(tree, target.folder);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EPERM'].includes(systemCode(error))) throw error;
    throw new PlumblineError(
      'export-target',
      `Files were put into “${target.folder}” while the export was running. Empty it and start again: the export is kept until then.`,
      {
        details: { reason: 'not-empty', folder: target.folder },
        cause: error,
      },
    );
  }
  clearWorkshop(target);
}

/** Releases the workshop. Its contents stay for the next run. */
export function leaveWorkshop({ target }: Workshop): void {
  open.delete(target.workshop);
}

/** Also true for a workshop whose run was killed while it was creating or deleting it. */
function isOurs(workshop: string): boolean {
  return readState(workshop) !== null || readdirSync(workshop).every((name) => name === 'state.json.new');
}

function readState(workshop: string): z.infer<typeof stateSchema> | null {
  return readJson(join(workshop, 'state.json'), stateSchema);
}

/** Null when the file is missing or does not match the schema. */
function readJson<T>(file: string, schema: z.ZodType<T>): T | null {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

/** Written under another name and then renamed, so that the file is never incomplete. */
function writeState(workshop: string, plan: string): void {
  const file = join(workshop, 'state.json');
  writeFileSync(
    `${file}.new`,
    JSON.stringify({ app: 'plumbline', plan, pid: process.pid } satisfies z.infer<typeof stateSchema>),
  );
  renameSync(`${file}.new`, file);
}

function busy(target: Target): PlumblineError {
  return new PlumblineError(
    'busy',
    `Another export to “${target.folder}” is running. Wait until it finishes, or choose another folder.`,
  );
}
