import { chmod, copyFile, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { arch } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { lastLine, SetupFailure } from '../setup/failure.ts';
import { root } from '../setup/places.ts';
import { programExists, runProgram } from '../setup/programs.ts';
import { electronPackages, renamed } from '../setup/system.ts';
import { drawing, iconPng, iconSizes } from './icon.ts';
import { readManifest } from './modules.ts';

/** Where the app is installed. */
const home = '/opt/Plumbline';
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** The command line of an installed app. It runs on the Node that is installed with it. */
const command = `#!/bin/sh
exec ${home}/resources/engine/node_modules/node-linux-${arch()}/bin/node ${home}/resources/engine/out/cli/plumbline.js "$@"
`;

const desktopEntry = `[Desktop Entry]
Type=Application
Name=Plumbline
GenericName=Image data set auditor
Comment=Find out what is wrong with a labelled image data set, and why a CNN collapses on it
Exec=${home}/plumbline-app %f
Icon=plumbline
Terminal=false
Categories=Science;DataVisualization;Education;
Keywords=images;labels;dataset;classification;CNN;
MimeType=inode/directory;
StartupWMClass=Plumbline
`;

/**
 * Packs an unpacked app with dpkg-deb, with desktop entry, icons, command line, licences and change log.
 * @returns the path of the .deb
 * @throws SetupFailure if dpkg-deb is missing or fails
 */
export async function writeDeb(unpacked: string, output: string): Promise<string> {
  if (!programExists('dpkg-deb'))
    throw new SetupFailure('dpkg-deb, which packs the .deb, is missing', 'apt-get install dpkg');
  const { name, version, description } = await readManifest('.');
  const architecture = architectures[arch()] ?? arch();
  const tree = join(output, 'deb');
  await rm(tree, { recursive: true, force: true });
  await writeTree(tree, unpacked);
  const size = await installedSize(tree);
  await put(join(tree, 'DEBIAN', 'control'), controlText({ name, version, architecture, size, description }));
  const file = join(output, `${name}_${version}_${architecture}.deb`);
  // zstd is four times as fast as xz and a tenth larger; dpkg can read it since Debian 12 and Ubuntu 18.04.
  await demand('dpkg-deb', ['--root-owner-group', '-Zzstd', '--build', tree, file]);
  await rm(tree, { recursive: true });
  return file;
}

async function writeTree(tree: string, unpacked: string): Promise<void> {
  await mkdir(join(tree, 'opt'), { recursive: true });
  // Hard links: a copy would need more than a gigabyte.
  await demand('cp', ['-al', unpacked, join(tree, home)]);
  // If the kernel does not allow user namespaces, the helper of Chromium's sandbox must be set-uid and owned by root.
  await setUid(join(tree, home, 'chrome-sandbox'));
  await put(join(tree, 'usr/bin/plumbline'), command, 0o755);
  await symlink(`../..${home}/plumbline-app`, join(tree, 'usr/bin/plumbline-app'));
  await put(join(tree, 'usr/share/applications/plumbline.desktop'), desktopEntry);
  const icons = join(tree, 'usr/share/icons/hicolor');
  for (const side of iconSizes) await put(join(icons, `${side}x${side}`, 'apps/plumbline.png'), await iconPng(side));
  await mkdir(join(icons, 'scalable/apps'), { recursive: true });
  await copyFile(drawing, join(icons, 'scalable/apps/plumbline.svg'));
  const documents = join(tree, 'usr/share/doc/plumbline');
  await mkdir(documents, { recursive: true });
  await copyFile(join(root, 'LICENSE'), join(documents, 'copyright'));
  await put(join(documents, 'changelog.gz'), gzipSync(await readFile(join(root, 'CHANGELOG.md')), { level: 9 }));
  await put(
    join(documents, 'THIRD_PARTY_NOTICES.gz'),
    gzipSync(await readFile(join(unpacked, 'THIRD_PARTY_NOTICES.txt')), { level: 9 }),
  );
}

interface Control {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** In kilobytes. */
  readonly size: number;
  readonly description: string;
}

export function controlText({ name, version, architecture, size, description }: Control): string {
  const depends = ['libstdc++6', ...electronPackages].map((library) =>
    renamed[library] === undefined ? library : `${library} | ${renamed[library]}`,
  );
  return `${[
    `Package: ${name}`,
    `Version: ${version}`,
    `Architecture: ${architecture}`,
    'Maintainer: The Plumbline authors <maintainers@users.noreply.plumbline.example>',
    `Installed-Size: ${size}`,
    `Depends: ${depends.join(', ')}`,
    'Section: science',
    'Priority: optional',
    'Description: auditor for image-classification data sets',
    ` ${description}`,
  ].join('\n')}\n`;
}

/** In kilobytes, the unit of dpkg. */
async function installedSize(tree: string): Promise<number> {
  const { stdout } = await runProgram('du', ['-sk', '--apparent-size', tree]);
  return Number.parseInt(stdout, 10);
}

async function put(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content, { mode });
}

/**
 * Replaces the file by a copy first: its mode would otherwise change in the unpacked app too, which shares the file.
 */
async function setUid(path: string): Promise<void> {
  await copyFile(path, `${path}.own`);
  await rename(`${path}.own`, path);
  await chmod(path, 0o4755);
}

async function demand(program: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await runProgram(program, args);
  if (code !== 0)
    throw new SetupFailure(`${program} fails (${lastLine(stderr, 'no reason given')})`, 'npm run package');
}
