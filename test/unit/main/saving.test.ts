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

describe('a file saved where the user chooses', () => {
  let folder: string;
  let root: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'plumbline-saving-')));
    root = join(folder, 'images');
    mkdirSync(join(root, 'cat'), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is complete, replaces an older one, and leaves nothing beside it', async () => {
    writeFileSync(join(folder, 'report.html'), 'older');
    expect(await saveChosen(join(folder, 'report.html'), root, 'new')).toBe('report.html');
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toBe('new');
    expect(readdirSync(folder).sort()).toEqual(['images', 'report.html']);
  });

  it('is never written into the data set, not even through a link', async () => {
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

  it('is refused in one sentence if the folder does not exist', async () => {
    await expect(saveChosen(join(folder, 'gone', 'report.html'), root, 'x')).rejects.toMatchObject({
      code: 'no-permission',
      message: `“${join(folder, 'gone', 'report.html')}” cannot be written. Choose another folder.`,
    });
  });
});
