/** The calls that the shell itself answers. */
import { app, shell } from 'electron';
import { join } from 'node:path';
import type { WireError } from '../contract/errors';
import { readDecisions, saveDecisions } from './decision-files';
import { chooseExportFolder, chooseFolder } from './dialogs';
import type { EngineProcess } from './engine-process';
import type { Opening } from './opening';
import type { ShellCalls } from './relay';

/** The first Electron that still got fixes when this was written. */
const SUPPORTED = 43;

function oldElectron(version: string): string | null {
  if (Number.parseInt(version, 10) >= SUPPORTED) return null;
  return `This runs on Electron ${version}, which gets no security fixes any more: good for trying out, not for shipping.`;
}

/** `lost` says why the engine could not be started, null while it is there or coming. */
export function makeShellCalls(engine: EngineProcess, opening: Opening, lost: () => WireError | null): ShellCalls {
  return {
    'shell.openFolder': async () => {
      const folder = await chooseFolder();
      return { dataset: folder === null ? null : await opening.folder(folder) };
    },
    'shell.openRecent': async ({ dataset }) => ({ dataset: await opening.recent(dataset) }),
    'shell.start': async () => {
      const { electron } = process.versions;
      const { dataset, error } = await opening.latest();
      return { dataset, error: lost() ?? error, version: app.getVersion(), electron, notice: oldElectron(electron) };
    },
    'shell.chooseExportFolder': async ({ dataset }) => {
      const folder = await chooseExportFolder();
      return folder === null ? { target: null, folder } : { ...(await engine.call('export.target', { dataset, path: folder })), folder };
    },
    'shell.saveDecisions': async ({ dataset, format }) => {
      const [{ name }, { text }] = await Promise.all([engine.call('dataset.summary', { dataset }), engine.call('review.export', { dataset, format })]);
      return { file: await saveDecisions(`${name} decisions`, format, text) };
    },
    'shell.readDecisions': async () => ({ decisions: await readDecisions() }),
    'shell.revealInFileManager': async ({ dataset, image }) => {
      const [{ root }, { path }] = await Promise.all([engine.call('dataset.summary', { dataset }), engine.call('images.get', { dataset, image })]);
      shell.showItemInFolder(join(root, path));
      return {};
    },
  };
}
