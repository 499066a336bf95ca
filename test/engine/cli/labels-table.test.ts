/** `plumbline audit --labels FILE`: a label table that the user names, inside or outside of the folder. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportSchema } from '../../../src/contract/model/report';
import { plumbline } from '../support/command';
import { put, scratch } from '../support/indexed';
import { jpeg } from '../support/samples';

const IMAGES = 8;
let box: ReturnType<typeof scratch>;
let set: string;
const run = (...args: readonly string[]) => plumbline(box.folder, ...args);

beforeAll(async () => {
  box = scratch();
  set = join(box.folder, 'set');
  for (let at = 0; at < IMAGES; at += 1) put(set, `part/${at}.jpg`, await jpeg(at));
  const rows = Array.from({ length: IMAGES }, (_, at) => `${at}.jpg,spare${at},${at % 2 ? 'x' : 'y'},${at % 3}`);
  put(set, 'diary.csv', Buffer.from(`slide,filename,kind,label\n${rows.join('\n')}\n`));
  writeFileSync(
    join(box.folder, 'outside.csv'),
    `slide,kind\n${rows.map((row) => `part/${row.split(',')[0]},z${row.split(',')[3]}`).join('\n')}\n`,
  );
});
afterAll(() => box.remove());

async function dataset(...args: readonly string[]) {
  const { code, out, err } = await run('audit', set, '--json', '-', ...args);
  if (code !== 0) throw new Error(err);
  return reportSchema.parse(JSON.parse(out)).dataset;
}

describe('plumbline audit --labels', () => {
  const table = () => join(set, 'diary.csv');

  it('takes the named columns, says so, and keeps them for later runs', async () => {
    const chosen = await dataset('--labels', table(), '--image-column', 'slide', '--label-column', 'kind');
    expect(chosen).toMatchObject({
      layout: 'table',
      table: 'diary.csv',
      images: IMAGES,
      classes: [
        { name: 'x', count: 4 },
        { name: 'y', count: 4 },
      ],
      reading: { labels: { imageColumn: 'slide', labelColumn: 'kind' }, unlabelled: { images: 0 } },
    });
    expect(await dataset()).toMatchObject({ table: 'diary.csv', classes: [{ name: 'x' }, { name: 'y' }] });
    expect((await dataset('--labels', table(), '--image-column', 'slide')).classes.map(({ name }) => name)).toEqual([
      '0',
      '1',
      '2',
    ]);
  });

  it('is forgotten with --as-detected', async () => {
    const before = await dataset('--as-detected');
    await dataset('--labels', table(), '--image-column', 'slide', '--label-column', 'kind');
    expect(await dataset()).not.toMatchObject({ classes: before.classes });
    expect(await dataset('--as-detected')).toMatchObject({ table: before.table, classes: before.classes });
    expect(await dataset()).toMatchObject({ table: before.table, classes: before.classes });
  });

  it('reads a table outside of the folder', async () => {
    const outside = join(box.folder, 'outside.csv');
    expect(await dataset('--labels', outside, '--image-column', 'slide', '--label-column', 'kind')).toMatchObject({
      table: '../outside.csv',
      images: IMAGES,
      classes: [{ name: 'z0' }, { name: 'z1' }, { name: 'z2' }],
    });
  });

  it.each([
    [['--image-column', 'nope'], 'has no column “nope”. Its columns are “slide”, “filename”, “kind” and “label”.'],
    [['--image-column', 'kind', '--label-column', 'label'], 'labels'],
  ])('exits with 3 and one sentence for %j', async (columns, words) => {
    const { code, err } = await run('audit', set, '--labels', table(), ...columns);
    expect(code).toBe(3);
    expect(err).toContain('diary.csv');
    expect(err).toContain(words);
  });

  it.each([
    [['--label-column', 'kind'], 'need --labels'],
    [['--labels', 'FILE', '--layout', 'table'], 'leave out --layout'],
    [['--labels', 'FILE', '--as-detected'], 'give one of them'],
  ])('exits with 2 for %j', async (args, words) => {
    const { code, err } = await run('audit', set, ...args.map((one) => one.replace('FILE', table())));
    expect(code).toBe(2);
    expect(err).toContain(words);
  });
});
