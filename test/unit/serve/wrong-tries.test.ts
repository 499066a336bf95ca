import { describe, expect, it } from 'vitest';
import { WrongTries } from '../../../src/serve/wrong-tries';

describe('wrong tries', () => {
  it('from one address are stopped after ten, until the next minute', () => {
    let now = 0;
    const tries = new WrongTries(() => now);
    for (let i = 0; i < 10; i += 1) {
      expect(tries.blocks('10.0.0.1')).toBe(false);
      tries.note('10.0.0.1');
    }
    expect(tries.blocks('10.0.0.1')).toBe(true);
    expect(tries.blocks('10.0.0.2')).toBe(false);
    now = 59_999;
    expect(tries.blocks('10.0.0.1')).toBe(true);
    now = 60_000;
    expect(tries.blocks('10.0.0.1')).toBe(false);
  });

  it('from many addresses are stopped after a hundred', () => {
    const tries = new WrongTries(() => 0);
    for (let i = 0; i < 100; i += 1) tries.note(`10.0.0.${i}`);
    expect(tries.blocks('10.0.1.1')).toBe(true);
  });

  it.each([
    ['2001:db8:1:2::5', '2001:db8:1:2:3:4:5:6', true],
    ['2001:db8::5', '2001:db8::6', true],
    ['2001:db8::5', '2001:db8:0:0:1::', true],
    ['2001:DB8::5', '2001:0db8::6', true],
    ['2001:db8:1:2::5', '2001:db8:1:3::5', false],
    ['::1', '::2', true],
    ['::ffff:10.0.0.1', '::ffff:10.0.0.2', false],
    ['::ffff:10.0.0.1', '10.0.0.1', true],
    ['fe80::1%eth0', 'fe80::2%eth0', true],
  ])('from %s count for %s: %s', (one, other, together) => {
    const tries = new WrongTries(() => 0);
    for (let i = 0; i < 10; i += 1) tries.note(one);
    expect(tries.blocks(other)).toBe(together);
  });
});
