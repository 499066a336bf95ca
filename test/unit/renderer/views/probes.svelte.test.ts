/** The probes in the window, with the fake engine. */
import { describe, expect, it } from 'vitest';
import type { JobStatus } from '../../../../src/contract/model/job';
import type { OwnBackbone } from '../../../../src/contract/model/backbone';
import type { LabelsSummary, ProbeRun } from '../../../../src/contract/model/labels';
import { PlumblineError } from '../../../../src/contract/errors';
import type { FakeEngine, Handlers } from '../support/fake-engine';
import { inWindow, openWindow, press, settled, text } from '../support/mounted-window';
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

async function labels(
  jobs: readonly JobStatus[],
  run: Partial<ProbeRun> | null = null,
  handlers: Handlers = {},
): Promise<FakeEngine> {
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
    pairs: [{ given: 'cat', suggested: 'dog', count: 7 }],
  };
  const { fake, session } = await openWindow(scene, {
    'jobs.list': () => [...jobs],
    'labels.summary': () => summary,
    'labels.list': () => ({ total: 0, items: [] }),
    'labels.curve': () => [],
    ...handlers,
  });
  session.go('labels');
  await settled();
  return fake;
}

const asked = ({ asked: all }: FakeEngine, name: string) =>
  all.filter((one) => one.name === name).map(({ params }) => params);

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

  it('are asked for only after the user confirmed that they are out of sample, and then judge the labels', async () => {
    const { predictions } = samplePredictions(classes, () => 0, { id: 'f'.repeat(32), name: 'mine.csv' });
    const fake = await labels([], null, {
      'shell.importPredictions': () => ({ predictions: { ...predictions, notes: ['3 images have no prediction.'] } }),
      'jobs.probe': () => ({ job: job.job }),
    });
    await press('Use my own predictions');
    await press('Choose the file');
    expect(asked(fake, 'shell.importPredictions')).toEqual([]);
    document.querySelector<HTMLInputElement>('.own input[type="checkbox"]')!.click();
    await settled();
    await press('Choose the file');
    expect(asked(fake, 'jobs.probe')).toEqual([
      { dataset: DATASET, probe: 'predictions', predictions: 'f'.repeat(32) },
    ]);
    expect(document.body.textContent).toContain('3 images have no prediction.');
  });

  it('are named as the judge of the labels, and a refusal of them cannot be resumed', async () => {
    const message = 'The predictions match 100 % of the given labels.';
    const error = { code: 'bad-predictions' as const, message, details: {}, causes: [] };
    await labels([{ ...job, probe: 'predictions', state: 'failed', startedAt: 30, error }], { kind: 'predictions' });
    expect(text('.own p')).toEqual(['The labels are judged by your predictions.']);
    expect(stopped()).toEqual([message]);
  });
});

describe("the user's own embedding", () => {
  const embedding = { key: 'a'.repeat(64), file: 'mine.npy', width: 8 };

  it('goes to the instant probe', async () => {
    const fake = await labels([], null, {
      'shell.importEmbedding': () => ({ imported: { embedding, notes: [] } }),
      'jobs.probe': () => ({ job: job.job }),
    });
    await press('Use my own embedding');
    await press('Choose the file');
    expect(asked(fake, 'jobs.probe')).toEqual([{ dataset: DATASET, probe: 'instant', embedding }]);
  });

  it('is refused in one sentence, and no probe runs', async () => {
    const sentence = '“mine.csv” has no column “path”: name the image of each row in it.';
    const fake = await labels([], null, {
      'shell.importEmbedding': () => {
        throw new PlumblineError('bad-predictions', sentence);
      },
    });
    await press('Use my own embedding');
    await press('Choose the file');
    expect(document.body.textContent).toContain(sentence);
    expect(asked(fake, 'jobs.probe')).toEqual([]);
  });

  it('is named beside the probe that used it', async () => {
    await labels([], { kind: 'instant', embedding: { file: 'mine.npy', used: true } });
    expect(text('.own p')).toEqual(['The labels are judged by the instant probe with your embedding “mine.npy”.']);
  });
});

