import { describe, expect, it } from 'vitest';
import { addTallies, exitCodeOf, playwrightTally, tallyText, vitestTally } from '../../scripts/tests/summary';

const vitestReport = {
  numPassedTests: 7,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 1,
  testResults: [{ status: 'passed', assertionResults: [{ status: 'passed' }] }],
};
const playwrightReport = { stats: { expected: 3, unexpected: 0, flaky: 1, skipped: 0 }, errors: [] };

describe('the closing line', () => {
  it('sums both runners', () => {
    expect(
      tallyText(addTallies([vitestTally(vitestReport, 0, '/checkout'), playwrightTally(playwrightReport, 0)])),
    ).toBe('11 passed, 0 failed, 2 skipped');
  });

  it('does not mention skipped tests if there are none', () => {
    expect(tallyText({ passed: 2, failed: 0, skipped: 0, failures: [] })).toBe('2 passed, 0 failed');
  });

  it('names each failed test above it, with the first line of its message', () => {
    const failed = {
      status: 'failed',
      fullName: 'a sum is right',
      failureMessages: ['AssertionError: expected 3 to be 4\n  at sum.test.ts:3'],
    };
    const testResults = [
      { name: '/checkout/test/unit/sum.test.ts', status: 'failed', assertionResults: [failed] },
      { name: '/checkout/test/unit/torn.test.ts', status: 'failed', assertionResults: [], message: 'No such module' },
    ];
    const spec = { ok: false, file: 'map.spec.ts', title: 'is drawn' };
    const error = { message: '\u001b[31mError: not visible\u001b[39m\nCall log' };
    const suites = [{ specs: [], suites: [{ specs: [{ ...spec, tests: [{ results: [{ error }] }] }] }] }];
    const both = addTallies([
      vitestTally({ ...vitestReport, numFailedTests: 1, testResults }, 1, '/checkout'),
      playwrightTally({ stats: { ...playwrightReport.stats, unexpected: 1 }, suites, errors: [] }, 1),
    ]);
    expect(tallyText(both).split('\n')).toEqual([
      'FAILED test/unit/sum.test.ts › a sum is right: AssertionError: expected 3 to be 4',
      'FAILED test/unit/torn.test.ts: No such module',
      'FAILED map.spec.ts › is drawn: Error: not visible',
      '11 passed, 3 failed, 2 skipped',
    ]);
  });
});

describe('a tally', () => {
  it('counts a file that could not be loaded as one failure', () => {
    const testResults = [
      { status: 'failed', assertionResults: [] },
      { status: 'failed', assertionResults: [{ status: 'failed' }] },
    ];
    expect(vitestTally({ ...vitestReport, numFailedTests: 1, testResults }, 1, '/checkout').failed).toBe(2);
  });

  it("counts Playwright's errors outside of tests", () => {
    expect(playwrightTally({ ...playwrightReport, errors: [{ message: 'no config' }] }, 1).failed).toBe(1);
  });

  it('counts a failure for a runner that ended with one', () => {
    expect(vitestTally(vitestReport, 1, '/checkout').failed).toBe(1);
    expect(playwrightTally(playwrightReport, 1).failed).toBe(1);
  });

  it('counts one failure for a runner without a report', () => {
    expect(vitestTally(undefined, 0, '/checkout')).toMatchObject({ passed: 0, failed: 1, skipped: 0 });
    expect(playwrightTally('torn', 0)).toMatchObject({ passed: 0, failed: 1, skipped: 0 });
  });
});

describe('the exit code', () => {
  it('is 0 only if a test ran and none failed', () => {
    expect(exitCodeOf({ passed: 1, failed: 0 })).toBe(0);
    expect(exitCodeOf({ passed: 1, failed: 1 })).toBe(1);
    expect(exitCodeOf({ passed: 0, failed: 0 })).toBe(1);
  });
});
