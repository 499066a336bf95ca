import { describe, expect, it } from 'vitest';
import { ago, compact, splitPath } from '../../../../src/renderer/parts/format';

describe('formats', () => {
  it('gives short numbers for axes', () => {
    expect([0.25, 950, 1200, 50_000, 1_000_000].map(compact)).toEqual(['0.25', '950', '1.2K', '50K', '1M']);
  });

  it('gives the time since a moment', () => {
    const now = Date.UTC(2026, 10, 21, 12);
    expect([10, 300, 7200, 100_000].map((seconds) => ago(now - seconds * 1000, now))).toEqual([
      'just now',
      '5 min ago',
      '2 h ago',
      'yesterday',
    ]);
    expect(ago(now - 10 * 86_400_000, now)).toBe('Nov 11, 2026');
  });

  it('splits a path into its parts', () => {
    expect(splitPath('train/cat/a.png')).toEqual({ folder: 'train/cat/', name: 'a.png' });
    expect(splitPath('a.png')).toEqual({ folder: '', name: 'a.png' });
  });
});
