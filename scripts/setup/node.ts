import { existsSync } from 'node:fs';
import { SetupFailure } from './failure.ts';
import { modulePath } from './places.ts';
import type { Step } from './step.ts';

/** The npm packages that set-up needs, each by a file that shows that it is installed. */
const needed = [
  '@tensorflow/tfjs-node/package.json',
  'electron/package.json',
  'node-api-headers/package.json',
  'protobufjs/package.json',
];

/** The npm packages, including the pinned Node that runs this: run.mjs does not start it on an older one. */
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
