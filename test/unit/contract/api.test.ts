import { expect, it } from 'vitest';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { windowApi } from '../../../src/contract/api';
import { requestFrameSchema, toEngineFrameSchema } from '../../../src/contract/frames';
import { VERSION } from '../../../src/engine/process/version';

it('no call has two definitions', async () => {
  const folder = resolve('src/contract/calls');
  const files = await Promise.all(readdirSync(folder).map((file) => import(join(folder, file)) as Promise<object>));
  const names = files.flatMap((exported) => Object.values(exported) as object[]).flatMap((calls) => Object.keys(calls));
  expect(names.length).toBeGreaterThan(100);
  expect(names.sort()).toEqual(Object.keys(windowApi).sort());
});

it('a window cannot pretend to be the shell: the mark of a trusted request is not part of its frame', () => {
  const parsed = requestFrameSchema.parse({ type: 'request', id: 1, name: 'x', params: {}, untrusted: false });
  expect(Object.keys(parsed)).not.toContain('untrusted');
  expect(toEngineFrameSchema.parse({ ...parsed, untrusted: true })).toMatchObject({ untrusted: true });
});

it('the engine reports the version of package.json', () => {
  expect((JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version).toBe(VERSION);
});
