import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { checksPage } from '../../scripts/docs/checks';
import { commandsPage } from '../../scripts/docs/commands';
import { CHOICES } from '../../src/core/collapse/choices';
import { DATA_CASES, NET_CASES, TRAINING_CASES } from '../engine/training/lab/cases';

describe('the pages that `npm run docs` makes from the code', () => {
  it('tell the checks as they are', async () => {
    expect(await readFile('docs/checks.md', 'utf8')).toBe(await checksPage());
  });

  it('tell the commands as they are', async () => {
    expect(await readFile('docs/cli.md', 'utf8')).toBe(commandsPage());
  });
});

it('docs/collapse-cases.md has a row for each case of the lab, with the cause, remedies and harmless choices that its test holds', async () => {
  const page = await readFile('docs/collapse-cases.md', 'utf8');
  const rows = page
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1)
    .map((line) => line.slice(2, -2).split(' | '));
  const cases = [...DATA_CASES, ...TRAINING_CASES, ...NET_CASES];
  const title = (id: string): string => CHOICES.find((choice) => choice.id === id)!.title;
  expect(rows.map(([id, fault]) => [id, fault])).toEqual(cases.map((one) => [one.id, one.title]));
  for (const [at, one] of cases.entries()) {
    const [, , , , , cause, undoes, harmless] = rows[at]!;
    const told = [one.causes, one.orCauses ?? one.causes].some((sets) =>
      sets.flat().every((id) => cause!.includes(`${title(id)} (`)),
    );
    expect(told, `${one.id}: ${cause}`).toBe(true);
    for (const id of one.remedies ?? []) expect(undoes!.split('; '), one.id).toContain(title(id));
    for (const id of one.harmless ?? []) expect(harmless!.split(', '), one.id).toContain(title(id));
  }
});
