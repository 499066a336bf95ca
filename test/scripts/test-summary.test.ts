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
    expect(tallyText(addTallies([vitestTally(vitestReport, 0), playwrightTally(playwrightReport, 0)]))).toBe(
      '11 passed, 0 failed, 2 skipped',
    );
  });

  it('does not mention skipped tests if there are none', () => {
    expect(tallyText({ passed: 2, failed: 1, skipped: 0 })).toBe('2 passed, 1 failed');
  });
});

describe('a tally', () => {
  it('counts a file that could not be loaded as one failure', () => {
    const testResults = [
      { status: 'failed', assertionResults: [] },
      { status: 'failed', assertionResults: [{ status: 'failed' }] },
    ];
    expect(vitestTally({ ...vitestReport, numFailedTests: 1, testResults }, 1).failed).toBe(2);
  });

  it("counts Playwright's errors outside of tests", () => {
    expect(playwrightTally({ ...playwrightReport, errors: [{ message: 'no config' }] }, 1).failed).toBe(1);
  });

  it('counts a failure for a runner that ended with one', () => {
    expect(vitestTally(vitestReport, 1).failed).toBe(1);
    expect(playwrightTally(playwrightReport, 1).failed).toBe(1);
  });

  it('counts one failure for a runner without a report', () => {
    expect(vitestTally(undefined, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(playwrightTally('torn', 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

describe('the exit code', () => {
  it('is 0 only if a test ran and none failed', () => {
    expect(exitCodeOf({ passed: 1, failed: 0, skipped: 5 })).toBe(0);
    expect(exitCodeOf({ passed: 1, failed: 1, skipped: 0 })).toBe(1);
    expect(exitCodeOf({ passed: 0, failed: 0, skipped: 3 })).toBe(1);
  });
});
