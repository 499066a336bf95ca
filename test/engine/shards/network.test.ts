import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize } from 'node:v8';
import sharp from 'sharp';
import { create } from 'tar';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Report, reportSchema } from '../../../src/contract/model/report';
import { RASTER_BYTES } from '../../../src/core/images/raster';
import { combinePredictions } from '../../../src/core/labels/combination';
import { judgeLabels } from '../../../src/core/labels/verdicts';
import { seededRandom } from '../../../src/core/statistics/random';
import { halfBytesOf, halvesOf } from '../../../src/engine/catalog/blobs';
import type { Backbone } from '../../../src/engine/process/backbone';
import { openRunStore, openSource } from '../../../src/engine/shards/addresses';
import { planRun } from '../../../src/engine/shards/plan';
import { probeCohortStep } from '../../../src/engine/shards/probe-cohort';
import { probeEmbedStep, probeMarksStep } from '../../../src/engine/shards/probe-embed';
import { readCohort, readProbeState, type RunImages, WHOLE_FILE } from '../../../src/engine/shards/probe-files';
import { plannedRun } from '../../../src/engine/shards/run';
import { pendingSteps, runSteps } from '../../../src/engine/shards/steps';
import { type Cohort, cohortOf, rasterReader } from '../../../src/engine/stages/cohort';
import { embeddingReader } from '../../../src/engine/stages/embed-run';
import { judge } from '../../../src/engine/stages/judge';
import { INSTANT_ORDER, runInstantProbe } from '../../../src/engine/training/host';
import type { PlanState, Sources } from '../../../src/engine/training/instant/plan';
import type { Round } from '../../../src/engine/training/instant/rounds';
import type { TaskResult } from '../../../src/engine/training/protocol/tasks';
import { indexed, put, quiet, scratch } from '../support/indexed';
import { ENCODER_OUTPUTS, writeEncoder } from '../support/model-files';
import { serveBucket } from '../support/object-store';
import { probedInRanges } from '../support/probe-ranges';

const EACH = 40;
const SIDE = 48;
const LANDMARKS = 60;
/** Each more takes a process for a dozen steps. instant/shards.test.ts has more of them. */
const SHARDS = 2;
const COLOURS = [
  [150, 90, 90],
  [90, 150, 90],
  [90, 90, 150],
];
/** Every so many images have a wrong label. */
const WRONG_EVERY = 10;
/** Numbers of a row of the test network. */
const WIDTH = 6;
/** Sums in another order differ by less than the last digit of 32 bits, in which scores are kept. */
const FURTHEST = 1e-6;

let box: ReturnType<typeof scratch>;
let network: Backbone;
const wrong = new Set<string>();
const at = (...names: readonly string[]): string => join(box.folder, ...names);

/** Noise around a colour, whose mean a network sees. */
async function tinted(seed: number, colour: readonly number[]): Promise<Buffer> {
  const random = seededRandom(seed);
  const data = Buffer.from(
    Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => colour[i % 3]! + 120 * (random() - 0.5)),
  );
  return sharp(data, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toBuffer();
}

beforeAll(async () => {
  box = scratch();
  network = { path: at('network.onnx'), key: 'test-1', input: 'images', outputs: ENCODER_OUTPUTS };
  writeEncoder(network.path);
  for (const [truth, colour] of COLOURS.entries())
    for (let i = 0; i < EACH; i++) {
      const planted = i % WRONG_EVERY === WRONG_EVERY - 1;
      const path = `${planted ? (truth + 1) % COLOURS.length : truth}/${truth}-${i}.png`;
      put(at('set'), path, await tinted(truth * EACH + i + 1, colour));
      if (planted) wrong.add(path);
    }
  // The same content in another shard.
  put(at('set'), '2/copy.png', readFileSync(at('set', '0/0-0.png')));
  put(at('set'), '1/broken.png', Buffer.from('no picture'));
});
afterAll(() => box.remove());

interface Machine {
  /** Null: none is installed. */
  readonly backbone: Backbone | null;
  /** Whether few images are predicted in shards too. */
  readonly inShards?: boolean;
}

