import { describe, expect, it } from 'vitest';
import { soundRecipe, updateSteps, type RecipeReading } from '../../../src/core/collapse/recipe';
import { recipeWarnings } from '../../../src/core/collapse/warnings';
import { readScript } from '../../../src/core/collapse/script/reading';
import { parsePython } from '../../../src/engine/files/python';
import * as scripts from './scripts';

const setting = { images: 1000, imbalanceRatio: 1, classes: 10 };
const read = async (source: string, classes = 10): Promise<RecipeReading> =>
  readScript(await parsePython(source), soundRecipe(setting), classes);
const line = (source: string, part: string): number => source.split('\n').findIndex((text) => text.includes(part)) + 1;
const rules = (reading: RecipeReading, given = setting): string[] =>
  recipeWarnings(reading, given).map((one) => one.rule);

describe('the images that a script holds back for validation', () => {
  const keras = (code: string): string => `from tensorflow import keras\nmodel.compile('adam', 'mse')\n${code}\n`;
  const torch = (code: string): string => `import torch\nopt = torch.optim.Adam(net.parameters(), lr=0.1)\n${code}\n`;
  const directory =
    "train = keras.utils.image_dataset_from_directory('d', validation_split=0.2, subset='training')\nval = keras.utils.image_dataset_from_directory('d', validation_split=0.2, subset='validation')\nmodel.fit(train, validation_data=val, epochs=10)";
  const filled =
    'for label in classes:\n  for name in os.listdir(label):\n    x.append(name)\nmodel.fit(x, y, validation_split=0.1)';
  it.each([
    ['of a directory, once for both calls', keras(directory), 0.2, 'everywhere', 3],
    ['of arrays, at random if they are shuffled', keras(`np.random.shuffle(x)\n${filled}`), 0.1, 'everywhere', 7],
    ['of arrays that are filled folder by folder, at the end', keras(filled), 0.1, 'end', 6],
    [
      'of arrays at the end also if fit shuffles, because it does so afterwards',
      keras(filled.replace('0.1)', '0.1, shuffle=True)')),
      0.1,
      'end',
      6,
    ],
    [
      'of arrays from one folder, which is not ordered by class',
      keras("for name in os.listdir('d'):\n  x.append(name)\nmodel.fit(x, y, validation_split=0.1)"),
      0.1,
      'everywhere',
      5,
    ],
    [
      'of arrays that a library loads, even if the script counts folders',
      keras(
        '(x, y), _ = mnist.load_data()\nfor label in classes:\n  counts.append(len(os.listdir(label)))\nmodel.fit(x, y, validation_split=0.1)',
      ),
      0.1,
      'everywhere',
      6,
    ],
    [
      'of arrays, if a loop over folders fills nothing',
      keras(
        "for label in classes:\n  print(len(os.listdir(label)))\nx = np.load('x.npy')\nmodel.fit(x, y, validation_split=0.1)",
      ),
      0.1,
      'everywhere',
      6,
    ],
    [
      'of arrays that are permuted',
      keras(filled.replace('model.fit', 'order = rng.permuted(range(len(x)))\nmodel.fit')),
      0.1,
      'everywhere',
      7,
    ],
    [
      'of a directory at the end, if it does not shuffle',
      keras(directory.replaceAll('split=0.2', 'split=0.2, shuffle=False')),
      0.2,
      'end',
      3,
    ],
    [
      'of a directory into two data sets at once',
      keras(
        "train, val = keras.utils.image_dataset_from_directory('d', validation_split=0.2, subset='both', seed=1)\nmodel.fit(train, validation_data=val)",
      ),
      0.2,
      'everywhere',
      3,
    ],
    [
      'of arrays with a generator',
      keras("g = ImageDataGenerator(validation_split=0.3)\na = g.flow(x, y, subset='training')\nmodel.fit(a)"),
      0.3,
      'everywhere',
      3,
    ],
    [
      'of a directory with a generator',
      keras(
        "g = ImageDataGenerator(validation_split=0.3)\na = g.flow_from_directory('d', subset='training')\nmodel.fit(a)",
      ),
      0.3,
      'everywhere',
      3,
    ],
    [
      'nothing with a generator without subsets',
      keras(
        "g = ImageDataGenerator(validation_split=0.3)\na = g.flow_from_directory('d')\nmodel.fit(a, validation_data=b)",
      ),
      0,
      'everywhere',
      5,
    ],
    [
      'with scikit-learn, and again of what is left',
      keras('a, b, c, d = train_test_split(x, y, test_size=0.2)\nmodel.fit(a, c, validation_split=0.5)'),
      0.6,
      'everywhere',
      3,
    ],
    ['in PyTorch with shares', torch('a, b = random_split(data, [0.7, 0.3])'), 0.3, 'everywhere', 3],
    ['in PyTorch with counts', torch('a, b = torch.utils.data.random_split(data, [900, 100])'), 0.1, 'everywhere', 3],
    [
      'in PyTorch with the remainder',
      torch('n = int(0.75 * len(data))\na, b = random_split(data, [n, len(data) - n])'),
      0.25,
      'everywhere',
      4,
    ],
  ])('%s', async (_, source, share, from, at) => {
    const reading = await read(source);
    expect(reading.recipe.validation).toEqual({ share, from });
    expect(reading.sources.validation).toMatchObject({ how: 'read', line: at });
    expect(rules(reading).includes('validation-of-last-classes')).toBe(from === 'end');
  });

  it('says that training and validation overlap if only one call shuffles the directory', async () => {
    const { recipe, notes } = await read(
      keras(directory.replace("subset='validation'", "subset='validation', shuffle=False")),
    );
    expect(recipe.validation).toEqual({ share: 0.2, from: 'everywhere' });
    expect(notes).toContainEqual(
      expect.objectContaining({ sentence: expect.stringContaining('split different orders') as string, line: 4 }),
    );
    expect(
      (await read(keras(directory))).notes.filter((one) => one.sentence.includes('split different orders')),
    ).toEqual([]);
  });

  it.each([
    [2, 'warning'],
    [10, 'error'],
  ] as const)('reports validation on the end of unshuffled arrays of %d classes as %s', async (classes, severity) => {
    const reading = await read(keras(filled), classes);
    const warning = recipeWarnings(reading, { ...setting, classes }).find(
      (one) => one.rule === 'validation-of-last-classes',
    );
    expect(warning).toMatchObject({
      severity,
      sentence: expect.stringContaining('If they were read class by class') as string,
    });
  });

  it('counts only the remaining images as training images', async () => {
    const { recipe } = await read(keras(directory));
    expect(updateSteps(recipe, 10_036)).toBe(2510);
  });
});

