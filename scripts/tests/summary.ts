import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** Results of the tests of all runners. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  /** A line for each failure: file, test, first line of the message. */
  failures: string[];
}

/** A runner without a readable report counts as one failure. */
function unknown(runner: string): Tally {
  return { passed: 0, failed: 1, skipped: 0, failures: [`${runner}: it wrote no readable report`] };
}

export function addTallies(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (sum, one) => ({
      passed: sum.passed + one.passed,
      failed: sum.failed + one.failed,
      skipped: sum.skipped + one.skipped,
      failures: [...sum.failures, ...one.failures],
    }),
    { passed: 0, failed: 0, skipped: 0, failures: [] },
  );
}

/** The end of the output: a line for each failure, then the counts. */
export function tallyText({ passed, failed, skipped, failures }: Tally): string {
  const counts = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  return [...failures.map((failure) => `FAILED ${failure}`), counts].join('\n');
}

/** 0 only if at least one test ran and none failed. */
export function exitCodeOf({ passed, failed }: Pick<Tally, 'passed' | 'failed'>): number {
  return failed === 0 && passed > 0 ? 0 : 1;
}

/**
 * The tally of vitest's JSON report. A file that failed outside tests (it could not be loaded, a hook failed) counts as
 * one failure.
 * @param report undefined if vitest wrote none
 * @param root the checkout, which is left out of the names of files
 */
export function vitestTally(report: unknown, exitCode: number, root: string): Tally {
  if (!isRecord(report) || !Array.isArray(report['testResults'])) return unknown('vitest');
  const failedFiles = records(report['testResults']).filter((file) => file['status'] === 'failed');
  const failedTests = (file: Fields): Fields[] =>
    records(file['assertionResults']).filter((test) => test['status'] === 'failed');
  const tally = {
    passed: count(report['numPassedTests']),
    failed: count(report['numFailedTests']) + failedFiles.filter((file) => failedTests(file).length === 0).length,
    skipped: count(report['numPendingTests']) + count(report['numTodoTests']),
    failures: failedFiles.flatMap((file) => {
      const name = relative(root, text(file['name']));
      const tests = failedTests(file);
      if (tests.length === 0) return [failureLine(name, file['message'])];
      return tests.map((test) => failureLine(`${name} › ${text(test['fullName'])}`, list(test['failureMessages'])[0]));
    }),
  };
  return honest('vitest', tally, exitCode);
}

/**
 * The tally of Playwright's JSON report. A test that passed only on a retry counts as passed. Each error outside tests
 * counts as one failure.
 * @param report undefined if Playwright wrote none
 */
export function playwrightTally(report: unknown, exitCode: number): Tally {
  if (!isRecord(report) || !isRecord(report['stats'])) return unknown('Playwright');
  const { stats } = report;
  const errors = records(report['errors']);
  const tally = {
    passed: count(stats['expected']) + count(stats['flaky']),
    failed: count(stats['unexpected']) + errors.length,
    skipped: count(stats['skipped']),
    failures: [
      ...records(report['suites']).flatMap(failedSpecs),
      ...errors.map((error) => failureLine('Playwright', error['message'])),
    ],
  };
  return honest('Playwright', tally, exitCode);
}

function failedSpecs(suite: Fields): string[] {
  const own = records(suite['specs'])
    .filter((spec) => spec['ok'] === false)
    .map((spec) => {
      const results = records(spec['tests']).flatMap((test) => records(test['results']));
      const error = results.map((result) => result['error']).find(isRecord);
      return failureLine(`${text(spec['file'])} › ${text(spec['title'])}`, error?.['message']);
    });
  return [...own, ...records(suite['suites']).flatMap(failedSpecs)];
}

/** A runner that ended with a failure counts at least one failure. */
function honest(runner: string, tally: Tally, exitCode: number): Tally {
  if (exitCode === 0 || tally.failed > 0) return tally;
  return { ...tally, failed: 1, failures: [`${runner}: an error outside the tests; its output is above`] };
}

/** The first line of a message says what failed; the rest of it is in the runner's own output. */
function failureLine(name: string, message: unknown): string {
  const first = stripVTControlCharacters(text(message)).trim().split('\n')[0] ?? '';
  return first === '' ? name : `${name}: ${first}`;
}

type Fields = Record<string, unknown>;

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function records(value: unknown): Fields[] {
  return list(value).filter(isRecord);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function count(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}
