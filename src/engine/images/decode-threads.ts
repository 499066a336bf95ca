/** Decodes with WebAssembly on worker threads, because it takes up to seconds, in which the engine could not answer. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { BadPicture, type RawPicture } from '../../core/images/raw-picture';
import { builtEntry } from '../process/entries';
import type { DecodeAnswer, DecodeOrder } from './decode-worker';
import { UnreadableImage } from './refusals';

const MOST_THREADS = Math.min(4, availableParallelism());
/** A thread without work is ended after this time, because WebAssembly never gives memory back. */
const IDLE_MS = 5000;

const idle: { readonly worker: Worker; readonly end: NodeJS.Timeout }[] = [];
const waiting: ((worker: Worker) => void)[] = [];
let threads = 0;

function leaveIdle(worker: Worker): void {
  const at = idle.findIndex((one) => one.worker === worker);
  if (at >= 0) idle.splice(at, 1);
}

function started(): Worker {
  threads += 1;
  const worker = new Worker(builtEntry('engine/decode'), { execArgv: [] });
  worker.once('exit', () => {
    threads -= 1;
    leaveIdle(worker);
    // Somebody may still wait for this thread.
    const next = waiting.shift();
    if (next) next(started());
  });
  return worker;
}

function take(): Promise<Worker> | Worker {
  const free = idle.pop();
  if (free) {
    clearTimeout(free.end);
    free.worker.ref();
    return free.worker;
  }
  return threads < MOST_THREADS ? started() : new Promise((resolve) => waiting.push(resolve));
}

function giveBack(worker: Worker): void {
  const next = waiting.shift();
  if (next) {
    next(worker);
    return;
  }
  // A process does not stay alive for a thread without work.
  worker.unref();
  const end = setTimeout(() => {
    leaveIdle(worker);
    void worker.terminate();
  }, IDLE_MS).unref();
  idle.push({ worker, end });
}

function ask(worker: Worker, order: DecodeOrder): Promise<DecodeAnswer> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      worker.off('exit', ended);
      worker.off('error', failed);
      worker.off('message', answered);
    };
    const ended = (): void => failed(new Error('the decoder stopped'));
    const failed = (error: Error): void => {
      settle();
      reject(new BadPicture(error.message, false));
    };
    const answered = (answer: DecodeAnswer): void => {
      settle();
      giveBack(worker);
      resolve(answer);
    };
    worker.once('exit', ended).once('error', failed).once('message', answered);
    worker.postMessage(order);
  });
}

/** @throws BadPicture, UnreadableImage for a picture that is too large */
export async function decodeApart(order: DecodeOrder): Promise<RawPicture> {
  const answer = await ask(await take(), order);
  if ('picture' in answer) return answer.picture;
  if ('refused' in answer) throw new UnreadableImage(answer.refused.code, answer.refused.message);
  throw new BadPicture(answer.bad.message, answer.bad.short);
}
