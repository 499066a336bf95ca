import { describe, expect, it } from 'vitest';
import { renamedProbabilities, renameOutputs } from '../../../../src/core/collapse/renamed-classes';

describe('outputs under other names of their classes', () => {
  it('are in the order of the new names, and added where classes are merged', () => {
    const names: Record<string, string> = { a: 'z', c: 'b' };
    const outputs = renameOutputs(['a', 'b', 'c'], (name) => names[name] ?? name);
    expect(outputs).toEqual({ classes: ['b', 'z'], place: Int32Array.of(1, 0, 0) });
    expect([...renamedProbabilities(outputs, [0.5, 0.25, 0.25])]).toEqual([0.5, 0.5]);
  });

  it('stay the same if no class has another name', () => {
    const outputs = renameOutputs(['a', 'b'], (name) => name);
    expect([...renamedProbabilities(outputs, [0.25, 0.75])]).toEqual([0.25, 0.75]);
  });
});
