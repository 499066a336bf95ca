/** The scenes that can be viewed, by name. */
import type { JobStatus } from '../../../../src/contract/model/job';
import { PlumblineError, toWire } from '../../../../src/contract/errors';
import { collapseHandlers, type CollapseScene } from '../support/collapse-handlers';
import { fakeEngine, type FakeEngine } from '../support/fake-engine';
import { handlersFor } from '../support/handlers';
import {
  SCRIPT,
  sampleLab,
  sampleLabState,
  samplePredictions,
  sampleReading,
  type Counted,
} from '../support/sample-collapse';
import { sampleFindings } from '../support/sample-findings';
import { DATASET, noise, scenario, type ScenarioSpec } from '../support/scenario';

interface Scene {
  readonly engine: FakeEngine;
  /** Runs after the window has been drawn. */
  readonly after?: () => void;
}

const SPLITS = [
  { name: 'train', share: 0.8 },
  { name: 'val', share: 0.1 },
  { name: 'test', share: 0.1 },
];
const digits = Array.from({ length: 10 }, (_, at) => ({ name: String(at), count: 980 + Math.floor(noise(at) * 150) }));
const LONG = 'Carcharhinus_longimanus_oceanic_whitetip_shark_juvenile_specimen';
const hundred = Array.from({ length: 100 }, (_, at) => ({
  name: at % 3 === 0 ? `${LONG}_${at}` : `class ${at}`,
  count: Math.ceil(2000 / (at + 1)),
}));
const thousand = Array.from({ length: 1000 }, (_, at) => ({
  name: `n${String(1_440_764 + at * 37).padStart(8, '0')}`,
  count: Math.max(0, Math.round(60 + 40 * noise(at) - (at % 97 === 0 ? 100 : 0))),
}));
const DEMO =
  'This demo set is spoilt on purpose: 24 labels are wrong, 40 pictures are copied and 6 files are broken, so that there is something to find.';

function shown(spec: ScenarioSpec): () => Scene {
  return () => ({ engine: fakeEngine(handlersFor(scenario(spec))) });
}

const two = [
  { name: 'cat', count: 900 },
  { name: 'dog', count: 100 },
];

/**
 * Predictions of a collapsed net, of a net that learned partly and of a probe, a recipe read from a script, and a
 * result of the lab.
 */
function collapsing(classes: readonly Counted[], part: CollapseScene = {}, kind: 'lab' | null = null): () => Scene {
  return () => {
    const probe = samplePredictions(
      classes,
      (k, i) => (i % 10 === 0 ? (k + 1) % classes.length : k),
      { id: 'instant', source: 'probe', name: 'Instant probe' },
      0.8,
    );
    const paths = Array.from({ length: 40 }, (_, at) => `missing/${at}.png`);
    const own = samplePredictions(classes, () => 0, {
      id: '1'.repeat(32),
      name: 'predictions_of_my_network_after_the_twelfth_try.csv',
      notes: ['40 of 1,000 images have no prediction; the figures are for the others.'],
      missing: { count: 40, paths },
    });
    const trials = [
      ['unit', 0.86, 0.91],
      ['symmetric', 0.41, 0.7],
      ['raw', 0.5, 1],
    ] as const;
    const model = {
      shape: {
        kind: 'onnx',
        width: 64,
        height: 64,
        channels: 3,
        layout: 'nchw',
        outputs: classes.length,
        ownScaling: null,
      } as const,
      preprocessing: { scaling: 'raw', order: 'rgb' } as const,
      chosen: 'given' as const,
      trialImages: 200,
      trials: trials.map(([scaling, accuracy, confidence]) => ({
        preprocessing: { scaling, order: 'rgb' as const },
        accuracy,
        confidence,
      })),
      warning:
        'With input “0 to 255” the model is right on 50 % of 200 images, with input “0 to 1” on 86 %. It was probably trained with the second.',
    };
    const run = samplePredictions(
      classes,
      (k, i) => (i % 3 === 0 ? 0 : k === 1 ? 0 : k),
      {
        id: '2'.repeat(32),
        source: 'model',
        name: 'classifier.onnx',
        model,
        notes: ['Images are fed “0 to 255”, as you said, at 64 × 64 pixels.'],
      },
      0.99,
    );
    const scene = scenario({ name: 'collapse', classes: [...classes], splits: SPLITS, findings: sampleFindings(1000) });
    const splits = SPLITS.map((split) => ({ name: split.name, images: Math.round(1000 * split.share) }));
    const running: JobStatus = {
      job: 'cccccccc-0000',
      kind: 'lab',
      dataset: DATASET,
      state: 'running',
      progress: { stage: 'train-run', detail: 'your recipe', done: 4, total: 14, rate: null, eta: 84 },
      error: null,
      startedAt: 1_790_000_000_000,
      endedAt: null,
    };
    const handlers = collapseHandlers({
      predictions: [probe, own, run].map((one) => ({ ...one, splits })),
      recipe: { reading: sampleReading(), script: { name: 'train.py', text: SCRIPT } },
      lab: sampleLab(classes),
      ...part,
    });
    return {
      engine: fakeEngine({ ...handlersFor(scene), ...handlers, 'jobs.list': () => (kind === null ? [] : [running]) }),
    };
  };
}

