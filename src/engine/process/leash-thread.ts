/** Entry of the thread behind `endWithParent` and `endWithInput`. */
import { Socket } from 'node:net';
import { workerData } from 'node:worker_threads';
import { isAlive } from '../../host/processes';

const LOOK_MS = 300;

const end = (): void => void process.kill(process.pid, 'SIGKILL');

function watch(parent: number): void {
  setInterval(() => {
    // On Unix, a process gets another parent when its parent ends; on other systems the number stays the same.
    if (process.ppid !== parent || !isAlive(parent)) end();
  }, LOOK_MS);
}

if (workerData === 'input') new Socket({ fd: 0, readable: true, writable: false }).on('close', end).resume();
else watch(workerData as number);
