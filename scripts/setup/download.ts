import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { reasonOf } from './failure.ts';
import { showProgress } from './progress.ts';
import { silenceLimit, silenceWatch } from './silence.ts';

const mostRedirects = 5;

/**
 * Downloads a file. A partial download in `target.part` is continued, and the file gets its name only when it is
 * complete.
 * @param sha256 of the whole file in hex, or undefined if none is published
 * @throws Error with the reason in one phrase
 */
export async function download(url: string, target: string, sha256: string | undefined, what: string): Promise<void> {
  const part = `${target}.part`;
  await mkdir(dirname(target), { recursive: true });
  const had = await stat(part).then(
    (found) => found.size,
    () => 0,
  );
  const watch = silenceWatch(silenceLimit.seconds);
  const progress = showProgress(what);
  try {
    const response = await request(url, had, watch.signal);
    const start = response.statusCode === 206 ? had : 0;
    const length = Number(response.headers['content-length'] ?? 0);
    let done = start;
    response.on('data', (chunk: Buffer) => {
      watch.heard();
      done += chunk.length;
      progress.update(done, length > 0 ? start + length : 0);
    });
    await pipeline(response, createWriteStream(part, { flags: start > 0 ? 'a' : 'w' }), { signal: watch.signal });
  } catch (error) {
    throw new Error(reasonOf(watch.signal.aborted ? watch.signal.reason : error), { cause: error });
  } finally {
    watch.stop();
    progress.end();
  }
  await verify(part, sha256);
  await rename(part, target);
}

/**
 * The response to a GET request, after redirects, starting at byte `from` if the server supports it. Not `fetch`:
 * Node's fetch ends the whole process with an assertion if a server closes a connection that is waiting for the disk.
 */
async function request(url: string, from: number, signal: AbortSignal, redirects = 0): Promise<IncomingMessage> {
  // Only in newer Nodes. It returns a function to undo this, which is not needed in a program that ends.
  if (redirects === 0 && 'setGlobalProxyFromEnv' in http) http.setGlobalProxyFromEnv();
  const headers = from > 0 ? { range: `bytes=${from}-` } : {};
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    (url.startsWith('https:') ? https : http).get(url, { headers, signal }, resolve).on('error', reject);
  });
  const status = response.statusCode ?? 0;
  if (status === 200 || status === 206) return response;
  response.resume();
  if (status >= 300 && status < 400 && response.headers.location !== undefined && redirects < mostRedirects) {
    return request(new URL(response.headers.location, url).href, from, signal, redirects + 1);
  }
  // The partial file does not match the file any more: download all of it.
  if (status === 416 && from > 0) return request(url, 0, signal, redirects);
  throw new Error(`the server answers ${status}`);
}

/** Checks a file's SHA-256. A file that differs is removed, so that the next run downloads it again. */
export async function verify(path: string, sha256: string | undefined): Promise<void> {
  if (sha256 === undefined) return;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  const found = hash.digest('hex');
  if (found === sha256) return;
  await rm(path, { force: true });
  throw new Error(`its SHA-256 is ${found.slice(0, 12)}…, not ${sha256.slice(0, 12)}…`);
}
