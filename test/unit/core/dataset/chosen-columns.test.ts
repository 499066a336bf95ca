import { describe, expect, it } from 'vitest';
import { absentColumn, withColumns } from '../../../../src/core/dataset/chosen-columns';

const table = { path: 'x.csv', columns: ['Slide', 'filename', 'label', 'kind'], rows: [], problem: null };

describe('columns that the user chose', () => {
  it('get the names that are detected first, and others lose these names', () => {
    expect(withColumns(table, { imageColumn: 'Slide', labelColumn: 'kind' }).columns).toEqual([
      'filename',
      'not used: filename',
      'not used: label',
      'label',
    ]);
  });

  it('leave the other column to detection', () => {
    expect(withColumns(table, { imageColumn: null, labelColumn: 'kind' }).columns).toEqual([
      'Slide',
      'filename',
      'not used: label',
      'label',
    ]);
  });

  it('must be in the table', () => {
    expect(absentColumn(table, { imageColumn: 'Slide', labelColumn: 'Kind' })).toBe('Kind');
    expect(absentColumn(table, { imageColumn: 'Slide', labelColumn: null })).toBeNull();
  });
});
