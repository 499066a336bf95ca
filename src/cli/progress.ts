/** Progress on stderr: one line that is rewritten on a terminal, a new line now and then elsewhere. */
import type { Progress } from '../contract/model';

const LINE_MS = 5000;

function time(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

export function progressLine({ stage, done, total, rate, eta }: Progress): string {
  const count = total === null ? (done > 0 ? ` ${done.toLocaleString('en')}` : '') : ` ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`;
  const speed = rate === null || rate < 1 ? '' : `, ${Math.round(rate).toLocaleString('en')}/s`;
  return `${stage}${count}${speed}${eta === null || eta < 1 ? '' : `, ${time(eta)} left`}`;
}

export interface ProgressPrinter {
  readonly show: (progress: Progress) => void;
  /** Leaves the terminal's line clean. */
  readonly end: () => void;
  /** Seconds that each stage took so far. */
  readonly timings: () => Record<string, number>;
}

export function progressPrinter(stream: NodeJS.WriteStream, now: () => number = () => performance.now()): ProgressPrinter {
  const starts: { readonly stage: string; readonly at: number }[] = [];
  let [printedAt, printedStage] = [-Infinity, ''];
  return {
    show: (progress) => {
      const at = now();
      if (starts.at(-1)?.stage !== progress.stage) starts.push({ stage: progress.stage, at });
      if (stream.isTTY) stream.write(`\r\x1b[K${progressLine(progress).slice(0, Math.max(20, stream.columns - 1))}`);
      else if (progress.stage !== printedStage || at - printedAt >= LINE_MS) {
        stream.write(`${progressLine(progress)}\n`);
        [printedAt, printedStage] = [at, progress.stage];
      }
    },
    end: () => {
      if (stream.isTTY && starts.length > 0) stream.write('\r\x1b[K');
    },
    timings: () => {
      const end = now();
      return Object.fromEntries(starts.map(({ stage, at }, i) => [stage, Math.round((starts[i + 1]?.at ?? end) - at) / 1000]));
    },
  };
}
