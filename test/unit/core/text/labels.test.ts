import { describe, expect, it } from 'vitest';
import { skippedText } from '../../../../src/core/text/labels';

describe('what was skipped', () => {
  it.each([
    ['folder-link-loop', '', 1, '1 circular folder link'],
    ['folder-link-loop', '', 2, '2 circular folder links'],
    ['special-file', '', 1, '1 device or socket'],
    ['other-type', 'csv', 1234, '1,234 .csv'],
    ['other-type', '', 2, '2 without extension'],
    ['system-file', '.DS_Store', 1, '1 .DS_Store'],
  ] as const)('%s %s: its number and its noun agree', (reason, name, count, text) => {
    expect(skippedText({ reason, name, count })).toBe(text);
  });
});
