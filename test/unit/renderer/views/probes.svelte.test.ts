/** The probes in the window, with the fake engine. */
import { describe, expect, it } from 'vitest';
import type { JobStatus } from '../../../../src/contract/api';
import type { LabelsSummary, ProbeRun } from '../../../../src/contract/model/labels';
import { inWindow, openWindow, settled, text } from '../support/mounted-window';
import { samplePredictions } from '../support/sample-collapse';
import { DATASET, scenario } from '../support/scenario';

const classes = [
  { name: 'cat', count: 1200 },
  { name: 'dog', count: 300 },
];
const scene = scenario({ name: 'pets', classes });
const job: JobStatus = {
  job: 'aaaaaaaa-0000',
  kind: 'probe',
  probe: 'cnn',
  dataset: DATASET,
  state: 'interrupted',
  progress: null,
  error: null,
  startedAt: 10,
  endedAt: 20,
};
const index: JobStatus = {
  job: 'aaaaaaaa-0001',
  kind: 'index',
  dataset: DATASET,
  state: 'running',
  progress: null,
  error: null,
  startedAt: 10,
  endedAt: null,
};
const skill: ProbeRun['skill'] = {
  verdict: 'learned',
  sentence: '',
  balancedAccuracy: 0.9,
  chance: 0.5,
  z: 9,
  effectiveClasses: 2,
  logLossSkill: 0.8,
  perClass: [],
};

inWindow();

async function labels(jobs: readonly JobStatus[], run: Partial<ProbeRun> | null = null): Promise<void> {
  const { diagnosis } = samplePredictions(classes, () => 0, { id: 'cnn', source: 'probe', name: 'CNN probe' });
  const runs: ProbeRun[] =
    run === null
      ? []
      : [
          {
            kind: 'cnn',
            finishedAt: 15,
            seconds: 2,
            stale: false,
            images: 1500,
            skill,
            diagnosis,
            choices: [],
            ...run,
          },
        ];
  const summary: LabelsSummary = {
    runs,
    withheld: null,
    judged: 0,
    flagged: 0,
    curve: [],
    joint: [],
    estimate: null,
    pairs: [],
  };
  const { session } = await openWindow(scene, {
    'jobs.list': () => [...jobs],
    'labels.summary': () => summary,
    'labels.list': () => ({ total: 0, items: [] }),
    'labels.curve': () => [],
  });
  session.go('labels');
  await settled();
}

const stopped = () => text('[aria-label="Probe stopped"]');

describe('a stopped probe', () => {
  it('is named, and can continue', async () => {
    await labels([job]);
    expect(stopped()).toEqual(['The CNN probe was interrupted. Resume']);
  });

  it('is not shown if its result was stored and a later audit used it', async () => {
    const audit: JobStatus = { ...index, state: 'done', startedAt: 30, endedAt: 40 };
    await labels([audit, job], {});
    expect(stopped()).toEqual([]);
  });

  it.each<[string, Partial<ProbeRun>]>([
    ['of an earlier run', { finishedAt: 5 }],
    ['of other images', { stale: true }],
    ['of the other probe', { kind: 'instant' }],
  ])('can continue although there is a result %s', async (_, run) => {
    const audit: JobStatus = { ...index, state: 'done', startedAt: 30, endedAt: 40 };
    await labels([audit, job], run);
    expect(stopped()).toHaveLength(1);
  });
});

describe("the user's own predictions", () => {
  it('have a panel without a button only where they were judged', async () => {
    await labels([]);
    expect(text('[aria-label="Your predictions"]')).toEqual([]);
    await labels([], { kind: 'predictions', seconds: 0 });
    const [panel] = text('[aria-label="Your predictions"]');
    expect(panel).toContain('90 % balanced accuracy');
    expect(panel).toMatch(/1,500 images$/);
    expect(document.querySelectorAll('[aria-label="Your predictions"] button')).toHaveLength(0);
  });
});

describe('the buttons of the probes', () => {
  it('are disabled while another job uses the data set, and say so', async () => {
    await labels([index]);
    const runs = [...document.querySelectorAll<HTMLButtonElement>('.probes button')];
    expect(runs.map(({ disabled, title }) => [disabled, title])).toEqual(
      Array.from({ length: 2 }, () => [true, '“Indexing” is running. A probe can run after that.']),
    );
  });
});
