import { expect, it } from 'vitest';
import { runCase, type LabCase } from './cases';

/** One test a case: what the lab must find, and what it must clear. */
export function expectCases(cases: readonly LabCase[]): void {
  for (const one of cases) {
    it(`(${one.id}) ${one.title}: ${one.outcome}${one.causes.length > 0 ? `, ${one.causes.map((cause) => cause.join(' + ')).join(' or ')}` : ''}`, async () => {
      const result = await runCase(one);
      expect(result.outcome, result.sentence).toBe(one.outcome);
      expect([one.causes, one.orCauses ?? one.causes]).toContainEqual(result.causes.map((cause) => cause.choices));
      if (one.note) expect(result.notes.join('\n')).toContain(one.note);
      if (one.remedies)
        expect(result.remedies.map((remedy) => remedy.choices[0]).toSorted()).toEqual([...one.remedies].sort());
      for (const id of one.harmless ?? [])
        expect(result.choices.find((choice) => choice.id === id)?.role).toBe('harmless');
      expect(
        result.controls.every((control) => control.passed),
        JSON.stringify(result.controls),
      ).toBe(true);
      if (one.outcome === 'no-signal' || one.outcome === 'one-class')
        expect([...result.causes, ...result.remedies, ...result.alternatives]).toEqual([]);
    });
  }
}
