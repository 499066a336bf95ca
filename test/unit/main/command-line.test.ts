import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../../src/main/command-line';

describe('the command line', () => {
  it('gives no folder if there is none', () => {
    expect(parseCommandLine(['electron', '.'], true, '/home/u')).toEqual({
      folder: null,
      note: null,
      verbose: false,
    });
  });

  it('resolves the folder relative to the working folder', () => {
    expect(parseCommandLine(['electron', '.', 'pictures/cats & dogs'], true, '/home/u').folder).toBe(
      '/home/u/pictures/cats & dogs',
    );
  });

  it('reads the first positional argument of a packaged app as the folder', () => {
    expect(parseCommandLine(['plumbline', '/data'], false, '/').folder).toBe('/data');
  });

  it('ignores Chromium’s switches', () => {
    const argv = ['electron', '--no-sandbox', '--user-data-dir=/tmp/x', '.', '/data', '--remote-debugging-port=0'];
    expect(parseCommandLine(argv, true, '/').folder).toBe('/data');
  });

  it.each([[['--note', 'spoilt on purpose']], [['--note=spoilt on purpose']]])('reads a note written as %j', (note) => {
    expect(parseCommandLine(['electron', '.', ...note, '/data'], true, '/')).toEqual({
      folder: '/data',
      note: 'spoilt on purpose',
      verbose: false,
    });
  });

  it('reads --verbose before or after the folder', () => {
    for (const argv of [
      ['electron', '.', '--verbose', '/data'],
      ['electron', '.', '/data', '--verbose'],
    ])
      expect(parseCommandLine(argv, true, '/')).toEqual({ folder: '/data', note: null, verbose: true });
  });

  it('opens a folder whose name starts with a dash after --', () => {
    expect(parseCommandLine(['electron', '.', '--', '-odd'], true, '/data').folder).toBe('/data/-odd');
  });
});
