/** Parsers of option values. A rejected value is a usage error. */
import { InvalidArgumentError, type Command } from 'commander';
import type { CheckId } from '../contract/model/finding';
import { checks } from '../core/checks/index';
import { knownThresholds, thresholdOf } from '../core/checks/thresholds';

/**
 * "a,b" → ids of checks.
 * @param known the checks that may be named
 * @param refusal the message about an unknown name
 */
export function readChecks(
  text: string,
  before: readonly CheckId[] = [],
  known: readonly { readonly id: CheckId }[] = checks,
  refusal = (name: string, all: string): string => `There is no check "${name}". The checks are: ${all}.`,
): CheckId[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  for (const name of names) {
    if (!known.some(({ id }) => id === name))
      throw new InvalidArgumentError(refusal(name, known.map(({ id }) => id).join(', ')));
  }
  return [...before, ...names];
}

/** The number of a field in file names, from 1. */
export function readField(text: string): number {
  const field = Number(text);
  if (!Number.isInteger(field) || field < 1 || field > 100)
    throw new InvalidArgumentError('It takes a whole number from 1 to 100; fields are counted from 1.');
  return field;
}

/** A whole number from 0. */
export function readCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 0) throw new InvalidArgumentError('It takes a whole number.');
  return count;
}

/** The side of a picture in pixels. */
export function readSide(text: string): number {
  const side = Number(text);
  if (!Number.isInteger(side) || side < 8 || side > 1024)
    throw new InvalidArgumentError('It takes a whole number from 8 to 1024.');
  return side;
}

/** "id=value"; the option may be repeated. */
export function readThreshold(text: string, before: Readonly<Record<string, number>> = {}): Record<string, number> {
  const [, id = '', value = ''] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  const threshold = thresholdOf(id);
  if (threshold === undefined)
    throw new InvalidArgumentError(
      `Write id=value with one of these ids: ${knownThresholds.map((one) => one.id).join(', ')}.`,
    );
  const number = Number(value);
  const { min, max } = threshold;
  if (!Number.isFinite(number) || number < min || number > max)
    throw new InvalidArgumentError(`${id} takes a number from ${min} to ${max}.`);
  return { ...before, [id]: number };
}

/** A text; the option may be repeated. */
export const several = (text: string, before: readonly string[] = []): string[] => [...before, text];

/** Refuses an option that is given twice: all but the last value would be dropped without a word. */
export function refuseRepeats(command: Command): void {
  const collecting: readonly unknown[] = [several, readThreshold];
  const given = new Set<string>();
  for (const option of command.options.filter((one) => !one.isBoolean() && !collecting.includes(one.parseArg)))
    command.on(`option:${option.name()}`, () => {
      if (given.has(option.name())) command.error(`error: ${option.long} is given twice; give it once`);
      given.add(option.name());
    });
}
