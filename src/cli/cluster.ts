/** `plumbline audit SOURCE --on WHERE`: the audit in shards on Ray, on this machine or on a cluster. */
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { PlumblineError } from '../contract/errors';
import type { CheckId } from '../contract/model/finding';
import type { TrainedProbe } from '../contract/model/labels';
import { reportSchema } from '../contract/model/report';
import { datasetIdOf } from '../engine/files/dataset-id';
import { checkAddress, openRunStore } from '../engine/shards/addresses';
import { files, readRunJson } from '../engine/shards/run';
import { readWholeFile } from '../engine/shards/run-store';
import { cacheFolder } from '../host/folders';
import { FOUND } from './exits';
import { isFile, STDOUT, writeWhole } from './files';
import { printable } from './printable';
import { runJob } from './ray-job';
import { reportText } from './summary';

export interface ClusterOptions {
  /** `local`, or the address of Ray's dashboard. */
  readonly on: string;
  readonly out?: string;
  readonly shards?: number;
  readonly layout?: string;
  readonly labels?: string;
  readonly imageColumn?: string;
  readonly labelColumn?: string;
  readonly labelField?: number;
  readonly withMasks?: boolean;
  readonly probe: 'none' | TrainedProbe;
  readonly threshold?: Readonly<Record<string, number>>;
  readonly json?: string;
  readonly html?: string;
  readonly failOn?: readonly CheckId[];
}

const UNJUDGED = 'The labels were not judged: --probe instant judges them.';

/** The driver, which is beside the built command line, in a checkout and in a package. @throws PlumblineError */
export function driverFile(): string {
  const name = join('cluster', 'plumbline_ray.py');
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, name))) return join(folder, name);
    if (folder === dirname(folder))
      throw new PlumblineError('worker-died', `A part of Plumbline is missing (${name}): this copy is incomplete.`);
  }
}

const isRemote = (uri: string): boolean => uri.startsWith('s3://');

/** A folder of the cluster may not exist on this machine. @throws PlumblineError bad-request */
function absolute(uri: string): string {
  checkAddress(uri);
  return isRemote(uri) ? uri : resolve(uri);
}

/** @throws PlumblineError not-a-folder, bad-request */
function localSource(source: string): string {
  checkAddress(source);
  if (isRemote(source)) return source;
  try {
    return realpathSync(resolve(source));
  } catch (error) {
    throw new PlumblineError('not-a-folder', `There is no folder ${source}.`, { cause: error });
  }
}

/** The options of `plumbline shard plan`, which the driver passes on. */
function planOptions(options: ClusterOptions): string[] {
  const { shards, layout, probe, threshold = {}, labels, imageColumn, labelColumn, labelField, withMasks } = options;
  return [
    ...Object.entries({
      shards,
      layout,
      probe: probe === 'none' ? undefined : probe,
      labels: labels === undefined ? undefined : absolute(labels),
      'image-column': imageColumn,
      'label-column': labelColumn,
      'label-field': labelField,
    }).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`])),
    ...(withMasks ? ['--with-masks'] : []),
    ...Object.entries(threshold).map(([id, value]) => `--threshold=${id}=${value}`),
  ];
}

const CANCELLED = 130;
/** Begins the last line of a driver that failed. */
const FAILURE = 'plumbline: ';

/** Starts Ray on this machine for this run. @throws PlumblineError bad-run, cancelled */
async function runLocal(source: string, run: string, options: ClusterOptions): Promise<void> {
  const python = process.env['PLUMBLINE_PYTHON'] ?? 'python3';
  const child = spawn(python, [driverFile(), source, run, '--local', '--leash', ...planOptions(options)], {
    // The driver ends when this pipe closes. Ctrl-C must not reach Ray's own processes before the driver has stopped them.
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, PLUMBLINE_COMMAND: JSON.stringify([process.execPath, process.argv[1]]) },
  });
  const interrupt = (): void => void child.stdin.end();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  let said = '';
  createInterface({ input: child.stdout }).on('line', (line) => {
    said = line;
    // The sentence about a failure is that of this command.
    if (!line.startsWith(FAILURE)) process.stderr.write(`${line}\n`);
  });
  let error = '';
  child.stderr.on('data', (text: Buffer) => (error = `${error}${text.toString()}`.slice(-4000)));
  try {
    const code = await new Promise<number | null>((done, fail) => {
      child.once('error', fail).once('close', done);
    });
    if (code === 0) return;
    if (code === CANCELLED)
      throw new PlumblineError('cancelled', 'Stopped. Finished work is kept, and the next run continues from there.');
    const reason = said.startsWith(FAILURE) ? said.slice(FAILURE.length) : error.trim().split('\n').at(-1);
    throw new PlumblineError(
      'bad-run',
      reason === undefined || reason === '' ? `${python} ended with ${code}.` : reason,
    );
  } catch (cause) {
    if (cause instanceof PlumblineError) throw cause;
    throw new PlumblineError(
      'bad-run',
      `“${python}” cannot be started (${cause instanceof Error ? cause.message : String(cause)}). Install Python 3.9 or newer with Ray, or name one in PLUMBLINE_PYTHON.`,
      { cause },
    );
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

/**
 * The folder of a run that the user did not name. An unfinished run goes on; a finished one is removed, because the
 * images may have changed since.
 */
async function ownRun(source: string): Promise<string> {
  const run = join(cacheFolder(), 'runs', datasetIdOf(source));
  if ((await openRunStore(run).find(files.copies)) !== null) await rm(run, { recursive: true, force: true });
  return run;
}

/**
 * Runs the audit, and prints or writes its report as `plumbline audit` does.
 * @throws PlumblineError
 */
export async function clusterAudit(folder: string, options: ClusterOptions): Promise<void> {
  const local = options.on === 'local';
  const source = local ? localSource(folder) : absolute(folder);
  const run = options.out === undefined ? await ownRun(source) : absolute(options.out);
  process.stderr.write(`${printable(`The run is in ${run}.`)}\n`);
  if (local) await runLocal(source, run, options);
  else await runJob(options.on, source, run, planOptions(options));
  const store = openRunStore(run);
  const report = await readRunJson(store, files.report, reportSchema);
  const text = (await readWholeFile(store, files.report)).toString('utf8');
  const page = options.html === undefined ? '' : (await readWholeFile(store, files.page)).toString('utf8');
  if (isFile(options.json)) writeWhole(options.json, text);
  if (isFile(options.html)) writeWhole(options.html, page);
  process.stdout.write(options.json === STDOUT ? text : options.html === STDOUT ? page : reportText(report));
  process.stderr.write(
    `${printable(`Made at ${report.createdAt}.${options.probe === 'none' ? ` ${UNJUDGED}` : ''}`)}\n`,
  );
  process.stderr.write(
    `${printable(`To review what was found, open the copies: plumbline-app ${isRemote(run) ? '(after a download) ' : ''}${run}/store`)}\n`,
  );
  const kinds = new Set<string>(options.failOn);
  if (report.findings.some(({ check }) => kinds.has(check))) process.exitCode = FOUND;
}
