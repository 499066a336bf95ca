import { describe, expect, it } from 'vitest';
import { mayBePart } from '../../../../src/core/duplicates/part';

type Facts = Parameters<typeof mayBePart>[0];

const facts = (width: number, height: number, level = 100, spread = 40): Facts => ({
  width,
  height,
  mean: [level, level, level],
  std: [spread, spread, spread],
  pHash: '',
  dHash: '',
  pixelHash: '',
});

describe('whether one picture may be cut out of another in its own size', () => {
  const whole = facts(400, 300);

  it('is told by their sizes, whichever is first', () => {
    const part = (width: number, height: number): boolean[] => [
      mayBePart(whole, facts(width, height)),
      mayBePart(facts(width, height), whole),
    ];
    expect(part(392, 300)).toEqual([true, true]);
    expect(part(300, 230)).toEqual([true, true]);
    expect(part(400, 300)).toEqual([false, false]);
    expect(part(390, 310)).toEqual([false, false]);
    expect(part(280, 290)).toEqual([false, false]);
  });

  it('and by their colours', () => {
    expect(mayBePart(whole, facts(390, 290, 120))).toBe(true);
    expect(mayBePart(whole, facts(390, 290, 130))).toBe(false);
    expect(mayBePart(whole, facts(390, 290, 100, 70))).toBe(false);
  });
});
