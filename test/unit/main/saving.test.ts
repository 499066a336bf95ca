import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { saveChosen } from '../../../src/main/saving';

describe('a file saved where the user says', () => {
  let folder: string;
  let root: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'plumbline-saving-')));
    root = join(folder, 'images');
    mkdirSync(join(root, 'cat'), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is there whole, in the place of an older one, with nothing beside it', async () => {
    writeFileSync(join(folder, 'report.html'), 'older');
    expect(await saveChosen(join(folder, 'report.html'), root, 'new')).toBe('report.html');
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toBe('new');
    expect(readdirSync(folder).sort()).toEqual(['images', 'report.html']);
  });

  it('is never written into the data set, by whatever way', async () => {
    symlinkSync(join(root, 'cat'), join(folder, 'way'));
    for (const place of [root, join(root, 'cat'), join(folder, 'way'), join(root, 'cat', '..')]) {
      await expect(saveChosen(join(place, 'report.html'), root, 'x')).rejects.toMatchObject({
        code: 'no-permission',
        message: expect.stringContaining('is in the data set') as string,
      });
    }
    expect(readdirSync(root, { recursive: true })).toEqual(['cat']);
    await expect(saveChosen(join(folder, 'images-report.html'), root, 'x')).resolves.toBe('images-report.html');
  });

  it('says in one sentence that the folder is gone', async () => {
    await expect(saveChosen(join(folder, 'gone', 'report.html'), root, 'x')).rejects.toMatchObject({
      code: 'no-permission',
      message: `“${join(folder, 'gone', 'report.html')}” cannot be written. Choose another folder.`,
    });
  });
});
