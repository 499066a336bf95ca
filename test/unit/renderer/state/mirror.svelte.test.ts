import { flushSync } from 'svelte';
import { describe, expect, it } from 'vitest';
import { Mirror } from '../../../../src/renderer/state/mirror.svelte';

describe('a mirror that an effect refreshes and closes', () => {
  it('does not run that effect again because of its own pull, and keeps the answer', async () => {
    let runs = 0;
    const mirror = new Mirror(() => Promise.resolve('answer'));
    const stop = $effect.root(() => {
      $effect(() => {
        runs += 1;
        void mirror.refresh();
        return () => mirror.close();
      });
    });
    flushSync();
    await Promise.resolve();
    flushSync();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(runs).toBe(1);
    expect(mirror.value).toBe('answer');
    stop();
  });
});
