/** The child's side of `runChild`: what every child process does before and after its task. */
import type { z } from 'zod';
import { toWire } from '../../contract/errors';
import type { Stage } from '../../contract/model/job';
import { logTo, setProcessLog } from '../../host/process-log';
import type { FromChild } from './child-protocol';
import { endWithParent } from './leash';
import type { Step } from './task';

const PROGRESS_MS = 50;

export interface EngineSide<Own> {
  /** At most twenty reports per second, but always the first and the last step of a stage. */
  readonly progress: (step: Step) => void;
  readonly send: (message: Own) => void;
  /**
   * Runs the task, reports how it ended, and ends this process.
   * @param explain turns what the task threw into the error that the engine gets
   */
  readonly run: (
    task: () => unknown,
    options?: { readonly signal?: AbortSignal; readonly explain?: (error: unknown) => unknown },
  ) => Promise<void>;
}

/**
 * Listens to the engine that started this process, and ends the process when the engine has ended.
 * @param hear gets each message, parsed; a message that cannot be parsed ends the process with an error
 */
export function engineSide<Sent, Own extends { readonly type: string } = never>(
  schema: z.ZodType<Sent>,
  hear: (message: Sent) => void,
): EngineSide<Own> {
  const engine = Number(process.argv[2]);
  // If the engine was killed before this line, no event will report it.
  if (process.ppid !== engine) process.exit(1);
  process.on('message', (raw) => hear(schema.parse(raw)));
  // A long operation blocks the event loop, so this event can come late. `endWithParent` does not depend on the event
  // loop.
  process.on('disconnect', () => process.exit());
  endWithParent(engine);

  const send = (message: FromChild | Own): void => void process.send?.(message);
  setProcessLog(logTo((level, event, facts) => send({ type: 'log', level, event, facts })));
  let [reportedAt, reportedStage] = [0, null as Stage | null];
  return {
    send,
    progress: (step) => {
      const now = performance.now();
      if (step.stage === reportedStage && step.done !== step.total && now - reportedAt < PROGRESS_MS) return;
      [reportedAt, reportedStage] = [now, step.stage];
      send({ type: 'progress', step });
    },
    run: async (task, { signal, explain = (error: unknown) => error } = {}) => {
      let ending: FromChild;
      try {
        ending = { type: 'done', result: await task() };
      } catch (error) {
        ending = signal?.aborted ? { type: 'cancelled' } : { type: 'failed', error: toWire(explain(error)) };
      }
      // Only after the message was sent: `process.exit` alone may lose it.
      process.send?.(ending, undefined, undefined, () => process.disconnect());
    },
  };
}
