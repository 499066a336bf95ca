import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importPredictions } from '../../../../src/core/collapse/imported';
import { readOutputs, softmax } from '../../../../src/core/collapse/outputs';

const images = [
  { id: 10, path: 'test/cat/1.jpg', label: 0 },
  { id: 11, path: 'test/cat/only.jpg', label: 0 },
  { id: 12, path: 'test/dog/1.jpg', label: 1 },
  { id: 13, path: 'test/dog/4.jpg', label: 1 },
];
const classes = ['cat', 'dog'];
const read = (...rows: string[]) =>
  importPredictions(
    rows.map((row) => row.split(',')),
    images,
    classes,
  );

describe('import of predictions', () => {
  it('reads labels by relative path, from another root, and says how many rows were not exact', () => {
    const { rows, notes, missing } = read(
      'path,predicted',
      'test/cat/1.jpg,cat',
      'C:\\data\\set\\test\\dog\\1.jpg,DOG',
      'test/cat/only.jpg, dog',
      './test/dog/4.jpg,dog',
    );
    expect(rows.map((row) => [row.image, row.predicted])).toEqual([
      [10, 0],
      [12, 1],
      [11, 1],
      [13, 1],
    ]);
    expect(notes).toEqual([
      'Rows that do not give the exact path are matched: 1 by the end of the path.',
      '1 label differs from the class name in case, spaces, hyphens or underscores: “DOG” is read as “dog”.',
    ]);
    expect(missing).toEqual([]);
  });

  it('does not guess between two images with the same name, and says what did not match', () => {
    const given = read('file,label', '1.jpg,cat', 'dog/1.jpg,dog', 'gone.jpg,dog');
    expect(given.rows).toHaveLength(1);
    expect(given.unmatched).toEqual(['1.jpg', 'gone.jpg']);
    expect(given.missing).toEqual([10, 11, 13]);
    expect(given.notes[1]).toBe(
      '2 rows match no image of this data set, for example “1.jpg” and “gone.jpg”; they are left out.',
    );
    expect(given.notes[2]).toBe('3 of the 4 images have no prediction; the figures are for the other 1.');
  });

  it('reads one probability per class, in any column order and with prefixes', () => {
    const { rows, scale } = read('id,prob_dog,prob_cat', 'test/cat/only.jpg,0.75,0.25');
    expect(scale).toBe('probabilities');
    expect([...rows[0]!.probabilities!]).toEqual([0.25, 0.75]);
    expect(rows[0]!.predicted).toBe(1);
  });

  it('recognises logits, percentages, sigmoid outputs and a single score', () => {
    expect(read('path,cat,dog', 'test/cat/only.jpg,-2.5,3.1', 'test/dog/1.jpg,4,1').scale).toBe('logits');
    expect(read('path,cat,dog', 'test/cat/only.jpg,12.5,87.5').scale).toBe('percent');
    const sigmoid = read('path,cat,dog', 'test/cat/only.jpg,0.9,0.9', 'test/dog/1.jpg,0,0');
    expect(sigmoid.scale).toBe('independent');
    expect([...sigmoid.rows[1]!.probabilities!]).toEqual([0.5, 0.5]);
    expect(sigmoid.notes).toContain('2 rows do not sum to 1, for example “test/cat/only.jpg” (1.80).');
    expect(sigmoid.notes.join('\n')).toContain('In 2 of 2 rows, several classes share the largest output.');
    const single = read('path,score', 'test/cat/only.jpg,0.2', 'test/dog/1.jpg,0.9');
    expect(single.rows.map((row) => row.predicted)).toEqual([0, 1]);
    expect(single.notes[0]).toContain('second class');
  });

  it('says nothing of sums if the outputs of another class are left out', () => {
    const { notes } = read('path,cat,dog,owl', 'test/cat/only.jpg,0.1,0.2,0.7', 'test/dog/1.jpg,0.2,0.1,0.7');
    expect(notes[0]).toContain('outputs for “owl”, which is no class of this data set');
    expect(notes.join()).not.toMatch(/sum to 1|share the largest/);
  });

  it('reads numbers as positions in the sorted class names only if no class has such a name', () => {
    const given = read('path,predicted', 'test/cat/only.jpg,0', 'test/dog/1.jpg,1.0');
    expect(given.rows.map((row) => row.predicted)).toEqual([0, 1]);
    expect(given.notes[0]).toContain('0 = “cat”');
    const digits = importPredictions(
      [
        ['path', 'predicted'],
        ['a', '1'],
      ],
      [{ id: 1, path: 'a', label: 0 }],
      ['1', '0'],
    );
    expect(digits.rows[0]!.predicted).toBe(0);
  });

  it('leaves out unknown labels, NaN and repeated rows, in one sentence each', () => {
    const labels = read('path,predicted', 'test/cat/only.jpg,wolf', 'test/cat/1.jpg,cat', 'test/cat/1.jpg,dog');
    expect(labels.rows.map((row) => row.predicted)).toEqual([0]);
    expect(labels.notes).toContain(
      '1 row predicts a label that is not a class of this data set (“wolf”); it is left out.',
    );
    expect(labels.notes).toContain('1 row repeats an image; its first row counts.');
    const numbers = read('path,cat,dog', 'test/cat/only.jpg,nan,nan', 'test/cat/1.jpg,,', 'test/dog/1.jpg,0.5,0.5');
    expect(numbers.rows).toHaveLength(1);
    expect(numbers.notes[0]).toContain(
      '2 rows contain NaN, infinity or an empty cell, for example “test/cat/only.jpg”',
    );
  });

  it.each([
    [['predicted,cat', 'x,1'], 'no column that names the image'],
    [['path,foo', 'test/cat/only.jpg,1'], 'neither a column “predicted” nor one column for each of the 2 classes'],
    [['path,cat,wolf', 'test/cat/only.jpg,1,0'], 'some classes but none for “dog”'],
    [['path,predicted'], 'no rows'],
    [['path,predicted', 'gone.jpg,cat'], 'The only row matches no image'],
    [['path,predicted', 'test/cat/only.jpg,wolf'], 'None of the predicted labels is a class'],
    [['path,cat,dog', 'test/cat/only.jpg,nan,nan'], 'already diverged'],
  ])('refuses %j with one sentence', (rows, sentence) => {
    const attempt = () => read(...rows);
    expect(attempt).toThrow(sentence);
    expect(attempt).toThrow(expect.objectContaining({ code: 'bad-predictions' }));
  });
});

