/** Progress on stderr: one line that is rewritten on a terminal, a new line now and then elsewhere. */
import type { Progress } from '../contract/model/job';
import { timeLeft } from '../core/text/duration';

const LINE_MS = 5000;

export type ProgressStream = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>;

export function progressLine({ stage, done, total, rate, eta }: Progress): string {
  const count =
    total === null || total === 0
      ? done > 0
        ? ` ${done.toLocaleString('en')}`
        : ''
      : ` ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`;
  const speed = rate === null || rate < 1 ? '' : `, ${Math.round(rate).toLocaleString('en')}/s`;
  const left = timeLeft(eta);
  return `${stage}${count}${speed}${left === '' ? '' : `, ${left}`}`;
}

export interface ProgressPrinter {
  readonly show: (progress: Progress) => void;
  /** Leaves the terminal's line clean; elsewhere says how far the last stage came. */
  readonly end: () => void;
  /** Seconds that each stage took so far. */
  readonly timings: () => Record<string, number>;
}

export function progressPrinter(stream: ProgressStream, now: () => number = () => performance.now()): ProgressPrinter {
  const starts: { readonly stage: string; readonly at: number }[] = [];
  let printedAt = -Infinity;
  let last: Progress | null = null;
  let waiting = false;
  const print = (progress: Progress, at: number): void => {
    stream.write(`${progressLine(progress)}\n`);
    [printedAt, waiting] = [at, false];
  };
  /** A stage that ended between two lines shall not look as if it had stopped half-way. */
  const flush = (at: number): void => {
    if (waiting && last !== null) print(last, at);
  };
  return {
    show: (progress) => {
      const at = now();
      if (starts.at(-1)?.stage !== progress.stage) starts.push({ stage: progress.stage, at });
      if (stream.isTTY) stream.write(`\r\x1b[K${progressLine(progress).slice(0, Math.max(20, stream.columns - 1))}`);
      else {
        const begins = progress.stage !== last?.stage;
        // The next stage begins when this one has done all: its last steps may have come too fast to be told.
        if (begins && last !== null && last.total !== null && last.done < last.total)
          [last, waiting] = [{ ...last, done: last.total, eta: null }, true];
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
      return Object.fromEntries(
        starts.map(({ stage, at }, i) => [stage, Math.round((starts[i + 1]?.at ?? end) - at) / 1000]),
      );
    },
  };
}
