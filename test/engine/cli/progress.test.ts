import { describe, expect, it } from 'vitest';
import type { Stage } from '../../../src/contract/model/job';
import { progressPrinter, type ProgressStream } from '../../../src/cli/progress';

function printing(isTTY: boolean): {
  lines: string[];
  at: (ms: number) => void;
  printer: ReturnType<typeof progressPrinter>;
} {
  const lines: string[] = [];
  let now = 0;
  const stream: ProgressStream = { isTTY, columns: 80, write: (text: unknown) => lines.push(String(text)) > 0 };
  return { lines, at: (ms) => (now = ms), printer: progressPrinter(stream, () => now) };
}

const step = (stage: Stage, done: number, total: number | null = 26) => ({
  stage,
  done,
  total,
  rate: null,
  eta: null,
});

describe('progress in a log', () => {
  it('ends each stage with its final count, and prints nothing twice', () => {
    const { lines, at, printer } = printing(false);
    printer.show(step('check', 0));
    at(10);
    printer.show(step('check', 12));
    printer.show(step('store-findings', 0, null));
    printer.show(step('store-findings', 0, null));
    at(20);
    printer.end();
    printer.end();
    expect(lines).toEqual(['Checking 0 of 26\n', 'Checking 26 of 26\n', 'Storing findings\n']);
  });

  it('prints the progress of a long stage at intervals, and no count if there is nothing to do', () => {
    const { lines, at, printer } = printing(false);
    printer.show(step('measure', 0, 0));
    for (let done = 0; done <= 11; done += 1) {
      at(done * 1000);
      printer.show(step('check', done));
    }
    printer.end();
    expect(lines).toEqual([
      'Measuring images\n',
      'Checking 0 of 26\n',
      'Checking 5 of 26\n',
      'Checking 10 of 26\n',
      'Checking 11 of 26\n',
    ]);
  });

  it('prints no time left that would be over before it can be read', () => {
    const { lines, printer } = printing(false);
    printer.show({ ...step('check', 25), rate: 9, eta: 0.4 });
    printer.show({ ...step('store-findings', 1), rate: 9, eta: 3.2 });
    expect(lines).toEqual([
      'Checking 25 of 26, 9/s\n',
      'Checking 26 of 26, 9/s\n',
      'Storing findings 1 of 26, 9/s, 3 s left\n',
    ]);
  });

  it('starts a line for each run of the lab, and does not treat any run as the last one', () => {
    const { lines, printer } = printing(false);
    printer.show({ ...step('train-run', 0, 14), detail: 'your recipe' });
    printer.show({ ...step('train-run', 1, 14), detail: 'the sound recipe' });
    printer.end();
    expect(lines).toEqual(['Training your recipe 0 of 14\n', 'Training the sound recipe 1 of 14\n']);
  });
});

it('adds up the seconds of a stage that occurs twice', () => {
  const { at, printer } = printing(false);
  printer.show(step('check', 0));
  at(1500);
  printer.show(step('train', 0));
  at(2500);
  printer.show(step('check', 0));
  at(3000);
  expect(printer.timings()).toEqual({ check: 2, train: 1 });
});
