/** The states of the collapse view, with the fake engine. */
import { describe, expect, it, vi } from 'vitest';
import { PlumblineError } from '../../../../src/contract/errors';
import { connect } from '../../../../src/renderer/state/engine';
import { collapseOf, type Collapse } from '../../../../src/renderer/state/collapse.svelte';
import { Dataset } from '../../../../src/renderer/state/dataset.svelte';
import { groupFigures, orderFigures, leaning } from '../../../../src/renderer/views/collapse/diagnosis/class-order';
import { orderRuns } from '../../../../src/renderer/views/collapse/lab/run-order';
import { collapseHandlers, type CollapseScene } from '../support/collapse-handlers';
import { fakeEngine, type FakeEngine, type Handlers } from '../support/fake-engine';
import { handlersFor } from '../support/handlers';
import { SCRIPT, SOUND, sampleLab, sampleLabState, samplePredictions, sampleReading } from '../support/sample-collapse';
import { DATASET, scenario } from '../support/scenario';

const classes = [
  { name: 'cat', count: 90 },
  { name: 'dog', count: 10 },
];
const probe = samplePredictions(classes, (k) => k, { id: 'instant', source: 'probe', name: 'Instant probe' });
const own = samplePredictions(classes, () => 0, { id: 'a'.repeat(32), name: 'mine.csv' });

async function opened(
  scene: CollapseScene = {},
  more: Handlers = {},
): Promise<{ engine: FakeEngine; dataset: Dataset; place: Collapse }> {
  const engine = fakeEngine({ ...handlersFor(scenario({ name: 'x', classes })), ...collapseHandlers(scene), ...more });
  const dataset = new Dataset(connect(engine.bridge), DATASET);
  await dataset.pull();
  const place = collapseOf(dataset);
  await settled();
  return { engine, dataset, place };
}

const settled = (ms = 20) => new Promise((resolve) => setTimeout(resolve, ms));
const count = (engine: FakeEngine, name: string) => engine.asked.filter((one) => one.name === name).length;

describe('predictions under diagnosis', () => {
  it('are the user’s own at first, or else those of a probe', async () => {
    expect((await opened({ predictions: [probe, own] })).place.diagnoses.shown.value?.id).toBe(own.predictions.id);
    expect((await opened({ predictions: [probe] })).place.diagnoses.shown.value?.id).toBe('instant');
    expect((await opened()).place.diagnoses.shown.value).toBeNull();
  });

  it('are shown by split, and for all splits when others are selected', async () => {
    const { place, engine } = await opened({ predictions: [probe, own] });
    place.diagnoses.showSplit('val');
    await settled();
    expect(engine.asked.at(-1)).toMatchObject({
      name: 'diagnosis.get',
      params: { id: own.predictions.id, split: 'val' },
    });
    place.diagnoses.select('instant');
    await settled();
    expect(place.diagnoses.shown.value).toMatchObject({ id: 'instant', split: null });
  });

  it('are selected after an import, and disappear after their removal', async () => {
    const { place } = await opened({
      predictions: [probe],
      imports: (name) => samplePredictions(classes, () => 0, { id: 'b'.repeat(32), name }),
    });
    await place.diagnoses.importText('other.csv', 'path,predicted\n');
    expect(place.diagnoses.shown.value?.diagnosed.predictions).toMatchObject({
      name: 'other.csv',
      verdict: { kind: 'single-class' },
    });
    await place.diagnoses.remove('b'.repeat(32));
    expect(place.diagnoses.shown.value?.id).toBe('instant');
  });

  it('come from a model with the chosen preset, and the model can run again without choosing it', async () => {
    const model = 'c'.repeat(32);
    const { place, engine } = await opened(
      { predictions: [probe] },
      { 'shell.chooseModel': () => ({ model, name: 'net.onnx' }) },
    );
    const choice = await place.diagnoses.chooseModel('file');
    const run = place.diagnoses.runModel(choice!, { scaling: 'unit', order: 'bgr' }, 96);
    await settled();
    expect(engine.asked.find((one) => one.name === 'jobs.diagnose')?.params).toMatchObject({
      model,
      preprocessing: { scaling: 'unit', order: 'bgr' },
      side: 96,
    });
    engine.push('job', {
      job: 'cccccccc-0000',
      kind: 'diagnose',
      dataset: DATASET,
      state: 'done',
      progress: null,
      error: null,
      startedAt: 1,
      endedAt: 2,
      result: { id: own.predictions.id },
    });
    await run;
    expect(place.diagnoses.modelOf(own.predictions.id)).toEqual({ model, name: 'net.onnx' });
  });
});

