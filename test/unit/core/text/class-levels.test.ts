import { expect, it } from 'vitest';
import { groupDepths } from '../../../../src/core/text/class-levels';

it('gives the depths at which nested classes form groups', () => {
  expect(groupDepths(['a/x/1', 'a/x/2', 'a/y', 'b'])).toEqual([
    { depth: 1, groups: 2 },
    { depth: 2, groups: 3 },
  ]);
  expect(groupDepths(['photos/cat', 'photos/dog'])).toEqual([]);
  expect(groupDepths(['a/x/p/1', 'a/x/p/2', 'b/y/q/3'])).toEqual([{ depth: 1, groups: 2 }]);
  expect(groupDepths(['cat', 'dog', ''])).toEqual([]);
  expect(groupDepths([])).toEqual([]);
});
