/** The user chooses how the folder is read: another reading, another table or other columns, and back as detected. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import type { ChosenLayout } from '../../../src/contract/model/dataset';
import { localEngine } from '../../../src/engine/app/local-engine';
import { picture, put, scratch } from '../support/indexed';

const IMAGES = 8;
let box: ReturnType<typeof scratch>;
let engine: ReturnType<typeof localEngine>;
let dataset: string;

beforeEach(async () => {
  box = scratch();
  const root = join(box.folder, 'set');
  for (let at = 0; at < IMAGES; at += 1)
    put(root, `${at < IMAGES / 2 ? 'left' : 'right'}/${at}.png`, await picture(at + 1));
  const rows = Array.from({ length: IMAGES }, (_, at) => `${at}.png,${at % 2 ? 'odd' : 'even'},${at % 3}`);
  put(root, 'diary.csv', Buffer.from(`slide,parity,label\n${rows.join('\n')}\n`));
  put(root, 'weather.csv', Buffer.from('day,rain\nmonday,yes\ntuesday,no\n'));
  engine = localEngine({ cache: join(box.folder, 'cache'), data: join(box.folder, 'data') });
  ({ dataset } = await engine.client.call('dataset.open', { root }));
  await engine.client.runJob('jobs.index', { dataset });
});
afterEach(async () => {
  await engine.stop();
  box.remove();
});

const byTable = (table: string, imageColumn: string | null, labelColumn: string | null): ChosenLayout => ({
  kind: 'table',
  table,
  imageColumn,
  labelColumn,
});

async function choose(choice: ChosenLayout | null) {
  await engine.client.call('dataset.chooseLayout', { dataset, choice });
  await engine.client.runJob('jobs.index', { dataset });
  return engine.client.call('dataset.summary', { dataset });
}
const names = ({ classes }: { classes: readonly { name: string }[] }) => classes.map(({ name }) => name);

describe('the layout that the user chooses', () => {
  it('takes other columns of a table, is remembered, and is given up again', async () => {
    expect(names(await engine.client.call('dataset.summary', { dataset }))).toEqual(['left', 'right']);
    const chosen = await choose(byTable('diary.csv', 'slide', 'parity'));
    expect(names(chosen)).toEqual(['even', 'odd']);
    expect(chosen).toMatchObject({
      chosen: byTable('diary.csv', 'slide', 'parity'),
      layout: { kind: 'table', table: 'diary.csv' },
      reading: { labels: { imageColumn: 'slide', labelColumn: 'parity' } },
    });
    expect(chosen.reading?.labels.labelColumns).toContain('label');
    await engine.client.runJob('jobs.index', { dataset });
    expect(names(await engine.client.call('dataset.summary', { dataset }))).toEqual(['even', 'odd']);
    const again = await choose(null);
    expect(names(again)).toEqual(['left', 'right']);
    expect(again.chosen).toBeNull();
  });

  it('takes one of the readings that fit', async () => {
    const summary = await choose(byTable('diary.csv', null, null));
    expect(names(summary)).toEqual(['0', '1', '2']);
  });

  it.each([
    [byTable('diary.csv', 'nope', null), 'bad-table', 'has no column “nope”'],
    [byTable('weather.csv', 'day', 'rain'), 'bad-table', 'weather.csv labels no image'],
    [byTable('../secret.csv', 'a', 'b'), 'not-found', 'no table ../secret.csv'],
  ])('refuses %j and keeps what was there', async (choice, code, words) => {
    await expect(engine.client.call('dataset.chooseLayout', { dataset, choice })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words) as string,
    });
    const summary = await engine.client.call('dataset.summary', { dataset });
    expect([names(summary), summary.chosen]).toEqual([['left', 'right'], null]);
  });

  it('stops an index that is running, because it reads the folder as before', async () => {
    const { job } = await engine.client.call('jobs.index', { dataset });
    const summary = await choose(byTable('diary.csv', 'slide', 'parity'));
    expect(names(summary)).toEqual(['even', 'odd']);
    const jobs = await engine.client.call('jobs.list', { dataset });
    expect(jobs.find((one) => one.job === job)?.state).toBe('cancelled');
  });

  it('shows the columns of the tables of the folder, and of no other file', async () => {
    expect(await engine.client.call('dataset.tableColumns', { dataset, table: 'diary.csv' })).toEqual({
      columns: [
        { name: 'slide', examples: ['0.png', '1.png', '2.png'] },
        { name: 'parity', examples: ['even', 'odd'] },
        { name: 'label', examples: ['0', '1', '2'] },
      ],
      problem: null,
    });
    expect((await engine.client.call('dataset.tableColumns', { dataset, table: 'weather.csv' })).columns).toHaveLength(
      2,
    );
    await expect(
      engine.client.call('dataset.tableColumns', { dataset, table: '../cache/library.sqlite' }),
    ).rejects.toMatchObject({ code: 'not-found' });
  });
});
