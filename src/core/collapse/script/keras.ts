import type { Draft } from './draft';
import { readKerasInput } from './keras-input';
import { readKerasModel } from './keras-model';
import { kerasNet } from './keras-net';
import { readKerasOutput } from './keras-output';
import { readKerasTraining, trainingFeed } from './keras-training';
import { readFrozen, readTrainingMode } from './keras-frozen';
import { readClassNumbers, readPredictions, readSameValidation } from './keras-predictions';
import { readTape } from './keras-tape';
import type { Script } from './syntax';

/**
 * Reads all choices of a recipe from a Keras script, and the faults of the script.
 * @param classes of what it trains on; null if they are not known
 */
export function readKeras(script: Script, draft: Draft, classes: number | null): void {
  const net = kerasNet(script);
  const feed = trainingFeed(script, net);
  const last = readKerasModel(script, draft, net, classes);
  readKerasOutput(script, draft, net, last, feed, classes);
  readKerasTraining(script, draft, net, feed);
  readKerasInput(script, draft, net);
  readTape(script, draft, net);
  readFrozen(script, draft, net);
  readTrainingMode(script, draft, net);
  readPredictions(script, draft);
  readClassNumbers(script, draft, net, feed);
  readSameValidation(script, draft, net);
}
