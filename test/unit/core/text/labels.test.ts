import { describe, expect, it } from 'vitest';
import { otherFilesText, skippedText } from '../../../../src/core/text/labels';

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

describe('the other files', () => {
  const skipped = [
    { reason: 'other-type', name: 'csv', count: 3 },
    { reason: 'no-label', name: 'photos', count: 5 },
    { reason: 'hidden', name: '', count: 1 },
  ] as const;

  it('are those that the reading of the folder does not tell', () => {
    expect(otherFilesText(skipped, { tables: ['labels.csv', 'train/Labels.CSV', '../beside.csv'] })).toBe(
      '1 .csv, 1 hidden',
    );
    expect(otherFilesText(skipped, null)).toBe('3 .csv, 1 hidden');
    expect(otherFilesText(skipped.slice(0, 2), { tables: ['a.csv', 'b.csv', 'c.csv'] })).toBe('');
  });
});
