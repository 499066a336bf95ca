import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LINES_A_MINUTE, limited } from '../../../src/shell/limited-log';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('writes a fixed number of lines a minute, then one line that counts the rest', () => {
  const lines: string[] = [];
  const write = limited((event, facts) => lines.push([event, facts?.['dropped']].join(' ').trim()));
  for (let at = 0; at < LINES_A_MINUTE + 5; at += 1) write(`a${at}`);
  expect(lines).toHaveLength(LINES_A_MINUTE);
  vi.advanceTimersByTime(60_000);
  expect(lines.slice(LINES_A_MINUTE)).toEqual(['lines-dropped 5']);
  write('b');
  vi.advanceTimersByTime(120_000);
  expect(lines.slice(LINES_A_MINUTE)).toEqual(['lines-dropped 5', 'b']);
});
