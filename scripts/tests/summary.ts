/** Results of the tests of all runners. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** A runner without a readable report counts as one failure. */
const unknown: Tally = { passed: 0, failed: 1, skipped: 0 };

export function addTallies(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (sum, one) => ({
      passed: sum.passed + one.passed,
      failed: sum.failed + one.failed,
      skipped: sum.skipped + one.skipped,
    }),
    {
      passed: 0,
      failed: 0,
      skipped: 0,
    },
  );
}

/** The last line of the output. */
export function tallyText({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** 0 only if at least one test ran and none failed. */
export function exitCodeOf({ passed, failed }: Tally): number {
  return failed === 0 && passed > 0 ? 0 : 1;
}

/**
 * The tally of vitest's JSON report. A file that failed outside tests (it could not be loaded, a hook failed) counts as
 * one failure.
 * @param report undefined if vitest wrote none
 */
export function vitestTally(report: unknown, exitCode: number): Tally {
  if (!isRecord(report) || !Array.isArray(report['testResults'])) return unknown;
  const broken = report['testResults'].filter(
    (file) => isRecord(file) && file['status'] === 'failed' && !statuses(file['assertionResults']).includes('failed'),
  ).length;
  const tally = {
    passed: count(report['numPassedTests']),
    failed: count(report['numFailedTests']) + broken,
    skipped: count(report['numPendingTests']) + count(report['numTodoTests']),
  };
  return honest(tally, exitCode);
}

/**
 * The tally of Playwright's JSON report. A test that passed only on a retry counts as passed. Each error outside tests
 * counts as one failure.
 * @param report undefined if Playwright wrote none
 */
export function playwrightTally(report: unknown, exitCode: number): Tally {
  if (!isRecord(report) || !isRecord(report['stats'])) return unknown;
  const { stats, errors } = report;
  const tally = {
    passed: count(stats['expected']) + count(stats['flaky']),
    failed: count(stats['unexpected']) + (Array.isArray(errors) ? errors.length : 0),
    skipped: count(stats['skipped']),
  };
  return honest(tally, exitCode);
}

/** A runner that ended with a failure counts at least one failure. */
function honest(tally: Tally, exitCode: number): Tally {
  return exitCode !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
}

function statuses(results: unknown): unknown[] {
  return Array.isArray(results) ? results.map((result) => (isRecord(result) ? result['status'] : undefined)) : [];
}

function count(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
