/** Faults of a script that a lab did not train, because its recipe cannot express them. */
import type { LabResult } from '../../contract/model/lab';
import type { RecipeWarning } from '../../contract/model/recipe';
import { CHOICES } from './interventions/index';

/** The faults that none of the choices of a lab stands for. Remarks (`info`) are no faults. */
export const untrainedFaults = (
  faults: readonly RecipeWarning[],
  tried: readonly { readonly id: string }[],
): RecipeWarning[] =>
  faults.filter(
    ({ severity, fields, stated = fields }) =>
      severity !== 'info' &&
      !CHOICES.some(
        (choice) => choice.fields.some((field) => stated.includes(field)) && tried.some(({ id }) => id === choice.id),
      ),
  );

const said = ({ sentence, line, remedy }: RecipeWarning): string =>
  `${sentence}${line === null ? '' : ` (line ${line})`} ${remedy}`;

/**
 * The result of a lab with the faults that it did not train. They come first. A lab that found no collapse has then not
 * acquitted the script.
 */
export function withUntrained(result: LabResult, faults: readonly RecipeWarning[]): LabResult {
  if (faults.length === 0) return result;
  const found =
    faults.length === 1
      ? 'This fault was found in your script and was not trained'
      : 'These faults were found in your script and were not trained';
  const rest =
    result.outcome === 'no-collapse'
      ? 'Without it, a net with your other settings learns about as much as the sound one.'
      : `Apart from ${faults.length === 1 ? 'it' : 'them'}: ${result.sentence}`;
  return {
    ...result,
    outcome: result.outcome === 'no-collapse' ? 'fault-not-trained' : result.outcome,
    sentence: `${found}: ${faults.map(said).join(' ')} ${faults.length > 1 ? rest.replace('Without it', 'Without them') : rest}`,
    untrained: faults.map(({ rule }) => rule),
  };
}
