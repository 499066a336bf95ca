/** How the overview says what a folder was read as, and how the user chooses another reading. */
import { describe, expect, it } from 'vitest';
import { PlumblineError } from '../../../../src/contract/errors';
import type { DatasetSummary } from '../../../../src/contract/model/dataset';
import { readings } from '../../../../src/core/dataset/layout';
import type { FolderListing } from '../../../../src/core/dataset/layout-types';
import { inWindow, openWindow, press, settled, text } from '../support/mounted-window';
import type { Handlers } from '../support/fake-engine';
import { DATASET, scenario } from '../support/scenario';

const scene = scenario({
  name: 'pets',
  classes: [
    { name: 'cat', count: 2 },
    { name: 'dog', count: 2 },
  ],
});
const csv = (path: string, ...lines: readonly string[]): FolderListing['tables'][number] => {
  const [columns = [], ...rows] = lines.map((line) => line.split(','));
  return { path, columns, rows, problem: null };
};
const folders = ['cat/1.jpg', 'cat/2.jpg', 'dog/3.jpg', 'dog/4.jpg'];
const flat = ['img/1.jpg', 'img/2.jpg', 'img/3.jpg', 'img/4.jpg'];
const labels = csv(
  'labels.csv',
  'file,breed,size',
  '1.jpg,cat,big',
  '2.jpg,cat,small',
  '3.jpg,dog,big',
  '4.jpg,dog,big',
);
const weather = csv('weather.csv', 'day,rain', 'monday,yes', 'tuesday,no');

function summaryOf(listing: Partial<FolderListing>, more: Partial<DatasetSummary> = {}): DatasetSummary {
  const found = readings({ images: [], emptyFolders: [], tables: [], ...listing });
  const [used] = found;
  return {
    ...scene.summary,
    layout: used!.layout,
    layouts: found.map(({ layout }) => layout),
    reading: used!.record,
    ...more,
  };
}

async function open(summary: DatasetSummary, handlers: Handlers = {}) {
  return openWindow({ ...scene, summary }, handlers);
}
const details = () => document.querySelector<HTMLDetailsElement>('details.reading')!;
const lines = () => text('ul[aria-label="How this folder was read"] li');
const selects = () => [...document.querySelectorAll<HTMLSelectElement>('form select')];
async function set(select: HTMLSelectElement | undefined, value: string): Promise<void> {
  select!.value = value;
  select!.dispatchEvent(new Event('change', { bubbles: true }));
  await settled();
}
const columns: Handlers['dataset.tableColumns'] = ({ table }) => ({
  columns:
    table === 'labels.csv'
      ? [
          { name: 'file', examples: ['1.jpg', '2.jpg'] },
          { name: 'breed', examples: ['cat', 'dog'] },
          { name: 'size', examples: ['big', 'small'] },
        ]
      : [
          { name: 'day', examples: ['monday', 'tuesday'] },
          { name: 'rain', examples: ['yes', 'no'] },
        ],
  problem: null,
});

inWindow();

