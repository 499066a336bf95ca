import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Hurry } from '../../../../src/renderer/parts/hurry.svelte';

const FRAME = 16;

describe('fast scrolling of a long list', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  /** Scrolls by this number of screens in each of some frames. */
  function scroll(hurry: Hurry, screens: number, frames: number): void {
    for (let frame = 0; frame < frames; frame += 1) {
      hurry.passed(screens);
      vi.advanceTimersByTime(FRAME);
    }
  }

  it('begins while one screen after another passes, and ends soon after the list stops', () => {
    const hurry = new Hurry();
    scroll(hurry, 12, 5);
    expect(hurry.on).toBe(true);
    vi.advanceTimersByTime(100);
    expect(hurry.on).toBe(false);
  });

  it('is not detected for a single jump of any distance', () => {
    const hurry = new Hurry();
    hurry.passed(20_000);
    expect(hurry.on).toBe(false);
    vi.advanceTimersByTime(200);
    hurry.passed(20_000);
    expect(hurry.on).toBe(false);
  });

  it('is not detected at the speed of a mouse wheel, however long it turns', () => {
    const hurry = new Hurry();
    scroll(hurry, 0.1, 500);
    expect(hurry.on).toBe(false);
  });

  it('ends while the list still moves, once it moves slowly', () => {
    const hurry = new Hurry();
    scroll(hurry, 1, 5);
    expect(hurry.on).toBe(true);
    scroll(hurry, 0.05, 20);
    expect(hurry.on).toBe(false);
  });
});
