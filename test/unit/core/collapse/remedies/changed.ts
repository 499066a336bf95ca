/** A script as it is changed against its warnings, and what the change adds. */
import { remediedScript, type RemediedScript } from '../../../../../src/core/collapse/remedies/remedied';
import { scriptCode } from '../../../../../src/core/collapse/script/notebook';
import { parsePython } from '../../../../../src/engine/files/python';

/** @param ratio of the largest class to the others */
export function remedied(source: string, classes: number, ratio = 1): Promise<RemediedScript> {
  const classNames = ['cat', 'dog', 'emu'].slice(0, classes);
  return remediedScript(scriptCode(source), parsePython, {
    images: 600,
    imbalanceRatio: ratio,
    classes,
    classNames,
    classSizes: classNames.map((_, i) => (i === 0 ? 100 * ratio : 100)),
  });
}

/** Lines that differ, as `-old` and `+new`, in order. */
export function difference(before: string, after: string): string[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  return [
    ...old.filter((line) => !now.includes(line)).map((line) => `-${line.trim()}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+${line.trim()}`),
  ];
}
