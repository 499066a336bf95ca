/** A script as it is changed against its warnings, and what the change adds. */
import type { AdditionId } from '../../../../../src/contract/model/remedy';
import { remediedScript, type RemediedScript } from '../../../../../src/core/collapse/remedies/remedied';
import { scriptCode } from '../../../../../src/core/collapse/script/notebook';
import { parsePython } from '../../../../../src/engine/files/python';

/** @param ratio of the largest class to the others */
export function remedied(
  source: string,
  classes: number,
  ratio = 1,
  additions: readonly AdditionId[] = [],
): Promise<RemediedScript> {
  const classNames = ['cat', 'dog', 'emu'].slice(0, classes);
  const setting = {
    images: 600,
    imbalanceRatio: ratio,
    classes,
    classNames,
    classSizes: classNames.map((_, i) => (i === 0 ? 100 * ratio : 100)),
    moments: { mean: [0.4, 0.5, 0.6], std: [0.2, 0.1, 0.3] },
  };
  return remediedScript(scriptCode(source), parsePython, setting, additions);
}

/** Lines that differ, as `-old` and `+new`, in order. */
export function difference(before: string, after: string): string[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  return [
    ...old.filter((line) => !now.includes(line)).map((line) => `-${line.trim()}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+${line.trim()}`),
  ];
}
