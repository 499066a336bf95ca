import { describe, expect, it } from 'vitest';
import { importPredictions } from '../../../../src/core/collapse/imported';
import { dataset, insects, guess, outputs, given, read, accuracy, RIGHT, type Image } from './prediction-tables';

describe('the column of the image', () => {
  it('is told by its files under any name, also with several rows for each image', () => {
    const rows = insects.flatMap((name, k) =>
      given('', (image) => [image.path, name, outputs(image)[k]!]).map((row) => [...row]),
    );
    const found = read([['Image/File Name', 'Detected class by cls', 'Conf score'], ...rows]);
    expect(accuracy(found)).toBe(RIGHT);
    expect(found.notes).toContain('The images are taken from the column “Image/File Name”.');
  });
});

describe('the column of the prediction', () => {
  it.each([
    'path,label,pred_label',
    'path,label,pred',
    'path,label,prediction',
    'path,true,predicted',
    'path,y_true,y_pred',
    'path,target,output_pred',
    'filename,Actual,Predicted',
    'image_id,ground_truth,model_prediction',
    'path,class,predictedClass',
    'path,true_label,label',
    'path,label,guess',
    'path,y_test,label',
  ])('is not the true label in %s', (header) => {
    const found = read(given(header, (image) => [image.path, insects[image.label]!, insects[guess(image)]!]));
    expect(accuracy(found)).toBe(RIGHT);
    expect(found.notes.filter((note) => note.includes('not read'))).toEqual([]);
  });

  it('is the number of the most likely class, as timm writes it', () => {
    const next = (image: Image, k: number): number => (guess(image) + k) % 3;
    const top = read(given('filename,index,prob', (image) => [image.path, guess(image), 0.9]));
    expect(accuracy(top)).toBe(RIGHT);
    const ranked = read(
      given('filename,index_0,index_1,index_2,prob_0,prob_1,prob_2', (image) => [
        image.path,
        ...[0, 1, 2].map((k) => next(image, k)),
        0.9,
        0.06,
        0.04,
      ]),
    );
    expect(accuracy(ranked)).toBe(RIGHT);
    expect(ranked.notes.join()).toContain('Only the first, “index_0”, is read');
    // Here the numbers are those of the rows.
    expect(() => read(given('path,index,score', ({ path }, at) => [path, at, 0.9]))).toThrow('neither a column');
  });

  it.each([
    ['names', (k: number): string => insects[k]!],
    ['numbers', String],
  ])('is the first of the most likely classes, written as %s beside their outputs', (_, write) => {
    const ranked = read(
      given('filename,label_0,label_1,label_2,prob_0,prob_1,prob_2', (image) => [
        image.path,
        ...[0, 1, 2].map((k) => write((guess(image) + k) % 3)),
        0.9,
        0.06,
        0.04,
      ]),
    );
    expect(accuracy(ranked)).toBe(RIGHT);
    expect(ranked.notes.join()).toContain('Only the first, “label_0”, is read');
  });

  it('is not the first of numbered outputs', () => {
    const numbered = read(
      given('filename,class_0,class_1,class_2', (image) => [
        image.path,
        ...[0, 1, 2].map((k) => Number(k === guess(image))),
      ]),
    );
    expect(accuracy(numbered)).toBe(RIGHT);
  });

  it('may stand before the true label', () => {
    const found = read(
      given('path,pred,label', (image) => [image.path, insects[guess(image)]!, insects[image.label]!]),
    );
    expect(accuracy(found)).toBe(RIGHT);
  });

  it('is told from the truth by the labels of the data set, if the names do not tell', () => {
    const found = read(given('path,label,class', (image) => [image.path, insects[image.label]!, guess(image)]));
    expect(accuracy(found)).toBe(RIGHT);
    expect(found.notes).toContain('The predictions are taken from the column “class”.');
  });

  it.each(['path,label', 'Id,Category', 'path,target', 'path,species'])(
    'is not read from %s if it equals the truth',
    (header) => {
      expect(() => read(given(header, (image) => [image.path, insects[image.label]!]))).toThrow(
        /agrees with the data set's label in all 24 rows: its values look like the true labels, not predictions/,
      );
    },
  );

  it('is required beside the true labels', () => {
    expect(() => read(given('path,y_true', (image) => [image.path, insects[image.label]!]))).toThrow(
      'contains the true labels (column “y_true”) but no predictions',
    );
    expect(() =>
      read(
        given('path,label,class', (image) => [image.path, insects[guess(image)]!, insects[(guess(image) + 1) % 3]!]),
      ),
    ).toThrow('does not say which one is the prediction');
  });

  it('says where the true labels of the table differ from the data set', () => {
    const found = read(
      given('path,label,pred', (image, at) => [
        image.path,
        at < 2 ? 'fly' : insects[image.label]!,
        insects[guess(image)]!,
      ]),
    );
    expect(found.notes).toContain(
      'In 2 of 24 rows, the column “label” and the data set name different classes. The labels of the data set are used.',
    );
  });

  it('is the first of the most likely classes', () => {
    for (const header of [
      'path,pred1,pred2,pred3',
      'path,top1,top2,top3',
      'path,prediction_1,prediction_2,prediction_3',
    ]) {
      const ranked = read(
        given(header, (image) => [image.path, ...[0, 1, 2].map((rank) => insects[(guess(image) + rank) % 3]!)]),
      );
      expect(accuracy(ranked)).toBe(RIGHT);
      expect(ranked.notes[0]).toContain('contains the most likely classes of each image');
    }
  });

  it('may have the name of a model beside the true labels', () => {
    for (const header of ['path,label,resnet50', 'path,y_true,resnet50']) {
      const found = read(given(header, (image) => [image.path, insects[image.label]!, insects[guess(image)]!]));
      expect(accuracy(found)).toBe(RIGHT);
      expect(found.notes).toEqual(['The predictions are taken from the column “resnet50”.']);
    }
  });

  it('is not compared with a column of the true labels for each class', () => {
    const found = read(
      given('path,true_ant,true_bee,true_fly,pred_ant,pred_bee,pred_fly', (image) => [
        image.path,
        ...insects.map((_, k) => (k === image.label ? 1 : 0)),
        ...outputs(image),
      ]),
    );
    expect(accuracy(found)).toBe(RIGHT);
    expect(found.notes).toEqual(['The columns “true_ant”, “true_bee” and “true_fly” are not read.']);
  });

  it('counts where it differs from the largest output, and this is said', () => {
    for (const header of ['path,predicted,ant,bee,fly', 'path,ant,bee,fly,pred']) {
      const found = read(
        given(header, (image) => {
          const other = insects[(guess(image) + 1) % 3]!;
          return header.endsWith('pred')
            ? [image.path, ...outputs(image), other]
            : [image.path, other, ...outputs(image)];
        }),
      );
      expect(accuracy(found)).toBe(3 / 24 - 3 / 24);
      expect(found.notes[0]).toContain('In 24 of 24 rows, the class in the column');
      expect(found.rows[0]!.probabilities).not.toBeNull();
    }
    const numbers = read(given('path,predicted,ant,bee,fly', (image) => [image.path, guess(image), ...outputs(image)]));
    expect(accuracy(numbers)).toBe(RIGHT);
    expect(numbers.notes.some((note) => note.includes('largest output'))).toBe(false);
  });
});

