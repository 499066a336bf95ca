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
      { part: 'finding', text: first!.title },
      { part: 'ids', text: '3 images selected on the map' },
      { part: 'cell', text: 'Given “4”, predicted “(top folder)”' },
    ]);
  });

  it('has a chip for a finding that the last audit no longer has, so that it can be removed', () => {
    expect(filterChips({ finding: 'gone' }, findings)).toEqual([
      { part: 'finding', text: 'A finding that no longer exists' },
    ]);
  });

  it('leaves out parts that the filter bar shows', () => {
    expect(filterChips({ classes: ['cat'], text: 'a' }, findings)).toEqual([]);
  });
});
