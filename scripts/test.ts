import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIfStale } from './app/build.ts';
import { hasDisplay } from './app/display.ts';
import { passThrough } from './app/pass-through.ts';
import { reporting, setUp } from './setup.ts';
import { tryChromium } from './setup/chromium.ts';
import { modulePath, root } from './setup/places.ts';
import { addTallies, exitCodeOf, playwrightTally, tallyText, vitestTally } from './tests/summary.ts';

/** `npm test`: sets up, builds, runs vitest and then Playwright, and prints one line for both at the end. */
export async function main(): Promise<number> {
  const reports = await mkdtemp(join(tmpdir(), 'plumbline-tests-'));
  try {
    return await reporting(async () => {
      await setUp(false);
      await tryChromium();
      await buildIfStale();
      const tally = addTallies([await runVitest(reports), ...(await runPlaywright(reports))]);
      process.stdout.write(`\n${tallyText(tally)}\n`);
      return exitCodeOf(tally);
    });
  } finally {
    // A process that ends late may still write its compiled code.
    await rm(reports, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** Hundreds of processes load the same files: Node keeps their compiled code here, which saves a tenth of a start. */
const compiledCode = (reports: string): Record<string, string> => ({ NODE_COMPILE_CACHE: join(reports, 'compiled') });

async function runVitest(reports: string): Promise<ReturnType<typeof vitestTally>> {
  const report = join(reports, 'vitest.json');
  const script = modulePath('vitest', 'vitest.mjs');
  const code = await passThrough(
    process.execPath,
    [script, 'run', '--project=!trials', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    { environment: { PLUMBLINE_TESTS_BUILT: 'yes', ...compiledCode(reports) } },
  );
  return vitestTally(await readReport(report), code, root);
}

/** In two halves at a time, each on a virtual display of its own, so that no window covers or blurs another. */
async function runPlaywright(reports: string): Promise<ReturnType<typeof playwrightTally>[]> {
  const halves = hasDisplay() || availableParallelism() < 2 ? 1 : 2;
  return Promise.all(
    Array.from({ length: halves }, (_, half) =>
      runPart(reports, `playwright-${half}.json`, [
        `--shard=${half + 1}/${halves}`,
        `--output=test-results/${half + 1}`,
      ]),
    ),
  );
}

async function runPart(
  reports: string,
  name: string,
  options: readonly string[],
): Promise<ReturnType<typeof playwrightTally>> {
  const report = join(reports, name);
  const command: [string, string[]] = [
    process.execPath,
    [
      modulePath('@playwright', 'test', 'cli.js'),
      'test',
      '--project=electron',
      '--project=served',
      '--reporter=list,json',
      ...options,
    ],
  ];
  const code = await passThrough(...command, {
    virtual: !hasDisplay(),
    environment: { PLAYWRIGHT_JSON_OUTPUT_FILE: report, ...compiledCode(reports) },
  });
  return playwrightTally(await readReport(report), code);
}

async function readReport(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}
