/** The collapse view and the checklist in the whole window: what a user reads and presses. */
import { describe, expect, it } from 'vitest';
import { PlumblineError } from '../../../../src/contract/errors';
import type { ProbeRun } from '../../../../src/contract/model/labels';
import { collapseHandlers, type CollapseScene } from '../support/collapse-handlers';
import type { Handlers } from '../support/fake-engine';
import { inWindow, openWindow, press, settled, text } from '../support/mounted-window';
import { SCRIPT, sampleLab, sampleLabState, samplePredictions, sampleReading } from '../support/sample-collapse';
import { sampleFindings } from '../support/sample-findings';
import { DATASET, scenario } from '../support/scenario';

const classes = [
  { name: 'cat', count: 900 },
  { name: 'dog', count: 100 },
];
const scene = scenario({ name: 'pets', classes, findings: sampleFindings(1000) });
const own = samplePredictions(classes, () => 0, {
  id: 'a'.repeat(32),
  name: 'mine.csv',
  notes: ['1 row matches no image.'],
  unmatched: { count: 1, paths: ['gone.png'] },
});
const recipe = { reading: sampleReading(), script: { name: 'train.py', text: SCRIPT } };

async function open(part: CollapseScene = {}, more: Handlers = {}) {
  const opened = await openWindow(scene, { ...collapseHandlers(part), ...more });
  await press('Collapse');
  return opened;
}

inWindow();

describe('the diagnosis', () => {
  it('says what to do if there are no predictions', async () => {
    const { fake } = await open();
    expect(text('main h2')).toEqual(['No predictions to judge yet']);
    await press('Run the instant probe');
    expect(fake.asked.at(-1)).toMatchObject({ name: 'jobs.probe', params: { probe: 'instant' } });
  });

  it('recognizes that 900 of 1,000 right answers come from always predicting the majority, and shows baselines', async () => {
    await open({ predictions: [own] });
    expect(text('[aria-label="Verdict"] .title')).toEqual(['One class for everything']);
    expect(text('[aria-label="Levels to pass"] li')).toEqual(['guessing 50 %', 'always “cat” 90 %']);
    expect(text('.axis .title strong')).toEqual(['90 %', '50.0 %']);
    expect(text('[aria-label="Figures per class"] .row .number.bad')).toEqual(['1,000', '0', '0 %']);
    expect(text('[aria-label="Confusion"] tbody tr')).toEqual(['cat900100 %', 'dog1000 %']);
    expect(text('[aria-label="How the predictions were read"] summary')).toEqual(['1 row without an image here']);
  });

  it('shows the images of a cell beside the matrix, where keys decide on them', async () => {
    const { fake, session } = await open(
      { predictions: [own] },
      {
        'images.list': ({ filter }) =>
          filter.cell === undefined || filter.decided !== undefined
            ? { total: 0, items: [] }
            : { total: 2, items: [900, 901].map((id) => scene.card(id)) },
      },
    );
    await press('100 images given dog, predicted cat');
    expect(text('[aria-label="Picked images"] h2')).toEqual(['dog cat']);
    expect(document.querySelector('.cell [aria-pressed="true"]')).not.toBeNull();
    expect(fake.asked.findLast(({ name }) => name === 'images.list')).toMatchObject({
      params: { filter: { cell: { predictions: own.predictions.id, given: 'dog', predicted: 'cat' } } },
    });
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'r', cancelable: true }));
    await settled();
    expect(text('[aria-pressed="true"]')[0]).toBe('Diagnosis');
    await press('Show in Images');
    expect(session.view).toBe('gallery');
  });

  it('imports a file of predictions and shows what is wrong with another one', async () => {
    const file = { name: 'new.csv', text: 'path,predicted\n' };
    const { fake } = await open(
      { predictions: [own], imports: (name) => samplePredictions(classes, (k) => k, { id: 'b'.repeat(32), name }) },
      { 'shell.readText': () => ({ file }) },
    );
    await press('Import predictions');
    expect(text('[aria-label="Diagnosis"] h1')).toEqual(['new.csv']);
    expect(text('[aria-label="Verdict"] .title')).toEqual(['It learns']);
    fake.handle({
      'diagnosis.import': () => {
        throw new Error('The table has no column “path”.');
      },
    });
    await press('Import predictions');
    expect(text('[aria-label="Messages"] .text')).toHaveLength(1);
    await press('Forget new.csv');
    expect(text('[aria-label="Diagnosis"] h1')).toEqual(['mine.csv']);
  });

  it('asks which models of a table to import, and imports those', async () => {
    const file = { name: 'all.csv', text: 'path,pred_resnet,pred_vgg\n' };
    const { fake } = await open({ predictions: [own] }, { 'shell.readText': () => ({ file }) });
    const made = samplePredictions(classes, (k) => k, { id: 'b'.repeat(32), name: 'all.csv · pred_vgg' });
    fake.handle({
      'diagnosis.import': ({ model }) => {
        if (model === undefined)
          throw new PlumblineError('several-models', 'The table contains predictions of 2 models.', {
            details: { models: 'pred_resnet\npred_vgg' },
          });
        return made.predictions;
      },
    });
    await press('Import predictions');
    expect(text('dialog h2')).toEqual(['“all.csv” contains predictions of 2 models']);
    expect(text('dialog label')).toEqual(['pred_resnet', 'pred_vgg']);
    expect(text('[aria-label="Messages"] .text')).toEqual([]);
    const boxes = () => [...document.querySelectorAll<HTMLInputElement>('dialog input')];
    expect(boxes().map(({ checked }) => checked)).toEqual([false, false]);
    boxes()[1]!.click();
    await settled();
    document.querySelector<HTMLFormElement>('dialog form')?.requestSubmit();
    await settled();
    const imports = fake.asked.filter(({ name }) => name === 'diagnosis.import').map(({ params }) => params);
    expect(imports.slice(1)).toEqual([expect.objectContaining({ ...file, model: 'pred_vgg' })]);
    expect(document.querySelector('dialog')).toBeNull();
  });

  it('asks for the preprocessing of a model before it runs it', async () => {
    const model = 'd'.repeat(32);
    const { fake } = await open({ predictions: [own] }, { 'shell.chooseModel': () => ({ model, name: 'net.onnx' }) });
    await press('Run my model');
    await press('A file');
    const preset = document.querySelector<HTMLSelectElement>('dialog select')!;
    preset.value = '0 to 1';
    preset.dispatchEvent(new Event('change', { bubbles: true }));
    await settled();
    document.querySelector<HTMLFormElement>('dialog form')?.requestSubmit();
    await settled();
    expect(fake.asked.findLast((one) => one.name === 'jobs.diagnose')?.params).toMatchObject({
      model,
      preprocessing: { scaling: 'unit', order: 'rgb' },
      side: null,
    });
  });
});

