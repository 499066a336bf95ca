/** Readers of option values; what they refuse is a usage error. */
import { InvalidArgumentError } from 'commander';
import { checkIdSchema, type CheckId } from '../contract/model/finding';
import { isThresholdId, thresholdIds, thresholdTable } from '../core/checks/thresholds';

/** "a,b" → check ids. */
export function readChecks(text: string, before: readonly CheckId[] = []): CheckId[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return [
    ...before,
    ...names.map((name) => {
      const check = checkIdSchema.safeParse(name);
      if (!check.success)
        throw new InvalidArgumentError(
          `There is no check "${name}". The checks are: ${checkIdSchema.options.join(', ')}.`,
        );
      return check.data;
    }),
  ];
}

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
