import type { Worker } from 'node:worker_threads';

/**
 * Sends an order to a thread and waits for its next message.
 * @param thread for the error, for example “The copying thread”
 * @throws if the thread fails or ends before it answers
 */
export function askThread<Answer>(worker: Worker, order: unknown, thread: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      worker.off('exit', ended);
      worker.off('error', failed);
      worker.off('message', answered);
    };
    const failed = (error: Error): void => {
      settle();
      reject(error);
    };
    const ended = (code: number): void => failed(new Error(`${thread} ended with code ${code}.`));
    const answered = (answer: Answer): void => {
      settle();
      resolve(answer);
    };
    worker.once('exit', ended).once('error', failed).once('message', answered);
    worker.postMessage(order);
  });
}