describe('the recipe', () => {
  it('shows the changed script beside the script, with a reason for each change, and what is left', async () => {
    const warning = { rule: 'all-frozen', severity: 'error' as const, fields: [], line: 4 };
    const remedy = {
      text: 'b\nc',
      patch: '+b',
      changes: [{ rule: 'rate-too-high', sentence: 'The rate is high.', reason: '0.002 is customary.', line: 12 }],
      hunks: [
        {
          line: 11,
          lines: [
            { kind: 'same' as const, text: 'a = 1' },
            { kind: 'removed' as const, text: 'rate = 3' },
            { kind: 'added' as const, text: 'rate = 0.002' },
            { kind: 'added' as const, text: 'b = 2' },
          ],
          changes: [0],
        },
      ],
      additions: ['baseline' as const],
      left: [{ ...warning, sentence: 'All layers are frozen.', remedy: 'Train the last one.' }],
    };
    const { fake } = await open(
      { recipe },
      { 'recipe.remedy': () => remedy, 'shell.copyPatch': () => ({}), 'shell.saveRemedy': () => ({ file: 'x.patch' }) },
    );
    await press('Recipe');
    await press('Show the changed script');
    expect(fake.asked.findLast((one) => one.name === 'recipe.remedy')?.params).toMatchObject({ text: SCRIPT });
    document.querySelector<HTMLInputElement>('dialog fieldset input')!.click();
    await settled();
    expect(fake.asked.findLast((one) => one.name === 'recipe.remedy')?.params).toMatchObject({
      additions: ['baseline'],
    });
    expect(text('dialog td')).toEqual(['a = 1', 'a = 1', 'rate = 3', 'rate = 0.002', '', 'b = 2']);
    expect(text('dialog li')).toEqual([
      'Line 12 The rate is high. 0.002 is customary.',
      'Line 4 All layers are frozen. Train the last one.',
    ]);
    await press('Copy the patch');
    await press('Save as a patch');
    expect(fake.asked.slice(-2)).toMatchObject([
      { name: 'shell.copyPatch', params: { additions: ['baseline'] } },
      { name: 'shell.saveRemedy', params: { what: 'patch', additions: ['baseline'] } },
    ]);
    await press('Show folder');
    expect(fake.asked.at(-1)).toMatchObject({ name: 'shell.showSaved' });
  });

  it('is read from a pasted script, with its lines, warnings, and the source of each field', async () => {
    const { fake } = await open();
    await press('Recipe');
    expect(text('form[aria-label="Recipe"] .tag').every((tag) => tag === 'not known')).toBe(true);
    const area = document.querySelector<HTMLTextAreaElement>('textarea')!;
    area.value = SCRIPT;
    area.dispatchEvent(new Event('input', { bubbles: true }));
    await settled();
    await press('Read it');
    expect(fake.asked.some((one) => one.name === 'recipe.set')).toBe(true);
    expect(text('[aria-label="Found in the recipe"] .remedy')[0]).toContain('Line 12');
    expect(text('.lines li.error .number')).toEqual(['4', '12']);
    expect(text('form[aria-label="Recipe"] .tag')).toContain('line 13');
    await press('Line 4:');
    expect(text('.block.pointed .title')).toEqual(['Shuffle']);
  });

  it('stores an input only if it is a valid value', async () => {
    const { fake } = await open({ recipe });
    await press('Recipe');
    const rate = document.querySelector<HTMLInputElement>('#recipe-learningRate')!;
    rate.value = '-3';
    rate.dispatchEvent(new Event('input', { bubbles: true }));
    await settled();
    expect(text('.wrong')).toEqual(['a number, more than 0, at most 1000000']);
    rate.value = '0.002';
    rate.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise((resolve) => setTimeout(resolve, 320));
    expect(text('.wrong')).toEqual([]);
    expect(fake.asked.filter((one) => one.name === 'recipe.set')).toHaveLength(1);
    expect(fake.asked.findLast((one) => one.name === 'recipe.set')?.params).toMatchObject({
      reading: { recipe: { learningRate: 0.002 }, sources: { learningRate: { how: 'read', line: null } } },
      script: { name: 'train.py' },
    });
  });
});

