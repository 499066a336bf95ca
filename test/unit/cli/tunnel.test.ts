import { expect, it } from 'vitest';
import { tunnelText } from '../../../src/cli/tunnel';

it('a user who is logged in over SSH is told how to reach the page', () => {
  const text = tunnelText({ SSH_CONNECTION: '192.0.2.7 50022 192.0.2.1 22' }, 7421, 'ada', 'gpu-box');
  expect(text).toContain('  ssh -N -L 7421:localhost:7421 ada@gpu-box\n');
  expect(text).toMatch(/\n\n$/);
});

it('nobody else is', () => {
  expect(tunnelText({}, 7420, 'ada', 'gpu-box')).toBe('');
  expect(tunnelText({ SSH_CONNECTION: '' }, 7420, 'ada', 'gpu-box')).toBe('');
});
