import { expect, it } from 'vitest';
import { PixelBudget } from '../../../src/engine/images/pixel-budget';

it('never decodes more pixels at once than allowed, admits everyone in order, and decodes huge images alone', async () => {
  const budget = new PixelBudget(100);
  let [now, most, alone] = [0, 0, true];
  const sizes = [30, 30, 30, 90, 10, 500, 20, 60, 60, 1];
  const order: number[] = [];
  await Promise.all(
    sizes.map((size) =>
      budget.within(size, async () => {
        order.push(size);
        now += size;
        most = Math.max(most, Math.min(size, 100) === size ? now : 0);
        if (size === 500) alone = now === 500;
        await new Promise((resolve) => setTimeout(resolve, 3));
        if (size === 500) alone &&= now === 500;
        now -= size;
      }),
    ),
  );
  expect({ most: most <= 100, alone, now, order }).toEqual({ most: true, alone: true, now: 0, order: sizes });
});

it('releases the pixels of failed work', async () => {
  const budget = new PixelBudget(10);
  await expect(budget.within(10, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await budget.within(10, () => Promise.resolve('next'))).toBe('next');
});
