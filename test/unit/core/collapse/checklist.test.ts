import { describe, expect, it } from 'vitest';
import type { LabChoice, LabResult } from '../../../../src/contract/model/lab';
import type { Recipe } from '../../../../src/core/collapse/interventions/index';
import { checklist, type ChecklistInput } from '../../../../src/core/collapse/checklist';
import { diagnose } from '../../../../src/core/collapse/diagnosis';
import { completeReading, soundRecipe } from '../../../../src/core/collapse/recipe';
import { recipeWarnings } from '../../../../src/core/collapse/warnings';
import { fromConfusion } from './confusion';

const nothing: ChecklistInput = { findings: null, diagnosis: null, recipe: null, warnings: [], lab: null, splits: 0 };
const setting = { images: 1000, imbalanceRatio: 9, classes: 2 };
const recipe = (part: Partial<Recipe>) =>
  completeReading(
    part,
    Object.fromEntries(Object.keys(part).map((name) => [name, { how: 'read' as const, line: 4, text: '' }])),
    soundRecipe(setting),
    { framework: null, notes: [] },
  );
const lab = (outcome: LabResult['outcome'], choices: Partial<LabChoice>[] = []): LabResult => ({
  outcome,
  sentence: 'No learnable signal. …',
  chance: 0.5,
  yardstick: { balancedAccuracy: 0.9, aboveChance: true },
  sound: null,
  user: null,
  causes: [],
  remedies: [],
  alternatives: [],
  controls: [],
  notes: [],
  runs: [],
  choices: choices.map((one) => ({
    id: 'learning-rate',
    title: 'learning rate',
    user: '0.1',
    sound: '0.002',
    line: null,
    breaks: null,
    repairs: null,
    role: 'cause',
    ...one,
  })),
});
const finding = (
  check: 'split-leak' | 'class-imbalance' | 'label-error' | 'single-class',
  severity: 'error' | 'warning' | 'info',
) => ({
  key: `${check}:x`,
  check,
  severity,
  title: `found ${check}`,
  remedy: `correct ${check}`,
  muted: null,
  progress: null,
});
const verdicts = (part: Partial<ChecklistInput>) =>
  Object.fromEntries(checklist({ ...nothing, ...part }).map((item) => [item.id, item.verdict]));
const item = (part: Partial<ChecklistInput>, id: string) =>
  checklist({ ...nothing, ...part }).find((one) => one.id === id)!;