describe('reading a Keras script', () => {
  it('reads a Sequential classifier with the line of each choice', async () => {
    const source = scripts.KERAS_SEQUENTIAL;
    const reading = await read(source);
    expect(reading.framework).toBe('keras');
    expect(reading.recipe).toMatchObject({
      architecture: { kind: 'conv', layers: 3, width: 32 },
      activation: 'relu',
      batchNorm: true,
      batchNormMomentum: 0.99,
      init: 'he',
      dropout: { rate: 0.5, position: 'before-output' },
      output: { activation: 'softmax', loss: 'cross-entropy' },
      optimizer: { kind: 'sgd', momentum: 0.9 },
      learningRate: 0.1,
      epochs: 3,
      batchSize: 64,
      normalization: 'unit',
      imbalance: 'none',
      schedule: 'plateau',
      shuffle: true,
    });
    expect(reading.sources.learningRate).toEqual({
      how: 'read',
      line: line(source, 'SGD('),
      text: 'SGD(learning_rate=lr, momentum=0.9)',
    });
    expect(reading.sources.output.line).toBe(line(source, "loss='categorical_crossentropy'"));
    expect(reading.sources.output.parts).toEqual({
      activation: line(source, "'softmax'"),
      loss: line(source, "loss='categorical_crossentropy'"),
    });
    expect(reading.sources.batchNormMomentum.how).toBe('default');
    expect(reading.sources.weightDecay.how).toBe('assumed');
    // Three epochs are too few for the 1,000 images of the folder, but the script trains on the 50,000 of CIFAR-10.
    expect(reading.ownData).toEqual({ name: 'CIFAR-10', images: 50_000, classes: 10 });
    expect(rules(reading)).toEqual([]);
  });

  it('finds a test generator that does not scale, Dense without activations and a fit of one epoch', async () => {
    const source = scripts.KERAS_GENERATORS;
    const reading = await read(source, 2);
    expect(reading.recipe).toMatchObject({
      activation: 'none',
      output: { activation: 'sigmoid', loss: 'binary-cross-entropy' },
      normalization: 'unit',
      prediction: { normalization: 'raw', mode: 'predict' },
      augmentation: { horizontalFlip: true, rotation: 40, shift: 0.2, zoom: 0.2 },
      epochs: 1,
      stepsPerEpoch: 8,
      batchSize: 20,
      learningRate: 1e-3,
      shuffle: true,
    });
    expect(reading.sources.prediction.line).toBe(line(source, 'test_datagen = '));
    expect(rules(reading, { ...setting, classes: 2 })).toEqual(
      expect.arrayContaining(['prediction-scaled-otherwise', 'too-few-steps', 'no-activation']),
    );
  });

  it('reads the functional style with preprocessing layers and tf.data of arrays in an unknown order', async () => {
    const reading = await read(scripts.KERAS_FUNCTIONAL);
    expect(reading.recipe).toMatchObject({
      architecture: { kind: 'conv', layers: 2, width: 16 },
      batchNorm: false,
      dropout: { rate: 0.4, position: 'after-output' },
      output: { activation: 'softmax', loss: 'cross-entropy' },
      optimizer: { kind: 'adam' },
      learningRate: 0.01,
      schedule: 'exponential',
      gradientClip: 1,
      normalization: 'symmetric',
      augmentation: { horizontalFlip: true, verticalFlip: false, rotation: 72 },
      shuffle: true,
      batchSize: 16,
      epochs: 25,
      imbalance: 'class-weights',
    });
    expect(reading.notes.map((one) => one.sentence).join()).toContain('from_logits=True after a softmax is wrong');
    expect(rules(reading)).toEqual(expect.arrayContaining(['dropout-after-output']));
    expect(rules(reading)).not.toContain('unshuffled');
  });

  it('finds raw 0–255 input, a softmax over one unit and zero initialization in a beginner’s script', async () => {
    const reading = await read(scripts.KERAS_BEGINNER, 2);
    expect(reading.recipe).toMatchObject({
      architecture: { kind: 'dense', layers: 1, width: 128 },
      normalization: 'raw',
      init: 'zeros',
      output: { activation: 'softmax', loss: 'mean-squared-error' },
    });
    expect(reading.sources.normalization).toMatchObject({
      how: 'default',
      line: line(scripts.KERAS_BEGINNER, 'imread'),
    });
    expect(reading.notes.some((one) => one.sentence.includes('softmax over one unit is always 1'))).toBe(true);
  });

  it('counts layers added in a loop', async () => {
    const reading = await read(scripts.KERAS_DEEP);
    expect(reading.recipe.architecture).toEqual({ kind: 'conv', layers: 16, width: 64 });
    expect(reading.recipe.learningRate).toBeCloseTo(1e-4, 12);
    expect(rules(reading)).toContain('deep-without-batch-norm');
  });

  it('says that nothing can be learned from random images', async () => {
    const reading = await read(scripts.KERAS_RANDOM);
    expect(reading.notes.some((one) => one.sentence.includes('generates random images'))).toBe(true);
  });
});

