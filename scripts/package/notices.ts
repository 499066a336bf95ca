import { realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import { modulePath } from '../setup/places.ts';
import { backboneWork, electronWork, tensorflowWork, workOf, type Work } from './licences.ts';
import { distributedPackages } from './modules.ts';

const RULE = '-'.repeat(80);

/** The notices of all third-party works in a packaged app, as one text. A text shared by several works appears once. */
export async function thirdPartyNotices(): Promise<string> {
  const works = [
    await electronWork(),
    tensorflowWork(await tensorflowVersion()),
    backboneWork(),
    ...(await Promise.all((await distributedPackages()).map(workOf))),
  ];
  return noticesText(works);
}

/**
 * From the name of the folder that set-up linked. If npm itself installed the library, it is the version that tfjs-node
 * requires.
 */
async function tensorflowVersion(): Promise<string> {
  const folder = basename(await realpath(modulePath('@tensorflow', 'tfjs-node', 'deps')));
  return /^tensorflow-(\d[\d.]*)/.exec(folder)?.[1] ?? '2.9.1';
}

export function noticesText(works: readonly Work[]): string {
  const unique = [...new Map(works.map((work) => [`${work.name} ${work.version}`, work])).values()].sort((a, b) =>
    `${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1,
  );
  const byText = new Map<string, Work[]>();
  for (const work of unique) {
    const text = work.texts.join(`\n\n${RULE}\n\n`);
    byText.set(text, [...(byText.get(text) ?? []), work]);
  }
  const list = unique.map(({ name, version, licence, source }) => `  ${name} ${version} (${licence}) ${source}`);
  const sections = [...byText].map(
    ([text, sharers]) =>
      `${sharers.map(({ name, version, licence }) => `${name} ${version} (${licence})`).join('\n')}\n\n${text}`,
  );
  return [
    'Plumbline contains the works listed here, each under its own licence. Plumbline itself is under the MIT licence (LICENSE).',
    'Made by `npm run notices` from what is installed; do not edit.',
    list.join('\n'),
    ...sections.map((section) => `${'='.repeat(80)}\n${section}`),
  ]
    .join('\n\n')
    .concat('\n');
}
