/** A table with the predictions of several models: only one of them can be read at a time. */
import { PlumblineError } from '../../contract/errors';
import { named, quoted } from '../text/names';
import { counted } from '../text/numbers';

/** Separates the names in the details of the error. */
const BETWEEN = '\n';

/**
 * @param wanted the model that the user chose; null if none was chosen
 * @throws PlumblineError several-models without a choice; bad-predictions for a model that the table does not contain
 */
export function chosenModel<T extends { readonly name: string }>(models: readonly T[], wanted: string | null): T {
  const found = models.find(({ name }) => name === wanted);
  if (found) return found;
  const names = models.map(({ name }) => name);
  const those = named(names.map(quoted), 10);
  if (wanted !== null)
    throw new PlumblineError(
      'bad-predictions',
      `The table has no predictions of a model ${quoted(wanted)}; its models are ${those}.`,
    );
  throw new PlumblineError(
    'several-models',
    `The table contains predictions of ${counted(models.length, 'model')}: ${those}. Choose one of them.`,
    { details: { models: names.join(BETWEEN) } },
  );
}

/** The models that an error of `chosenModel` names; empty for any other error. */
export function modelsIn({ code, details }: Pick<PlumblineError, 'code' | 'details'>): string[] {
  return code === 'several-models' ? String(details['models']).split(BETWEEN) : [];
}