describe('reading a PyTorch script', () => {
  it('reads a Module, its loaders and its training loop', async () => {
    const source = scripts.TORCH_MODULE;
    const reading = await read(source);
    expect(reading.framework).toBe('pytorch');
    expect(reading.recipe).toMatchObject({
      architecture: { kind: 'conv', layers: 2, width: 6 },
      activation: 'relu',
      batchNorm: true,
      batchNormMomentum: 0.9,
      dropout: { rate: 0.25, position: 'before-output' },
      output: { activation: 'softmax', loss: 'cross-entropy-logits' },
      optimizer: { kind: 'sgd', momentum: 0.9 },
      learningRate: 0.1,
      weightDecay: 5e-4,
      schedule: 'step',
      epochs: 2,
      batchSize: 4,
      shuffle: false,
      normalization: 'symmetric',
      augmentation: { horizontalFlip: true, rotation: 10 },
      prediction: { normalization: 'unit', mode: 'train' },
    });
    expect(reading.sources.output.line).toBe(line(source, 'F.softmax'));
    expect(reading.sources.shuffle).toMatchObject({ how: 'default', line: line(source, 'train_loader = ') });
    expect(reading.notes.map((one) => one.sentence).join()).toContain('optimizer.zero_grad() is never called');
    expect(rules(reading)).toEqual(
      expect.arrayContaining([
        'double-activation',
        'unshuffled',
        'prediction-in-training-mode',
        'prediction-scaled-otherwise',
      ]),
    );
  });

  it('reads argparse defaults, a sampler and a Sequential with a correct output', async () => {
    const reading = await read(scripts.TORCH_ARGPARSE, 5);
    expect(reading.recipe).toMatchObject({
      output: { activation: 'none', loss: 'cross-entropy-logits' },
      learningRate: 3e-4,
      epochs: 20,
      batchSize: 128,
      imbalance: 'balanced-sampler',
      shuffle: true,
      normalization: 'imagenet',
      prediction: { normalization: 'same', mode: 'predict' },
      gradientClip: 5,
      batchNorm: false,
      init: 'he',
    });
    expect(rules(reading)).toEqual([]);
  });

  it('reads log_softmax with NLLLoss as categorical cross-entropy', async () => {
    const reading = await read(scripts.TORCH_NLL);
    expect(reading.recipe.output).toEqual({ activation: 'softmax', loss: 'cross-entropy' });
    expect(reading.recipe.init).toBe('zeros');
    expect(rules(reading)).toContain('zero-init');
  });

  it('follows a Sequential head and sigmoid into BCEWithLogitsLoss', async () => {
    const reading = await read(scripts.TORCH_HEAD, 2);
    expect(reading.recipe.output).toEqual({ activation: 'sigmoid', loss: 'binary-cross-entropy-logits' });
    expect(reading.sources.output.line).toBe(line(scripts.TORCH_HEAD, 'nn.Sigmoid()'));
  });
});

