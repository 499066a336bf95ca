/** Faults of a script that a lab did not train, because its recipe cannot express them. */
import type { LabResult } from '../../contract/model/lab';
import type { RecipeWarning } from '../../contract/model/recipe';
import { besideSound, recovered } from './lab-words';
import { CHOICES, FAULTS } from './interventions/index';

const fieldsOf = (ids: readonly { readonly id: string }[]): ReadonlySet<string> =>
  new Set(CHOICES.filter((choice) => ids.some(({ id }) => id === choice.id)).flatMap(({ fields }) => [...fields]));

/** The choices in the causes and remedies that the answer of a lab names: those not confirmed only if time ran out. */
export const blamedChoices = ({
  outcome,
  causes,
  remedies,
}: Pick<LabResult, 'outcome' | 'causes' | 'remedies'>): { readonly id: string }[] =>
  [...causes, ...remedies]
    .filter(({ confirmed }) => confirmed || outcome === 'out-of-time')
    .flatMap(({ choices }) => choices.map((id) => ({ id })));

/** A fault that was found by reading. */
export interface UntrainedFault extends RecipeWarning {
  /** The lab trained a part of what it is about. */
  readonly inPart: boolean;
}

/**
 * The faults that no experiment of a lab contains: those of the script that belong to none of the tried choices, and
 * all those of a choice that the lab cannot train. Those of a choice that it trains in part are left out if they are
 * about what it blames. Remarks (`info`) are not faults.
 * @param warnings all warnings, those of the script too
 */
export function untrainedFaults(
  { script, warnings }: { readonly script: readonly RecipeWarning[]; readonly warnings: readonly RecipeWarning[] },
  tried: readonly { readonly id: string }[],
  untried: readonly { readonly id: string; readonly partly?: true | undefined }[],
  blamed: readonly { readonly id: string }[] = [],
): UntrainedFault[] {
  const contained = fieldsOf(tried);
  const left = fieldsOf(untried.filter(({ partly }) => !partly));
  const [inPart, accused] = [fieldsOf(untried.filter(({ partly }) => partly)), fieldsOf(blamed)];
  const rules = new Set(script.map(({ rule }) => rule));
  return warnings.flatMap((one): UntrainedFault[] => {
    const { rule, severity, fields, stated = fields } = one;
    if (severity === 'info') return [];
    const named = rules.has(rule) ? stated : fields;
    const isOf = (some: ReadonlySet<string>): boolean => named.some((field) => some.has(field));
    if (isOf(left)) return [{ ...one, inPart: false }];
    if (isOf(inPart)) return isOf(accused) ? [] : [{ ...one, inPart: true }];
    return rules.has(rule) && !isOf(contained) ? [{ ...one, inPart: false }] : [];
  });
}

const said = ({ sentence, line, remedy }: RecipeWarning): string =>
  `${sentence}${line === null ? '' : ` (line ${line})`} ${remedy}`;

/** How a net learned that had nothing, or only a part, of what the faults are about. */
const withoutFaults = ({ sound, user }: Pick<LabResult, 'sound' | 'user'>, them: string, inPart: boolean): string =>
  `${inPart ? `With only this part of ${them}` : `Without ${them}`}, a net with your other settings ${sound && user ? `recovers ${recovered(user)}${besideSound(user, sound)}` : 'learns.'}`;

/**
 * The result of a lab with the faults that it did not train, or only in part. They come first. A lab that found no
 * collapse has then not acquitted the recipe.
 */
export function withUntrained(result: LabResult, faults: readonly UntrainedFault[]): LabResult {
  if (faults.length === 0) return result;
  const one = faults.length === 1;
  const them = one ? 'it' : 'them';
  const inPart = faults.every((fault) => fault.inPart);
  // Only what was read from a script has a line.
  const where = faults.some(({ line }) => line !== null) ? 'script' : 'recipe';
  const found = `${one ? 'This fault was' : 'These faults were'} found in your ${where}, and the lab trained ${inPart ? `only a part of ${them}` : faults.some((fault) => fault.inPart) ? 'none of them in full' : `no net with ${them}`}`;
  const rest =
    result.outcome === 'no-collapse' ? withoutFaults(result, them, inPart) : `Apart from ${them}: ${result.sentence}`;
  return {
    ...result,
    outcome: result.outcome === 'no-collapse' ? 'fault-not-trained' : result.outcome,
    sentence: `${found}: ${faults.map(said).join(' ')} ${rest}`,
    untrained: faults.map(({ rule }) => rule),
    ...(inPart ? { untrainedInPart: true } : {}),
  };
}

/** The result of a lab with the choices that it did not try. A recipe that does not collapse is acquitted without them. */
export function withUntried(
  result: LabResult,
  untried: readonly { readonly id: string; readonly title: string; readonly reason: string }[],
): LabResult {
  const notes = [...result.notes, ...untried.map(({ title, reason }) => `Not tried: ${title} (${reason}).`)];
  // What is wrong with a few images acquits no recipe and condemns none.
  const choices = untried.filter(({ id }) => !FAULTS.some((fault) => fault.id === id));
  if (choices.length === 0) return { ...result, notes };
  return {
    ...result,
    notes,
    untried: choices.map(({ id }) => id),
    sentence:
      result.outcome === 'no-collapse'
        ? `${result.sentence} This says nothing of what the lab did not try: ${choices.map(({ title }) => title).join(', ')}.`
        : result.sentence,
  };
}