describe('checklist', () => {
  it('calls no line ok before something on it was examined', () => {
    expect(Object.values(verdicts({}))).toEqual(Array(6).fill('not-checked'));
    expect(checklist(nothing).every((one) => one.next !== null)).toBe(true);
  });

  it('shows findings of an audit on their line, with their remedy as the next step', () => {
    const findings = [finding('label-error', 'warning'), finding('split-leak', 'error')];
    expect(verdicts({ findings, splits: 2 })).toMatchObject({
      data: 'problem',
      validation: 'problem',
      imbalance: 'ok',
      architecture: 'not-checked',
    });
    expect(item({ findings, splits: 2 }, 'validation')).toMatchObject({
      next: 'correct split-leak',
      evidence: [{ shownBy: { kind: 'finding', key: 'split-leak:x' } }],
    });
  });

  it('ignores findings that are muted or only informative', () => {
    const muted = { ...finding('label-error', 'error'), muted: { reason: 'seen', at: 1 } };
    expect(verdicts({ findings: [finding('split-leak', 'info'), muted], splits: 2 })).toMatchObject({
      data: 'ok',
      validation: 'ok',
    });
  });

  it('shows the warning of a rule, and clears it if the lab found no harm', () => {
    const reading = recipe({ learningRate: 0.1, imbalance: 'class-weights' });
    const warnings = recipeWarnings(reading, setting);
    expect(item({ recipe: reading, warnings }, 'learning-rate')).toMatchObject({
      verdict: 'problem',
      next: 'Start at 0.002.',
      evidence: [{ sentence: expect.stringMatching(/^Line 4: A learning rate of 0\.1 .*\.$/) as string }],
    });
    const cleared = item(
      { recipe: reading, warnings, lab: lab('cause-found', [{ role: 'harmless' }]) },
      'learning-rate',
    );
    expect(cleared.verdict).toBe('ok');
    expect(cleared.evidence.map((one) => one.sentence).join()).toContain('In the lab it did not cause a collapse');
    const unexplained = item(
      { recipe: reading, warnings, lab: lab('out-of-time', [{ role: 'harmless' }]) },
      'learning-rate',
    );
    expect(unexplained).toMatchObject({ verdict: 'problem', next: 'Start at 0.002.' });
  });

  it('keeps the warning of a rule if the lab found that the choice costs accuracy, and says how much', () => {
    const reading = recipe({ learningRate: 0.1, imbalance: 'class-weights' });
    const given = item(
      {
        recipe: reading,
        warnings: recipeWarnings(reading, setting),
        lab: lab('cause-found', [{ role: 'harmless', cost: 0.14 }]),
      },
      'learning-rate',
    );
    expect(given.verdict).toBe('problem');
    expect(given.evidence.map((one) => one.sentence)).toContain(
      'In the lab your learning rate (0.1) did not make the sound recipe collapse by itself, but it recovered 14 % less with it.',
    );
  });

  it('never calls the balance of a single class good, even if the recipe compensates for imbalance', () => {
    const findings = [finding('single-class', 'error')];
    expect(verdicts({ findings })).toMatchObject({ data: 'problem', imbalance: 'problem' });
    expect(verdicts({ findings, recipe: recipe({ imbalance: 'class-weights' }) })).toMatchObject({
      imbalance: 'problem',
    });
    expect(verdicts({ lab: lab('one-class') })).toMatchObject({ data: 'problem', imbalance: 'problem' });
  });

  it('puts the cause that the lab found first', () => {
    const given = item(
      { lab: lab('cause-found', [{ id: 'schedule', title: 'schedule', role: 'harmless' }, { role: 'cause' }]) },
      'learning-rate',
    );
    expect(given).toMatchObject({ verdict: 'problem', next: 'Try learning rate: 0.002 instead of 0.1.' });
    expect(given.evidence[0]!.sentence).toBe(
      'In the lab your learning rate (0.1) made the sound recipe collapse by itself.',
    );
  });

  it('sees imbalance in findings and in the verdict, and accepts weights against it', () => {
    const findings = [finding('class-imbalance', 'error')];
    expect(verdicts({ findings, recipe: recipe({ imbalance: 'none' }) })).toMatchObject({ imbalance: 'problem' });
    expect(verdicts({ findings, recipe: recipe({ imbalance: 'class-weights' }) })).toMatchObject({ imbalance: 'ok' });
    const diagnosis = diagnose(
      fromConfusion([
        [1000, 0],
        [10, 0],
      ]),
    );
    expect(item({ diagnosis }, 'imbalance')).toMatchObject({
      verdict: 'problem',
      evidence: [{ shownBy: { kind: 'diagnosis', key: 'majority-only' } }],
    });
  });

  it('explains a collapse to one class by imbalance only if that class is by far the largest', () => {
    const largest = diagnose(
      fromConfusion([
        [900, 0],
        [100, 0],
      ]),
    );
    expect(largest.verdict.kind).toBe('single-class');
    expect(item({ diagnosis: largest }, 'imbalance')).toMatchObject({
      verdict: 'problem',
      evidence: [{ shownBy: { kind: 'diagnosis', key: 'single-class' } }],
    });
    for (const confusion of [
      [
        [0, 900],
        [0, 100],
      ],
      [
        [500, 0],
        [500, 0],
      ],
    ]) {
      const diagnosis = diagnose(fromConfusion(confusion));
      expect(diagnosis.verdict.kind).toBe('single-class');
      expect(item({ diagnosis }, 'imbalance').evidence).toEqual([]);
    }
  });

  it.each(['no-signal', 'too-few-images'] as const)('names the data and nothing else if the lab says %s', (outcome) => {
    const given = verdicts({ lab: lab(outcome) });
    expect(given).toEqual({
      data: 'problem',
      augmentation: 'not-checked',
      imbalance: 'not-checked',
      architecture: 'not-checked',
      'learning-rate': 'not-checked',
      validation: 'not-checked',
    });
  });

  it('calls the recipe ok if the lab finds no collapse', () => {
    expect(verdicts({ lab: lab('no-collapse') })).toMatchObject({
      augmentation: 'ok',
      architecture: 'ok',
      'learning-rate': 'ok',
    });
  });

  it('calls nothing ok that the lab did not try, and clears no warning about what it trained only in part', () => {
    const untried = { ...lab('no-collapse'), untried: ['rotation'] };
    expect(verdicts({ lab: untried })).toMatchObject({ augmentation: 'not-checked', architecture: 'ok' });
    const tuned = recipe({ base: 'whole', learningRate: 0.01 });
    const warnings = recipeWarnings(tuned, setting);
    const choices: Partial<LabChoice>[] = [
      { role: 'harmless' },
      { id: 'base', title: 'training of the base', role: 'harmless' },
      { id: 'normalization', title: 'normalization', role: 'cause' },
    ];
    const found = { ...lab('cause-found', choices), untrained: ['base-at-full-rate'] };
    const [about] = item({ warnings, lab: found }, 'learning-rate').evidence.filter(
      ({ shownBy }) => shownBy?.key === 'base-at-full-rate',
    );
    expect(about!.sentence).not.toContain('did not cause a collapse');
    expect(item({ warnings, lab: found }, 'learning-rate').verdict).toBe('problem');
  });

  it('asks for a validation split if there is none', () => {
    expect(item({ findings: [], splits: 0 }, 'validation')).toMatchObject({ verdict: 'problem' });
  });

  it('says what the script holds back if the data set has no splits', () => {
    const finding = {
      key: 'd',
      check: 'exact-duplicate' as const,
      severity: 'warning' as const,
      title: '27 images are exact copies.',
      remedy: 'Keep one.',
      muted: null,
      progress: null,
    };
    const held = recipe({ validation: { share: 0.2, from: 'everywhere' } });
    expect(item({ findings: [] }, 'validation')).toMatchObject({
      verdict: 'problem',
      evidence: [{ sentence: expect.stringContaining('no validation split') as string }],
    });
    expect(item({ findings: [], recipe: recipe({}) }, 'validation')).toMatchObject({ verdict: 'problem' });
    expect(item({ findings: [], recipe: held }, 'validation')).toMatchObject({
      verdict: 'ok',
      evidence: [{ sentence: 'Your script holds 20 % of the images back (line 4).' }],
    });
    expect(item({ findings: [finding], recipe: held }, 'validation')).toMatchObject({
      verdict: 'problem',
      evidence: [
        {
          sentence:
            'Your script holds 20 % of the images back (line 4) but ignores duplicates: copies of training images can be among them.',
        },
      ],
    });
    const last = recipe({ validation: { share: 0.2, from: 'end' } });
    expect(item({ findings: [], recipe: last, warnings: recipeWarnings(last, setting) }, 'validation')).toMatchObject({
      verdict: 'problem',
      next: expect.stringContaining('Shuffle') as string,
    });
  });

  it('takes the next step from what prevented the collapse in the lab, not from each part of its cause', () => {
    const phrase = 'learning rate: 0.002 instead of 0.1';
    const level = { key: '', title: '', mean: 0.9, low: null, high: null, seeds: 3 };
    const set = { choices: ['learning-rate'], phrase, sentence: '', level, confirmed: true };
    const found = lab('cause-found', [
      { role: 'part-of-cause' },
      { id: 'batch-norm', title: 'batch norm', user: 'off', sound: 'on', role: 'part-of-cause' },
      { id: 'rotation', title: 'rotation', user: 'up to 90°', sound: 'up to 0°', role: 'harmful' },
    ]);
    const given = {
      lab: { ...found, remedies: [{ ...set, choices: ['batch-norm'], phrase: 'not sure', confirmed: false }, set] },
    };
    expect(item(given, 'learning-rate').next).toBe(`Try ${phrase}: in the lab this prevented the collapse.`);
    expect(item(given, 'architecture').next).toBe(`Try ${phrase}: in the lab this prevented the collapse.`);
    expect(item(given, 'augmentation').next).toBe('Try rotation: up to 0° instead of up to 90°.');
    const unsure = { ...found, remedies: [{ ...set, confirmed: false }] };
    expect(item({ lab: unsure }, 'learning-rate').next).toBe(
      `Try ${phrase}: in the lab this seemed to prevent the collapse.`,
    );
    expect(
      item({ lab: { ...found, alternatives: [{ title: 'a balanced sampler', level, undoes: true }] } }, 'architecture')
        .next,
    ).toBe('Try a balanced sampler: in the lab this prevented the collapse.');
    expect(item({ lab: found }, 'architecture').next).toBe('Try batch norm: on instead of off.');
  });
});
