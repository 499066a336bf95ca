/**
 * The folder beside the target in which an export grows: `tree/` becomes the export by one rename, `state.json` says
 * whose it is and for
 * which plan, so that a killed run is taken up by the same export and by no other.
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
import { isAlive } from '../process/processes';
import type { Target } from './target';

const stateSchema = z.object({ app: z.literal('plumbline'), plan: z.string(), pid: z.int() });
const provenanceSchema = z.object({ plan: z.string() });

export interface Workshop {
  readonly target: Target;
  readonly tree: string;
  /** True when an earlier run of the same plan left files here. */
  readonly resumed: boolean;
}

/** In use by this process; pids tell others apart. */
const open = new Set<string>();

/** One digest for everything that decides what an export holds. */
export function planDigest(parts: readonly unknown[]): string {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(JSON.stringify(part)).update('\n');
  return digest.digest('hex');
}

/**
 * Makes the workshop, or takes up one of the same plan. One left by another plan of ours is cleared.
 * @throws PlumblineError busy while another run works here, export-target where something else has its name
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
        `“${workshop}” is in the way and is none of Plumbline's folders. Move it away, or choose another folder.`,
        { details: { reason: 'in-the-way', folder: workshop } },
      );
    }
    if (state !== null && state.pid !== process.pid && isAlive(state.pid)) throw busy(target);
    resumed = state?.plan === plan && existsSync(tree);
    // The state goes last, so that a run killed here leaves a workshop that is still known as ours.
    if (!resumed) rmSync(tree, { recursive: true, force: true });
  }
  mkdirSync(workshop, { recursive: true });
  writeState(workshop, plan);
  mkdirSync(tree, { recursive: true });
  open.add(workshop);
  return { target, tree, resumed };
}

/**
 * True when an earlier run of this plan was cut off after the export had got its final name: there is nothing left to
 * do but clear up.
 */
export function wasFinished(target: Target, plan: string): boolean {
  return (
    readState(target.workshop)?.plan === plan &&
    !existsSync(join(target.workshop, 'tree')) &&
    existsSync(join(target.folder, 'export.json'))
  );
}

/**
 * True when a whole export of this plan lies under its final name. Only a job that goes on may take it for its own: to
 * any other it is a
 * folder that is not empty.
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

/** Nothing of someone else's that has this name is touched. */
export function clearWorkshop({ workshop }: Target): void {
  if (existsSync(workshop) && isOurs(workshop)) rmSync(workshop, { recursive: true, force: true });
}

/**
 * The whole export appears under its final name.
 * @throws PlumblineError export-target when something came to lie there meanwhile
 */
export function finishWorkshop({ target, tree }: Workshop): void {
  try {
    // An empty folder that the user made gives way; POSIX would replace it, Windows would not.
    if (existsSync(target.folder)) rmdirSync(target.folder);
    renameSync(tree, target.folder);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EPERM'].includes(systemCode(error))) throw error;
    throw new PlumblineError(
      'export-target',
      `Something was put into “${target.folder}” while the export was made. Empty it and start again: the export is kept until then.`,
      {
        details: { reason: 'not-empty', folder: target.folder },
        cause: error,
      },
    );
  }
  clearWorkshop(target);
}

/** Lets go of the workshop; what lies in it stays for the next run. */
export function leaveWorkshop({ target }: Workshop): void {
  open.delete(target.workshop);
}

/** Also true of one that was being made or cleared when its run was killed. */
function isOurs(workshop: string): boolean {
  return readState(workshop) !== null || readdirSync(workshop).every((name) => name === 'state.json.new');
}

function readState(workshop: string): z.infer<typeof stateSchema> | null {
  return readJson(join(workshop, 'state.json'), stateSchema);
}

/** Null where there is no such file, or another's. */
function readJson<T>(file: string, schema: z.ZodType<T>): T | null {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

/** Written beside and renamed, so that it is never half there. */
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
    `Another export to “${target.folder}” is under way. Wait for it, or choose another folder.`,
  );
}
