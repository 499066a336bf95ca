/** The Python of the test: a virtual environment with Ray and an S3 server, made from the package index once. */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PACKAGES = ['ray[default]', 'pyarrow', 'duckdb', 'moto[server]', 'boto3'];

/** @returns the folder of its programs: PLUMBLINE_CLUSTER_VENV/bin, or that of an environment made here */
export function pythonPrograms(): string {
  const given = process.env['PLUMBLINE_CLUSTER_VENV'];
  if (given !== undefined) return join(given, 'bin');
  const venv = join(tmpdir(), 'plumbline-cluster-venv');
  const bin = join(venv, 'bin');
  const ready = join(venv, 'ready');
  if (existsSync(ready)) return bin;
  rmSync(venv, { recursive: true, force: true });
  for (const args of [
    ['python3', '-m', 'venv', venv],
    [join(bin, 'pip'), 'install', '-q', ...PACKAGES],
  ]) {
    const [program = '', ...rest] = args;
    const { status } = spawnSync(program, rest, { stdio: 'inherit' });
    if (status !== 0) throw new Error(`${args.join(' ')}: exit code ${status ?? 'none'}`);
  }
  writeFileSync(ready, '');
  return bin;
}
