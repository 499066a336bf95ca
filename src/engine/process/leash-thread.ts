/** Entry of the thread behind `endWithParent`. */
import { workerData } from 'node:worker_threads';
import { isAlive } from './processes';

const LOOK_MS = 300;

const parent = workerData as number;
setInterval(() => {
  // On Unix, a process gets another parent when its parent ends; on other systems the number stays the same.
  if (process.ppid !== parent || !isAlive(parent)) process.kill(process.pid, 'SIGKILL');
}, LOOK_MS);