describe('the recipe', () => {
  it('is stored once after a pause in typing, together with its warnings', async () => {
    vi.useFakeTimers();
    try {
      const engine = fakeEngine({ ...handlersFor(scenario({ name: 'x', classes })), ...collapseHandlers() });
      const { recipe } = collapseOf(new Dataset(connect(engine.bridge), DATASET));
      await vi.advanceTimersByTimeAsync(10);
      expect(recipe.tally).toEqual({ read: 0, default: 0, assumed: 28 });
      expect(recipe.enter('learningRate', 1)).toBe(true);
      expect(recipe.enter('learningRate', 10)).toBe(true);
      expect(recipe.reading?.recipe.learningRate).toBe(10);
      expect(recipe.keeping).toBe(true);
      expect(count(engine, 'recipe.set')).toBe(0);
      await vi.advanceTimersByTimeAsync(400);
      expect(count(engine, 'recipe.set')).toBe(1);
      expect(recipe.keeping).toBe(false);
      expect(recipe.view?.warnings.map((one) => one.rule)).toEqual(['rate-too-high']);
      expect(recipe.reading?.sources.learningRate).toEqual({ how: 'read', line: null, text: null });
    } finally {
      vi.useRealTimers();
    }
  });

  it('refuses values that do not fit its schema and stays unchanged', async () => {
    const { place, engine } = await opened();
    expect(place.recipe.enter('learningRate', -1)).toBe(false);
    expect(place.recipe.enter('epochs', 1.5)).toBe(false);
    expect(place.recipe.reading?.recipe).toEqual(SOUND);
    await settled(300);
    expect(count(engine, 'recipe.set')).toBe(0);
  });

  it('can be reset to the sound recipe, by field or completely', async () => {
    const { place } = await opened({
      recipe: { reading: sampleReading(), script: { name: 'train.py', text: SCRIPT } },
    });
    expect(place.recipe.tally).toMatchObject({ read: 5, default: 4 });
    place.recipe.reset('learningRate');
    await settled(300);
    expect(place.recipe.reading?.recipe.learningRate).toBe(SOUND.learningRate);
    expect(place.recipe.reading?.sources.learningRate?.how).toBe('assumed');
    await place.recipe.clear();
    expect(place.recipe.reading?.recipe).toEqual(SOUND);
    expect(place.recipe.view?.script).toBeNull();
  });

  it('is replaced by that of a script, which a single undo reverts', async () => {
    const { place } = await opened();
    place.recipe.enter('epochs', 77);
    await settled(300);
    await place.recipe.readScript({ name: 'train.py', text: SCRIPT });
    expect(place.recipe.reading?.recipe).toMatchObject({ learningRate: 0.1, epochs: 10 });
    expect(place.recipe.view?.script?.name).toBe('train.py');
    await place.recipe.undo();
    expect(place.recipe.reading?.recipe.epochs).toBe(77);
    expect(place.recipe.undoable).toBe(false);
  });

  it('stays unchanged if a script cannot be read', async () => {
    const { place, engine } = await opened();
    await expect(place.recipe.readScript({ name: 'x.py', text: 'def (' })).rejects.toThrow(PlumblineError);
    expect(count(engine, 'recipe.set')).toBe(0);
    expect(place.recipe.reading?.recipe).toEqual(SOUND);
  });

  it('is not overwritten by an older answer while it is being edited', async () => {
    const { place, dataset } = await opened();
    place.recipe.enter('epochs', 5);
    dataset.changed();
    place.follow(dataset.revision);
    await settled();
    expect(place.recipe.reading?.recipe.epochs).toBe(5);
    await settled(300);
    expect(place.recipe.view?.reading.recipe.epochs).toBe(5);
  });
});

