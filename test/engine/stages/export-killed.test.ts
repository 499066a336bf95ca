import Sqlite from 'better-sqlite3';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JobStatus } from '../../../src/contract/model/job';
import type { ExportMode, ExportOptions } from '../../../src/contract/model/export';
import { filesOf, fingerprint, picture, put, scratch } from '../support/indexed';
import { startEngine, type KillableEngine } from '../support/killable';

const IMAGES = 160;
const options = (mode: ExportMode): ExportOptions => ({
  split: {
    kind: 'new',
    shares: [
      { name: 'train', share: 80 },
      { name: 'val', share: 20 },
    ],
    seed: '1',
  },
  mode,
  drop: [],
  convert: false,
  huggingFace: false,
});
let home: ReturnType<typeof scratch>;
let source: string;
let out: string;
let engine: KillableEngine;

async function open(): Promise<string> {
  engine = startEngine(home.folder);
  return (await engine.client.call('dataset.open', { root: source })).dataset;
}

/** Starts the export and kills the engine `delay` ms after the first progress of a stage with this prefix. */
async function exportAndKill(
  dataset: string,
  target: string,
  mode: ExportMode,
  stage: string,
  delay: number,
): Promise<boolean> {
  const kills: Promise<void>[] = [];
  const ended = engine.client.runJob(
    'jobs.export',
    { dataset, target, options: options(mode) },
    {
      status: ({ progress }) => {
        if (progress?.stage.startsWith(stage) && kills.length === 0) kills.push(sleep(delay).then(() => engine.kill()));
      },
    },
  );
  const finished = await ended.then(
    () => true,
    (error: unknown) => {
      expect(error).toMatchObject({ code: 'engine-exited' });
      return false;
    },
  );
  await Promise.all(kills);
  return finished;
}

async function jobOf(dataset: string): Promise<JobStatus> {
  return (await engine.client.call('jobs.list', { dataset })).find((job) => job.kind === 'export')!;
}

/**
 * Resumes the interrupted export.
 * @returns how it ended: its state, or the reason of its failure
 */
async function goOn(dataset: string): Promise<string> {
  const { job, state } = await jobOf(dataset);
  expect(state).toBe('interrupted');
  const ended = new Promise<string>((resolve) =>
    engine.client.on('job', (status) => {
      if (status.job === job && status.state !== 'running') resolve(status.error?.message ?? status.state);
    }),
  );
  await engine.client.call('jobs.resume', { dataset, job });
  return ended;
}

function checkExport(): void {
  const rows = readFileSync(join(out, 'manifest.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, string>);
  expect(rows).toHaveLength(IMAGES);
  for (const row of rows)
    expect(
      createHash('sha256')
        .update(readFileSync(join(out, row['file_name']!)))
        .digest('hex'),
    ).toBe(row['sha256']);
  expect(filesOf(out).filter((path) => path.endsWith('.png'))).toHaveLength(IMAGES);
}

let pictures: Buffer[];
beforeAll(async () => {
  pictures = await Promise.all(Array.from({ length: IMAGES }, (_, index) => picture(index + 1, 160)));
});
beforeEach(() => {
  home = scratch();
  source = join(home.folder, 'source');
  out = join(home.folder, 'exports', 'out');
  mkdirSync(join(home.folder, 'exports'));
  for (const [index, content] of pictures.entries())
    put(source, `${index % 3 === 0 ? 'dog' : 'cat'}/${index}.png`, content);
});
afterEach(async () => {
  await engine.kill();
  home.remove();
});

describe.each<ExportMode>(['copy', 'hardlink'])('an engine killed while it exports (%s)', (mode) => {
  it('leaves nothing under the final name and the source unchanged, and the job continues where it stopped', async () => {
    let dataset = await open();
    await engine.client.runJob('jobs.index', { dataset });
    const before = fingerprint(source);
    const { target } = await engine.client.call('export.target', { dataset, path: out });
    let cut = 0;
    for (const [stage, delay] of [
      ['', 0],
      [mode === 'copy' ? 'Copying' : 'Linking', 0],
      ['Writing', 0],
    ] as const) {
      const finished = await exportAndKill(dataset, target, mode, stage, delay);
      expect(fingerprint(source)).toEqual(before);
      dataset = await open();
      if (finished || existsSync(out)) break;
      cut += 1;
      expect(readdirSync(join(home.folder, 'exports')).filter((name) => name !== '.out.plumbline-part')).toEqual([]);
    }
    expect(cut).toBeGreaterThan(0);
    // If the kill came after the last row was written, the export is done.
    if ((await jobOf(dataset)).state !== 'done') expect(await goOn(dataset)).toBe('done');
    checkExport();
    expect(readdirSync(join(home.folder, 'exports'))).toEqual(['out']);
    expect(fingerprint(source)).toEqual(before);
  });
});

describe('an engine killed after the export got its final name and before its job ended', () => {
  let dataset: string;
  let target: string;
  beforeEach(async () => {
    dataset = await open();
    await engine.client.runJob('jobs.index', { dataset });
    ({ target } = await engine.client.call('export.target', { dataset, path: out }));
    await engine.client.runJob('jobs.export', { dataset, target, options: options('copy') });
    await engine.stop();
    // The state after such a kill: everything is written, and the row still says that the job runs.
    const index = new Sqlite(join(home.folder, 'cache/datasets', dataset, 'index.sqlite'));
    index.prepare("UPDATE jobs SET state = 'running', ended_at = NULL WHERE kind = 'export'").run();
    index.close();
    dataset = await open();
  });

  it('finds the finished export when it continues, and does not change it', async () => {
    const before = fingerprint(out);
    // The temporary folder may remain too, already without its state file.
    mkdirSync(join(home.folder, 'exports', '.out.plumbline-part'));
    expect(await goOn(dataset)).toBe('done');
    expect(fingerprint(out)).toEqual(before);
    expect(readdirSync(join(home.folder, 'exports'))).toEqual(['out']);
  });

  it('refuses a folder that is not exactly this export any more', async () => {
    rmSync(
      join(
        out,
        filesOf(out).find((path) => path.endsWith('.png'))!,
      ),
    );
    expect(await goOn(dataset)).toContain('is not empty');
  });

  it('refuses another export to the same folder', async () => {
    await expect(
      engine.client.runJob('jobs.export', { dataset, target, options: options('copy') }),
    ).rejects.toMatchObject({ code: 'export-target' });
  });
});
