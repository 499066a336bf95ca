import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { lastLine, reasonOf } from './failure.ts';
import { runProgram } from './programs.ts';
import { showProgress } from './progress.ts';

/** How long an official host may send nothing before another source is tried. */
export const silenceLimit = { seconds: 10 };

/** Ends a transfer without progress: `heard` is called at every sign of progress. */
export interface SilenceWatch {
  readonly signal: AbortSignal;
  readonly heard: () => void;
  readonly stop: () => void;
}

/** Aborts its signal after the limit without progress. */
export function silenceWatch(seconds: number): SilenceWatch {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error(`no answer for ${seconds} s`)), seconds * 1000);
  return {
    signal: controller.signal,
    heard: () => void timer.refresh(),
    stop: () => clearTimeout(timer),
  };
}

/** A program that downloads and has no progress output suitable for a log. */
export interface Downloader {
  what: string;
  command: string;
  args: readonly string[];
  environment: Record<string, string>;
  /** The folders that it writes to. Their growth is its progress. */
  folders: readonly string[];
  /** Size of the download; 0 if unknown. */
  bytes: number;
  watch: SilenceWatch;
}

/**
 * Runs a program that downloads, shows its progress by the size of what it writes, and ends it if it writes nothing for
 * too long.
 * @throws Error with the reason in one phrase
 */
export async function runDownloader({
  what,
  command,
  args,
  environment,
  folders,
  bytes,
  watch,
}: Downloader): Promise<void> {
  const progress = showProgress(what);
  let seen = 0;
  const timer = setInterval(() => {
    void Promise.all(folders.map(folderBytes)).then((sizes) => {
      const now = sizes.reduce((sum, size) => sum + size, 0);
      if (now !== seen) watch.heard();
      if (now > seen) progress.update(now, now > bytes ? 0 : bytes);
      seen = now;
    });
  }, 250);
  try {
    const { code, stderr } = await runProgram(command, args, { environment, signal: watch.signal });
    if (code !== 0) throw new Error(watch.signal.aborted ? reasonOf(watch.signal.reason) : reasonIn(stderr));
  } finally {
    clearInterval(timer);
    watch.stop();
    progress.end();
  }
}

/** The reason in a program's error output: the innermost message of a Node stack, or the last line. */
export function reasonIn(stderr: string): string {
  const causes = [...stderr.matchAll(/^\s*(?:\[cause\]: )?(?:\w*Error(?: \[\w+\])?|ERROR): (.+)$/gm)].map((match) =>
    match[1]!.replace(/\s*\{$/, ''),
  );
  return causes.at(-1) ?? lastLine(stderr, 'it gives no reason');
}

async function folderBytes(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        (found) => (found.isFile() ? found.size : 0),
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
