import { soundRecipe } from '../../../../../src/core/collapse/recipe';
import { recipeWarnings } from '../../../../../src/core/collapse/warnings';
import { readScript } from '../../../../../src/core/collapse/script/reading';
import { parsePython } from '../../../../../src/engine/files/python';

/** What a script is accused of, as `rule line`, or with sentence and remedy; remarks are left out. */
export async function accusations(source: string, classes = 2, sentences = false): Promise<string[]> {
  const setting = { images: 600, imbalanceRatio: 1, classes };
  const reading = readScript(await parsePython(source), soundRecipe(setting), classes);
  return recipeWarnings(reading, setting)
    .filter((one) => one.severity !== 'info')
    .map((one) => `${one.rule} ${one.line ?? '-'}${sentences ? `: ${one.sentence} ${one.remedy}` : ''}`);
}

/** The remarks on a script, which accuse nothing, as `rule line`. */
export async function remarks(source: string, classes = 2): Promise<string[]> {
  const setting = { images: 600, imbalanceRatio: 1, classes };
  const reading = readScript(await parsePython(source), soundRecipe(setting), classes);
  return recipeWarnings(reading, setting)
    .filter(({ severity }) => severity === 'info')
    .map(({ rule, line }) => `${rule} ${line ?? '-'}`);
}

/** A Keras script that trains a net of the given layers on a folder. The net is in line 6, the loss in line 7. */
export const trained = (layers: string, loss: string, feed = "class_mode='categorical'"): string =>
  `import tensorflow as tf, tensorflow_hub as hub
from tensorflow.keras.layers import *
from tensorflow.keras.preprocessing.image import ImageDataGenerator
feed = ImageDataGenerator(rescale=1/255.).flow_from_directory('data', ${feed})
UNITS = 1
net = tf.keras.Sequential([Input((64, 64, 3)), ${layers}])
net.compile(optimizer='adam', loss=${loss})
net.fit(feed, epochs=300)
`;