describe('labels', () => {
  it.each([
    ['a number in brackets', (name: string) => `${name} (0.93)`, 'number after each class name'],
    ['a percentage', (name: string) => `${name}: 93 %`, 'number after each class name'],
    ['a list', (name: string) => `["${name}", "wasp"]`, 'first entry'],
    ['names after each other', (name: string) => `${name} wasp moth`, 'first entry'],
    ['a path', (name: string) => `data/train/${name}`, 'last part'],
    ['another case', (name: string) => name.toUpperCase(), '24 labels differ from the class name in case'],
    ['blanks', (name: string) => ` ${name} `, null],
    ['a decimal position', (name: string) => `${insects.indexOf(name)}.0`, 'They are read as positions'],
    ['a position from 1', (name: string) => String(insects.indexOf(name) + 1), 'counted from 1'],
  ])('are read with %s', (_, written, said) => {
    const found = read(given('path,predicted', (image) => [image.path, written(insects[guess(image)]!)]));
    expect(accuracy(found)).toBe(RIGHT);
    if (said === null) expect(found.notes).toEqual([]);
    else expect(found.notes[0]).toContain(said);
  });

  it('name the nearest class if they are unknown', () => {
    const found = read(
      given('path,predicted', (image, at) => [image.path, at === 0 ? 'beee' : insects[guess(image)]!]),
    );
    expect(found.notes[0]).toBe(
      '1 row predicts a label that is not a class of this data set (“beee”; the nearest class to “beee” is “bee”); it is left out.',
    );
  });

  it('contradict each other in two rows of one image', () => {
    const table = given('path,predicted', (image) => [image.path, insects[guess(image)]!]);
    const found = read([...table, ['ant/ant_1.jpg', 'fly'], ['bee/bee_1.jpg', 'bee']]);
    expect(found.notes).toEqual([
      '2 rows repeat an image; its first row counts.',
      '1 image has rows that contradict each other (“ant/ant_1.jpg”: “ant” and “fly”).',
    ]);
  });
});