describe('the lab', () => {
  it('says what it would try, and starts with the chosen time', async () => {
    const { fake } = await open({ recipe });
    await press('Lab');
    expect(text('[aria-label="Start the lab"] li').some((line) => line.startsWith('Learning rate 0.1 with Adam'))).toBe(
      true,
    );
    await press('Long');
    await press('Start the lab');
    expect(fake.asked.findLast((one) => one.name === 'jobs.lab')?.params).toMatchObject({
      budgetSeconds: 3600,
      reading: { recipe: { learningRate: 0.1 } },
    });
  });

  it('shows the run in training, and a finished one on request', async () => {
    const running = {
      job: 'cccccccc-0000',
      kind: 'lab',
      dataset: DATASET,
      state: 'running',
      progress: null,
      error: null,
      startedAt: 1,
      endedAt: null,
    } as const;
    const { fake } = await open(
      { recipe, lab: sampleLab(classes), state: sampleLabState(classes) },
      { 'jobs.list': () => [running] },
    );
    await press('Lab');
    expect(text('[aria-label="Lab running"] strong')).toEqual(['Run 5 of about 14']);
    expect(text('[aria-label="Current training run"] h2')).toEqual(['Your recipe, seed 1']);
    expect(text('[aria-label="Current training run"] h3')).toContain('What it predicts');
    await press('The sound recipe, seed 2');
    expect(fake.asked.at(-1)).toMatchObject({ name: 'lab.run', params: { index: 1 } });
    expect(text('[aria-label="Current training run"] h2')).toEqual(['The sound recipe, seed 2']);
    await press('Follow the current run');
    expect(text('[aria-label="Current training run"] h2')).toEqual(['Your recipe, seed 1']);
    await press('Cancel');
    expect(fake.asked.at(-1)).toMatchObject({ name: 'jobs.cancel', params: { job: running.job } });
  });

  it('shows the answer first, then cause, remedy, the role of every choice, and can open every run', async () => {
    await open({ recipe, lab: sampleLab(classes) });
    await press('Lab');
    expect(text('[aria-label="Answer"] .sentence')[0]).toMatch(/^Cause: batch norm/);
    expect(text('[aria-label="Cause"] li p')[0]).toMatch(/together: neither is enough alone/);
    expect(text('[aria-label="Remedy"] li')).toHaveLength(2);
    expect(text('[aria-label="Remedy"] .chip')).toEqual(['not confirmed']);
    expect(text('[aria-label="Choices"] .role')).toEqual([
      'Part of the cause',
      'Part of the cause',
      'No collapse by itself',
      'Costs accuracy',
      'Not tested',
    ]);
    await press('Your recipe, seed 3');
    expect(text('dialog h2')).toEqual(['Your recipe, seed 3']);
    expect(text('dialog dt')).toContain('Loss not a number');
  });
});

