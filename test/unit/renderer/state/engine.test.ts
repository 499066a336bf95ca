import { describe, expect, it } from 'vitest';
import { PlumblineError } from '../../../../src/contract/errors';
import { connect } from '../../../../src/renderer/state/engine';
import { fakeEngine } from '../support/fake-engine';
import { handlersFor } from '../support/handlers';
import { DATASET, scenario } from '../support/scenario';

const scene = scenario({
  name: 'pets',
  classes: [
    { name: 'cat', count: 30 },
    { name: 'dog', count: 12 },
  ],
});
const JOB = {
  job: '11111111-2222-3333-4444-555555555555',
  kind: 'training-check',
  dataset: DATASET,
  progress: null,
  error: null,
  startedAt: 1,
  endedAt: null,
} as const;

describe('the client of the engine', () => {
  it('answers each call with its own result, in whatever order answers come', async () => {
    const fake = fakeEngine({
      ...handlersFor(scene),
      'images.get': async ({ image }) => {
        await new Promise((resolve) => setTimeout(resolve, image === 1 ? 20 : 0));
        return scene.record(image);
      },
    });
    const engine = connect(fake.bridge);
    const [one, two] = await Promise.all([1, 2].map((image) => engine.call('images.get', { dataset: DATASET, image })));
    expect([one?.id, two?.id]).toEqual([1, 2]);
  });

  it('rejects with the code that the engine gave', async () => {
    const engine = connect(fakeEngine(handlersFor(scene)).bridge);
    await expect(engine.call('images.get', { dataset: DATASET, image: 9999 })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('refuses an answer that the contract does not know', async () => {
    const fake = fakeEngine({});
    const engine = connect({
      post: ({ id }) => fake.send({ type: 'reply', id, ok: true, result: { dataset: 'no id' } }),
      subscribe: (listener) => fake.bridge.subscribe(listener),
    });
    await expect(engine.call('dataset.reopen', { dataset: DATASET })).rejects.toMatchObject({
      code: 'version-mismatch',
    });
  });

  it('passes events on until the listener leaves, and skips frames and events it does not know', () => {
    const fake = fakeEngine({});
    const engine = connect(fake.bridge);
    const seen: number[] = [];
    const stop = engine.on('dataset-changed', ({ revision }) => seen.push(revision));
    fake.push('dataset-changed', { dataset: DATASET, revision: 1 });
    fake.send({ nonsense: true });
    fake.send({ type: 'event', name: 'of-a-later-version', payload: {} });
    stop();
    fake.push('dataset-changed', { dataset: DATASET, revision: 2 });
    expect(seen).toEqual([1]);
  });

  it('waits for a job and parses its outcome', async () => {
    const fake = fakeEngine({ 'jobs.trainingCheck': () => ({ job: JOB.job }) });
    const engine = connect(fake.bridge);
    const progress: number[] = [];
    const ended = engine.runJob('jobs.trainingCheck', { dataset: DATASET, steps: 2 }, ({ done }) =>
      progress.push(done),
    );
    await new Promise((resolve) => setTimeout(resolve));
    fake.push('job', {
      ...JOB,
      state: 'running',
      progress: { stage: 'train', done: 1, total: 2, rate: null, eta: null },
      result: null,
    });
    fake.push('job', { ...JOB, job: '99999999', state: 'done', result: { firstLoss: 9, lastLoss: 9 } });
    fake.push('job', { ...JOB, state: 'done', result: { firstLoss: 2, lastLoss: 1 } });
    await expect(ended).resolves.toEqual({ firstLoss: 2, lastLoss: 1 });
    expect(progress).toEqual([1]);
  });

  it('hears of a job that ended before its id was known', async () => {
    const fake = fakeEngine({
      'jobs.trainingCheck': () => {
        fake.push('job', { ...JOB, state: 'done', result: { firstLoss: 3, lastLoss: 1 } });
        return { job: JOB.job };
      },
    });
    await expect(connect(fake.bridge).runJob('jobs.trainingCheck', { dataset: DATASET, steps: 2 })).resolves.toEqual({
      firstLoss: 3,
      lastLoss: 1,
    });
  });

  it('fails a job with its error, a cancelled one with the code cancelled', async () => {
    const fake = fakeEngine({ 'jobs.trainingCheck': () => ({ job: JOB.job }) });
    const engine = connect(fake.bridge);
    const failed = engine.runJob('jobs.trainingCheck', { dataset: DATASET, steps: 2 });
    const error = { code: 'out-of-memory', message: 'Not enough memory.', details: {}, causes: [] } as const;
    await new Promise((resolve) => setTimeout(resolve));
    fake.push('job', { ...JOB, state: 'failed', error: { ...error, causes: [] }, result: null });
    await expect(failed).rejects.toBeInstanceOf(PlumblineError);
    await expect(failed).rejects.toMatchObject({ code: 'out-of-memory' });
  });
});