describe('how a folder was read', () => {
  it('is one closed line for class folders, without a choice of tables', async () => {
    await open(summaryOf({ images: folders }));
    expect(text('details.reading summary')).toEqual(['How this folder was read']);
    expect(details().open).toBe(false);
    expect(lines()).toEqual(['Labels: the names of the class folders.']);
    expect(text('button').filter((name) => name.includes('column'))).toEqual([]);
  });

  it('names the folders of the splits', async () => {
    await open(summaryOf({ images: folders.flatMap((path) => [`Training/${path}`, `Testing/${path}`]) }));
    expect(lines()).toContain('Splits: train from “Training” and test from “Testing”, by the names of the folders.');
  });

  it('names the columns of a table and the tables that are not used, and counts what was left out', async () => {
    await open(summaryOf({ images: flat, tables: [labels, weather] }));
    expect(text('details.reading summary')).toEqual(['How this folder was read, and what was left out (1)']);
    expect(lines()[0]).toBe('Labels: the column “breed” of labels.csv, with the images in the column “file”.');
    expect(lines().at(-1)).toBe('Not used: weather.csv names no image of this folder.');
    expect(details().open).toBe(false);
  });

  it('is open where images have no label or rows have no image', async () => {
    const rows = csv('labels.csv', 'file,breed', '1.jpg,cat', '2.jpg,cat', '3.jpg,dog', '9.jpg,dog');
    await open(summaryOf({ images: flat, tables: [rows] }));
    expect(details().open).toBe(true);
    expect(lines()).toContain('1 image has no label and is left out: 1 in “img”.');
    expect(lines().join(' ')).toContain('names a file that is not in the folder, for example “9.jpg”');
  });

  it('says nothing before the first scan', async () => {
    await open(scene.summary);
    expect(details()).toBeNull();
  });
});

describe('another reading of the folder', () => {
  it('is taken by one click on its sentence', async () => {
    const { fake } = await open(summaryOf({ images: folders, tables: [labels] }));
    await press('Read the folder in another way');
    const other = [...document.querySelectorAll<HTMLElement>('[role="radio"]')].find((one) =>
      one.textContent.includes('labels.csv'),
    );
    other!.click();
    await settled();
    expect(fake.asked.findLast(({ name }) => name === 'dataset.chooseLayout')?.params).toEqual({
      dataset: DATASET,
      choice: { kind: 'table', table: 'labels.csv', imageColumn: null, labelColumn: null },
    });
  });

  it('takes another column of the table in use', async () => {
    const { fake } = await open(summaryOf({ images: flat, tables: [labels] }), { 'dataset.tableColumns': columns });
    await press('Choose table and columns');
    expect(selects().map((select) => select.selectedOptions[0]?.textContent)).toEqual([
      'labels.csv',
      'Detected: “file”',
      'Detected: “breed”',
    ]);
    expect(text('form select:last-of-type option').slice(-3)).toEqual([
      'file · 1.jpg, 2.jpg',
      'breed · cat, dog',
      'size · big, small',
    ]);
    await set(selects()[2], 'size');
    await press('Read the folder like this');
    expect(fake.asked.findLast(({ name }) => name === 'dataset.chooseLayout')?.params).toMatchObject({
      choice: { kind: 'table', table: 'labels.csv', imageColumn: null, labelColumn: 'size' },
    });
    expect(selects()).toEqual([]);
  });

  it('takes the columns of a table that was not used, and shows why it cannot be read like this', async () => {
    await open(summaryOf({ images: folders, tables: [weather] }), {
      'dataset.tableColumns': columns,
      'dataset.chooseLayout': () => {
        throw new PlumblineError('bad-table', 'The label table weather.csv labels no image of this folder.');
      },
    });
    await press('Read the folder in another way');
    await press('Another table or other columns');
    await set(selects()[1], 'day');
    await set(selects()[2], 'rain');
    await press('Read the folder like this');
    expect(text('form [role="alert"]')).toEqual(['The label table weather.csv labels no image of this folder.']);
    expect(selects().map(({ value }) => value)).toEqual(['weather.csv', 'day', 'rain']);
  });

  it('shows that it is the choice of the user, and can be given up', async () => {
    const chosen = { kind: 'table', table: 'labels.csv', imageColumn: null, labelColumn: 'size' } as const;
    const { fake } = await open(summaryOf({ images: flat, tables: [labels] }, { chosen }), {
      'dataset.tableColumns': columns,
    });
    expect(document.body.textContent).toContain('your choice');
    await press('Choose table and columns');
    expect(selects()[2]?.value).toBe('size');
    await press('Read as detected');
    expect(fake.asked.findLast(({ name }) => name === 'dataset.chooseLayout')?.params).toEqual({
      dataset: DATASET,
      choice: null,
    });
  });
});
