import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExportMode, ExportOptions } from '../../src/contract/exports';
import { filesOf, fingerprint, picture, put, scratch } from './indexed';
import { startEngine, type KillableEngine } from './killable';

const IMAGES = 160;
const options = (mode: ExportMode): ExportOptions => ({
  split: { kind: 'new', shares: [{ name: 'train', share: 80 }, { name: 'val', share: 20 }], seed: '1' }, mode, drop: [], convert: false, huggingFace: false,
});
let home: ReturnType<typeof scratch>;
let source: string;
let out: string;
let engine: KillableEngine;

async function open(): Promise<string> {
  engine = startEngine(home.folder);
  return (await engine.client.call('dataset.open', { root: source })).dataset;
}

/** Starts the export and kills the engine `delay` ms after the first step of a stage that begins so. */
async function exportAndKill(dataset: string, target: string, mode: ExportMode, stage: string, delay: number): Promise<boolean> {
  const kills: Promise<void>[] = [];
  const ended = engine.client.run('jobs.export', { dataset, target, options: options(mode) }, ({ progress }) => {
    if (progress?.stage.startsWith(stage) && kills.length === 0) kills.push(sleep(delay).then(() => engine.kill()));
  });
  const finished = await ended.then(() => true, (error: unknown) => {
    expect(error).toMatchObject({ code: 'engine-exited' });
    return false;
  });
  await Promise.all(kills);
  return finished;
}

function checkExport(): void {
  const rows = readFileSync(join(out, 'manifest.jsonl'), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, string>);
  expect(rows).toHaveLength(IMAGES);
  for (const row of rows) expect(createHash('sha256').update(readFileSync(join(out, row['file_name']!))).digest('hex')).toBe(row['sha256']);
  expect(filesOf(out).filter((path) => path.endsWith('.png'))).toHaveLength(IMAGES);
}

beforeEach(async () => {
  home = scratch();
  source = join(home.folder, 'source');
  out = join(home.folder, 'exports', 'out');
  mkdirSync(join(home.folder, 'exports'));
  for (let index = 0; index < IMAGES; index += 1) put(source, `${index % 3 === 0 ? 'dog' : 'cat'}/${index}.png`, await picture(index + 1, 160));
});
afterEach(async () => {
  await engine.kill();
  home.remove();
});

describe.each<ExportMode>(['copy', 'hardlink'])('an engine killed while it exports (%s)', (mode) => {
  it('leaves nothing under the final name and the source as it was; the job goes on where it was', async () => {
    let dataset = await open();
    await engine.client.run('jobs.index', { dataset });
    const before = fingerprint(source);
    const { target } = await engine.client.call('export.target', { dataset, path: out });
    let cut = 0;
    for (const [stage, delay] of [['', 0], [mode === 'copy' ? 'Copying' : 'Linking', 0], ['Writing', 0]] as const) {
      const finished = await exportAndKill(dataset, target, mode, stage, delay);
      expect(fingerprint(source)).toEqual(before);
      dataset = await open();
      if (finished || existsSync(out)) break;
      cut += 1;
      expect(readdirSync(join(home.folder, 'exports')).filter((name) => name !== '.out.plumbline-part')).toEqual([]);
    }
    expect(cut).toBeGreaterThan(0);
    // A kill that came after the rename met a whole export.
    if (existsSync(out)) {
      checkExport();
      return;
    }
    const jobs = await engine.client.call('jobs.list', { dataset });
    const interrupted = jobs.find((job) => job.kind === 'export' && job.state === 'interrupted')!;
    const ended = new Promise<string>((resolve) => engine.client.on('job', (status) => { if (status.job === interrupted.job && status.state !== 'running') resolve(status.state); }));
    await engine.client.call('jobs.resume', { dataset, job: interrupted.job });
    expect(await ended).toBe('done');
    checkExport();
    expect(readdirSync(join(home.folder, 'exports'))).toEqual(['out']);
    expect(fingerprint(source)).toEqual(before);
  });
});