function job(state: JobStatus['state'], done: number): JobStatus {
  const error =
    state === 'failed'
      ? toWire(
          new PlumblineError(
            'disk-full',
            'The disk that holds the cache folder is full. Free some space, then go on; what is measured is kept.',
          ),
        )
      : null;
  return {
    job: 'aaaaaaaa-0000',
    kind: 'index',
    dataset: DATASET,
    state,
    progress: { stage: 'measure', done, total: 10_000, rate: 312, eta: (10_000 - done) / 312 },
    error,
    startedAt: 1_790_000_000_000,
    endedAt: state === 'running' ? null : 1_790_000_100_000,
  };
}

function indexing(state: JobStatus['state'], done: number): () => Scene {
  return () => {
    const scene = scenario({
      name: 'mnist',
      classes: digits.map((one) => ({ ...one, count: Math.round(one.count * (done / 10_000)) })),
    });
    const engine = fakeEngine({
      ...handlersFor({ ...scene, summary: { ...scene.summary, indexedAt: null, incomplete: true } }),
      'jobs.list': () => [job(state, done)],
    });
    return { engine };
  };
}

function startPage(recents: boolean): () => Scene {
  return () => {
    const names = [
      'mnist-demo',
      'pets',
      'a-rather-long-folder-name-for-a-data-set-with-a-date-2026-11-21-and-a-version-number-v12',
    ];
    const list = names.map((name, at) => ({
      id: `${at}`.repeat(16),
      name,
      root: `/home/you/data/research/2026/${name}`,
      images: [10_046, 37, 1_281_167][at]!,
      classes: [10, 2, 1000][at]!,
      openedAt: Date.now() - at * 9_000_000,
      exists: at !== 1,
    }));
    return {
      engine: fakeEngine(
        handlersFor(scenario({ name: 'x', classes: [] }), { start: false, recents: recents ? list : [] }),
      ),
    };
  };
}

export const scenes: Record<string, () => Scene> = {
  start: startPage(true),
  'start-empty': startPage(false),
  digits: shown({ name: 'mnist-demo', classes: digits, unreadable: 6, note: DEMO, findings: sampleFindings(10_000) }),
  splits: shown({ name: 'pets', classes: digits, splits: SPLITS, findings: sampleFindings(10_000) }),
  clean: shown({ name: 'clean', classes: digits, splits: SPLITS }),
  collapse: collapsing(two),
  'collapse-ten': collapsing(digits.map((one, at) => ({ name: one.name, count: 40 + at * 12 }))),
  'collapse-hundred': collapsing(hundred.map((one, at) => ({ name: one.name, count: 4 + (at % 17) }))),
  'collapse-none': collapsing(two, {
    predictions: [],
    lab: null,
    recipe: { reading: { ...sampleReading(), notes: [] }, script: null },
  }),
  'collapse-running': collapsing(two, { state: sampleLabState(two) }, 'lab'),
  'collapse-running-hundred': collapsing(two, { state: sampleLabState(hundred) }, 'lab'),
  one: shown({ name: 'one', classes: [{ name: 'cat', count: 412 }] }),
  two: shown({
    name: 'collapse',
    classes: [
      { name: 'cat', count: 900 },
      { name: 'dog', count: 100 },
    ],
  }),
  hundred: shown({
    name: 'sharks-of-the-world-a-long-name-for-a-data-set',
    classes: hundred,
    splits: SPLITS,
    unreadable: 14,
    findings: sampleFindings(10_000),
  }),
  thousand: shown({ name: 'imagenet-like', classes: thousand, splits: SPLITS.slice(0, 2) }),
  large: shown({ name: 'fifty-thousand', classes: digits.map((one) => ({ ...one, count: 5000 })) }),
  none: shown({ name: 'empty', classes: [] }),
  indexing: indexing('running', 4210),
  'indexing-start': indexing('running', 0),
  interrupted: indexing('interrupted', 4210),
  failed: indexing('failed', 4210),
  errors: () => {
    const engine = fakeEngine(handlersFor(scenario({ name: 'mnist', classes: digits })));
    const after = () => {
      engine.push('notice', {
        error: toWire(
          new PlumblineError('not-a-folder', '“holiday.zip” is not a folder. Unpack it and open the folder instead.', {
            cause: new Error('ENOTDIR: not a directory'),
          }),
        ),
      });
      engine.push('engine', {
        state: 'restarted',
        message: 'The engine stopped and was started again; what was running goes on.',
      });
    };
    return { engine, after };
  },
  broken: () => ({
    engine: fakeEngine({
      ...handlersFor(scenario({ name: 'mnist', classes: digits })),
      'dataset.summary': () => {
        throw new PlumblineError(
          'catalog-newer',
          'This data set was indexed by a newer Plumbline. Start that one, or forget the data set here to index it again.',
        );
      },
    }),
  }),
};
