import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readable } from '../../../../src/core/checks/finding';
import { rowSample, rowSamplesMerged } from '../../../../src/core/checks/row-sample';
import { row } from './rows';

const columns = {
  numbers: [({ bytes }: { bytes: number }) => bytes],
  texts: [({ className }: { className: string }) => className],
};

/** Images with few different contents, so that the last place of the sample is often shared. */
const images = fc
  .array(fc.record({ content: fc.nat(9), className: fc.constantFrom('a', 'b', 'c', 'd') }), { maxLength: 60 })
  .map((parts) =>
    readable(
      parts.map(({ content, className }, id) =>
        row(id, { className, bytes: 100 + id, facts: { pixelHash: content.toString(16).padEnd(64, '5') } }),
      ),
    ),
  );

it('is the images with the lowest hashes in path order, however the rows are cut', () => {
  fc.assert(
    fc.property(images, fc.integer({ min: 1, max: 30 }), fc.array(fc.nat(60), { maxLength: 5 }), (all, most, cuts) => {
      const edges = [0, ...cuts.map((cut) => Math.min(cut, all.length)).sort((a, b) => a - b), all.length];
      const sampled = edges
        .slice(1)
        .map((to, at) => rowSample(all.slice(edges[at], to), most, columns))
        .reduce(rowSamplesMerged);
      const expected = [...all]
        .sort((a, b) => (a.facts.pixelHash < b.facts.pixelHash ? -1 : a.facts.pixelHash > b.facts.pixelHash ? 1 : 0))
        .slice(0, most)
        .sort((a, b) => a.id - b.id);
      const [classes] = sampled.texts;
      expect(
        Array.from(sampled.ids, (id, i) => [id, sampled.numbers[0]![i], classes!.names[classes!.codes[i]!]]),
      ).toEqual(expected.map(({ id, bytes, className }) => [id, bytes, className]));
    }),
  );
});
