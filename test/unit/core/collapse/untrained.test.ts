import { describe, expect, it } from 'vitest';
import type { LabResult } from '../../../../src/contract/model/lab';
import type { RecipeWarning } from '../../../../src/contract/model/recipe';
import { headline } from '../../../../src/core/collapse/lab-words';
import {
  type UntrainedFault,
  untrainedFaults,
  withUntrained,
  withUntried,
} from '../../../../src/core/collapse/untrained';

const fault = (fields: string[] = [], severity: RecipeWarning['severity'] = 'error'): UntrainedFault => ({
  inPart: false,
  rule: 'softmax-over-batch',
  severity,
  fields,
  sentence: 'The softmax is taken over the batch.',
  remedy: 'Use dim=1.',
  line: 17,
});

const result = (outcome: LabResult['outcome']): LabResult => ({
  outcome,
  sentence: 'No collapse: your recipe recovers 98 %.',
  chance: 0.5,
  yardstick: { balancedAccuracy: 1, aboveChance: true },
  sound: null,
  user: null,
  choices: [],
  causes: [],
  remedies: [],
  alternatives: [],
  controls: [],
  notes: [],
  runs: [],
});

describe('faults that the lab did not train', () => {
  it.each([
    ['a fault that no field expresses', fault(), [], 1],
    ['a fault of a field that the lab tried', fault(['updates']), [{ id: 'updates' }], 0],
    ['a fault of a field that is as in the sound recipe', fault(['output']), [{ id: 'updates' }], 1],
    ['a remark', fault([], 'info'), [], 0],
    [
      'a fault of a field whose value is another one, which the lab tried',
      { ...fault(['normalization']), stated: [] },
      [{ id: 'normalization' }],
      1,
    ],
  ])('%s', (_, one, tried, count) => {
    expect(untrainedFaults({ script: [one], warnings: [one] }, tried, [])).toHaveLength(count);
  });

  it('never says that a recipe does not collapse if its fault was not trained', () => {
    const told = withUntrained(result('no-collapse'), [fault()]);
    expect(told.outcome).toBe('fault-not-trained');
    expect(told.sentence).toMatch(
      /^This fault was found in your script, and the lab trained no net with it: The softmax is taken over the batch\. \(line 17\) Use dim=1\./,
    );
    expect(`${headline(told).title} ${told.sentence}`).not.toMatch(/no collapse|not collapse/i);
    expect(headline(told).tone).toBe('error');
  });

  it.each(['cause-found', 'not-told-apart', 'out-of-time', 'sound-fails'] as const)(
    'puts the fault before what the lab found (%s)',
    (outcome) => {
      const told = withUntrained(result(outcome), [fault(), fault()]);
      expect(told.outcome).toBe(outcome);
      expect(told.sentence).toMatch(/^These faults were found in your script, and the lab trained no net with them: /);
      expect(headline(told).title).toMatch(/^Your script or recipe has a fault that the lab did not train/);
    },
  );

  it('says of a fault that the lab trained in part that it did so', () => {
    const inPart = { ...fault(), inPart: true, line: null };
    const level = { key: '', title: '', low: null, high: null, seeds: 3 };
    const learned = { ...result('no-collapse'), sound: { ...level, mean: 0.95 }, user: { ...level, mean: 0.94 } };
    const told = withUntrained(learned, [inPart]);
    expect(told.sentence).toBe(
      'This fault was found in your recipe, and the lab trained only a part of it: The softmax is taken over the batch. Use dim=1. With only this part of it, a net with your other settings recovers 94 % of what these images can give, about as much as the sound one.',
    );
    expect(headline(told).title).toBe('Your script or recipe has a fault that the lab did not train in full');
    const both = withUntrained(learned, [inPart, fault()]);
    expect(both.sentence).toMatch(
      /^These faults were found in your script, and the lab trained none of them in full: /,
    );
    expect(both.sentence).toMatch(/Without them, a net with your other settings recovers 94 %/);
    expect(headline(both).title).toBe('Your script or recipe has a fault that the lab did not train');
  });

  it('changes nothing without such a fault', () => {
    expect(withUntrained(result('no-collapse'), [])).toEqual(result('no-collapse'));
    expect(headline(result('no-collapse')).title).toBe('Your recipe does not collapse');
  });
});

describe('choices that the lab did not try', () => {
  const rotation = {
    id: 'rotation',
    title: 'rotation',
    reason: 'yours: up to 180°; the base sees each image only once',
  } as const;

  it('are no part of what is acquitted', () => {
    const told = withUntried(result('no-collapse'), [rotation]);
    expect(told.sentence).toBe(
      'No collapse: your recipe recovers 98 %. This says nothing of what the lab did not try: rotation.',
    );
    expect(told.untried).toEqual(['rotation']);
    expect(told.notes).toEqual(['Not tried: rotation (yours: up to 180°; the base sees each image only once).']);
    expect(headline(told)).toEqual({ title: 'What the lab tried of your recipe does not collapse', tone: 'info' });
  });

  it('change no other answer, and faults of images change none', () => {
    expect(withUntried(result('cause-found'), [rotation]).sentence).toBe(result('cause-found').sentence);
    const few = { id: 'duplicates', title: 'duplicates', reason: 'none among the 900 images' } as const;
    const told = withUntried(result('no-collapse'), [few]);
    expect(told.sentence).toBe(result('no-collapse').sentence);
    expect(headline(told).tone).toBe('good');
    expect(told.notes).toHaveLength(1);
  });
});
