import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Uploads, plainFileName, removeLeftUploads } from '../../../src/serve/uploads';

describe('the name of a file that a page sends', () => {
  it.each([
    ['train.py', 'train.py'],
    ['../../tráin.py', '__.._tráin.py'],
    ['..\\..\\evil.csv', '__.._evil.csv'],
    ['.bashrc', '_bashrc'],
    ['..', '_'],
    ['', 'file'],
    ['a\0b\nc', 'a_b_c'],
    ['C:evil', 'C_evil'],
  ])('%j becomes %j', (name, plain) => {
    expect(plainFileName(name)).toBe(plain);
  });

  it.each(['x', 'ü', '字', '🐈'])('keeps its end and whole characters where it is too long: %s', (character) => {
    const plain = plainFileName(`${character.repeat(300)}.csv`);
    expect(Buffer.byteLength(plain)).toBeLessThanOrEqual(255);
    expect(Buffer.byteLength(plain)).toBeGreaterThan(250);
    expect(plain).toMatch(new RegExp(`^(?:${character})+\\.csv$`, 'u'));
  });

  it('can be written in an address, also with half a character in it', () => {
    expect(() => encodeURIComponent(plainFileName('\ud83d.csv'))).not.toThrow();
  });

  it('does not begin with a dot where its start is cut off', () => {
    expect(plainFileName(`${'x'.repeat(100)}${'.'.repeat(255)}`)).toBe('_');
  });
});

describe('the files that pages send', () => {
  let scratch: string;

  beforeEach(() => {
    scratch = mkdtempSync(join(tmpdir(), 'plumbline-uploads-'));
    vi.stubEnv('TMPDIR', scratch);
  });

  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(scratch, { recursive: true, force: true });
  });

  const files = (): string[] =>
    readdirSync(scratch, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);

  it('are kept until the server stops', async () => {
    const uploads = new Uploads();
    const path = await uploads.receive('a.csv', Readable.from([Buffer.from('path')]), new AbortController().signal);
    expect(readFileSync(path, 'utf8')).toBe('path');
    await uploads.end();
    expect(readdirSync(scratch)).toEqual([]);
  });

  it('are given up, and leave nothing, when their question is closed', async () => {
    const closing = new AbortController();
    const content = new PassThrough();
    const received = new Uploads().receive('large.csv', content, closing.signal);
    content.write('half');
    await expect.poll(files).toEqual(['large.csv']);
    closing.abort();
    await expect(received).rejects.toMatchObject({ code: 'not-found' });
    expect(files()).toEqual([]);
    expect(content.destroyed).toBe(true);
  });

  it('are removed at the next start if their server was killed', async () => {
    const { pid: ended } = spawnSync(process.execPath, ['--version']);
    const [left, used, foreign] = [`plumbline-upload-${ended}-a`, `plumbline-upload-${process.pid}-b`, 'other'].map(
      (name) => join(scratch, name),
    ) as [string, string, string];
    for (const folder of [left, used, foreign]) mkdirSync(join(folder, 'file-a'), { recursive: true });
    await removeLeftUploads();
    expect([left, used, foreign].map((folder) => existsSync(folder))).toEqual([false, true, true]);
  });
});