/** Does what is left, one task after another; stops before `until`. */
async function goOn(name: string, { backbone, inShards = false }: Machine, until?: string): Promise<void> {
  const store = openRunStore(at(name));
  const run = await plannedRun(store);
  const steps = new Map(runSteps.map((step) => [step.name, step]));
  for (const step of [probeMarksStep(() => backbone), probeEmbedStep(() => backbone)]) steps.set(step.name, step);
  if (inShards)
    steps.set(
      'probe-cohort',
      probeCohortStep({ exactMost: 0, landmarks: (_, photographs) => (photographs ? LANDMARKS : 2) }),
    );
  for (const { step, shards } of await pendingSteps(store, run)) {
    if (step === until) return;
    for (const shard of shards) await steps.get(step)!.work(store, run, shard, quiet);
  }
}

async function plan(name: string, backbone: Backbone | null, source = at('set')) {
  const store = openRunStore(at(name));
  const run = await planRun(store, openSource(source), { shards: SHARDS, probe: 'instant' }, quiet, backbone);
  return { store, run };
}

const reportOf = (name: string): Report =>
  reportSchema.parse(JSON.parse(readFileSync(at(name, 'report.json'), 'utf8')));

const flaggedIn = ({ labels }: Report): string[] =>
  labels!.images
    .filter(({ issue }) => issue)
    .map(({ path }) => path)
    .sort();

function flaggedBy(predicted: Pick<Round, 'probabilities' | 'truth'>, cohort: Cohort): string[] {
  const { flags } = judgeLabels({ ...predicted, labels: cohort.labels, classes: cohort.classes.length }, cohort);
  return cohort.paths.filter((_, i) => flags[i]).sort();
}

/** The bytes of a file of each shard, one after another. */
const joinedFiles = (name: string, folder: string): Buffer =>
  Buffer.concat(
    readdirSync(at(name, folder))
      .sort()
      .map((file) => readFileSync(at(name, folder, file))),
  );

const messageOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => expect.unreachable('it succeeded'),
    (error: unknown) => (error as Error).message,
  );

const furthest = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

/** What one machine gets: the probe, and the rows of the network for all readable images. */
async function oneMachine() {
  const opened = await indexed(at('set'), at('home'));
  const { catalog } = opened;
  // Finds the copies.
  await judge(catalog, {}, () => undefined);
  const cohort = cohortOf(catalog);
  const reader = embeddingReader(catalog, cohort, quiet, network)!;
  const all = Int32Array.from(cohort.images.keys());
  const input = { ...cohort, classes: cohort.classes.length, ...INSTANT_ORDER, source: 'pretrained' as const };
  const result = await runInstantProbe(
    { ...input, layers: [...reader.layers] },
    { ...quiet, rasters: rasterReader(catalog, cohort.images), embeddings: reader.read },
  );
  const rows = await reader.read(all);
  opened.close();
  return { cohort, result, rows };
}

let one: Awaited<ReturnType<typeof oneMachine>>;
beforeAll(async () => {
  one = await oneMachine();
  await plan('shards', network);
  await goOn('shards', { backbone: network, inShards: true });
});

/** The run in shards as it was before a file of it was written. */
function without(name: string, file: string): void {
  cpSync(at('shards'), at(name), { recursive: true });
  rmSync(at(name, file), { recursive: true });
}

