/** Entry of the thread behind `endWithParent`. */
import { workerData } from 'node:worker_threads';
import { isAlive } from './processes';

const LOOK_MS = 300;

const parent = workerData as number;
setInterval(() => {
  // An orphan gets another parent on Unix; elsewhere it keeps the number.
  if (process.ppid !== parent || !isAlive(parent)) process.kill(process.pid, 'SIGKILL');
}, LOOK_MS);
