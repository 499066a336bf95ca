/** Readers of option values; what they refuse is a usage error. */
import { InvalidArgumentError } from 'commander';
import type { z } from 'zod';
import { checkIdSchema } from '../contract/model/finding';
import { isThresholdId, thresholdIds, thresholdTable } from '../core/checks/thresholds';

/**
 * Reader of a comma-separated list, which adds to what earlier uses of the option gave.
 * @param refused the sentence for a name that `schema` refuses
 */
export function listReader<T extends string>(
  schema: z.ZodEnum<{ [name in T]: name }>,
  refused: (name: string) => string,
): (text: string, before?: readonly T[]) => T[] {
  return (text, before = []) => {
    const names = text
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    return [
      ...before,
      ...names.map((name) => {
        const read = schema.safeParse(name);
        if (!read.success) throw new InvalidArgumentError(refused(name));
        return read.data;
      }),
    ];
  };
}

/** "a,b" → check ids. */
export const readChecks = listReader(
  checkIdSchema,
  (name) => `There is no check "${name}". The checks are: ${checkIdSchema.options.join(', ')}.`,
);

/** "id=value", repeated. */
export function readThreshold(text: string, before: Readonly<Record<string, number>> = {}): Record<string, number> {
  const [, id = '', value = ''] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (!isThresholdId(id))
    throw new InvalidArgumentError(`Write id=value with one of these ids: ${thresholdIds.join(', ')}.`);
  const number = Number(value);
  const { min, max } = thresholdTable[id];
  if (!Number.isFinite(number) || number < min || number > max)
    throw new InvalidArgumentError(`${id} takes a number from ${min} to ${max}.`);
  return { ...before, [id]: number };
}