describe('a finished lab', () => {
  const sample = sampleLab(classes);
  const outOfTime = { ...sample, result: { ...sample.result, outcome: 'out-of-time' as const, causes: [] } };
  const start = () => document.querySelector<HTMLButtonElement>('[aria-label="Start the lab"] button.primary')!;

  it('shows first what it found before its time was up, and says where it would continue', async () => {
    await open({ recipe, lab: outOfTime, kept: 32 });
    await press('Lab');
    expect(text('[aria-label="Answer"] .title')).toEqual([
      'What prevents the collapse is found; the time ran out before the cause was',
    ]);
    expect(start().textContent).toBe('Resume after run 32');
    expect(start().disabled).toBe(false);
  });

  it('gives levels as balanced accuracy, and compares them with a sound recipe that is weak itself', async () => {
    const { result } = sample;
    const weak = { ...result, sound: { ...result.sound!, mean: 0.4 }, user: { ...result.user!, mean: 0.25 } };
    await open({ recipe, lab: { ...sample, result: weak } });
    await press('Lab');
    expect(text('[aria-label="Levels"] strong')).toEqual(['90 %', '66 %', '60 %']);
    expect(document.querySelectorAll('[aria-label="Levels"] .dot.bad')).toHaveLength(0);
  });

  it('runs again if none of its results can be reused', async () => {
    await open({ recipe, lab: outOfTime, kept: 0 });
    await press('Lab');
    expect(start().textContent).toBe('Run the lab again');
  });

  it('cannot be started with one class, and says why', async () => {
    const alone = scenario({ name: 'pets', classes: [{ name: 'cat', count: 30 }] });
    await openWindow(alone, collapseHandlers({ recipe }));
    await press('Collapse');
    await press('Lab');
    expect(start().disabled).toBe(true);
    expect(text('[aria-label="Start the lab"] .says')).toContain(
      'All readable images have the label “cat”: there is no second class to tell it from.',
    );
  });

  it('has nothing to do if everything was tried and nothing has changed', async () => {
    await open({ recipe, lab: sample, kept: 12 });
    await press('Lab');
    expect(start().textContent).toBe('Everything has been tried');
    expect(start().disabled).toBe(true);
    expect(text('[aria-label="Start the lab"] .says')).toEqual([
      'The recipe and the images have not changed and every run is stored, so there is nothing left to train.',
    ]);
  });
});

describe('the checklist', () => {
  it('gives each question its verdict, and leads to its evidence', async () => {
    const { session } = await open({ predictions: [own], recipe, lab: sampleLab(classes) });
    await press('Checklist');
    expect(text('ol > li h2')).toHaveLength(6);
    expect(text('ol > li.not-checked h2')).toEqual(['Augmentation Not checked']);
    await press('Lab: In the lab your learning rate');
    expect(session.view).toBe('collapse');
    expect(text('tr.pointed th')[0]).toMatch(/^Learning rate/);
    await press('Checklist');
    await press('Recipe: Line 12: The last layer applies a softmax');
    expect(text('.block.pointed .title')).toEqual(['Last activation', 'Loss']);
  });
});

describe('withheld labels', () => {
  const probe = samplePredictions(classes, () => 0, { id: 'instant', source: 'probe', name: 'Instant probe' });
  const skill: ProbeRun['skill'] = {
    verdict: 'chance',
    sentence: 'It learned nothing.',
    balancedAccuracy: 0.5,
    chance: 0.5,
    z: 0,
    effectiveClasses: 1,
    logLossSkill: 0,
    perClass: [],
  };
  const run: ProbeRun = {
    kind: 'instant',
    finishedAt: 1,
    seconds: 2,
    stale: false,
    images: 1000,
    skill,
    diagnosis: probe.diagnosis,
    choices: [],
  };
  const summary = {
    runs: [run],
    withheld: 'The probe learned nothing.',
    judged: 0,
    flagged: 0,
    estimate: null,
    curve: [],
    pairs: [],
    joint: [],
  };

  it('lead to the predictions of the probe', async () => {
    const { session } = await openWindow(scene, {
      ...collapseHandlers({ predictions: [probe] }),
      'labels.summary': () => summary,
    });
    await press('Labels');
    await press('Why it does not learn');
    expect(session.view).toBe('collapse');
    expect(text('[aria-label="Diagnosis"] h1')).toEqual(['Instant probe']);
  });

  it('is not said to learn nothing if it is better than chance but judges no label', async () => {
    const weak = { ...summary, runs: [{ ...run, skill: { ...run.skill, verdict: 'weak' as const } }] };
    await openWindow(scene, { ...collapseHandlers({ predictions: [probe] }), 'labels.summary': () => weak });
    await press('Labels');
    expect(text('[role="status"]').join(' ')).toContain('What it has learned');
  });
});
