/** What can be looked at, by name. */
import type { JobStatus } from '../../../src/contract/api';
import { PlumblineError, toWire } from '../../../src/contract/errors';
import { fakeEngine, type FakeEngine } from '../fake-engine';
import { handlersFor } from '../handlers';
import { sampleFindings } from '../sample-findings';
import { DATASET, noise, scenario, type ScenarioSpec } from '../scenario';

interface Scene {
  readonly engine: FakeEngine;
  /** Runs when the window has settled. */
  readonly after?: () => void;
}

const SPLITS = [{ name: 'train', share: 0.8 }, { name: 'val', share: 0.1 }, { name: 'test', share: 0.1 }];
const digits = Array.from({ length: 10 }, (_, at) => ({ name: String(at), count: 980 + Math.floor(noise(at) * 150) }));
const LONG = 'Carcharhinus_longimanus_oceanic_whitetip_shark_juvenile_specimen';
const hundred = Array.from({ length: 100 }, (_, at) => ({ name: at % 3 === 0 ? `${LONG}_${at}` : `class ${at}`, count: Math.ceil(2000 / (at + 1)) }));
const thousand = Array.from({ length: 1000 }, (_, at) => ({ name: `n${String(1_440_764 + at * 37).padStart(8, '0')}`, count: Math.max(0, Math.round(60 + 40 * noise(at) - (at % 97 === 0 ? 100 : 0))) }));
const DEMO = 'This demo set is spoilt on purpose: 24 labels are wrong, 40 pictures are copied and 6 files are broken, so that there is something to find.';

function shown(spec: ScenarioSpec): () => Scene {
  return () => ({ engine: fakeEngine(handlersFor(scenario(spec))) });
}

function job(state: JobStatus['state'], done: number): JobStatus {
  const error = state === 'failed' ? toWire(new PlumblineError('disk-full', 'The disk that holds the cache folder is full. Free some space, then go on; what is measured is kept.')) : null;
  return { job: 'aaaaaaaa-0000', kind: 'index', dataset: DATASET, state, progress: { stage: 'measure', done, total: 10_000, rate: 312, eta: (10_000 - done) / 312 }, error, startedAt: 1_790_000_000_000, endedAt: state === 'running' ? null : 1_790_000_100_000 };
}

function indexing(state: JobStatus['state'], done: number): () => Scene {
  return () => {
    const scene = scenario({ name: 'mnist', classes: digits.map((one) => ({ ...one, count: Math.round(one.count * (done / 10_000)) })) });
    const engine = fakeEngine({ ...handlersFor({ ...scene, summary: { ...scene.summary, indexedAt: null, incomplete: true } }), 'jobs.list': () => [job(state, done)] });
    return { engine };
  };
}

function startPage(recents: boolean): () => Scene {
  return () => {
    const names = ['mnist-demo', 'pets', 'a-rather-long-folder-name-for-a-data-set-with-a-date-2026-11-21-and-a-version-number-v12'];
    const list = names.map((name, at) => ({ id: `${at}`.repeat(16), name, root: `/home/you/data/research/2026/${name}`, images: [10_046, 37, 1_281_167][at]!, classes: [10, 2, 1000][at]!, openedAt: Date.now() - at * 9_000_000, exists: at !== 1 }));
    return { engine: fakeEngine(handlersFor(scenario({ name: 'x', classes: [] }), { start: false, recents: recents ? list : [] })) };
  };
}

export const scenes: Record<string, () => Scene> = {
  start: startPage(true),
  'start-empty': startPage(false),
  digits: shown({ name: 'mnist-demo', classes: digits, unreadable: 6, note: DEMO, findings: sampleFindings(10_000) }),
  splits: shown({ name: 'pets', classes: digits, splits: SPLITS, findings: sampleFindings(10_000) }),
  clean: shown({ name: 'clean', classes: digits, splits: SPLITS }),
  one: shown({ name: 'one', classes: [{ name: 'cat', count: 412 }] }),
  two: shown({ name: 'collapse', classes: [{ name: 'cat', count: 900 }, { name: 'dog', count: 100 }] }),
  hundred: shown({ name: 'sharks-of-the-world-a-long-name-for-a-data-set', classes: hundred, splits: SPLITS, unreadable: 14, findings: sampleFindings(10_000) }),
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
      engine.push('notice', { error: toWire(new PlumblineError('not-a-folder', '“holiday.zip” is not a folder. Unpack it and open the folder instead.', { cause: new Error('ENOTDIR: not a directory') })) });
      engine.push('engine', { state: 'restarted', message: 'The engine stopped and was started again; what was running goes on.' });
    };
    return { engine, after };
  },
  broken: () => ({
    engine: fakeEngine({
      ...handlersFor(scenario({ name: 'mnist', classes: digits })),
      'dataset.summary': () => {
        throw new PlumblineError('catalog-newer', 'This data set was indexed by a newer Plumbline. Start that one, or forget the data set here to index it again.');
      },
    }),
  }),
};
