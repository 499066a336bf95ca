import { readArgmax } from './argmax-axis';
import { copyFaults, emptyDraft, note, type Draft } from './draft';
import { readKerasInput } from './keras-input';
import { readKerasModel } from './keras-model';
import { kerasNet, netOf, otherTrainings, type KerasNet } from './keras-net';
import { lastLayer, readKerasOutput } from './keras-output';
import { readKerasTraining, trainingFeed } from './keras-training';
import { readFrozen, readTrainingMode } from './keras-frozen';
import { readClassNumbers, readPredictions, readSameValidation } from './keras-predictions';
import { readReshuffled } from './keras-split';
import { readTape } from './keras-tape';
import { readTensorflowLogits } from './tf-logits';
import type { Script } from './syntax';

/** The faults of the other nets that the script makes: of their last layers, and of how their images are scaled. The recipe is that of one net. */
function readOthers(script: Script, draft: Draft, net: KerasNet, classes: number | null): void {
  for (const compile of net.others) {
    note(
      draft,
      `The script makes several nets. The one that is compiled here is read only as far as its last layer and its loss${net.compile ? `; the choices are those of the net of line ${net.compile.line}` : ''}.`,
      compile.line,
    );
    const own = emptyDraft();
    const other = netOf(script, net, compile);
    readKerasOutput(script, own, other, lastLayer(script, other), undefined, classes);
    copyFaults(own, draft);
  }
  for (const other of otherTrainings(script, net)) {
    const own = emptyDraft();
    readKerasInput(script, own, other);
    copyFaults(own, draft, /^(base-scaled-otherwise|scaled-twice)$/);
  }
}

/**
 * Reads all choices of a recipe from a Keras script, and the faults of the script.
 * @param classes of what it trains on; null if they are not known
 */
export function readKeras(script: Script, draft: Draft, classes: number | null): void {
  const net = kerasNet(script);
  const feed = trainingFeed(script, net);
  const last = readKerasModel(script, draft, net, classes);
  readKerasOutput(script, draft, net, last, feed, classes);
  readTensorflowLogits(script, draft);
  readKerasTraining(script, draft, net, feed);
  readKerasInput(script, draft, net);
  readTape(script, draft, net);
  readFrozen(script, draft, net);
  readTrainingMode(script, draft, net);
  readPredictions(script, draft);
  readClassNumbers(script, draft, net, feed);
  readSameValidation(script, draft, net);
  readReshuffled(script, draft, net);
  readArgmax(script, draft, null);
  readOthers(script, draft, net, classes);
}
