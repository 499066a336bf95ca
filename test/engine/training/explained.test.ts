/** What the failures of training mean for the user. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PlumblineError } from '../../../src/contract/errors';
import { explained } from '../../../src/engine/training/explained';
import { scratch } from '../support/indexed';

let box: ReturnType<typeof scratch>;
beforeAll(() => void (box = scratch()));
afterAll(() => box.remove());

function failedLoad(): unknown {
  const file = join(box.folder, 'binding.node');
  writeFileSync(file, 'no library');
  try {
    process.dlopen({ exports: {} }, file);
  } catch (error) {
    return error;
  }
  return null;
}

describe('a failure of training', () => {
  it('says what to do where a library cannot be loaded', () => {
    const { code, message } = explained(failedLoad()) as PlumblineError;
    expect(code).toBe('worker-died');
    expect(message).toContain('binding.node');
    expect(message).toContain('npm run setup');
  });

  it('says that memory ran out, as TensorFlow tells it', () => {
    expect(explained(new Error('ResourceExhausted: OOM when allocating tensor'))).toMatchObject({
      code: 'out-of-memory',
    });
  });

  it('is left as it is otherwise', () => {
    const plain = new Error('shapes differ');
    const own = new PlumblineError('bad-model', 'It has no output.');
    expect(explained(plain)).toBe(plain);
    expect(explained(own)).toBe(own);
  });
});
