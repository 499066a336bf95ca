const secondsBetweenLines = 5;

/** Progress output of one piece of work. */
export interface Progress {
  /** @param done bytes or items so far; @param total in all, 0 if unknown */
  update(done: number, total: number): void;
  end(): void;
}

/** What is counted: bytes, shown in megabytes, or items by their name. */
export type Unit = 'MB' | 'images';

/** One line about a piece of work: amount, share and rate, each if it is known. */
export function progressText(what: string, unit: Unit, done: number, total: number, seconds: number): string {
  const text = (amount: number): string => (unit === 'MB' ? megabytes(amount) : amount.toFixed(0));
  const size =
    total > 0
      ? `${text(done)} of ${text(total)} ${unit} (${Math.floor((100 * done) / total)} %)`
      : `${text(done)} ${unit}`;
  const rate = seconds > 0.5 && done > 0 ? `, ${text(done / seconds)} ${unit}/s` : '';
  return `  ${what}: ${size}${rate}`;
}

/** In a terminal the line is redrawn in place; a log gets a line every few seconds. */
export function showProgress(what: string, unit: Unit = 'MB', stream: NodeJS.WriteStream = process.stdout): Progress {
  const started = Date.now();
  let shown = started;
  return {
    update(done, total) {
      const now = Date.now();
      if (now - shown < (stream.isTTY ? 100 : secondsBetweenLines * 1000)) return;
      shown = now;
      const text = progressText(what, unit, done, total, (now - started) / 1000);
      stream.write(stream.isTTY ? `\r\u001b[2K${text}` : `${text}\n`);
    },
    end() {
      if (stream.isTTY) stream.write('\r\u001b[2K');
    },
  };
}

/** Prints a remark below the present step. */
export function note(text: string): void {
  process.stdout.write(`  ${text}\n`);
}

function megabytes(bytes: number): string {
  const value = bytes / 1e6;
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}
