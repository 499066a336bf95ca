import { describe, expect, it } from 'vitest';
import { plainFileName } from '../../../src/serve/uploads';

describe('the name of a file that a page sends', () => {
  it.each([
    ['train.py', 'train.py'],
    ['../../tráin.py', '__.._tráin.py'],
    ['..\\..\\evil.csv', '__.._evil.csv'],
    ['.bashrc', '_bashrc'],
    ['..', '_'],
    ['', 'file'],
    ['a\0b\nc', 'a_b_c'],
    ['C:evil', 'C_evil'],
  ])('%j becomes %j', (name, plain) => {
    expect(plainFileName(name)).toBe(plain);
  });

  it.each(['x', 'ü', '字', '🐈'])('keeps its end and whole characters where it is too long: %s', (character) => {
    const plain = plainFileName(`${character.repeat(300)}.csv`);
    expect(Buffer.byteLength(plain)).toBeLessThanOrEqual(255);
    expect(Buffer.byteLength(plain)).toBeGreaterThan(250);
    expect(plain).toMatch(new RegExp(`^(?:${character})+\\.csv$`, 'u'));
  });

  it('can be written in an address, also with half a character in it', () => {
    expect(() => encodeURIComponent(plainFileName('\ud83d.csv'))).not.toThrow();
  });

  it('does not begin with a dot where its start is cut off', () => {
    expect(plainFileName(`${'x'.repeat(100)}${'.'.repeat(255)}`)).toBe('_');
  });
});
