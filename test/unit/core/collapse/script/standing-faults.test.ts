import { describe, expect, it } from 'vitest';
import { soundRecipe, type RecipeReading } from '../../../../../src/core/collapse/recipe';
import { readScript } from '../../../../../src/core/collapse/script/reading';
import { untrainedFaults } from '../../../../../src/core/collapse/untrained';
import { recipeWarnings, scriptFaults } from '../../../../../src/core/collapse/warnings';
import { parsePython } from '../../../../../src/engine/files/python';
import { trained } from './accusations';

const SETTING = { images: 600, imbalanceRatio: 1, classes: 2 };
const CONV = "Conv2D(16, 3, activation='relu'), GlobalAveragePooling2D()";

const read = async (source: string): Promise<RecipeReading> =>
  readScript(await parsePython(source), soundRecipe(SETTING), 2);

/** The reading after a value was entered in the form. */
const edited = (reading: RecipeReading, part: Partial<RecipeReading['recipe']>): RecipeReading => ({
  ...reading,
  recipe: { ...reading.recipe, ...part },
  sources: {
    ...reading.sources,
    ...Object.fromEntries(Object.keys(part).map((field) => [field, { how: 'read', line: null, text: null }])),
  },
});

const rules = (reading: RecipeReading): string[] =>
  recipeWarnings(reading, SETTING)
    .filter((one) => one.severity !== 'info')
    .map((one) => one.rule);

describe('a fault of a script', () => {
  it('no longer counts when its field is entered by hand', async () => {
    const reading = await read(trained(`${CONV}, Dense(UNITS, activation='softmax')`, "'categorical_crossentropy'"));
    expect(rules(reading)).toContain('softmax-over-one-unit');
    const mended = edited(reading, {
      units: 'one-per-class',
      output: { activation: 'softmax', loss: 'cross-entropy' },
    });
    expect(rules(mended)).toEqual([]);
    expect(scriptFaults(mended, SETTING)).toEqual([]);
  });

  it('gives way to the rule that judges the value entered by hand', async () => {
    const reading = await read(trained(`${CONV}, Dense(2, activation='relu')`, "'categorical_crossentropy'"));
    expect(rules(reading)).toEqual(['last-activation']);
    expect(rules(edited(reading, { output: { activation: 'none', loss: 'cross-entropy' } }))).toEqual([
      'missing-activation',
    ]);
  });

  it('still counts when another field is entered by hand', async () => {
    const reading = await read(trained(`${CONV}, Dense(UNITS, activation='softmax')`, "'categorical_crossentropy'"));
    expect(rules(edited(reading, { epochs: 200 }))).toContain('softmax-over-one-unit');
  });

  it.each([
    [
      'softmax over one unit',
      trained(`${CONV}, Dense(UNITS, activation='softmax')`, "'binary_crossentropy'"),
      'units',
      0,
    ],
    ['a ReLU at the end', trained(`${CONV}, Dense(2, activation='relu')`, "'categorical_crossentropy'"), 'output', 0],
    ['a tanh at the end', trained(`${CONV}, Dense(2, activation='tanh')`, "'categorical_crossentropy'"), 'output', 1],
    [
      'another scaling than the pretrained base expects',
      trained(
        "tf.keras.applications.EfficientNetB0(include_top=False), GlobalAveragePooling2D(), Dense(2, activation='softmax')",
        "'categorical_crossentropy'",
      ),
      'normalization',
      0,
    ],
  ])('%s is trained by the lab only if its recipe states it', async (_, source, tried, untrained) => {
    const faults = scriptFaults(await read(source), SETTING);
    expect(faults).toHaveLength(1);
    expect(untrainedFaults({ script: faults, warnings: faults }, [{ id: tried }], [])).toHaveLength(untrained);
  });
});
