/**
 * Tests the audit on a Ray cluster, with one Ray of this machine and an S3 server: `npm run test:cluster`. Started by
 * hand, because it installs Ray from the package index (PLUMBLINE_CLUSTER_VENV names an environment that has it).
 * Every result is compared with `plumbline audit` of one machine.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { create } from 'tar';
import { startObjectStore } from './object-store.ts';
import { processesWith, type Running, until } from './processes.ts';
import { pythonPrograms } from './python.ts';

const began = performance.now();
const programs = pythonPrograms();
const cli = resolve(dirname(fileURLToPath(import.meta.url)), '../../out/cli/plumbline.js');
const scratch = mkdtempSync(join(tmpdir(), 'plumbline-cluster-'));
const set = join(scratch, 'set');
/** More than the processors that Ray gets, so that steps wait while others run. */
const SHARDS = 4;
const IMAGES = 150;
const SIDE = 900;

const store = await startObjectStore(programs);
const env = {
  ...process.env,
  PATH: `${programs}:${process.env['PATH'] ?? ''}`,
  PLUMBLINE_CACHE_DIR: join(scratch, 'cache'),
  PLUMBLINE_DATA_DIR: join(scratch, 'data'),
  PLUMBLINE_CLUSTER_COMMAND: join(scratch, 'plumbline'),
  AWS_ENDPOINT_URL: store.url,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  RAY_USAGE_STATS_ENABLED: '0',
  RAY_AUTH_MODE: 'token',
  RAY_AUTH_TOKEN: randomBytes(32).toString('hex'),
};

function tell(text: string): void {
  process.stdout.write(`${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${text}\n`);
}

/** Pictures with copies across shards, a broken file and a dark picture. */
async function putSet(): Promise<void> {
  for (let i = 0; i < IMAGES; i += 1) {
    const folder = join(set, i % 2 === 0 ? 'even' : 'odd');
    mkdirSync(folder, { recursive: true });
    // Every 25th picture is a copy of an earlier one.
    const seed = i % 25 === 24 ? i - 20 : i;
    const noise = Buffer.from(
      Uint8Array.from({ length: 12 * 12 * 3 }, (_, at) => (at * (seed * 7 + 13) + seed * 31) % 251),
    );
    const picture = sharp(noise, { raw: { width: 12, height: 12, channels: 3 } }).resize(SIDE, SIDE);
    // Few bytes, because the object store reads a whole archive for each range of it.
    await picture.jpeg().toFile(join(folder, `${String(i).padStart(3, '0')}.jpg`));
  }
  writeFileSync(join(set, 'odd', 'broken.png'), 'no picture');
  const black = sharp({ create: { width: 50, height: 50, channels: 3, background: '#000' } });
  await black.png().toFile(join(set, 'even', 'black.png'));
}

interface Audit {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; err: string }>;
}