describe('a run with the pretrained network', () => {
  it('computes the rows of one machine, whatever the shard', () => {
    expect(joinedFiles('shards', 'probe/embeddings')).toEqual(halfBytesOf(one.rows));
    expect(one.rows.length).toBe((COLOURS.length * EACH + 1) * WIDTH);
    expect(one.rows.every(Number.isFinite)).toBe(true);
  });

  it('flags the same labels in shards as at once, and says that it is used', async () => {
    const report = reportOf('shards');
    expect(report.labels!.pretrained).toBe('used');
    const store = openRunStore(at('shards'));
    const images = (await readProbeState<RunImages>(store, 'images', 1))!;
    const rasters = joinedFiles('shards', 'rasters');
    const sources: Sources = {
      rasters: (indices) =>
        Promise.resolve(
          Buffer.concat(
            Array.from(indices, (i) => rasters.subarray(images.places[i]! * RASTER_BYTES).subarray(0, RASTER_BYTES)),
          ),
        ),
      embeddings: (indices) =>
        Promise.resolve(
          Float32Array.from([...indices].flatMap((i) => [...one.rows.subarray(i * WIDTH, (i + 1) * WIDTH)])),
        ),
    };
    const fitted = (await readProbeState<PlanState>(store, 'plan', 1))!;
    expect(fitted.marks).toHaveLength(LANDMARKS);
    const { rounds } = await probedInRanges({ images, sources, plan: fitted }, 1, box.folder);
    for (const [at, round] of rounds.entries()) {
      const run = (await readProbeState<Round>(store, 'round', at === 0 ? 1 : 2))!;
      expect(furthest(run.probabilities, round.probabilities)).toBeLessThan(FURTHEST);
    }
    const [{ probabilities }] = rounds as [Round];
    const truth = rounds.map((round) => round.truth).reduce(combinePredictions);
    expect(flaggedIn(report)).toEqual(flaggedBy({ probabilities, truth }, one.cohort));
    expect(flaggedIn(report).filter((path) => wrong.has(path)).length).toBeGreaterThan(0);
  });

  it('uses it as one machine does where one process predicts all images', async () => {
    await plan('whole', network);
    await goOn('whole', { backbone: network });
    const report = reportOf('whole');
    expect(report.labels!.pretrained).toBe('used');
    const { probabilities, truth, choices } = deserialize(
      readFileSync(at('whole', WHOLE_FILE)),
    ) as TaskResult<'instant-probe'>;
    expect(choices.slice(0, 3)).toEqual(one.result.choices.slice(0, 3));
    // What is learned differs a little between two processes.
    expect(furthest(probabilities, one.result.probabilities)).toBeLessThan(0.01);
    expect(furthest(truth, one.result.truth)).toBeLessThan(0.01);
    expect(flaggedIn(report)).toEqual(flaggedBy(one.result, one.cohort));
    expect(flaggedIn(report).filter((path) => wrong.has(path)).length).toBeGreaterThan(0);
  });

  it('goes on after a killed shard, with the rows that are there', async () => {
    without('killed', 'probe/sums');
    rmSync(at('killed/probe/embeddings/00001.bin'));
    writeFileSync(at('killed/probe/embeddings/.1.abc.part'), 'half');
    const store = openRunStore(at('killed'));
    expect((await pendingSteps(store, await plannedRun(store)))[0]).toMatchObject({ step: 'probe-embed', shards: [1] });
    await goOn('killed', { backbone: network }, 'probe-features');
    rmSync(at('killed/probe/embeddings/.1.abc.part'));
    expect(joinedFiles('killed', 'probe/embeddings')).toEqual(halfBytesOf(one.rows));
    truncateSync(at('killed/probe/embeddings/00001.bin'), 20);
    expect(await messageOf(goOn('killed', { backbone: network }))).toMatch(
      /^probe\/embeddings\/00001\.bin in the run .* is damaged \(it does not have the rows of \d+ images\)\. Delete this file /,
    );
  });

  it('reads images in archives and in an object store', async () => {
    const chosen = ['0/0-1.png', '0/0-2.png', '1/1-1.png', '1/1-2.png'];
    const names: string[] = [];
    for (const path of chosen) {
      const name = path.slice(2, -4);
      put(at('content'), `${name}.png`, readFileSync(at('set', path)));
      put(at('content'), `${name}.cls`, Buffer.from(path[0]!));
      names.push(`${name}.cls`, `${name}.png`);
      put(at('bucket/files'), path, readFileSync(at('set', path)));
    }
    put(at('bucket/tars'), 'note.txt', Buffer.from(''));
    create({ sync: true, cwd: at('content'), file: at('bucket/tars/all.tar') }, names);
    const expected = Buffer.concat(
      chosen.map((path) => {
        const row = one.cohort.paths.indexOf(path);
        return halfBytesOf(one.rows.subarray(row * WIDTH, (row + 1) * WIDTH));
      }),
    );
    const bucket = await serveBucket(at('bucket'), 'bucket');
    vi.stubEnv('AWS_ENDPOINT_URL', bucket.url);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
    try {
      for (const [name, source] of [
        ['tar', at('bucket/tars')],
        ['objects', 's3://bucket/files'],
        ['tar-objects', 's3://bucket/tars'],
      ] as const) {
        await plan(name, network, source);
        await goOn(name, { backbone: network }, 'probe-plan');
        expect(joinedFiles(name, 'probe/marks')).toEqual(expected);
      }
    } finally {
      vi.unstubAllEnvs();
      await bucket.close();
    }
  });

  it('passes over an image that is gone, and refuses a machine that sees none', async () => {
    for (const path of ['0/0-1.png', '0/0-2.png', '1/1-1.png', '2/2-1.png'])
      put(at('fewer'), path, readFileSync(at('set', path)));
    await plan('gone', network, at('fewer'));
    await goOn('gone', { backbone: network }, 'probe-marks');
    rmSync(at('fewer/0/0-1.png'));
    await goOn('gone', { backbone: network }, 'probe-plan');
    const rows = halvesOf(joinedFiles('gone', 'probe/marks'));
    expect([0, 1, 2, 3].map((image) => Number.isNaN(rows[image * WIDTH]))).toEqual([true, false, false, false]);
    await plan('blind', network, at('fewer'));
    await goOn('blind', { backbone: network }, 'probe-marks');
    for (const name of readdirSync(at('fewer'))) rmSync(at('fewer', name), { recursive: true });
    expect(await messageOf(goOn('blind', { backbone: network }))).toMatch(
      /^None of the \d+ files of shard 0 can be found in /,
    );
  });
});

