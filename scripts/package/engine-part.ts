import { constants, copyFile, cp, mkdir, readdir, realpath } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { BACKBONE_FILES, BACKBONE_FOLDER, installedBackbone } from '../../src/engine/process/backbone.ts';
import { note } from '../setup/progress.ts';
import { modulePath, root } from '../setup/places.ts';
import { enginePackages, nodePackage } from './modules.ts';

/** Files that are not read at run time. Licence texts are always kept. */
const idle = /\.(map|md|markdown|ts|mts|cts|c|cc|cpp|h|hpp|gyp|gypi|tsbuildinfo|html)$|(^|\/)\.[^/]+$|_test\.js$/;
const legal = /(^|\/)(licen[cs]e|copying|notice|third.?party)[^/]*$/i;

/** Which files are needed from packages that contain several systems or several bundles of the same code. */
const needed: Readonly<Record<string, (path: string) => boolean>> = {
  'better-sqlite3': (path) =>
    !/^(deps|src)\//.test(path) &&
    (!path.startsWith('prebuilds/') || path === `prebuilds/${process.platform}-${process.arch}.node`),
  'onnxruntime-node': (path) =>
    !/^bin\/[^/]+\/[^/]+\/[^/]+\//.test(path) || path.includes(`/${process.platform}/${process.arch}/`),
  'tree-sitter-python': (path) => /\.wasm$|^package\.json$/.test(path),
  // Of each, the bundle that package.json names for Node and the modules that it may import are kept.
  '@tensorflow/tfjs': tensorflowBundle,
  '@tensorflow/tfjs-core': tensorflowBundle,
  '@tensorflow/tfjs-layers': tensorflowBundle,
  '@tensorflow/tfjs-converter': tensorflowBundle,
  '@tensorflow/tfjs-data': tensorflowBundle,
  '@tensorflow/tfjs-backend-cpu': tensorflowBundle,
  '@tensorflow/tfjs-backend-webgl': tensorflowBundle,
};

function tensorflowBundle(path: string): boolean {
  return !/^dist\/(miniprogram\/|tools\/|[^/]+\.(es2017|fesm|min)\.)|^src\//.test(path);
}

function isNeeded(name: string, path: string): boolean {
  if (legal.test(path)) return true;
  // These packages contain headers and manuals besides the executable.
  if (nodePackage.test(name)) return /^(package\.json|bin\/node(\.exe)?)$/.test(path);
  return !idle.test(path) && (needed[name]?.(path) ?? true);
}

/**
 * Writes everything that runs in plain Node: the built engine, command line and page, the packages that they require, Node
 * itself, TensorFlow's library and the backbone for photographs. None of it can be in an ASAR archive, because only Electron reads those.
 * @param target a new folder
 */
export async function writeEnginePart(target: string): Promise<void> {
  await mkdir(target, { recursive: true });
  await cp(join(root, 'package.json'), join(target, 'package.json'));
  for (const part of ['engine', 'cli', 'renderer']) {
    await cp(join(root, 'out', part), join(target, 'out', part), {
      recursive: true,
      filter: (source) => !source.endsWith('.map'),
    });
  }
  await cp(join(root, 'cluster', 'plumbline_ray.py'), join(target, 'cluster', 'plumbline_ray.py'));
  for (const { name, folder } of await enginePackages()) await copyPackage(name, folder, join(target, folder));
  const library = join('@tensorflow', 'tfjs-node', 'deps', 'lib');
  // `deps` may be a link into the cache folder. Links inside are preserved, because each copy of the library has
  // hundreds of megabytes.
  await cp(await realpath(modulePath(library)), join(target, 'node_modules', library), {
    recursive: true,
    verbatimSymlinks: true,
  });
  await copyBackbone(join(target, BACKBONE_FOLDER));
}

/** File by file, because the folder in the cache can only be read by its owner. */
async function copyBackbone(target: string): Promise<void> {
  const backbone = installedBackbone(root);
  if (backbone === null) {
    note('Set-up could not fetch the backbone for photographs, so the package has none.');
    return;
  }
  await mkdir(target, { recursive: true });
  for (const name of Object.values(BACKBONE_FILES))
    await copyFile(join(dirname(backbone.path), name), join(target, name), constants.COPYFILE_FICLONE);
}

/** Nested packages are copied as packages of their own. Links are not followed; `deps` of tfjs-node may be one. */
async function copyPackage(name: string, folder: string, target: string): Promise<void> {
  const source = join(root, folder);
  for (const entry of await readdir(source, { recursive: true, withFileTypes: true })) {
    const path = relative(source, join(entry.parentPath, entry.name)).split(sep).join('/');
    if (!entry.isFile() || /^(node_modules|deps\/lib)\//.test(path) || !isNeeded(name, path)) continue;
    await mkdir(dirname(join(target, path)), { recursive: true });
    await copyFile(join(source, path), join(target, path), constants.COPYFILE_FICLONE);
  }
}
