const secondsBetweenLines = 5;

/** What is written while one thing is fetched or unpacked. */
export interface Progress {
  /** @param done bytes so far; @param total bytes in all, 0 where nobody knows */
  update(done: number, total: number): void;
  end(): void;
}

/** One line of text about a transfer: megabytes, share and rate, each where it is known. */
export function progressText(what: string, done: number, total: number, seconds: number): string {
  const size = total > 0 ? `${megabytes(done)} of ${megabytes(total)} MB (${Math.floor((100 * done) / total)} %)` : `${megabytes(done)} MB`;
  const rate = seconds > 0.5 && done > 0 ? `, ${megabytes(done / seconds)} MB/s` : '';
  return `  ${what}: ${size}${rate}`;
}

/** A terminal's line is redrawn in place; a log gets a line every few seconds. */
export function showProgress(what: string, stream: NodeJS.WriteStream = process.stdout): Progress {
  const started = Date.now();
  let shown = started;
  return {
    update(done, total) {
      const now = Date.now();
      if (now - shown < (stream.isTTY ? 100 : secondsBetweenLines * 1000)) return;
      shown = now;
      const text = progressText(what, done, total, (now - started) / 1000);
      stream.write(stream.isTTY ? `\r\u001b[2K${text}` : `${text}\n`);
    },
    end() {
      if (stream.isTTY) stream.write('\r\u001b[2K');
    },
  };
}

/** Says one thing below the step that is running. */
export function note(text: string): void {
  process.stdout.write(`  ${text}\n`);
}

function megabytes(bytes: number): string {
  const value = bytes / 1e6;
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}
