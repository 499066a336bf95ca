import { expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { engineApi, shellApi } from '../../../src/contract/api';
import { requestFrameSchema, toEngineFrameSchema } from '../../../src/contract/frames';
import { VERSION } from '../../../src/engine/process/version';

it('no call of the shell has the name of a call of the engine', () => {
  expect(Object.keys(engineApi).filter((name) => Object.hasOwn(shellApi, name))).toEqual([]);
});

it('a window cannot pretend to be the shell: the mark of a trusted request is not part of its frame', () => {
  const parsed = requestFrameSchema.parse({ type: 'request', id: 1, name: 'x', params: {}, untrusted: false });
  expect(Object.keys(parsed)).not.toContain('untrusted');
  expect(toEngineFrameSchema.parse({ ...parsed, untrusted: true })).toMatchObject({ untrusted: true });
});

it('the engine reports the version of package.json', () => {
  expect((JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version).toBe(VERSION);
});
