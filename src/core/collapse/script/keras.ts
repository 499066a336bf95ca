import type { Draft } from './draft';
import { readKerasInput } from './keras-input';
import { readKerasModel } from './keras-model';
import { readKerasTraining } from './keras-training';
import type { Script } from './syntax';

/** Reads all choices of a recipe from a Keras script. */
export function readKeras(script: Script, draft: Draft, classes: number): void {
  const last = readKerasModel(script, draft, classes);
  readKerasTraining(script, draft, last);
  readKerasInput(script, draft);
}
