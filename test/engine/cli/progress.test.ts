import { describe, expect, it } from 'vitest';
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

const step = (stage: string, done: number, total: number | null = 26) => ({
  stage,
  done,
  total,
  rate: null,
  eta: null,
});

describe('progress in a log', () => {
  it('ends each stage with how far it came, and says nothing twice', () => {
    const { lines, at, printer } = printing(false);
    printer.show(step('Checking', 0));
    at(10);
    printer.show(step('Checking', 12));
    printer.show(step('Storing findings', 0, null));
    printer.show(step('Storing findings', 0, null));
    at(20);
    printer.end();
    printer.end();
    expect(lines).toEqual(['Checking 0 of 26\n', 'Checking 26 of 26\n', 'Storing findings\n']);
  });

  it('says now and then how far a long stage is, and nothing of a count where there is nothing to do', () => {
    const { lines, at, printer } = printing(false);
    printer.show(step('Measuring images', 0, 0));
    for (let done = 0; done <= 11; done += 1) {
      at(done * 1000);
      printer.show(step('Checking', done));
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

  it('says no time left that is over before it is read', () => {
    const { lines, printer } = printing(false);
    printer.show({ ...step('Checking', 25), rate: 9, eta: 0.4 });
    printer.show({ ...step('Storing', 1), rate: 9, eta: 3.2 });
    expect(lines).toEqual(['Checking 25 of 26, 9/s\n', 'Checking 26 of 26, 9/s\n', 'Storing 1 of 26, 9/s, 3 s left\n']);
  });
});
