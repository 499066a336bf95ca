import { expect, it } from 'vitest';
import { errorCount } from '../../../../src/core/text/error-count';

it('gives a count only where the interval excludes zero, otherwise a bound', () => {
  expect(errorCount({ expected: 362.3, low: 213.9, high: 460.2 }, 3781)).toEqual({
    claim: 'An estimated 362 of 3,781 labels are wrong',
    interval: '95 % interval: 214–460, if errors are random',
  });
  expect(errorCount({ expected: 39.6, low: 0, high: 57.2 }, 10_000)).toEqual({
    claim: 'Up to 57 of 10,000 labels may be wrong',
    interval: 'with 95 % confidence, if errors are random',
  });
  expect(errorCount({ expected: 0.1, low: 0, high: 0.4 }, 50).claim).toBe('No wrong label is expected among 50 labels');
});