describe('machines with different networks', () => {
  it('are refused in one sentence, and the run goes on where the network is the same', async () => {
    without('mixed', 'probe/embeddings');
    const name = 'test-1 mean:3,left:3 v1';
    expect(await messageOf(goOn('mixed', { backbone: null }))).toMatch(
      new RegExp(
        `^The machine .* has no pretrained network, but the run .* was planned with ${name}\\. Set Plumbline up there as on the other machines, and start the same command again: it continues with what is there\\.$`,
      ),
    );
    expect(await messageOf(goOn('mixed', { backbone: { ...network, key: 'test-2' } }))).toMatch(
      /^The machine .* has the pretrained network test-2 mean:3,left:3 v1, but the run /,
    );
    expect(readdirSync(at('mixed/probe'))).not.toContain('embeddings');
    await goOn('mixed', { backbone: network }, 'probe-features');
    expect(joinedFiles('mixed', 'probe/embeddings').length).toBe((COLOURS.length * EACH + 1) * WIDTH * 2);
  });

  it('all work without it if the one that plans has none, and the report says so once', async () => {
    await plan('absent', null);
    await goOn('absent', { backbone: network });
    const store = openRunStore(at('absent'));
    expect((await readCohort(store)).side).toBeNull();
    expect(joinedFiles('absent', 'probe/marks').length + joinedFiles('absent', 'probe/embeddings').length).toBe(0);
    expect(reportOf('absent').labels!.pretrained).toBe('not-installed');
    const said = readFileSync(at('absent/report.html'), 'utf8').match(/because it is not installed/g);
    expect(said).toHaveLength(1);
  });

  it('do not go on with a run of a version without it', async () => {
    const { run } = await plan('old', network);
    writeFileSync(
      at('old/run.json'),
      JSON.stringify({ ...run, network: undefined, code: run.code.replace(/\.\d+$/, '') }),
    );
    expect(await messageOf(plan('old', network))).toMatch(
      /^The run .* was started by Plumbline .* with other measures, comparisons or predictions\. /,
    );
  });
});
