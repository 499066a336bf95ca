/** The collapse view in the real window: judging predictions, reading a script, running the lab, and the checklist. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyPatch } from 'diff';
import { expect, test } from './fixtures';
import type { App } from './app';
import { CollapsePage } from './pages/collapse';
import { FramePage } from './pages/frame';
import { OverviewPage } from './pages/overview';
import { writeDigits, writePicture } from './samples';
import { writeOnnx } from '../engine/support/model-files';

const SCRIPT = `from tensorflow import keras
from tensorflow.keras import layers

train = keras.utils.image_dataset_from_directory('train', shuffle=False)
model = keras.Sequential([
    layers.Rescaling(1./255),
    layers.Conv2D(16, 3, activation='relu'),
    layers.BatchNormalization(),
    layers.GlobalAveragePooling2D(),
    layers.Dense(2, activation='softmax'),
])
model.compile(optimizer=keras.optimizers.Adam(learning_rate=1e-7), loss='sparse_categorical_crossentropy')
model.fit(train, epochs=300)
`;

async function opened(app: App): Promise<{ collapse: CollapsePage; frame: FramePage }> {
  await new OverviewPage(app.page).indexed();
  const frame = new FramePage(app.page);
  await frame.go('Collapse');
  return { collapse: new CollapsePage(app.page), frame };
}

test('a table that predicts a single class is recognized as collapsed and compared with its baselines', async ({
  start,
  scratch,
}) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [90, 10]);
  const rows = [
    ...Array.from({ length: 90 }, (_, i) => `0/${String(i).padStart(4, '0')}.png,0`),
    ...Array.from({ length: 9 }, (_, i) => `1/${String(i).padStart(4, '0')}.png,0`),
  ];
  const file = join(scratch, 'mine.csv');
  writeFileSync(file, `path,predicted\n${rows.join('\n')}\ngone/1.png,0\n`);
  const app = await start(folder);
  const { collapse, frame } = await opened(app);
  const { page } = app;

  await app.answer(file);
  await page.getByRole('button', { name: 'Import predictions…' }).click();
  await expect(collapse.verdict).toContainText('One class for everything');
  await expect(collapse.verdict).toContainText('100 % of the predictions are “0”');
  await expect(collapse.axis).toContainText('always “0” 91 %');
  await expect(collapse.axis).toContainText('guessing 50 %');
  await expect(collapse.axis.getByRole('img', { name: /^Balanced accuracy 50 %/ })).toBeVisible();
  await expect(collapse.classes.getByRole('row', { name: /never predicted/ })).toHaveCount(1);
  await collapse.reading.getByText('1 row without an image here').click();
  await expect(collapse.reading).toContainText('gone/1.png');
  await expect(collapse.reading).toContainText('1 image without a prediction');

  writeFileSync(file, 'file,score\na,1\n');
  await page.getByRole('button', { name: 'Import predictions…' }).click();
  await expect(frame.alerts).toHaveCount(1);
  await expect(collapse.verdict).toContainText('One class for everything');

  await frame.go('Checklist');
  await page
    .getByRole('button', { name: /^Diagnosis: / })
    .first()
    .click();
  await expect(collapse.verdict).toBeVisible();
  await page.getByRole('button', { name: 'Forget mine.csv' }).click();
  await expect(page.getByText('No predictions to judge yet')).toBeVisible();
});

test('a model of the user runs with the preprocessing that it was trained with, and with another one on request', async ({
  start,
  scratch,
}) => {
  const folder = join(scratch, 'shades');
  for (const [name, level] of [
    ['1 dark', 30],
    ['2 middle', 128],
    ['3 bright', 225],
  ] as const) {
    for (let i = 0; i < 12; i++)
      await writePicture(join(folder, name, `${i}.png`), `rgb(${level}, ${level}, ${level + i})`);
  }
  // Two dark pictures in the bright class: the model is right and the folder is wrong.
  for (const i of [12, 13]) await writePicture(join(folder, '3 bright', `${i}.png`), `rgb(${i}, 30, 30)`);
  const model = join(scratch, 'net.onnx');
  writeOnnx(model);
  const app = await start(folder);
  const { collapse } = await opened(app);

  await app.answer(model);
  await collapse.runModel('A file');
  await collapse.feed('as stored in the model, otherwise the best on a few images');
  await expect(collapse.verdict).toContainText('It learns');
  await expect(collapse.article.getByRole('heading', { level: 1 })).toHaveText('net.onnx');
  await expect(collapse.axis.getByRole('img', { name: /^Accuracy 95 %/ })).toBeVisible();
  await expect(collapse.axis).toContainText('always “3 bright” 37 %');
  await expect(
    collapse.confusion.getByRole('button', { name: '2 images given 3 bright, predicted 1 dark' }),
  ).toBeVisible();

  await collapse.reading.getByRole('button', { name: 'Run with other preprocessing…' }).click();
  await collapse.feed('0 to 255');
  await expect(collapse.verdict).toContainText('One class for everything');
  await expect(collapse.article.getByRole('alert')).toContainText('It was probably trained with the second');
  await expect(collapse.classes.getByRole('row', { name: /never predicted/ })).toHaveCount(2);
});

test('a file that is not a model is refused in one sentence, with any extension', async ({ start, scratch }) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [8, 8]);
  const app = await start(folder);
  const { collapse, frame } = await opened(app);
  const broken = join(scratch, 'net.onnx');
  writeFileSync(broken, 'no model');
  await app.answer(broken);
  await collapse.runModel('A file');
  await collapse.feed('0 to 1');
  await expect(frame.alerts).toHaveText(
    /The ONNX file cannot be loaded: it is broken, cut off, or uses operations that onnxruntime does not know\./,
  );
  await expect(app.page.getByText('No predictions to judge yet')).toBeVisible();
  await frame.alerts.getByRole('button', { name: 'Dismiss' }).click();

  const keras = join(scratch, 'net.h5');
  writeFileSync(keras, 'no model');
  await app.answer(keras);
  await collapse.runModel('A file');
  await expect(frame.alerts).toHaveText(/This is a Keras file: load it in Python and call model\.export/);
  await expect(app.page.getByRole('dialog', { name: 'Run my model' })).toHaveCount(0);
  await frame.alerts.getByRole('button', { name: 'Dismiss' }).click();

  const empty = join(scratch, 'empty');
  mkdirSync(empty);
  await app.answer(empty);
  await collapse.runModel('A folder');
  await expect(frame.alerts).toHaveText(/The folder contains neither a saved_model\.pb nor a model\.json\./);
});

test('a pasted script fills the form with its lines and is kept, and the lab trains with it until it is stopped', async ({
  start,
  scratch,
}) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [50, 50]);
  const first = await start(folder);
  const { collapse } = await opened(first);
  await collapse.tab('Recipe');
  await expect(collapse.value('Learning rate')).toHaveValue('0.002');
  await collapse.paste('def broken(');
  await expect(collapse.script.getByRole('alert')).toContainText('not valid Python');
  await collapse.paste(SCRIPT);
  await expect(collapse.value('Learning rate')).toHaveValue('1e-7');
  await expect(collapse.recipe.getByRole('button', { name: 'Learning rate: line 12 of the script' })).toBeVisible();
  await expect(collapse.rules).toContainText('changes the weights too little');
  await expect(collapse.rules).toContainText('Line 12');

  await collapse.rules.getByRole('button', { name: 'Show the changed script…' }).click();
  const dialog = first.page.getByRole('dialog', { name: 'Changed script' });
  await expect(dialog.getByRole('cell', { name: /1e-7/ })).toBeVisible();
  await expect(dialog.getByRole('cell', { name: /0\.002/ })).toBeVisible();
  const patch = join(scratch, 'changes.patch');
  await first.saveTo(patch);
  await dialog.getByRole('button', { name: 'Save as a patch…' }).click();
  await expect.poll(() => existsSync(patch)).toBe(true);
  expect(applyPatch(SCRIPT, readFileSync(patch, 'utf8'))).toContain('0.002');
  await dialog.getByRole('button', { name: 'Close' }).click();

  await collapse.value('Shuffle').check();
  await expect(collapse.rules).not.toContainText('not shuffled');
  await expect(first.page.getByText('Saved', { exact: true })).toBeVisible();
  await first.close();

  const second = await start(folder);
  const again = (await opened(second)).collapse;
  await again.tab('Recipe');
  await expect(again.value('Learning rate')).toHaveValue('1e-7');
  await expect(again.value('Shuffle')).toBeChecked();
  await expect(again.script.getByRole('button', { name: /^Line 12:/ })).toBeVisible();

  await again.tab('Lab');
  await second.page.getByRole('button', { name: 'Start the lab' }).click();
  await expect(again.lab).toContainText('These images can give');
  await expect(again.runs.getByRole('row', { name: /^The sound recipe/ }).first()).toBeVisible();
  await expect(again.training.getByRole('img', { name: /^What it predicts/ })).toBeVisible();
  await again.runs
    .getByRole('button', { name: /^The sound recipe/ })
    .first()
    .click();
  await expect(again.training).toContainText('The sound recipe, seed 1');
  await again.lab.getByRole('button', { name: 'Cancel' }).click();
  await expect(second.page.getByText('The last lab was cancelled; its finished runs are kept.')).toBeVisible();
  await expect(second.page.getByRole('main').getByRole('button', { name: 'Resume' })).toBeVisible();
});

test('with a single class, the lab says why it cannot start, and the checklist leads to the class', async ({
  start,
  scratch,
}) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [40]);
  const app = await start(folder);
  const { collapse, frame } = await opened(app);
  await collapse.tab('Lab');
  await expect(app.page.getByRole('main')).toContainText(
    'All readable images have the label “0”: there is no second class to tell it from.',
  );
  await expect(app.page.getByRole('button', { name: 'Start the lab' })).toBeDisabled();
  await frame.go('Checklist');
  await expect(app.page.getByRole('main')).toContainText('Training needs a second class.');
});
