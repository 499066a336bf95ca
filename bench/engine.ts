/** Runs the built engine for a bench: forked as in the app, measured from outside. */
import { fork, execFileSync, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const entry = join(import.meta.dirname, '..', 'out', 'engine', 'main.js');

export interface Progress {
  readonly stage: string;
  readonly done: number;
  readonly total: number | null;
}

interface Reply {
  readonly type: string;
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
  readonly name?: string;
  readonly payload?: {
    readonly state: string;
    readonly progress: Progress | null;
    readonly error: { readonly message: string } | null;
  };
}

/** Resident megabytes of a process at present; 0 if it has ended. */
function residentOf(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return Number(spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).stdout) / 1024;
  }
}

/** Resident megabytes of the largest child process: the audit or the training. */
function largestChildOf(pid: number): number {
  const lines = execFileSync('ps', ['-e', '-o', 'ppid=,rss='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  return Math.max(0, ...lines.filter(([parent]) => parent === pid).map(([, kilobytes]) => kilobytes! / 1024));
}

/** Seconds of processor time of a process and all below it, by their ids. */
function processorOf(root: number): Map<number, number> {
  const rows = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,cputimes='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number, number]);
  const found = new Map<number, number>();
  for (let size = -1; size < found.size;) {
    size = found.size;
    for (const [pid, parent, seconds] of rows) if (pid === root || found.has(parent)) found.set(pid, seconds);
  }
  return found;
}

/**
 * Follows the processor time of a process and all below it: a process takes its time with it when it ends.
 * @returns a function that ends this and returns the seconds since the start, low by up to two for each process
 */
export function watchProcessor(pid: number): () => number {
  const before = processorOf(pid);
  const latest = new Map(before);
  const look = (): void => processorOf(pid).forEach((seconds, one) => latest.set(one, seconds));
  const timer = setInterval(look, 1000);
  return () => {
    clearInterval(timer);
    look();
    return [...latest].reduce((sum, [one, seconds]) => sum + seconds - (before.get(one) ?? 0), 0);
  };
}

/** Seconds, and peak resident megabytes of the engine and of its largest child process. */
export interface Cost {
  readonly seconds: number;
  readonly peak: number;
  readonly helperPeak: number;
}

export interface JobCost extends Cost {
  /** Scanning and measuring alone, without the audit at the end of an index job. */
  readonly index: Cost;
}

export interface BenchEngine {
  readonly pid: number;
  /** Resolves with how it ended. Pending calls and jobs are rejected then. */
  readonly gone: Promise<string>;
  /** Sets a listener for the progress of jobs. */
  readonly watch: (moved: (progress: Progress) => void) => void;
  readonly call: <T>(name: string, params: unknown) => Promise<T>;
  /** Starts a job and waits for its end. */
  readonly job: (name: string, params: unknown) => Promise<JobCost>;
  readonly stop: () => Promise<void>;
}

/** A folder for caches; it is removed when the bench ends. */
export function scratchFolder(name: string): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), `plumbline-bench-${name}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export function startEngine(cache: string): BenchEngine {
  if (!existsSync(entry)) throw new Error('Build first: npm run build:engine');
  const child: ChildProcess = fork(entry, [], {
    serialization: 'advanced',
    env: { ...process.env, PLUMBLINE_CACHE_DIR: cache, PLUMBLINE_DATA_DIR: cache },
  });
  const pending = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let next = 1;
  let ended: (failure: string | null) => void = () => undefined;
  let moved: (progress: Progress) => void = () => undefined;
  let watched: (progress: Progress) => void = () => undefined;
  const gone = new Promise<string>((resolve) =>
    child.once('exit', (code, signal) => {
      const reason = `the engine ended (${signal ?? `exit code ${code ?? 'none'}`})`;
      for (const { reject } of pending.values()) reject(new Error(reason));
      ended(reason);
      resolve(reason);
    }),
  );
  child.on('message', (message) => {
    const frame = message as Reply;
    if (
      frame.type === 'event' &&
      frame.name === 'job' &&
      frame.payload?.state === 'running' &&
      frame.payload.progress
    ) {
      moved(frame.payload.progress);
      watched(frame.payload.progress);
    }
    if (frame.type === 'event' && frame.name === 'job' && frame.payload && frame.payload.state !== 'running')
      ended(frame.payload.state === 'done' ? null : (frame.payload.error?.message ?? frame.payload.state));
    const call = frame.id === undefined ? undefined : pending.get(frame.id);
    if (frame.id !== undefined) pending.delete(frame.id);
    if (frame.type === 'reply') call?.resolve(frame.result);
    if (frame.type === 'error') call?.reject(new Error(frame.error?.message));
  });
  const call = <T>(name: string, params: unknown) =>
    new Promise<T>((resolve, reject) => {
      const id = next++;
      pending.set(id, { resolve: resolve as (value: unknown) => void, reject });
      child.send({ type: 'request', id, name, params });
    });
  return {
    pid: child.pid!,
    gone,
    watch: (listener) => (watched = listener),
    call,
    job: async (name, params) => {
      let peak = 0;
      let helperPeak = 0;
      let index: Cost | null = null;
      const look = () => {
        peak = Math.max(peak, residentOf(child.pid!));
        helperPeak = Math.max(helperPeak, largestChildOf(child.pid!));
      };
      const timer = setInterval(look, 200);
      const start = performance.now();
      const now = (): Cost => ({ seconds: (performance.now() - start) / 1000, peak, helperPeak });
      moved = ({ stage, done, total }) => {
        if (stage === 'measure' && done === total) index ??= now();
      };
      const end = new Promise<string | null>((resolve) => (ended = resolve));
      const failure = await call(name, params).then(
        () => end,
        (error: unknown) => (error as Error).message,
      );
      look();
      clearInterval(timer);
      if (failure !== null) throw new Error(failure);
      const whole = now();
      return { ...whole, index: (index as Cost | null) ?? whole };
    },
    stop: () =>
      new Promise((resolve) => {
        void gone.then(() => resolve());
        if (child.connected) child.send({ type: 'drain' });
      }),
  };
}