describe('a pretrained network of the user', () => {
  const model = 'b'.repeat(32);
  const backbone: OwnBackbone = {
    model,
    file: 'dinov2.onnx',
    sha256: 'c'.repeat(64),
    input: { name: 'pixel_values', layout: 'nchw', type: 'float32', batch: null },
    side: 224,
    normalization: { mean: [0, 0, 0], std: [1, 1, 1] },
    output: { name: 'pooler_output', width: 384, pooling: 'row' },
  };
  const dialog = () => document.querySelector('dialog');
  const chosen = {
    'shell.chooseModel': () => ({ model, name: 'dinov2.onnx' }),
    'jobs.probe': () => ({ job: job.job }),
  };

  it('is shown as it will be run, read again after a change, and goes to the instant probe', async () => {
    const fake = await labels([], null, {
      ...chosen,
      'labels.checkBackbone': ({ normalization }) => ({
        backbone: normalization === 'half' ? { ...backbone, side: 96 } : backbone,
        sideIsFixed: true,
        notes: [`Normalized: ${normalization ?? 'guessed'}.`],
      }),
    });
    await press('Use another network');
    expect(dialog()!.textContent).toContain('Normalized: guessed.');
    expect(dialog()!.querySelector('input')).toBeNull();
    const select = dialog()!.querySelector('select')!;
    select.selectedIndex = [...select.options].findIndex(({ text: words }) => words === 'values from −1 to 1');
    select.dispatchEvent(new Event('change', { bubbles: true }));
    await settled();
    expect(dialog()!.textContent).toContain('Normalized: half.');
    dialog()!.querySelector<HTMLButtonElement>('button[type="submit"]')!.click();
    await settled();
    expect(asked(fake, 'jobs.probe')).toEqual([
      { dataset: DATASET, probe: 'instant', backbone: { ...backbone, side: 96 } },
    ]);
    expect(dialog()).toBeNull();
  });

  it('is refused in one sentence, and no probe runs', async () => {
    const sentence = '“clip.onnx” cannot be used. It takes text and no images: choose a network that takes images.';
    const fake = await labels([], null, {
      ...chosen,
      'labels.checkBackbone': () => {
        throw new PlumblineError('bad-model', sentence);
      },
    });
    await press('Use another network');
    expect(document.body.textContent).toContain(sentence);
    expect(dialog()).toBeNull();
    expect(asked(fake, 'jobs.probe')).toEqual([]);
  });

  it('keeps the dialog open where a change cannot be run, and says why', async () => {
    const fake = await labels([], null, {
      ...chosen,
      'labels.checkBackbone': ({ side }) => {
        if (side === 50) throw new PlumblineError('bad-model', 'It cannot be run on pictures of 50 × 50 pixels.');
        return { backbone, sideIsFixed: false, notes: [] };
      },
    });
    await press('Use another network');
    const side = dialog()!.querySelector('input')!;
    side.value = '50';
    side.dispatchEvent(new Event('input', { bubbles: true }));
    side.dispatchEvent(new Event('change', { bubbles: true }));
    await settled();
    expect(text('[role="alert"]')).toEqual(['It cannot be run on pictures of 50 × 50 pixels.']);
    expect(dialog()!.querySelector<HTMLButtonElement>('button[type="submit"]')!.disabled).toBe(true);
    expect(asked(fake, 'jobs.probe')).toEqual([]);
  });

  it('is named beside the probe that used it, with its hash', async () => {
    await labels([], { kind: 'instant', backbone: { file: 'dinov2.onnx', sha256: 'c'.repeat(64), used: true } });
    expect(text('.own p')).toEqual([
      'The labels are judged by the instant probe with your network “dinov2.onnx” (SHA-256 cccccccc…).',
    ]);
  });
});

describe('the view before the first result', () => {
  it('says that no probe has run', async () => {
    await labels([]);
    expect(text('.empty h2')).toEqual(['No probe has run yet']);
  });

  it('says that the first one is running', async () => {
    await labels([{ ...job, state: 'running', endedAt: null }]);
    expect(text('.empty h2')).toEqual(['The first probe is running']);
  });
});

describe('the buttons of the probes', () => {
  it('are disabled while another job uses the data set, and say so', async () => {
    await labels([index]);
    const runs = [...document.querySelectorAll<HTMLButtonElement>('.probes button')];
    expect(runs.map(({ disabled, title }) => [disabled, title])).toEqual(
      Array.from({ length: 5 }, () => [true, '“Indexing” is running. A probe can run after that.']),
    );
  });
});

describe('the list of suspicious labels', () => {
  it('is reviewed as it is shown: only the chosen pair', async () => {
    const fake = await labels(
      [],
      {},
      {
        'labels.list': ({ filter }) => ({ total: filter.given === undefined ? 240 : 7, items: [] }),
        'review.queue': () => ({ total: 7, items: [] }),
      },
    );
    await press('Pair: All pairs');
    document.querySelectorAll<HTMLElement>('[role="menu"][aria-label="Pairs"] button')[1]!.click();
    await settled();
    await press('Review 7 labels');
    expect(asked(fake, 'review.queue').at(-1)).toMatchObject({
      filter: { suspect: { given: 'cat', suggested: 'dog', threshold: 0.4 } },
    });
  });
});
