/**
 * The form of an entry of the API: each call has the schemas of its parameters and of its result. Also the parameters
 * that many calls share.
 */
import { z } from 'zod';
import { datasetIdSchema } from './model/dataset';

/**
 * `call`: answers with its result. `job`: answers `{ job }` at once and ends with a `job` event. `trusted` entries take
 * paths: only the CLI and the shell's own dialogs may call them, never a window.
 */
export interface Entry<P extends z.ZodType, R extends z.ZodType> {
  readonly mode: 'call' | 'job';
  readonly params: P;
  readonly result: R;
  readonly trusted: boolean;
}

export const call = <P extends z.ZodType, R extends z.ZodType>(params: P, result: R) =>
  ({ mode: 'call', params, result, trusted: false }) as const satisfies Entry<P, R>;
export const trustedCall = <P extends z.ZodType, R extends z.ZodType>(params: P, result: R) =>
  ({ mode: 'call', params, result, trusted: true }) as const satisfies Entry<P, R>;
export const job = <P extends z.ZodType, R extends z.ZodType>(params: P, result: R) =>
  ({ mode: 'job', params, result, trusted: false }) as const satisfies Entry<P, R>;

export const nothing = z.object({});
export const ofDataset = z.object({ dataset: datasetIdSchema });
/** A group of a duplicate finding. */
export const ofGroup = z.object({ finding: z.string(), group: z.int() });
export const pageParams = z.object({ offset: z.int().nonnegative(), limit: z.int().min(1).max(1000) });
