import { describe, expect, it } from 'vitest';
import type { LabRun } from '../../../../src/contract/model/lab';
import { effort, timeWords } from '../../../../src/core/collapse/lab-words';

const runs = (key: string, times: number, kind: LabRun['kind'] = 'break', steps = 400) =>
  Array.from({ length: times }, () => ({ key, kind, steps }));

describe('the runs that the result of a lab rests on', () => {
  it('says how many nets were trained with several seeds', () => {
    expect(
      effort([...runs('sound', 3, 'sound'), ...runs('user', 2, 'user'), ...runs('a', 1), ...runs('b', 1)], 0, '2 min'),
    ).toBe('7 runs in 2 min; 2 of 4 nets with several seeds, the others with one');
    expect(effort([...runs('sound', 3), ...runs('user', 3)], 0, '9 s')).toBe(
      '6 runs in 9 s; each net with several seeds',
    );
    expect(effort(runs('sound', 1), 0, '9 s')).toBe('1 run in 9 s; each net with one seed');
  });

  it('counts a net that is trained longer as another net, and does not count controls', () => {
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

  it('counts the runs of an earlier lab separately, and is short if there are no runs', () => {
    expect(effort(runs('sound', 3), 2, '9 s')).toBe(
      '3 runs: 1 in 9 s, 2 from an earlier lab; each net with several seeds',
    );
    expect(effort([], 0, '9 s')).toBe('0 runs in 9 s');
  });
});

it('says how long a lab takes, and what a pretrained base needs of it', () => {
  expect(timeWords(120, { base: 'none' })).toBe(
    'The lab begins nothing new after about 2 min and ends with what it has found by then.',
  );
  expect(timeWords(600, { base: 'frozen' })).toMatch(
    /^The lab begins nothing new after about 10 min .*Up to half of this time/,
  );
});