describe('the lab', () => {
  it('is refreshed when the engine reports a change, while the view is open', async () => {
    const { place, engine } = await opened({ state: sampleLabState(classes) });
    const stop = place.lab.listen();
    await settled();
    const before = count(engine, 'lab.state');
    engine.push('lab-changed', { dataset: DATASET });
    await settled();
    expect(count(engine, 'lab.state')).toBe(before + 1);
    expect(place.lab.state.value?.running?.current?.title).toBe('your recipe');
    stop();
    engine.push('lab-changed', { dataset: DATASET });
    await settled();
    expect(count(engine, 'lab.state')).toBe(before + 1);
  });

  it('starts with the current recipe and the chosen time', async () => {
    const { place, engine } = await opened();
    place.lab.budget = 'normal';
    await place.lab.start(place.recipe.reading!);
    expect(engine.asked.at(-1)).toMatchObject({
      name: 'jobs.lab',
      params: { budgetSeconds: 600, reading: { recipe: { learningRate: SOUND.learningRate } } },
    });
  });

  it('offers to continue after an interruption', async () => {
    const job = {
      job: 'cccccccc-0000',
      kind: 'lab',
      dataset: DATASET,
      state: 'interrupted',
      progress: null,
      error: null,
      startedAt: 1,
      endedAt: 2,
    } as const;
    const { place } = await opened({}, { 'jobs.list': () => [job] });
    expect(place.lab.stopped?.job).toBe(job.job);
    expect(place.lab.running).toBeNull();
  });
});

describe('the target of a piece of evidence', () => {
  it('is the choice of the lab, or the field and line of a rule, even if the recipe arrives later', async () => {
    const { place } = await opened({
      recipe: { reading: sampleReading(), script: { name: 'train.py', text: SCRIPT } },
      lab: sampleLab(classes),
    });
    place.show({ kind: 'lab', key: 'batch-norm' });
    expect([place.tab, place.lab.choice]).toEqual(['lab', 'batch-norm']);
    place.show({ kind: 'rule', key: 'unshuffled' });
    expect([place.tab, place.recipe.pointed]).toEqual(['recipe', { field: 'shuffle', line: 4 }]);
    place.show({ kind: 'diagnosis', key: 'single-class' });
    expect(place.tab).toBe('diagnosis');
  });
});

describe('tables of the collapse view', () => {
  it('sort classes without a figure last in both directions', () => {
    const rows = samplePredictions(
      [
        { name: 'a', count: 5 },
        { name: 'b', count: 0 },
        { name: 'c', count: 5 },
      ],
      (k) => (k === 0 ? 0 : 1),
      { id: 'instant', name: 'x' },
    ).diagnosis.figures.perClass;
    expect(orderFigures(rows, 'recall', true).map((row) => row.name)).toEqual(['a', 'c', 'b']);
    expect(orderFigures(rows, 'recall', false).map((row) => row.name)).toEqual(['c', 'a', 'b']);
    expect(orderFigures(rows, 'name', true).map((row) => row.name)).toEqual(['c', 'b', 'a']);
  });

  it('take nested classes together, where a prediction of the same group is right', () => {
    const names = ['Fruit/Apple', 'Fruit/Pear', 'Leek'];
    const sample = samplePredictions(
      names.map((name) => ({ name, count: 4 })),
      (k) => k,
      { id: 'x', name: 'x' },
    );
    const { perClass } = sample.diagnosis.figures;
    const confusion = [
      [1, 3, 0],
      [0, 4, 1],
      [1, 0, 2],
    ];
    expect(groupFigures({ images: 12, perClass, confusion }, 1)).toEqual([
      {
        name: 'Fruit',
        labels: 9,
        predicted: 9,
        labelShare: 0.75,
        predictedShare: 0.75,
        recall: 8 / 9,
        precision: 8 / 9,
        f1: 8 / 9,
      },
      {
        name: 'Leek',
        labels: 3,
        predicted: 3,
        labelShare: 0.25,
        predictedShare: 0.25,
        recall: 2 / 3,
        precision: 2 / 3,
        f1: 2 / 3,
      },
    ]);
  });

  it('mark the class that gets all predictions and those that get none', () => {
    const { figures, verdict } = own.diagnosis;
    expect(figures.perClass.map((row) => leaning(row, verdict.neverPredicted))).toEqual(['swallows', 'never']);
    expect(probe.diagnosis.figures.perClass.map((row) => leaning(row, []))).toEqual([null, null]);
  });

  it('sort runs by a column, equal ones in the order of the runs', () => {
    const { runs } = sampleLab(classes).result;
    expect(orderRuns(runs, 'order', false)).toEqual([...runs.keys()]);
    const best = orderRuns(runs, 'recovered', true).map((at) => runs[at]!.recovered);
    expect(best).toEqual([...best].sort((a, b) => b - a));
    expect(orderRuns(runs, 'steps', true)).toEqual([...runs.keys()]);
  });
});