describe('predictions of files by name alone', () => {
  it('count if no row names a folder', () => {
    const given = read('id,label', 'only,cat', '4,dog');
    expect(given.rows.map((row) => row.image)).toEqual([11, 13]);
    expect(given.notes.slice(0, 2)).toEqual([
      'Rows that do not give the exact path are matched: 2 by the file name alone.',
      'Rows that write the file name in another way are matched: 2 without file ending.',
    ]);
  });

  it('never count for another folder', () => {
    expect(read('path,label', 'rabbit/only.jpg,cat', 'test/dog/4.jpg,dog').unmatched).toEqual(['rabbit/only.jpg']);
  });
});

describe('outputs of a model', () => {
  it('become probabilities from any values, in the same order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.float({ min: -50, max: 50, noNaN: true }), { minLength: 3, maxLength: 3 }), {
          minLength: 1,
        }),
        (values) => {
          const { rows } = readOutputs(values, 3);
          rows.forEach((row, i) => {
            expect(row!.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
            expect(row!.every((p) => p >= 0)).toBe(true);
            const top = values[i]!.indexOf(Math.max(...values[i]!));
            expect(row![top]).toBe(Math.max(...row!));
          });
        },
      ),
    );
  });

  it('do not overflow', () => {
    expect([...softmax([1000, 0])]).toEqual([1, 0]);
  });
});