describe('positions of classes with numbers in their names', () => {
  const position = (classes: readonly string[], label: number, natural: boolean): string =>
    String(
      natural
        ? classes
            .toSorted((a, b) => Number(a.replace(/\D/g, '')) - Number(b.replace(/\D/g, '')))
            .indexOf(classes[label]!)
        : label,
    );
  const twelve = Array.from({ length: 12 }, (_, i) => i);
  const cases = [
    { names: twelve.map(String), natural: false, said: 'class names sorted as text (0, 1, 10, 11, …)' },
    { names: twelve.map((i) => String(i + 1)), natural: false, said: 'sorted as text (1, 10, 11, 12, …)' },
    { names: twelve.map((i) => String(i + 1)), natural: true, said: 'sorted by number (1, 2, 3, 4, …)' },
    { names: twelve.map((i) => `c${i}`), natural: true, said: 'sorted with numbers by value (c0, c1, c2, c3, …)' },
    {
      names: twelve.map((i) => `c${i}`),
      natural: false,
      said: 'sorted class names (c0, c1, c10, c11, …), as Keras and torchvision',
    },
  ];

  it.each(cases)('are read in the order that fits: $said', ({ names, natural, said }) => {
    const classes = names.toSorted();
    const of = dataset(classes, 6);
    const labels = importPredictions(
      [['path', 'predicted'], ...of.map((image) => [image.path, position(classes, image.label, natural)])],
      of,
      classes,
    );
    expect(accuracy(labels, of)).toBe(1);
    expect(labels.notes[0]).toContain(said);
    const columns = importPredictions(
      [
        ['path', ...twelve.map(String)],
        ...of.map((image) => [
          image.path,
          ...twelve.map((k) => (String(k) === position(classes, image.label, natural) ? '0.9' : '0.001')),
        ]),
      ],
      of,
      classes,
    );
    expect(accuracy(columns, of)).toBe(1);
    expect(columns.notes[0]).toContain(said);
  });

  it('tell both accuracies if another order than the usual one is used', () => {
    const classes = twelve.map(String).toSorted();
    const of = dataset(classes, 6);
    const found = importPredictions(
      [['path', 'predicted'], ...of.map((image) => [image.path, String(image.label)])],
      of,
      classes,
    );
    expect(found.notes[0]).toMatch(/Read so, 100 % are right\. Read as class names, only 16\.7 % would be\.$/);
  });

  it('keep the class names if they fit, or if no order fits much better', () => {
    const classes = twelve.map(String).toSorted();
    const of = dataset(classes, 6);
    const byName = importPredictions(
      [['path', 'predicted'], ...of.map((image) => [image.path, classes[image.label]!])],
      of,
      classes,
    );
    expect(accuracy(byName, of)).toBe(1);
    expect(byName.notes).toEqual([]);
    const one = importPredictions([['path', 'predicted'], ...of.map((image) => [image.path, '2'])], of, classes);
    expect(one.rows.every(({ predicted }) => classes[predicted] === '2')).toBe(true);
    expect(one.notes).toEqual([]);
  });
});