describe('other files', () => {
  it('says what is wrong with a notebook that was cut off, and with a script without code', async () => {
    await expect(read('{"cells": [{"cell_type": "code", "source": ["impo')).rejects.toThrow(
      'The notebook is damaged or cut off: its JSON cannot be read. Save it again.',
    );
    await expect(read('\n')).rejects.toThrow('The script contains no Python code.');
    await expect(read('{"cells": []}')).rejects.toThrow('The script contains no Python code.');
  });

  it('names the line that is not valid Python', async () => {
    await expect(read('import keras\nmodel.fit(x,\nfor\n')).rejects.toThrow(/not valid Python: line [23]/);
  });

  it('rejects Python that trains nothing', async () => {
    await expect(read('print("hello")')).rejects.toThrow('neither a Keras nor a PyTorch');
    await expect(read('import torch\nprint(torch.__version__)')).rejects.toThrow('no net and no training');
  });

  it('reads the code cells of a notebook', async () => {
    const cell = (source: string) => ({ cell_type: 'code', source: source.split('\n').map((one) => `${one}\n`) });
    const notebook = JSON.stringify({
      cells: [
        { cell_type: 'markdown', source: ['# Title'] },
        cell('%matplotlib inline'),
        cell(scripts.KERAS_SEQUENTIAL),
      ],
    });
    expect((await read(notebook)).recipe.epochs).toBe(3);
  });

  it('does not crash on a script that is cut off at any line end', async () => {
    for (const source of Object.values(scripts)) {
      const lines = source.split('\n');
      for (let end = 1; end < lines.length; end += 3) {
        await read(lines.slice(0, end).join('\n')).catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'bad-script' });
        });
      }
    }
  });
});