describe('tables of predictions as scripts write them', () => {
  const many = Array.from({ length: 40 }, (_, id) => ({
    id,
    path: `${id % 2 === 0 ? 'cat' : 'dog'}/${id}.jpg`,
    label: id % 2,
  }));
  const table = (header: readonly string[], row: (id: number, label: number) => readonly string[]) =>
    importPredictions([header, ...many.map(({ id, path, label }) => [path, ...row(id, label)])], many, classes);
  /** The output for dog. */
  const dog = (id: number, label: number) => (label === 1 ? 0.9 : 0.1) - (id % 3) / 100;

  it('may have outputs of the wrong class, which is said', () => {
    const swapped = table(['path', 'dog', 'cat'], (id, label) => [String(1 - dog(id, label)), String(dog(id, label))]);
    expect(swapped.notes[0]).toMatch(/^The classes may be in another order: .* 100 % are right instead of 0 %/);
    expect(table(['path', 'score'], (id, label) => [String(1 - dog(id, label))]).notes.join(' ')).toContain(
      'another order',
    );
    const right = table(['path', 'cat', 'dog'], (id, label) => [String(1 - dog(id, label)), String(dog(id, label))]);
    expect(right.notes).toEqual([]);
    const chance = table(['path', 'predicted'], (id) => [id % 3 === 0 ? 'cat' : 'dog']);
    expect(chance.notes).toEqual([]);
  });

  it('may have outputs for more classes, which is said or refused', () => {
    const more = table(['path', 'cat', 'dog', 'fox'], (id, label) => [
      String(0.9 - 0.9 * dog(id, label)),
      String(0.9 * dog(id, label)),
      '0.1',
    ]);
    expect(more.notes[0]).toContain('outputs for “fox”, which is no class of this data set');
    expect(() => table(['path', '0', '1', '2'], () => ['0.2', '0.3', '0.5'])).toThrow('3 numbered columns of outputs');
  });

  it('may be rankings, tensors, flags, or below a title', () => {
    const ranked = table(['path', 'predictions'], (id, label) => [
      JSON.stringify([
        { label: 'dog', score: dog(id, label) },
        { label: 'cat', score: 1 - dog(id, label) },
      ]),
    ]);
    expect(ranked.rows.every(({ predicted, image }) => predicted === image % 2)).toBe(true);
    expect(ranked.scale).toBe('probabilities');
    const detected = table(['path', 'predictions'], (id, label) => [
      JSON.stringify([
        { class: 'dog', confidence: dog(id, label) },
        { class: 'cat', confidence: 1 - dog(id, label) },
      ]),
    ]);
    expect(detected.rows).toEqual(ranked.rows);
    const [label, share] = [
      ['tagName', 'Name'],
      ['probability', 'Confidence'],
    ] as const;
    for (const at of [0, 1]) {
      const named = table(['path', 'predictions'], (id, truth) => [
        JSON.stringify([
          { [label[at]!]: 'dog', [share[at]!]: dog(id, truth) },
          { [label[at]!]: 'cat', [share[at]!]: 1 - dog(id, truth) },
        ]),
      ]);
      expect(named.rows).toEqual(ranked.rows);
    }
    const python = table(['path', 'predictions'], (id, label) => [
      `[{'label': 'dog', 'score': ${dog(id, label)}}, {'label': 'cat', 'score': np.float32(${1 - dog(id, label)})}]`,
    ]);
    expect(python.rows).toEqual(ranked.rows);
    for (const quote of ['"', "'"]) {
      const dictionaries = table(['path', 'scores'], (id, label) => [
        `{${quote}dog${quote}: ${dog(id, label)}, ${quote}cat${quote}: ${1 - dog(id, label)}}`,
      ]);
      expect(dictionaries.rows).toEqual(ranked.rows);
    }
    const numbered = table(['path', 'scores'], (id, label) => [`{0: ${1 - dog(id, label)}, 1: ${dog(id, label)}}`]);
    expect(numbered.rows).toEqual(ranked.rows);
    const best = table(['path', 'result'], (id, label) => [
      `{'label': '${dog(id, label) > 0.5 ? 'dog' : 'cat'}', 'score': 0.9}`,
    ]);
    expect(best.rows.map(({ predicted }) => predicted)).toEqual(ranked.rows.map(({ predicted }) => predicted));
    const tensors = table(['path', 'out'], (id, label) => [
      `tensor([${1 - dog(id, label)}, ${dog(id, label)}], device='cuda:0')`,
    ]);
    expect(tensors.rows.every(({ predicted, image }) => predicted === image % 2)).toBe(true);
    const flags = table(['path', 'is_dog'], (_, label) => [label === 1 ? 'True' : 'False']);
    expect(flags.rows.every(({ predicted, image }) => predicted === image % 2)).toBe(true);
    expect(flags.notes.join(' ')).not.toContain('percent');
    const titled = importPredictions(
      [['Run 12'], ['path', 'predicted'], ...many.map(({ path, label }) => [path, label === 1 ? 'cat' : 'cat'])],
      many,
      classes,
    );
    expect(titled.notes[0]).toBe('1 line above the header is not read: “Run 12”.');
  });
});
