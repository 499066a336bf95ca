/** Stores jobs as rows, so that a job interrupted by a crash can be found and resumed. */
import { z } from 'zod';
import { type JobKind, type JobStatus, type Progress, progressSchema, stageSchema } from '../../contract/model/job';
import type { WireError } from '../../contract/errors';
import { probeKindSchema } from '../../contract/model/labels';
import type { Catalog } from './catalog';

export type JobState = JobStatus['state'];

interface JobRow {
  id: string;
  kind: JobKind;
  state: JobState;
  params: string;
  progress: string | null;
  error: string | null;
  owner_pid: number;
  owner_token: string;
  started_at: number;
  ended_at: number | null;
}

const columns = 'id, kind, state, params, progress, error, owner_pid, owner_token, started_at, ended_at';

/** How many jobs are kept per data set. */
const KEPT = 50;

export interface Owner {
  readonly pid: number;
  /** Unlike a pid, never used twice. */
  readonly token: string;
}

export interface StoredJob extends JobStatus {
  readonly params: unknown;
  readonly owner: Owner;
}

/** Which probe a job runs, as clients are told. */
export function probeOf(kind: JobKind, params: unknown): Pick<JobStatus, 'probe'> {
  const asked = kind === 'probe' ? z.object({ probe: probeKindSchema }).safeParse(params) : null;
  return asked?.success === true ? { probe: asked.data.probe } : {};
}

/** Rows of earlier versions contain the text of a stage instead of its code. */
const storedProgressSchema = progressSchema.extend({ stage: stageSchema.catch('other') });

function progressOf(stored: string): Progress | null {
  return storedProgressSchema.safeParse(JSON.parse(stored)).data ?? null;
}

function jobOf(catalog: Catalog, row: JobRow): StoredJob {
  const params = JSON.parse(row.params) as unknown;
  return {
    job: row.id,
    kind: row.kind,
    ...probeOf(row.kind, params),
    dataset: catalog.id,
    state: row.state,
    params,
    progress: row.progress === null ? null : progressOf(row.progress),
    error: row.error === null ? null : (JSON.parse(row.error) as WireError),
    startedAt: row.started_at,
    endedAt: row.ended_at,
    owner: { pid: row.owner_pid, token: row.owner_token },
  };
}

/** Newest first. */
export function listJobs(catalog: Catalog): StoredJob[] {
  return catalog.db
    .prepare<[], JobRow>(`SELECT ${columns} FROM jobs ORDER BY started_at DESC, id`)
    .all()
    .map((row) => jobOf(catalog, row));
}

export function findJob(catalog: Catalog, id: string): StoredJob | null {
  const row = catalog.db.prepare<[string], JobRow>(`SELECT ${columns} FROM jobs WHERE id = ?`).get(id);
  return row ? jobOf(catalog, row) : null;
}

/** Adds a running job, or sets a stored one to running again, and deletes the oldest jobs that have ended. */
export function startJob(
  catalog: Catalog,
  job: { id: string; kind: JobKind; params: unknown; owner: Owner; at: number },
): void {
  catalog.db.transaction(() => {
    catalog.db
      .prepare(
        `INSERT INTO jobs (id, kind, state, params, owner_pid, owner_token, started_at) VALUES (?, ?, 'running', ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET state = 'running', progress = NULL, error = NULL, ended_at = NULL, owner_pid = excluded.owner_pid,
      owner_token = excluded.owner_token, started_at = excluded.started_at`,
      )
      .run(job.id, job.kind, JSON.stringify(job.params), job.owner.pid, job.owner.token, job.at);
    catalog.db
      .prepare(
        `DELETE FROM jobs WHERE state <> 'running' AND id NOT IN (SELECT id FROM jobs ORDER BY started_at DESC LIMIT ${KEPT})`,
      )
      .run();
  })();
}

export function noteProgress(catalog: Catalog, id: string, progress: Progress): void {
  catalog.db
    .prepare(`UPDATE jobs SET progress = ? WHERE id = ? AND state = 'running'`)
    .run(JSON.stringify(progress), id);
}

export function endJob(
  catalog: Catalog,
  id: string,
  state: Exclude<JobState, 'running'>,
  error: WireError | null,
  at: number,
): void {
  catalog.db
    .prepare('UPDATE jobs SET state = ?, error = ?, ended_at = ? WHERE id = ?')
    .run(state, error === null ? null : JSON.stringify(error), at, id);
}
