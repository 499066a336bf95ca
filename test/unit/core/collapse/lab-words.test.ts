import { describe, expect, it } from 'vitest';
import type { LabRun } from '../../../../src/contract/model/lab';
import { effort } from '../../../../src/core/collapse/lab-words';

const runs = (key: string, times: number, kind: LabRun['kind'] = 'break', steps = 400) =>
  Array.from({ length: times }, () => ({ key, kind, steps }));

describe('what a lab’s answer rests on', () => {
  it('says which nets were trained again, from another start', () => {
    expect(
      effort([...runs('sound', 3, 'sound'), ...runs('user', 2, 'user'), ...runs('a', 1), ...runs('b', 1)], 0, '2 min'),
    ).toBe('7 runs in 2 min; 2 of 4 nets with several seeds, the others with one');
    expect(effort([...runs('sound', 3), ...runs('user', 3)], 0, '9 s')).toBe(
      '6 runs in 9 s; each net with several seeds',
    );
    expect(effort(runs('sound', 1), 0, '9 s')).toBe('1 run in 9 s; each net with one seed');
  });

  it('counts a net that is trained longer as another, and no control', () => {
    expect(
      effort(
        [
          ...runs('sound', 1, 'sound', 400),
          ...runs('sound', 1, 'sound', 800),
          ...runs('permuted-labels', 1, 'permuted-labels'),
        ],
        0,
        '9 s',
      ),
    ).toBe('3 runs in 9 s; each net with one seed');
  });

  it('tells apart what another lab had trained, and is short where nothing was', () => {
    expect(effort(runs('sound', 3), 2, '9 s')).toBe(
      '3 runs: 1 in 9 s, 2 from an earlier lab that was interrupted; each net with several seeds',
    );
    expect(effort([], 0, '9 s')).toBe('0 runs in 9 s');
  });
});
