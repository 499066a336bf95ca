import { describe, expect, it } from 'vitest';
import { engineApi } from '../../../src/contract/api';
import { shellApi } from '../../../src/contract/calls/shell';
import { PlumblineError } from '../../../src/contract/errors';
import type { RequestFrame } from '../../../src/contract/frames';
import { portPair } from '../../../src/engine/process/port';
import { noPrompts, serveWindow, type ShellCalls } from '../../../src/shell/relay';

const DATASET = '0123456789abcdef';
const shell: ShellCalls = {
  'shell.openFolder': () => Promise.resolve({ dataset: null }),
  'shell.openArchive': () => Promise.resolve({ dataset: null }),
  'shell.unpack': () => Promise.reject(new PlumblineError('not-found', 'There is nothing to unpack.')),
  'shell.openSample': () => Promise.resolve({ dataset: DATASET }),
  'shell.refusedColumns': () => Promise.resolve({ columns: [], problem: null }),
  'shell.readRefused': () => Promise.resolve({ dataset: DATASET }),
  'shell.openRecent': ({ dataset }) => Promise.resolve({ dataset }),
  'shell.start': () => Promise.resolve({ dataset: null, error: null, version: '1', electron: '22', notice: null }),
  'shell.chooseExportFolder': () => Promise.resolve({ target: null, folder: null }),
  'shell.saveDecisions': () => Promise.resolve({ file: null }),
  'shell.readDecisions': () => Promise.resolve({ decisions: null }),
  'shell.readText': () => Promise.resolve({ file: null }),
  'shell.importPredictions': () => Promise.resolve({ predictions: null }),
  'shell.importEmbedding': () => Promise.resolve({ imported: null }),
  'shell.chooseModel': () => Promise.resolve({ model: null, name: null }),
  'shell.saveJson': () => Promise.resolve({ file: null }),
  'shell.saveRemedy': () => Promise.resolve({ file: null }),
  'shell.copyPatch': () => Promise.resolve({}),
  'shell.chooseWatched': () => Promise.resolve({ folder: null }),
  'shell.saveWatchScript': () => Promise.resolve({ file: null }),
  'shell.saveReport': () => Promise.resolve({ file: null }),
  ...noPrompts,
  'shell.logFault': () => Promise.resolve({}),
  'shell.notify': () => Promise.resolve({}),
  'shell.showExport': () => Promise.resolve({}),
  'shell.showSaved': () => Promise.resolve({}),
  'shell.copyPaths': () => Promise.resolve({}),
  'shell.dragOut': () => Promise.resolve({}),
  'shell.revealInFileManager': () => Promise.reject(new PlumblineError('not-found', 'No such image.')),
};

/** Sends one request; `asked` lists the calls that reached the engine. */
async function ask(name: string, params: unknown, reply: unknown = {}) {
  const asked: unknown[] = [];
  const engine = {
    forward: (call: string, given: unknown) => {
      asked.push([call, given]);
      return Promise.resolve(reply);
    },
  };
  const { client, engine: port } = portPair();
  const dropped: string[] = [];
  serveWindow(port, engine, shell, (reason) => dropped.push(reason));
  const frame = await new Promise((resolve) => {
    client.listen(resolve);
    client.post({ type: 'request', id: 3, name, params } satisfies RequestFrame);
  });
  expect(dropped).toEqual([]);
  return { frame, asked };
}

describe("the relay of a window's requests", () => {
  it('forwards a call to the engine', async () => {
    const { frame, asked } = await ask('jobs.index', { dataset: DATASET }, { job: 'aaaaaaaa' });
    expect(asked).toEqual([['jobs.index', { dataset: DATASET }]]);
    expect(frame).toEqual({ type: 'reply', id: 3, ok: true, result: { job: 'aaaaaaaa' } });
  });

  it('answers the shell’s own calls', async () => {
    const { frame, asked } = await ask('shell.openRecent', { dataset: DATASET });
    expect(asked).toEqual([]);
    expect(frame).toMatchObject({ ok: true, result: { dataset: DATASET } });
  });

  it('refuses every trusted call', async () => {
    const trusted = Object.entries({ ...engineApi, ...shellApi }).filter(([, entry]) => entry.trusted);
    expect(trusted.length).toBeGreaterThan(0);
    for (const [name] of trusted) {
      const { frame, asked } = await ask(name, { root: '/etc' });
      expect(frame).toMatchObject({ type: 'error', id: 3, error: { code: 'forbidden' } });
      expect(asked).toEqual([]);
    }
  });

  it.each(['nothing.such', 'toString', '__proto__', ''])('does not know the call %j', async (name) => {
    const { frame, asked } = await ask(name, {});
    expect(frame).toMatchObject({ type: 'error', error: { code: 'not-found' } });
    expect(asked).toEqual([]);
  });

  it('does not forward parameters that do not fit the contract', async () => {
    const { frame, asked } = await ask('dataset.summary', { dataset: '../../etc' });
    expect(frame).toMatchObject({ type: 'error', error: { code: 'bad-request' } });
    expect(asked).toEqual([]);
  });

  it('forwards only the parameters that the schema names', async () => {
    const { asked } = await ask('dataset.summary', { dataset: DATASET, root: '/etc' });
    expect(asked).toEqual([['dataset.summary', { dataset: DATASET }]]);
  });

  it('refuses an answer of the engine that does not fit the contract', async () => {
    const { frame } = await ask('jobs.index', { dataset: DATASET }, { job: '../..' });
    expect(frame).toMatchObject({ type: 'error', error: { code: 'internal' } });
  });

  it('keeps the code of an error', async () => {
    const { frame } = await ask('shell.revealInFileManager', { dataset: DATASET, image: 1 });
    expect(frame).toMatchObject({ type: 'error', error: { code: 'not-found', message: 'No such image.' } });
  });
});
