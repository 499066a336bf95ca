/** What Chromium's tracing says about the main thread of a window. */

export interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  /** Microseconds. */
  readonly ts: number;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  /** The part of `dur` in which the thread had a processor. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Categories of a recording. */
export const TRACED = ['viz', 'toplevel', 'blink.user_timing'];

/** The part of a recording between two marks of the page. */
export interface Trace {
  readonly events: readonly TraceEvent[];
  readonly begins: number;
  readonly ends: number;
}

/** @param text the JSON of the recording. @throws Error if a mark is missing */
export function readTrace(text: string, [first, last]: readonly [string, string]): Trace {
  const { traceEvents } = JSON.parse(text) as { traceEvents: TraceEvent[] };
  const [begins, ends] = [first, last].map((mark) => traceEvents.find(({ name }) => name === mark)?.ts);
  if (begins === undefined || ends === undefined) throw new Error('The trace lacks a mark of the page');
  return { events: traceEvents, begins, ends };
}

/**
 * Processor time of each task of the main threads, in milliseconds: other load on the machine does not make it longer.
 */
export function tasksOf({ events, begins, ends }: Trace): number[] {
  const mains = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}/${tid}`),
  );
  return events
    .filter(
      ({ name, ph, ts, pid, tid }) =>
        name.endsWith('RunTask') && ph === 'X' && ts >= begins && ts <= ends && mains.has(`${pid}/${tid}`),
    )
    .map(({ dur = 0, tdur = dur }) => tdur / 1000);
}
