/** Predictions that are put beside the names of the files. */
import { describe, expect, it } from 'vitest';
import { remedied } from '../remedies/changed';
import { accusations } from './accusations';

const script = (test: string, use: string): string => `import numpy as np, pandas as pd
from tensorflow.keras.preprocessing.image import ImageDataGenerator
from tensorflow.keras import Sequential
from tensorflow.keras.layers import *
gen = ImageDataGenerator(rescale=1. / 255)
feed = gen.flow_from_directory('train', target_size=(64, 64))
net = Sequential([Conv2D(16, 3, activation='relu'), Flatten(), Dense(2, activation='softmax')])
net.compile('adam', 'categorical_crossentropy')
net.fit(feed, epochs=300)
table = pd.read_csv('test.csv')
other = pd.read_csv('other.csv')
test = gen.${test}
out = net.predict(test)
names = {v: k for k, v in feed.class_indices.items()}
${use}
`;
const TABLE = "flow_from_dataframe(table, 'test', x_col='id', y_col=None, class_mode=None)";
const FOLDER = "flow_from_directory('test', class_mode=None)";
const COLUMN = "table['label'] = np.argmax(out, axis=1)";
const FRAME = "pd.DataFrame({'file': test.filenames, 'label': [names[k] for k in out.argmax(1)]}).to_csv('out.csv')";
const PAIRS = 'for file, one in zip(test.filepaths, out):\n    print(file, one)';
const still = (test: string): string => test.replace(/\)$/, ', shuffle=False)');

describe('predictions of a generator that shuffles', () => {
  it.each([
    ['a column of its table', TABLE, COLUMN],
    ['a table of its file names', FOLDER, FRAME],
    ['pairs with its files', FOLDER, PAIRS],
  ])('are not in the order of the files: %s', async (_, test, use) => {
    const source = script(test, use);
    expect(await accusations(source)).toEqual(['predictions-shuffled 12']);
    const { changed, left } = await remedied(source, 2);
    expect(left).toEqual([]);
    expect(changed.code).toContain(`test = gen.${still(test)}`);
    expect(await accusations(changed.code)).toEqual([]);
  });

  it.each([
    ['the order is kept', still(TABLE), COLUMN],
    ['the order is kept', still(FOLDER), FRAME],
    ['the column belongs to another table', TABLE, "other['mean'] = out.mean()"],
    ['only the number of files is used', FOLDER, 'print(len(test.filenames), out.mean(0))'],
  ])('are not accused if %s', async (_, test, use) => {
    expect(await accusations(script(test, use))).toEqual([]);
  });
});
