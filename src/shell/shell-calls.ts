/** The calls that the shell itself answers. */
import { basename, dirname } from 'node:path';
import { LAB_SCHEMA } from '../contract/model/collapse';
import type { AdditionId, ScriptRemedy } from '../contract/model/remedy';
import { PlumblineError, type WireError } from '../contract/errors';
import type { Log } from '../host/process-log';
import { readDecisions } from './decision-files';
import type { Desk, SavedFormat } from './desk';
import type { EngineProcess } from './engine-process';
import { chooseArchive, chooseExportFolder, chooseFolder, chooseModel, chooseRows, chooseWatched } from './questions';
import type { PromptCalls, ShellCalls } from './relay';
import { readText } from './text-files';
import type { WindowOpening } from './window-opening';

/**
 * @param lost returns why the engine could not be started, or null while it runs or starts
 * @param logWindow writes what a window reports
 */
export function makeShellCalls(
  engine: Pick<EngineProcess, 'call'>,
  opening: WindowOpening,
  desk: Desk,
  lost: () => WireError | null,
  logWindow: Log['warn'],
): Omit<ShellCalls, keyof PromptCalls> {
  const { ask } = desk;
  const save = async (
    dataset: string,
    what: string,
    title: string,
    format: SavedFormat,
    text: () => Promise<string>,
  ): Promise<{ file: string | null }> => {
    const { name, root } = await engine.call('dataset.summary', { dataset });
    return { file: await desk.save({ name: `${name} ${what}`, title, format, root }, text) };
  };
  const remedyOf = async (
    dataset: string,
    additions: readonly AdditionId[],
  ): Promise<ScriptRemedy & { name: string }> => {
    const { script } = await engine.call('recipe.get', { dataset });
    if (script === null) throw new PlumblineError('not-found', 'There is no script to change. Read one first.');
    return {
      ...(await engine.call('recipe.remedy', { dataset, ...script, additions: [...additions] })),
      name: script.name,
    };
  };
  /** The folder that contains the data set. */
  const beside = async (dataset: string): Promise<string> =>
    dirname((await engine.call('dataset.summary', { dataset })).root);
  return {
    'shell.openFolder': async () => {
      const folder = await chooseFolder(ask);
      return { dataset: folder === null ? null : await opening.folder(folder) };
    },
    'shell.openArchive': async () => {
      const path = await chooseArchive(ask);
      return { dataset: path === null ? null : await opening.archive(path) };
    },
    'shell.unpack': async () => ({ dataset: await opening.packed() }),
    'shell.openSample': async () => {
      const { root, note } = await engine.call('samples.write', {});
      return { dataset: await opening.folder(root, note) };
    },
    'shell.refusedColumns': ({ table }) => opening.refusedColumns(table),
    'shell.readRefused': async (reading) => ({ dataset: await opening.readRefused(reading) }),
    'shell.openRecent': async ({ dataset }) => ({ dataset: await opening.recent(dataset) }),
    'shell.start': async () => {
      const { dataset, error } = await opening.latest();
      return { dataset, error: lost() ?? error, ...desk.about };
    },
    'shell.chooseExportFolder': async ({ dataset }) => {
      const folder = await chooseExportFolder(ask);
      return folder === null
        ? { target: null, folder }
        : { ...(await engine.call('export.target', { dataset, path: folder })), folder };
    },
    'shell.saveDecisions': ({ dataset, format }) =>
      save(
        dataset,
        'decisions',
        'Save all decisions',
        format,
        async () => (await engine.call('review.export', { dataset, format })).text,
      ),
    'shell.readDecisions': async () => ({ decisions: await readDecisions(ask) }),
    'shell.readText': async ({ dataset, what }) => {
      const chosen = await readText(ask, what, await beside(dataset));
      if (chosen === null) return { file: null };
      const { path, ...file } = chosen;
      return {
        file:
          what === 'script'
            ? { ...file, ...(await engine.call('recipe.filesBeside', { path, text: file.text })) }
            : file,
      };
    },
    'shell.importPredictions': async ({ dataset }) => {
      const files = await chooseRows(ask, 'predictions', await beside(dataset));
      if (files === null) return { predictions: null };
      return { predictions: await engine.call('diagnosis.importFile', { dataset, ...files, classes: null }) };
    },
    'shell.importEmbedding': async ({ dataset }) => {
      const files = await chooseRows(ask, 'embedding', await beside(dataset));
      return { imported: files === null ? null : await engine.call('labels.importEmbedding', { dataset, ...files }) };
    },
    'shell.chooseModel': async ({ dataset, from }) => {
      const path = await chooseModel(ask, from);
      return path === null
        ? { model: null, name: null }
        : await engine.call('diagnosis.model', { dataset, path, onlyOnnx: from === 'onnx' });
    },
    'shell.saveJson': async ({ dataset, what }) => {
      if (what === 'recipe') {
        return save(dataset, what, 'Save the recipe', 'json', async () => {
          const { reading } = await engine.call('recipe.get', { dataset });
          return (await engine.call('recipe.export', { dataset, reading })).text;
        });
      }
      const { lab } = await engine.call('lab.result', { dataset });
      if (lab === null) throw new PlumblineError('not-found', 'There is no lab result to save yet.');
      return save(dataset, what, 'Save the result of the lab', 'json', () =>
        Promise.resolve(`${JSON.stringify({ schema: LAB_SCHEMA, ...lab }, null, 2)}\n`),
      );
    },
    'shell.saveRemedy': async ({ dataset, what, additions }) => {
      const { name, ...changed } = await remedyOf(dataset, additions);
      const [, stem = name, ending] = /^(.*)\.(py|ipynb)$/.exec(name) ?? [];
      return what === 'patch'
        ? save(dataset, stem, 'Save the changes as a patch', 'patch', () => Promise.resolve(changed.patch))
        : save(dataset, `${stem} changed`, 'Save the changed script', ending === 'ipynb' ? 'ipynb' : 'py', () =>
            Promise.resolve(changed.text),
          );
    },
    'shell.copyPatch': async ({ dataset, additions }) => {
      await desk.copy((await remedyOf(dataset, additions)).patch);
      return {};
    },
    'shell.chooseWatched': async ({ dataset }) => {
      const path = await chooseWatched(ask, await beside(dataset));
      if (path === null) return { folder: null };
      await engine.call('watch.follow', { dataset, path, remember: true });
      return { folder: basename(path) };
    },
    'shell.saveWatchScript': async ({ dataset }) => {
      const { root } = await engine.call('dataset.summary', { dataset });
      const recorder = { name: 'plumbline_watch', title: 'Save the recorder beside your training script', root };
      const text = async (): Promise<string> => (await engine.call('watch.script', {})).text;
      return { file: await desk.save({ ...recorder, format: 'py' }, text) };
    },
    'shell.saveReport': ({ dataset, format }) =>
      save(dataset, 'report', 'Save the report', format, async () =>
        format === 'html'
          ? (await engine.call('report.html', { dataset, timings: {} })).html
          : `${JSON.stringify(await engine.call('report.get', { dataset, timings: {} }), null, 2)}\n`,
      ),
    'shell.revealInFileManager': async ({ dataset, image }) => {
      const { paths } = await engine.call('images.files', { dataset, images: [image] });
      for (const path of paths) desk.showFile(path);
      return {};
    },
    'shell.showExport': async ({ dataset, target }) => {
      await desk.showFolder((await engine.call('export.folder', { dataset, target })).path);
      return {};
    },
    'shell.showSaved': async () => {
      await desk.showSaved();
      return {};
    },
    'shell.notify': ({ title, text }) => {
      desk.notify(title, text);
      return Promise.resolve({});
    },
    'shell.copyPaths': async ({ dataset, images }) => {
      await desk.copy((await engine.call('images.files', { dataset, images })).paths.join('\n'));
      return {};
    },
    'shell.dragOut': async ({ dataset, images }) => {
      const [{ paths }, { data }] = await Promise.all([
        engine.call('images.files', { dataset, images }),
        engine.call('images.thumbnail', { dataset, image: images[0]! }),
      ]);
      desk.dragOut(paths, data);
      return {};
    },
    'shell.logFault': ({ event, ...facts }) => {
      logWindow(event, { side: 'window', ...facts });
      return Promise.resolve({});
    },
  };
}
