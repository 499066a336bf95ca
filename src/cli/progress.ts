/**
 * Progress on standard error. On a terminal, one line is rewritten; elsewhere, a new line is written from time to time.
 */
import type { Progress, Stage, StageSeconds } from '../contract/model/job';
import { amount, left, rate, stageText } from '../core/text/jobs';

const LINE_MS = 5000;

export type ProgressStream = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>;

/** "Measuring images 1,204 of 10,000, 312/s, 28 s left". */
export function progressLine(progress: Progress): string {
  const head = [stageText(progress), amount(progress)].filter((text) => text !== '').join(' ');
  return [head, rate(progress), left(progress)].filter((text) => text !== '').join(', ');
}

export interface ProgressPrinter {
  readonly show: (progress: Progress) => void;
  /** On a terminal, clears the line; elsewhere, prints the last state of the last stage. */
  readonly end: () => void;
  /** Seconds that each stage has taken so far. */
  readonly timings: () => StageSeconds;
}

export function progressPrinter(stream: ProgressStream, now: () => number = () => performance.now()): ProgressPrinter {
  const starts: { readonly stage: Stage; readonly at: number }[] = [];
  let printedAt = -Infinity;
  let last: Progress | null = null;
  let waiting = false;
  const print = (progress: Progress, at: number): void => {
    stream.write(`${progressLine(progress)}\n`);
    [printedAt, waiting] = [at, false];
  };
  /** Without this, a stage that ended between two lines would seem to have stopped halfway. */
  const flush = (at: number): void => {
    if (waiting && last !== null) print(last, at);
  };
  return {
    show: (progress) => {
      const at = now();
      if (starts.at(-1)?.stage !== progress.stage) starts.push({ stage: progress.stage, at });
      if (stream.isTTY) stream.write(`\r\x1b[K${progressLine(progress).slice(0, Math.max(20, stream.columns - 1))}`);
      else {
        // A stage ends only when all its items are done; its last steps may have come too fast to be reported.
        if (progress.stage !== last?.stage && last !== null && last.total !== null && last.done < last.total)
          [last, waiting] = [{ ...last, done: last.total, eta: null }, true];
        const begins = progress.stage !== last?.stage || progress.detail !== last.detail;
        if (begins) flush(at);
        waiting ||= begins || progressLine(progress) !== progressLine(last ?? progress);
        if (waiting && (begins || at - printedAt >= LINE_MS)) print(progress, at);
        last = progress;
      }
    },
    end: () => {
      if (!stream.isTTY) flush(now());
      else if (starts.length > 0) stream.write('\r\x1b[K');
    },
    timings: () => {
      const end = now();
      const taken: StageSeconds = {};
      for (const [i, { stage, at }] of starts.entries()) {
        const seconds = ((starts[i + 1]?.at ?? end) - at) / 1000;
        taken[stage] = Number(((taken[stage] ?? 0) + seconds).toFixed(3));
      }
      return taken;
    },
  };
}
