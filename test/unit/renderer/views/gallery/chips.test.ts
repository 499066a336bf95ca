import { describe, expect, it } from 'vitest';
import { filterChips } from '../../../../../src/renderer/views/gallery/chips';
import { sampleFindings } from '../../support/sample-findings';

describe('filterChips', () => {
  const findings = sampleFindings(100);

  it('describes every part of a filter that has no control of its own', () => {
    const [first] = findings;
    expect(
      filterChips(
        { finding: first!.key, ids: [4, 5, 6], cell: { predictions: 'instant', given: '4', predicted: '' } },
        findings,
      ),
    ).toEqual([
      { key: 'finding', text: first!.title, removed: { finding: undefined } },
      { key: 'ids', text: '3 images selected on the map', removed: { ids: undefined } },
      { key: 'cell', text: 'Given “4”, predicted the top folder', removed: { cell: undefined } },
    ]);
  });

  it('has a chip for a finding that the last audit no longer has, so that it can be removed', () => {
    expect(filterChips({ finding: 'gone' }, findings)).toEqual([
      { key: 'finding', text: 'A finding that no longer exists', removed: { finding: undefined } },
    ]);
  });

  it('has one chip for each range, which takes only its own range away', () => {
    const brightness = { from: 8, to: 16 };
    const bytes = { from: 1500, to: null };
    expect(filterChips({ ranges: { brightness, bytes } }, [])).toEqual([
      { key: 'range bytes', text: 'File size 1.5 kB or more', removed: { ranges: { brightness } } },
      { key: 'range brightness', text: 'Brightness 8–16', removed: { ranges: { bytes } } },
    ]);
    expect(filterChips({ ranges: { suspicion: { from: null, to: 0.05 } } }, [])).toEqual([
      { key: 'range suspicion', text: 'Suspicion below 5 %', removed: { ranges: undefined } },
    ]);
  });

  it('leaves out parts that the filter bar shows', () => {
    expect(filterChips({ classes: ['cat'], text: 'a' }, findings)).toEqual([]);
  });
});
