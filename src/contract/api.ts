/**
 * Every call and event between processes, defined once. The engine's handlers, the clients of the window and of the
 * CLI, and the fake engine of the view tests are derived from these maps, and both sides parse with them.
 */
import { z } from 'zod';
import { collapseCalls } from './calls/collapse';
import { datasetCalls } from './calls/dataset';
import { exportCalls } from './calls/export';
import { findingsCalls } from './calls/findings';
import { jobsCalls } from './calls/jobs';
import { labelsCalls } from './calls/labels';
import { reviewCalls } from './calls/review';
import { shellApi } from './calls/shell';
import type { Entry } from './entry';
import { wireErrorSchema } from './errors';
import { datasetIdSchema } from './model/dataset';
import { jobIdSchema, jobStatusSchema, progressSchema } from './model/job';
import { downloadSchema, promptSchema } from './model/prompt';

/** Answered by the engine. */
export const engineApi = {
  ...datasetCalls,
  ...findingsCalls,
  ...labelsCalls,
  ...reviewCalls,
  ...exportCalls,
  ...collapseCalls,
  ...jobsCalls,
} as const;

/** Sent to every client. */
export const events = {
  /**
   * A job started, made progress (at most 10 times a second) or ended. The client that waits for the job parses
   * `result` with the job's own schema.
   */
  job: jobStatusSchema.extend({ result: z.unknown() }),
  /** An archive is being unpacked; `progress` is null when this has ended. At most 10 times a second. */
  unpacking: z.object({ name: z.string(), progress: progressSchema.nullable() }),
  /** The sample data set is being written; `progress` is null when this has ended. At most 10 times a second. */
  sample: z.object({ progress: progressSchema.nullable() }),
  /** Something in this data set changed: clients should ask again. */
  'dataset-changed': z.object({ dataset: datasetIdSchema, revision: z.int() }),
  /**
   * A decision was made, undone or imported: clients should ask for the review again. `classes`: classes got other
   * names, so that an audit has to compute the findings again.
   */
  'review-changed': z.object({ dataset: datasetIdSchema, classes: z.boolean() }),
  /** The lab made progress: clients should ask for `lab.state`. At most four times a second. */
  'lab-changed': z.object({ dataset: datasetIdSchema }),
  /** A watched training was recorded further, or the watched folder changed: clients should ask for `watch.state`. */
  'watch-changed': z.object({ dataset: datasetIdSchema }),
  'dataset-opened': z.object({ dataset: datasetIdSchema }),
  /** The engine died and was restarted, or could not be restarted. */
  engine: z.object({ state: z.enum(['up', 'restarted', 'down']), message: z.string() }),
  /**
   * Something the user should read that belongs to no call (for example, a dropped file is not a folder). `open`: a
   * folder could not be opened; the data set that is open stays open.
   */
  notice: z.object({ error: wireErrorSchema, about: z.literal('open').optional() }),
  /** To one page in a browser: asks for a file or folder, where Electron shows the system's dialog. */
  prompt: promptSchema,
  /** To one page in a browser: a file is ready to be downloaded from this address. */
  download: downloadSchema,
  /** To one page in a browser: puts a text on the clipboard. */
  clipboard: z.object({ text: z.string() }),
  /** Chosen in the native menu; the window carries it out. */
  menu: z.object({ command: z.enum(['close-dataset', 'theme-system', 'theme-light', 'theme-dark']) }),
} as const;

/** All calls that a window may make. The shell answers its own calls and passes the others on to the engine. */
export const windowApi = { ...engineApi, ...shellApi } as const;

export type EngineApi = typeof engineApi;
export type ShellApi = typeof shellApi;
export type WindowApi = typeof windowApi;
export type EngineCall = keyof EngineApi;
export type JobCall = { [K in EngineCall]: EngineApi[K]['mode'] extends 'job' ? K : never }[EngineCall];
export type EventName = keyof typeof events;
export type EventPayload<E extends EventName> = z.infer<(typeof events)[E]>;
/** An event with its name, as a union discriminated by the name. */
export type Announcement = { [E in EventName]: { readonly name: E; readonly payload: EventPayload<E> } }[EventName];

export type AnyApi = Record<string, Entry<z.ZodType, z.ZodType>>;
export type Params<A extends AnyApi, K extends keyof A> = z.input<A[K]['params']>;
/** The result of a job. */
export type JobResult<A extends AnyApi, K extends keyof A> = z.infer<A[K]['result']>;
/** What the call itself returns; for a job, its id. */
export type Answer<A extends AnyApi, K extends keyof A> = A[K]['mode'] extends 'job'
  ? { job: string }
  : JobResult<A, K>;
/** One function for each call of an API; it gets parsed parameters. */
export type Handlers<A extends AnyApi> = {
  readonly [K in keyof A]: (params: z.output<A[K]['params']>) => Answer<A, K> | Promise<Answer<A, K>>;
};

export const jobStarted = z.object({ job: jobIdSchema });
