import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { showProgress } from './progress.ts';

/** How long a server may say nothing, before and while it sends, until another source is tried. */
export const silenceLimit = { seconds: 10 };

/** Ends a transfer that has gone quiet: `heard()` at every sign of life, `signal` is aborted after the limit. */
export function silenceWatch(seconds: number = silenceLimit.seconds): { signal: AbortSignal; heard(): void; stop(): void } {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error(`no answer for ${seconds} s`)), seconds * 1000);
  return {
    signal: controller.signal,
    heard: () => void timer.refresh(),
    stop: () => clearTimeout(timer),
  };
}

/**
 * Downloads a file. What an earlier, broken download left in `target.part` is continued; the file takes its name only when it is whole.
 * @param sha256 of the whole file in hex, or undefined where nobody publishes one
 * @throws Error with the reason in one phrase
 */
export async function download(url: string, target: string, sha256: string | undefined, what: string): Promise<void> {
  const part = `${target}.part`;
  await mkdir(dirname(target), { recursive: true });
  const had = await stat(part).then((found) => found.size, () => 0);
  const watch = silenceWatch();
  const progress = showProgress(what);
  try {
    const response = await fetch(url, { signal: watch.signal, headers: had > 0 ? { range: `bytes=${had}-` } : {} });
    if (response.status === 416) {
      await rm(part);
      throw new Error('the part that was downloaded before does not fit; it was removed');
    }
    if (!response.ok || response.body === null) throw new Error(`the server answers ${response.status}`);
    const start = response.status === 206 ? had : 0;
    const total = start + Number(response.headers.get('content-length') ?? 0);
    const file = await open(part, start > 0 ? 'a' : 'w');
    let done = start;
    await pipeline(
      response.body,
      async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          watch.heard();
          done += chunk.length;
          progress.update(done, total > start ? total : 0);
          yield chunk;
        }
      },
      file.createWriteStream(),
    );
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error });
  } finally {
    watch.stop();
    progress.end();
  }
  await verify(part, sha256);
  await rename(part, target);
}

/** Checks a file's SHA-256; one that differs is removed, so that the next run starts afresh. */
export async function verify(path: string, sha256: string | undefined): Promise<void> {
  if (sha256 === undefined) return;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  const found = hash.digest('hex');
  if (found === sha256) return;
  await rm(path, { force: true });
  throw new Error(`its SHA-256 is ${found.slice(0, 12)}…, not ${sha256.slice(0, 12)}…`);
}

/** The innermost reason: fetch hides it in `cause`. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.name === 'TypeError' ? reasonOf(error.cause) : error.message;
}
