import { expect, it } from 'vitest';
import { soundRecipe } from '../../../../src/core/collapse/recipe';
import { RunBudget } from '../../../../src/engine/training/lab/budget';

const recipe = soundRecipe({ images: 100, imbalanceRatio: 1 });
const run = (steps: number, base: 'none' | 'frozen' | 'whole' = 'none') => ({
  recipe: { ...recipe, base },
  steps,
  kept: {},
});

it('starts no run that would end too late at the pace of the slowest run so far', () => {
  let spent = 0;
  const budget = new RunBudget(100, () => spent);
  expect(budget.fits(run(1600))).toBe(true);
  budget.ran(run(400), 10);
  budget.ran(run(400), 8);
  spent = 70;
  expect(budget.fits(run(1600))).toBe(false);
  expect(budget.fits(run(1200))).toBe(true);
  spent = 95;
  expect(budget.fits(run(400))).toBe(false);
  expect(budget.fits(run(100))).toBe(true);
});

it('does not expect nets on a frozen base to be as slow as those that train it', () => {
  const budget = new RunBudget(100, () => 90);
  budget.ran(run(150, 'whole'), 15);
  budget.ran(run(150, 'frozen'), 1);
  expect(budget.fits(run(150, 'whole'))).toBe(false);
  expect(budget.fits(run(150, 'frozen'))).toBe(true);
});

it('does not take the evaluation of a run of three updates for what an update takes', () => {
  const budget = new RunBudget(100, () => 50);
  budget.ran(run(400), 10);
  budget.ran(run(3), 1);
  expect(budget.fits(run(400))).toBe(true);
  expect(budget.fits(run(1600))).toBe(true);
});
