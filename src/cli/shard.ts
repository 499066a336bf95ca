/** `plumbline shard STEP`: one step of a run on a cluster, for the driver that places the steps. */
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { toWire } from '../contract/errors';
import { layoutKindSchema, type LayoutKind, type NamedReading } from '../contract/model/dataset';
import { endWithInput } from '../engine/process/leash';
import { openRunStore, openSource } from '../engine/shards/addresses';
import { planRun } from '../engine/shards/plan';
import { plannedRun, shardOf } from '../engine/shards/run';
import type { RunStore } from '../engine/shards/run-store';
import { pendingSteps, runSteps } from '../engine/shards/steps';
import type { Step, Task } from '../engine/process/task';
import { driverFile } from './cluster';
import { describeFailure } from './failure';
import { FAILED } from './exits';
import { readCount, readField, readThreshold } from './options';

interface ShardOptions {
  readonly run?: string;
  readonly shard: number;
  readonly source?: string;
  readonly shards?: number;
  readonly layout?: LayoutKind;
  readonly threshold?: Record<string, number>;
  readonly probe?: 'none' | 'instant';
  readonly labels?: string;
  readonly imageColumn?: string;
  readonly labelColumn?: string;
  readonly labelField?: number;
  readonly withMasks?: boolean;
  readonly leash?: boolean;
}

function readingNamed({ labels, imageColumn, labelColumn, labelField, withMasks }: ShardOptions): NamedReading | null {
  if (labels !== undefined) return { file: labels, imageColumn: imageColumn ?? null, labelColumn: labelColumn ?? null };
  if (labelField !== undefined) return { nameField: labelField };
  return withMasks ? { withMasks: true } : null;
}

const PROGRESS_MS = 500;

const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

/** Progress as lines of JSON on standard output, at most two a second. */
function reporting(signal: AbortSignal): Task {
  let saidAt = -Infinity;
  return {
    signal,
    progress: ({ stage, done, total }: Step) => {
      const now = performance.now();
      if (now - saidAt < PROGRESS_MS) return;
      saidAt = now;
      say({ progress: { stage, done, total } });
    },
  };
}

async function carryOut(name: string, store: RunStore, options: ShardOptions, task: Task): Promise<object> {
  const { source, shards, layout, threshold, probe, shard } = options;
  const named = readingNamed(options);
  if (name === 'plan') {
    if (source === undefined) throw new InvalidArgumentError('The step plan needs --source.');
    const run = await planRun(
      store,
      openSource(source),
      {
        shards: shards ?? null,
        ...(layout && { layout }),
        ...(threshold && { thresholds: threshold }),
        ...(probe && { probe }),
        ...(named && { named }),
      },
      task,
    );
    return { images: run.images, shards: run.shards.length, layout: run.layout.sentence };
  }
  const run = await plannedRun(store);
  if (name === 'pending') return { steps: await pendingSteps(store, run) };
  shardOf(run, shard);
  return runSteps.find((step) => step.name === name)!.work(store, run, shard, task);
}

async function runStep(name: string, options: ShardOptions): Promise<void> {
  if (name === 'driver') {
    process.stdout.write(`${driverFile()}\n`);
    return;
  }
  if (options.leash) endWithInput();
  const abort = new AbortController();
  process.once('SIGTERM', () => abort.abort()).once('SIGINT', () => abort.abort());
  try {
    if (options.run === undefined) throw new InvalidArgumentError(`The step ${name} needs --run.`);
    const store = openRunStore(options.run);
    try {
      say({ result: await carryOut(name, store, options, reporting(abort.signal)) });
    } finally {
      await store.close();
    }
  } catch (error) {
    if (error instanceof InvalidArgumentError) throw error;
    const { code } = toWire(error);
    // For the driver, which repeats a step that failed for an unknown reason, and no other.
    say({ error: { code, message: describeFailure(error) } });
    process.stderr.write(`plumbline: ${describeFailure(error)}\n`);
    process.exitCode = FAILED;
  }
}

export function shardCommand(): Command {
  return new Command('shard')
    .description('One step of an audit on a cluster; audit --on calls it.')
    .addArgument(
      new Argument(
        '<step>',
        'plan lists the source, pending tells what is left, driver names the program for Ray, the others do what is left',
      ).choices(['plan', 'pending', 'driver', ...runSteps.map(({ name }) => name)]),
    )
    .option('--run <folder>', 'the folder of the run, or s3://BUCKET/PREFIX')
    .option('--shard <number>', 'the shard, counted from 0', readCount, 0)
    .option('--source <folder>', 'plan: the folder of the images, or s3://BUCKET/PREFIX')
    .option('--shards <number>', 'plan: how many shards (default: by the number of images)', readCount)
    .addOption(
      new Option('--layout <kind>', 'plan: read the folder with this layout').choices(layoutKindSchema.options),
    )
    .option('--threshold <id=value>', 'plan: change a threshold (repeatable)', readThreshold)
    .addOption(new Option('--probe <kind>', 'plan: judge the labels with a probe').choices(['none', 'instant']))
    .option('--labels <file>', 'plan: take the labels from this table of the source')
    .option('--image-column <name>', 'plan: the column of --labels that names the images')
    .option('--label-column <name>', 'plan: the column of --labels with the classes')
    .option('--label-field <number>', 'plan: take this field of the file names as the label', readField)
    .option('--with-masks', 'plan: read images that are named like masks too')
    .option('--leash', 'end when standard input closes')
    .action(runStep);
}