describe('numbers', () => {
  const form = (write: (value: number) => string) => (image: Image) => [image.path, ...outputs(image).map(write)];
  it.each([
    ['decimal commas', (value: number) => String(value).replace('.', ','), 'probabilities', 'decimal commas'],
    ['percent signs', (value: number) => `${100 * value} %`, 'probabilities', 'percent signs'],
    ['percentages', (value: number) => String(100 * value), 'percent', 'sum to 100'],
    [
      'percentages with commas',
      (value: number) => `${(100 * value).toFixed(1).replace('.', ',')}%`,
      'probabilities',
      'percent',
    ],
    ['logits', (value: number) => Math.log(value).toFixed(3), 'logits', 'logits'],
    ['exponents', (value: number) => value.toExponential(), 'probabilities', null],
  ])('are read with %s', (_, write, scale, said) => {
    const found = read(given('path,ant,bee,fly', form(write)));
    expect(found.scale).toBe(scale);
    expect(accuracy(found)).toBe(RIGHT);
    expect(found.rows[1]!.probabilities![0]).toBeCloseTo(0.9, 1);
    if (said === null) expect(found.notes).toEqual([]);
    else expect(found.notes.join(' ')).toContain(said);
  });

  it.each([
    'path,0,1,2',
    ',path,0,1,2',
    'path,prob_0,prob_1,prob_2',
    'path,class_1,class_2,class_3',
    'path,p0,p1,p2',
    'path,output[0],output[1],output[2]',
  ])('are read by position from %s, and this is said', (header) => {
    const found = read(
      given(header, (image, at) => [...(header.startsWith(',') ? [at] : []), image.path, ...outputs(image)]),
    );
    expect(accuracy(found)).toBe(RIGHT);
    expect(found.notes).toEqual([
      'The columns are numbered. They are read as positions in the sorted class names (ant, bee, fly), as Keras and torchvision number them.',
    ]);
  });

  it.each([
    'path,ant_prob,bee_prob,fly_prob',
    'path,P(ant),P(bee),P(fly)',
    'path,resnet.ant,resnet.bee,resnet.fly',
    'path,Ant,Bee,Fly',
  ])('are read by class from %s', (header) => {
    const found = read(given(header, (image) => [image.path, ...outputs(image)]));
    expect(accuracy(found)).toBe(RIGHT);
    expect(found.notes).toEqual([]);
  });

  it('are read from a list in one cell', () => {
    for (const between of [' ', ', ']) {
      const found = read(given('path,probabilities', (image) => [image.path, `[${outputs(image).join(between)}]`]));
      expect(accuracy(found)).toBe(RIGHT);
    }
  });

  it.each([
    ['0.9x', 'row 3 (“ant/ant_2.jpg”), column “bee”, is not a number'],
    ['high', '“high” in row 3'],
    ['1.234,5', '“1.234,5” in row 3'],
  ])('that cannot be read are named: %s', (text, sentence) => {
    expect(() =>
      read(given('path,ant,bee,fly', (image, at) => [image.path, '0.9', at === 2 ? text : '0.05', '0.05'])),
    ).toThrow(sentence);
  });

  it.each(['NaN', 'nan', '', 'inf', '-Infinity', 'null'])('are left out where there are none: %j', (text) => {
    const found = read(
      given('path,ant,bee,fly', (image, at) => [image.path, ...(at === 2 ? [text, text, text] : outputs(image))]),
    );
    expect(found.rows).toHaveLength(23);
    expect(found.notes[0]).toContain('1 row contains NaN, infinity or an empty cell, for example “ant/ant_2.jpg”');
  });

  it('say that columns are empty and that a row has more cells than the header', () => {
    expect(() => read(given('path,ant,bee,fly', (image) => [image.path, '', '', '']))).toThrow('are empty');
    expect(() => read(given('path,ant,bee,fly', (image) => [image.path, 0, 93, 0, 4, 0, 3]))).toThrow(
      'Row 1 has 7 cells but the header has 4',
    );
  });
});

describe('the image column and the header', () => {
  it('may be missing', () => {
    const labels = read(given('', (image) => [image.path, insects[guess(image)]!]));
    expect(accuracy(labels)).toBe(RIGHT);
    expect(labels.rows).toHaveLength(24);
    expect(labels.notes[0]).toBe('The table has no header. Its first line is read as a prediction.');
    const numbers = read(given('', (image) => [image.path, ...outputs(image)]));
    expect(accuracy(numbers)).toBe(RIGHT);
    const both = read(given('', (image) => [image.path, insects[image.label]!, insects[guess(image)]!]));
    expect(accuracy(both)).toBe(RIGHT);
  });

  it.each(['Image Name', 'fileName', 'img_path', 'Unnamed: 0', 'photo_file'])('may be called %s', (name) => {
    const found = read(given(`${name},predicted`, (image) => [image.path, insects[guess(image)]!]));
    expect(accuracy(found)).toBe(RIGHT);
  });

  it('are told from a column of row numbers', () => {
    const found = read(given('id,img_file,predicted', (image, at) => [at, image.path, insects[guess(image)]!]));
    expect(accuracy(found)).toBe(RIGHT);
    expect(found.notes).toContain('The column “id” is not read.');
  });
});

describe('one output for two classes', () => {
  const two = ['cat', 'dog'];
  const pets = dataset(two);
  it.each([
    ['score', (p: number) => String(p), 'second class'],
    ['prediction', (p: number) => p.toFixed(2), 'second class'],
    ['score', (p: number) => String(100 * p), 'between 0 and 100'],
    ['dog', (p: number) => String(p), 'output for “dog”'],
    ['prob_cat', (p: number) => String(1 - p), 'output for “cat”'],
  ])('is read from the column %s', (column, write, said) => {
    const found = importPredictions(
      [['path', column], ...pets.map((image) => [image.path, write(image.label === 1 ? 0.875 : 0.125)])],
      pets,
      two,
    );
    expect(accuracy(found, pets)).toBe(1);
    expect(found.notes.join(' ')).toContain(said);
  });
});

describe('values as NumPy and PyTorch print them', () => {
  it.each([
    ['positions in tensors', (k: number) => `tensor(${k})`],
    ['positions on a device', (k: number) => `tensor(${k}, device='cuda:0')`],
    ['numbers of NumPy', (k: number) => `np.int64(${k})`],
    ['words of NumPy', (k: number) => `np.str_('${insects[k]!}')`],
  ])('%s', (_, print) => {
    const found = read(given('path,pred', (image) => [image.path, print(guess(image))]));
    expect(accuracy(found)).toBe(RIGHT);
  });
});
