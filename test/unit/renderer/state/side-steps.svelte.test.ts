/** Mutes and other steps beside the decisions: undone and redone in the order of their times. */
import { describe, expect, it } from 'vitest';
import { sideStepsOf, type SideStep } from '../../../../src/renderer/state/side-steps.svelte';
import { Dataset } from '../../../../src/renderer/state/dataset.svelte';
import { connect } from '../../../../src/renderer/state/engine';
import { fakeEngine } from '../support/fake-engine';
import { DATASET } from '../support/scenario';

/** Steps are kept by data set. */
const fresh = () => sideStepsOf(new Dataset(connect(fakeEngine({}).bridge), DATASET));

function step(name: string, at: number, log: string[], possible = true): SideStep {
  const note = (what: string) => () => {
    if (possible) log.push(`${what} ${name}`);
    return Promise.resolve(possible);
  };
  return {
    at,
    title: name,
    about: '',
    undone: `${name} is gone.`,
    redone: `${name} is back.`,
    undo: note('undo'),
    redo: note('redo'),
  };
}

describe('a step beside the decisions', () => {
  it('is undone before an older decision and after a newer one', async () => {
    const [steps, log] = [fresh(), [] as string[]];
    steps.add(step('mute', 20, log));
    expect(await steps.undo(30)).toBeNull();
    expect(await steps.undo(10)).toBe('Undone: mute is gone.');
    expect(await steps.undo(10)).toBeNull();
    expect(log).toEqual(['undo mute']);
  });

  it('is redone in the reverse order of the undos, also between decisions', async () => {
    const [steps, log] = [fresh(), [] as string[]];
    // The decision at 10, the mute at 20, the decision at 30; all of them undone.
    steps.add(step('mute', 20, log));
    expect(await steps.undo(10)).toBe('Undone: mute is gone.');
    // The decision at 10 is undone now: it has to come back first.
    expect(await steps.redo(null)).toBeNull();
    expect(await steps.redo(10)).toBe('Redone: mute is back.');
    expect(await steps.redo(10)).toBeNull();
    expect(steps.all.map(({ undone }) => undone)).toEqual([false]);
    expect(await steps.undo(10)).toBe('Undone: mute is gone.');
  });

  it('cannot be redone after a new step or a new decision', async () => {
    const [steps, log] = [fresh(), [] as string[]];
    steps.add(step('first', 1, log));
    await steps.undo(null);
    steps.add(step('second', 2, log));
    expect(await steps.redo(null)).toBeNull();
    await steps.undo(null);
    const later = Date.now() + 1000;
    expect(await steps.undo(later)).toBeNull();
    expect(await steps.redo(null)).toBeNull();
    expect(log).toEqual(['undo first', 'undo second']);
  });

  it('that can no longer be undone is passed over', async () => {
    const [steps, log] = [fresh(), [] as string[]];
    steps.add(step('first', 1, log));
    steps.add(step('vanished', 2, log, false));
    expect(await steps.undo(null)).toBe('Undone: first is gone.');
    expect(steps.all.map(({ step: { title } }) => title)).toEqual(['first']);
  });
});
