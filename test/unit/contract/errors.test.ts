import { expect, it } from 'vitest';
import { fromWire, PlumblineError, toWire, wireErrorSchema } from '../../../src/contract/errors';

it('an error keeps its code, details and causes between processes', () => {
  const root = new Error('ENOSPC: no space left');
  const error = new PlumblineError('disk-full', 'The disk is full.', {
    details: { file: '/x', kept: 3 },
    cause: new Error('write failed', { cause: root }),
  });
  const wire = wireErrorSchema.parse(structuredClone(toWire(error)));
  expect(wire).toEqual({
    code: 'disk-full',
    message: 'The disk is full.',
    details: { file: '/x', kept: 3 },
    causes: ['write failed', 'ENOSPC: no space left'],
  });
  expect(fromWire(wire)).toMatchObject({
    name: 'PlumblineError',
    code: 'disk-full',
    details: { kept: 3 },
    cause: { message: 'write failed: ENOSPC: no space left' },
  });
});

it('any other thrown value becomes an internal error with its text', () => {
  expect(toWire(new TypeError('x is not a function'))).toMatchObject({
    code: 'internal',
    message: 'x is not a function',
  });
  expect(toWire('just text')).toMatchObject({ code: 'internal', message: 'just text', causes: [] });
});

it('a circular chain of causes ends', () => {
  const error: Error = new Error('a');
  error.cause = error;
  expect(toWire(error).causes.length).toBeLessThanOrEqual(5);
});
