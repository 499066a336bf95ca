import { PlumblineError } from '../../../contract/errors';
import type { Recipe } from '../interventions/index';
import type { RecipeReading } from '../recipe';
import { completeReading } from '../recipe';
import { readClassOrder } from './class-order';
import { emptyDraft, note, type Draft } from './draft';
import { readKeras } from './keras';
import { notRead, otherFramework } from './other-framework';
import { otherTask } from './other-task';
import { readOwnData } from './own-data';
import { readPairing } from './pairing';
import { readTorch } from './pytorch';
import { readValidation } from './validation';
import { indexScript } from './script';
import { severalLabels } from './several-labels';
import { descendants, type Script, type SyntaxNode } from './syntax';

function frameworkOf(root: SyntaxNode): 'keras' | 'pytorch' | null {
  const imports = descendants(root, 'import_statement', 'import_from_statement')
    .map((node) => node.text)
    .join('\n');
  const keras = /\b(keras|tensorflow)\b/.test(imports);
  const torch =
    /\b(torch|torchvision|timm|fastai|fastbook|lightning|pytorch_lightning|ignite|skorch|poutyne|catalyst|accelerate|transformers|ultralytics)\b/.test(
      imports,
    );
  if (keras !== torch) return keras ? 'keras' : 'pytorch';
  // Snippets often leave the imports out.
  if (/\bnn\.(Module|Sequential|Linear|Conv2d)\b|\.backward\(\)/.test(root.text)) return 'pytorch';
  return /\.compile\(|\bDense\(|\bSequential\(/.test(root.text) ? 'keras' : null;
}

/** With several labels for an image, binary cross-entropy is no fault. The lab has one label for each image. */
function leaveSeveralLabels(script: Script, draft: Draft): void {
  const several = draft.recipe.output?.loss.startsWith('binary') === true ? severalLabels(script) : undefined;
  if (!several) return;
  delete draft.recipe.output;
  delete draft.sources.output;
  note(
    draft,
    'The labels come from several columns: an image may have several at once, so it is not judged whether binary cross-entropy fits.',
    several.line,
  );
}

/**
 * Reads a recipe from a Keras or PyTorch training script. Nothing is run. What the script states is
 * marked `read` with its line, what the framework does by default `default`; the rest is taken from `sound` and marked
 * `assumed`.
 * @param script its names are resolved: `indexScript` of the module node
 * @param classes number of classes in the data set, to compare with the last layer
 * @throws PlumblineError `bad-script` if the script trains no net of either framework, or surely no classifier
 */
export function readIndexed(script: Script, sound: Recipe, classes: number): RecipeReading {
  if (script.root.text.trim() === '') throw new PlumblineError('bad-script', 'The script contains no Python code.');
  const elsewhere = otherFramework(script);
  if (elsewhere) throw new PlumblineError('bad-script', notRead(elsewhere));
  const framework = frameworkOf(script.root);
  if (!framework)
    throw new PlumblineError(
      'bad-script',
      'The script is neither a Keras nor a PyTorch training script: it imports neither and defines no net.',
    );
  const other = otherTask(script);
  if (other)
    throw new PlumblineError(
      'bad-script',
      `This script trains ${other.what} (line ${other.line}: ${other.why}). Only scripts that train a classifier of images are read.`,
    );
  const draft = emptyDraft();
  const ownData = readOwnData(script, draft);
  const seen = ownData ? ownData.classes : classes;
  if (framework === 'keras') readKeras(script, draft, seen);
  else readTorch(script, draft, seen);
  leaveSeveralLabels(script, draft);
  readValidation(script, draft);
  readPairing(script, draft);
  readClassOrder(script, draft);
  if (Object.keys(draft.recipe).length === 0)
    throw new PlumblineError(
      'bad-script',
      'The script imports a training library, but no net and no training could be read from it.',
    );
  return completeReading(draft.recipe, draft.sources, sound, {
    framework,
    notes: draft.notes,
    ...(ownData && { ownData }),
  });
}

/** `readIndexed` of a module node. */
export const readScript = (root: SyntaxNode, sound: Recipe, classes: number): RecipeReading =>
  readIndexed(indexScript(root), sound, classes);
