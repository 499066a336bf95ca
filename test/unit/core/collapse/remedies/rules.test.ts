import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { REMEDIES } from '../../../../../src/core/collapse/remedies/index';
import { RULES } from '../../../../../src/core/collapse/rules';

/** The rules that no change of a script is made against, and why. */
const WITHOUT: Readonly<Record<string, string>> = {
  mirrored: 'a remark: only the user knows whether mirrored images keep their class',
  'split-reshuffled': 'a remark: training is not affected, and its sentence says what to write',
  'frozen-in-training-mode': 'a remark: many scripts do so on purpose',
  'base-at-full-rate': 'whether the base is frozen first or trained at a low rate, the user must choose',
  'frozen-after-compile': 'the lines may be in different cells, which only the user can order',
  'net-made-each-epoch': 'the lines must leave the loop together with what they depend on',
  'update-after-loop': 'the lines must enter the loop, and only the user knows which of those after it belong to them',
  'validated-on-training': 'which images are held back, the user must choose: the export offers a split',
  'loss-of-decisions': 'the loss must be computed from outputs instead of decisions, with one that fits them',
  'split-order': 'the remedy writes the whole line out; it is not patched yet',
  'frozen-in-optimizer': 'which layers are to be trained, the user must choose',
  'head-not-used': 'which layer of the family is to be replaced depends on what is inside it',
  'classes-in-listed-order': 'a remark: many file systems list folders in order, and its sentence says what to write',
  'labels-apart': 'for recipes that are entered by hand; a script gets shuffled-apart or listed-apart',
};

/** The rules that the readers of scripts report, as they are written there. */
function rulesOfReaders(): string[] {
  const folder = join(import.meta.dirname, '../../../../../src/core/collapse/script');
  return readdirSync(folder).flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/\brule: '([a-z0-9-]+)'|NEVER = '([a-z-]+)'/g)].map(
      (match) => match[1] ?? match[2]!,
    ),
  );
}

const mended = new Set(REMEDIES.flatMap(({ rules }) => rules));
const all = [...new Set([...RULES.map(({ id }) => id), ...rulesOfReaders()])];

it('each rule has a remedy, or a reason why it has none', () => {
  expect(all.length).toBeGreaterThan(50);
  expect(all.filter((rule) => !mended.has(rule) && !(rule in WITHOUT))).toEqual([]);
  expect(Object.keys(WITHOUT).filter((rule) => mended.has(rule) || !all.includes(rule))).toEqual([]);
});

it('each remedy is for rules that there are, and for none twice', () => {
  expect([...mended].filter((rule) => !all.includes(rule))).toEqual([]);
  for (const { rules } of REMEDIES) expect(new Set(rules).size).toBe(rules.length);
});
