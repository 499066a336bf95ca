import { existsSync } from 'node:fs';
import { SetupFailure } from './failure.ts';
import { modulePath } from './places.ts';
import type { Step } from './step.ts';

/** The packages of npm without which nothing here can be set up, each by what shows that it is there. */
const needed = ['@tensorflow/tfjs-node/package.json', 'electron/package.json', 'node-api-headers/package.json'];

/** npm's packages, and with them the pinned Node that runs this: run.mjs lets no older one come so far. */
export const nodeStep: Step = {
  title: 'Node',
  done: () => Promise.resolve(needed.every((name) => existsSync(modulePath(name)))),
  provide() {
    const missing = needed.find((name) => !existsSync(modulePath(name)));
    if (missing !== undefined)
      throw new SetupFailure(`${missing.replace('/package.json', '')} is missing from node_modules`, 'npm ci');
    return Promise.resolve();
  },
  describe: () => Promise.resolve(`Node ${process.versions.node}`),
};
