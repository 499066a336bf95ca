/** What a command writes to a file that the user names. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkTargets, writeWhole } from '../../../src/cli/files';
import { scratch } from '../support/indexed';

let box: ReturnType<typeof scratch>;
const at = (name: string): string => join(box.folder, name);

beforeAll(() => {
  box = scratch();
  mkdirSync(at('set'));
});
afterAll(() => box.remove());

it('replaces a file, and the file that a link leads to', () => {
  writeFileSync(at('report.json'), 'before');
  symlinkSync(at('report.json'), at('link.json'));
  writeWhole(at('link.json'), 'after');
  expect(readFileSync(at('report.json'), 'utf8')).toBe('after');
  expect(lstatSync(at('link.json')).isSymbolicLink()).toBe(true);
  expect(readdirSync(box.folder).filter((name) => name.endsWith('.part'))).toEqual([]);
});

it('is written into a pipe, which stays a pipe', async () => {
  execFileSync('mkfifo', [at('pipe')]);
  const reader = spawn('cat', [at('pipe')]);
  let read = '';
  reader.stdout.on('data', (text: Buffer) => (read += text.toString()));
  writeWhole(at('pipe'), 'through the pipe');
  await once(reader, 'close');
  expect(read).toBe('through the pipe');
  expect(lstatSync(at('pipe')).isFIFO()).toBe(true);
});

it('never goes into the data set, not through a link either', () => {
  writeFileSync(at('set/labels.csv'), 'path,label');
  symlinkSync(at('set/labels.csv'), at('innocent.json'));
  const command = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  const check = (file: string) => () => checkTargets(command, at('set'), { '--json': file });
  expect(check(at('innocent.json'))).toThrow('the data set is only read');
  expect(check(at('set/new.json'))).toThrow('the data set is only read');
  expect(check(at('pipe'))).not.toThrow();
  expect(check(at('other.json'))).not.toThrow();
});
