import { describe, expect, it } from 'vitest';
import { duration, timeLeft } from '../../../../src/core/text/duration';

describe('time left', () => {
  it('is written as a duration', () => {
    expect([timeLeft(4.4), timeLeft(75), timeLeft(4300)]).toEqual(['4 s left', '1 min 15 s left', '1 h 12 min left']);
  });

  it('is left out if it is unknown, or over before it can be read', () => {
    expect([timeLeft(null), timeLeft(1.9), timeLeft(0)]).toEqual(['', '', '']);
  });
});

it.each([
  [0.4, '0 s'],
  [59.4, '59 s'],
  [60, '1 min'],
  [125, '2 min 5 s'],
  [3599, '60 min'],
  [7199, '2 h'],
  [4320, '1 h 12 min'],
])('%d seconds are %s', (seconds, text) => expect(duration(seconds)).toBe(text));
