/** docs/checks.md: every check with its formula and thresholds, from the registry. */
import { runnerImport } from 'vite';
import type * as Registry from '../../src/core/checks/index.ts';

/** @returns the page as Markdown */
export async function checksPage(): Promise<string> {
  const { checks } = (await runnerImport<typeof Registry>('./src/core/checks/index.ts')).module;
  const sections = checks.map(({ id, title, why, how, thresholds }) => {
    const rows = Object.entries(thresholds).map(
      ([threshold, { default: value, unit, reason }]) =>
        `| \`${threshold}\` | ${value} | ${unit} | ${reason.replaceAll('|', '\\|')} |`,
    );
    const table =
      rows.length === 0
        ? ''
        : `\n\n| threshold | default | unit | why this number |\n|---|---|---|---|\n${rows.join('\n')}`;
    return `## ${title} (\`${id}\`)\n\n${why}\n\n**How this check works.** ${how}${table}`;
  });
  return `# The checks\n\nGenerated from the code by \`npm run docs\`. You can change a threshold in the app, or for one run with \`--threshold id=value\`.\n\n${sections.join('\n\n')}\n`;
}
