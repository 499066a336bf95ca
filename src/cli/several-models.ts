/** How the command line chooses one model of a table with the predictions of several. */
import { PlumblineError } from '../contract/errors';

export const WHICH_MODEL = 'with --predictions: which model to read, if the table contains several';

/** Adds the option to the error that asks for a choice. */
export async function withHint<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof PlumblineError) || error.code !== 'several-models') throw error;
    throw new PlumblineError(error.code, error.message.replace(/\.$/, ' with --model-name.'), {
      details: error.details,
      cause: error.cause,
    });
  }
}
