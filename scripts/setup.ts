import { cacheFolder } from '../src/host/folders.ts';
import { addonStep } from './setup/addon.ts';
import { backboneStep, retryBackbone } from './setup/backbone.ts';
import { electronStep } from './setup/electron.ts';
import { tensorflowElsewhere } from './setup/elsewhere.ts';
import { SetupFailure } from './setup/failure.ts';
import { librariesStep } from './setup/libraries.ts';
import { alone } from './setup/lock.ts';
import { nodeStep } from './setup/node.ts';
import { openSteps, type Step } from './setup/step.ts';
import { libraryStep } from './setup/tensorflow.ts';

const allSteps: readonly Step[] =
  process.platform === 'linux'
    ? [nodeStep, libraryStep, addonStep, electronStep, librariesStep, backboneStep]
    : [nodeStep, tensorflowElsewhere, electronStep, backboneStep];

/** Only a window on this machine needs these: not the commands, and not `plumbline serve`. */
const windowSteps: readonly Step[] = [electronStep, librariesStep];

/**
 * Installs what npm does not: native TensorFlow, Electron's binary, system libraries, the backbone for photographs.
 * Returns quickly if everything is in place.
 * @param again fetch and build everything again
 * @param server leave out what only a window on this machine needs
 * @throws SetupFailure
 */
export async function setUp(again: boolean, server = false): Promise<void> {
  const steps = server ? allSteps.filter((step) => !windowSteps.includes(step)) : allSteps;
  if ((await openSteps(steps, again)).length === 0) {
    process.stdout.write(`Set-up: all in place (${await summary(steps)}).\n`);
    return;
  }
  await alone(cacheFolder(), async () => {
    for (const [index, step] of steps.entries()) {
      const place = `Set-up ${index + 1}/${steps.length}`;
      if (again || !(await step.done())) {
        process.stdout.write(`${place}: ${step.title} …\n`);
        await step.provide(again);
        if (!(await step.done()))
          throw new SetupFailure(`${step.title} is still not in place`, 'npm ci && npm run setup -- --again');
      }
      process.stdout.write(`${place}: ${await step.describe()} ✓\n`);
    }
  });
}

/**
 * `npm run setup`; with `-- --again`, everything is fetched and built again; with `-- --server`, without what only a
 * window on this machine needs.
 */
export async function main(args: readonly string[]): Promise<number> {
  return reporting(async () => {
    await retryBackbone();
    await setUp(args.includes('--again'), args.includes('--server'));
    return 0;
  });
}

/** Runs a script. An expected failure is reported in one sentence without a stack. */
export async function reporting(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SetupFailure) process.stderr.write(`${error.message}\n`);
    else if (error instanceof Error && 'syscall' in error)
      process.stderr.write(`Set-up cannot go on: ${error.message}.\n`);
    else throw error;
    return 1;
  }
}

async function summary(steps: readonly Step[]): Promise<string> {
  return (await Promise.all(steps.map((step) => step.describe()))).join(', ');
}