function audit(...args: readonly string[]): Audit {
  const child = spawn(process.execPath, [cli, 'audit', ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let err = '';
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  return { child, ended: new Promise((done) => child.once('close', (code) => done({ code, err }))) };
}

const findingsIn = (report: string): unknown =>
  (JSON.parse(readFileSync(join(scratch, report), 'utf8')) as { findings: unknown }).findings;

/** The steps of a run that work now, without the drivers. */
const working = (run: string) => processesWith(run).filter(({ command }) => / shard index /.test(command));
const driverOf = (run: string) =>
  processesWith(run).find(({ command }) => /^\S*python\S* \S*plumbline_ray\.py/.test(command));
const kill = (pid: number) => process.kill(pid, 'SIGKILL');

/** Ray gives up if it has not started within 30 seconds, which a busy machine needs. */
const LATE = 'timed out during startup';
const STARTS = 5;

interface Raylet {
  readonly pid: number;
  /** What it said when it started. */
  readonly said: string;
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Starts Ray, which ends with this child: `ray stop` would end every Ray of this machine. */
async function startRaylet(options: readonly string[], start = 1): Promise<Raylet> {
  const usual = ['--block', '--disable-usage-stats', '--object-store-memory=100000000'];
  const child = spawn(join(programs, 'ray'), ['start', ...usual, ...options], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  await until('the start of Ray', () => said.includes('Ray runtime started') || child.exitCode !== null);
  if (child.exitCode !== null) {
    assert.ok(said.includes(LATE) && start < STARTS, said);
    return startRaylet(options, start + 1);
  }
  return {
    pid: child.pid!,
    said,
    ended,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

interface Ray extends Raylet {
  /** Of its dashboard, as for `--on`. */
  readonly head: string;
  /** For other raylets. */
  readonly address: string;
}

async function startRay(): Promise<Ray> {
  const raylet = await startRaylet(['--head', '--num-cpus=2', '--port=0', '--include-dashboard=true']);
  const { said } = raylet;
  // Where the dashboard listens is in the text, with colours in between.
  const [, port] = /127\.0\.0\.1:(\d{4,5})\D/.exec(said.slice(said.indexOf('dashboard'))) ?? [];
  const [, address = ''] = /--address='([^']+)'/.exec(said) ?? [];
  return { ...raylet, head: `http://127.0.0.1:${port ?? 8265}`, address };
}

/** Not synchronously: the door of the object store is in this process. */
async function python(code: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(join(programs, 'python'), ['-c', code, ...args], { env });
  return stdout.trim();
}

const UPLOAD = `
import os, sys, boto3
s3 = boto3.client('s3'); s3.create_bucket(Bucket='pics')
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        path = os.path.join(folder, name)
        s3.upload_file(path, 'pics', 'data/' + os.path.relpath(path, sys.argv[1]))
`;

const UPLOAD_ARCHIVE = `
import sys, boto3
s3 = boto3.client('s3'); s3.create_bucket(Bucket='pics')
s3.upload_file(sys.argv[1], 'pics', 'packed/train.tar')
`;

async function killedProcesses(head: string, expected: unknown): Promise<void> {
  const run = join(scratch, 'killed');
  const options = [set, '--on', head, '--out', run, '--shards', String(SHARDS), '--json', join(scratch, 'killed.json')];
  const first = audit(...options);
  const [step] = await until('a first step', () => working(run).length > 0 && working(run));
  kill(step!.parent);
  await until('the end of the Node of a killed worker', () => !processesWith(run).some(({ pid }) => pid === step!.pid));
  tell('a worker of Ray was killed, and its Node ended with it');
  const next = await until('another step', () => working(run).find(({ pid }) => pid !== step!.pid));
  kill(next.pid);
  tell('a Node was killed');
  const driver = await until('the driver', () => driverOf(run));
  await until(
    'a shard that is done',
    () =>
      readdirSync(run).includes('facts') && readdirSync(join(run, 'facts')).some((name) => name.endsWith('.parquet')),
  );
  kill(driver.pid);
  const { code, err } = await first.ended;
  assert.equal(code, 3, err);
  await until('the end of all steps', () => working(run).length === 0);
  tell('the driver was killed, and nothing was left running');
  const done = readdirSync(join(run, 'facts')).filter((name) => name.endsWith('.parquet')).length;
  assert.ok(done >= 1);
  const again = await audit(...options).ended;
  assert.equal(again.code, 0, again.err);
  assert.match(
    again.err,
    new RegExp(`Measuring images: ${done} of ${SHARDS} shards|Measuring images: done|Comparing images`),
  );
  assert.deepEqual(findingsIn('killed.json'), expected);
  tell('the driver was started again, went on, and found the same');
}

/** A file of a finished run is cut off: the driver says which one, and does not try again. */
async function corruptShard(head: string): Promise<void> {
  const run = join(scratch, 'killed');
  truncateSync(join(run, 'facts', '00001.parquet'), 2000);
  rmSync(join(run, 'partials', 'candidates.bin'));
  const { code, err } = await audit(set, '--on', head, '--out', run, '--shards', String(SHARDS)).ended;
  assert.equal(code, 3, err);
  const [last = ''] = err.trim().split('\n').slice(-1);
  assert.match(last, /^plumbline: facts\/00001\.parquet in the run .*killed is damaged .* Delete this file and start/);
  tell('a damaged shard was named in one sentence');
}

async function busyStore(head: string, expected: unknown): Promise<void> {
  await python(UPLOAD, set);
  const run = 's3://pics/run';
  const going = audit(
    's3://pics/data',
    '--on',
    head,
    '--out',
    run,
    '--shards',
    String(SHARDS),
    '--json',
    join(scratch, 's3.json'),
  );
  await until('a first step', () => working(run).length > 0);
  store.close(true);
  await until('refused requests', () => store.refused() >= 5);
  store.close(false);
  const { code, err } = await going.ended;
  assert.equal(code, 0, err);
  assert.deepEqual(findingsIn('s3.json'), expected);
  tell(`an object store that answered ${store.refused()} requests with 503 gave the same`);
}

/** The same images in a tar archive in the object store, which only the plan and the shards read, by ranges. */
async function archivesInStore(head: string, expected: unknown): Promise<void> {
  const tar = join(scratch, 'train.tar');
  create({ sync: true, cwd: set, file: tar }, ['even', 'odd']);
  await python(UPLOAD_ARCHIVE, tar);
  const report = join(scratch, 'packed.json');
  const options = ['--out', 's3://pics/packed-run', '--shards', '2', '--json', report];
  const { code, err } = await audit('s3://pics/packed', '--on', head, ...options).ended;
  assert.equal(code, 0, err);
  const checks = (findings: unknown): string[] =>
    (findings as { check: string; images: string[] }[])
      .filter(({ check }) => ['unreadable', 'exact-duplicate', 'dark'].includes(check))
      .map(({ check, images }) => `${check} ${images.map((path) => path.replace('train.tar/', '')).join(' ')}`);
  assert.ok(checks(expected).length > 0);
  assert.deepEqual(checks(findingsIn('packed.json')), checks(expected));
  tell('an archive in the object store was read in place');
}

async function cancelled(head: string): Promise<void> {
  const run = join(scratch, 'cancelled');
  const going = audit(set, '--on', head, '--out', run, '--shards', String(SHARDS));
  await until('a first step', () => working(run).length > 0);
  going.child.kill('SIGINT');
  const { code, err } = await going.ended;
  assert.equal(code, 3);
  assert.match(err, /Stopped\. Finished work is kept/);
  await until('the end of all processes', () => processesWith(run).length === 0);
  tell('a cancelled audit left nothing running');
}

/** The process of Ray that starts the workers. */
function rayletOf({ pid }: Raylet): Running {
  const [raylet] = processesWith('/raylet/raylet ').filter(({ parent }) => parent === pid);
  assert.ok(raylet, 'there is no raylet');
  return raylet;
}

/** A second machine of the cluster, as far as Ray knows: a raylet beside that of the head, killed during its step. */
async function lostMachine(ray: Ray, expected: unknown): Promise<void> {
  const second = await startRaylet([`--address=${ray.address}`, '--num-cpus=1', '--dashboard-agent-listen-port=0']);
  try {
    const raylet = rayletOf(second);
    const run = join(scratch, 'lost');
    const report = join(scratch, 'lost.json');
    const going = audit(set, '--on', ray.head, '--out', run, '--shards', String(SHARDS), '--json', report);
    const workers = () => processesWith('ray::run_step').filter(({ parent }) => parent === raylet.pid);
    await until('a step on the second raylet', () =>
      working(run).some(({ parent }) => workers().some(({ pid }) => pid === parent)),
    );
    // What the driver counts with is not worth an audit.
    const [board] = processesWith('ray::Board').filter(({ parent }) => rayletOf(ray).pid === parent);
    assert.ok(board, 'the board is not beside the driver');
    kill(board.pid);
    kill(raylet.pid);
    await second.ended;
    const { code, err } = await going.ended;
    assert.equal(code, 0, err);
    assert.deepEqual(findingsIn('lost.json'), expected);
    tell('a raylet was lost, and the other one did its steps');
  } finally {
    await second.stop();
  }
}

async function tablesOfRun(): Promise<void> {
  const counts = await python(
    `import duckdb, sys
print(duckdb.sql(f"select count(*) from '{sys.argv[1]}/facts/*.parquet'").fetchall()[0][0], duckdb.sql(f"select count(*) from '{sys.argv[1]}/findings.parquet' where check_name = 'unreadable'").fetchall()[0][0])`,
    join(scratch, 'killed'),
  );
  assert.equal(counts, `${IMAGES + 2} 1`);
  tell('DuckDB reads the tables of the run');
}

/** In their order; some are run with `npm run test:cluster -- NAME…`. */
const steps: Readonly<Record<string, (ray: Ray, expected: unknown) => Promise<void>>> = {
  killed: async ({ head }, expected) => {
    await killedProcesses(head, expected);
    await tablesOfRun();
    await corruptShard(head);
  },
  store: ({ head }, expected) => busyStore(head, expected),
  archives: ({ head }, expected) => archivesInStore(head, expected),
  cancelled: ({ head }) => cancelled(head),
  lost: lostMachine,
};

let ray: Ray | null = null;
try {
  await putSet();
  // What Node or the system prints beside the answers of a step may look like them.
  writeFileSync(
    env.PLUMBLINE_CLUSTER_COMMAND,
    `#!/bin/sh\necho '{ warning: [' >&2\nexec "${process.execPath}" "${cli}" "$@"\n`,
  );
  chmodSync(env.PLUMBLINE_CLUSTER_COMMAND, 0o755);
  const one = await audit(set, '--json', join(scratch, 'one.json')).ended;
  assert.equal(one.code, 0, one.err);
  const expected = findingsIn('one.json');
  tell(`one machine found ${(expected as unknown[]).length} findings`);
  ray = await startRay();
  tell(`Ray started, ${ray.head}`);
  const asked = process.argv.slice(2);
  for (const [name, step] of Object.entries(steps))
    if (asked.length === 0 || asked.includes(name)) await step(ray, expected);
  tell('all passed');
} finally {
  await ray?.stop();
  store.stop();
  rmSync(scratch, { recursive: true, force: true });
}
