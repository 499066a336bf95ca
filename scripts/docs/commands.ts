/** docs/cli.md: the help of every command, as the built command line prints it. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../setup/places.ts';

function help(...command: readonly string[]): string {
  return execFileSync(process.execPath, [join(root, 'out/cli/plumbline.js'), ...command, '--help'], {
    encoding: 'utf8',
    env: { ...process.env, COLUMNS: '100', NO_COLOR: '1' },
  }).trimEnd();
}

/** @returns the page as Markdown; requires the built command line */
export function commandsPage(): string {
  const overview = help();
  const names = [...overview.slice(overview.indexOf('Commands:')).matchAll(/^ {2}(\w+)/gm)]
    .map(([, name]) => name!)
    .filter((name) => name !== 'help');
  const sections = names.map((name) => `## plumbline ${name}\n\n\`\`\`\n${help(name)}\n\`\`\``);
  return `# Command line\n\nGenerated from the code by \`npm run docs\`. In a checkout: \`npm exec -- plumbline …\` after set-up. Progress goes to standard error, results to standard output.
Exit code 0: done; 1: findings of a \`--fail-on\` kind, or an alarm of \`watch\`; 2: wrong usage; 3: failed.\n\n\`\`\`\n${overview}\n\`\`\`\n\n${sections.join('\n\n')}\n`;
}
