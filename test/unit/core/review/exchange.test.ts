import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvCell, csvLine, guarded, unguarded } from '../../../../src/core/text/csv';
import { matchRows, writeDecisions } from '../../../../src/core/review/exchange';
import { readCvatXml } from '../../../../src/core/review/exchange-cvat';
import { readJson } from '../../../../src/core/review/exchange-json';
import { readExchangeTable } from '../../../../src/core/review/exchange-table';
import type { ClassNames } from '../../../../src/core/review/class-names';
import type { BoundDecision } from '../../../../src/core/review/log';
import type { ReviewImage } from '../../../../src/core/review/binding';

const unnamed: ClassNames = new Map();
const hash = (letter: string): string => letter.repeat(64);
const images: ReviewImage[] = [
  { id: 1, path: 'cat/1.png', sha256: hash('a'), className: 'cat', ownClass: 'cat' },
  { id: 2, path: 'cat/2.png', sha256: hash('b'), className: 'cat', ownClass: 'cat' },
  { id: 3, path: 'dog/1.png', sha256: hash('c'), className: 'dog', ownClass: 'dog' },
  { id: 4, path: 'dog/=cmd().png', sha256: hash('d'), className: 'dog', ownClass: 'dog' },
];
const decided = (
  path: string,
  verdict: BoundDecision['verdict'],
  label: string | null,
  given: string,
  sha256: string,
): BoundDecision => ({
  path,
  verdict,
  label,
  given,
  sha256,
  queue: 'label-error',
  value: null,
  moved: false,
  note: 'a, "b"',
  at: 1_700_000_000_000,
});
const decisions = [
  decided('dog/=cmd().png', 'exclude', null, 'dog', hash('d')),
  decided('cat/1.png', 'relabel', 'dog', 'cat', hash('a')),
  decided('cat/2.png', 'keep', 'cat', 'cat', hash('b')),
  decided('dog/1.png', 'unsure', null, 'dog', hash('c')),
];
const log = { decisions, remarks: [], classNames: unnamed };
const iso = (at: number): string => new Date(at).toISOString();
const split = (text: string): string[][] =>
  text
    .trimEnd()
    .split('\r\n')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((cell) =>
        (cell[1] ?? cell[2] ?? '').replaceAll('""', '"'),
      ),
    );
const expected = [
  { image: 1, kind: 'relabel', label: 'dog' },
  { image: 2, kind: 'keep', label: null },
  { image: 3, kind: 'unsure', label: null },
  { image: 4, kind: 'exclude', label: null },
];

describe('decisions as files', () => {
  it('are the same after writing and reading CSV', () => {
    const text = writeDecisions(log, 'csv', iso);
    expect(text.split('\r\n')[0]).toBe('path,label,decision,given,at,sha256,reason,comment,tags,note');
    expect(text).toContain(`cat/1.png,dog,relabel,cat,2023-11-14T22:13:20.000Z,${hash('a')},label-error,"a, ""b""",,`);
    expect(matchRows(readExchangeTable(split(text)), images, unnamed, false)).toMatchObject({
      acts: expected,
      unmatched: [],
      newClasses: [],
      problems: [],
    });
  });

  it('are the same after writing and reading JSON for Label Studio', () => {
    const document: unknown = JSON.parse(writeDecisions(log, 'json', iso));
    expect(document).toMatchObject([
      { data: { image: 'cat/1.png' }, annotations: [{ result: [{ type: 'choices', value: { choices: ['dog'] } }] }] },
      {},
      {},
      {},
    ]);
    expect(matchRows(readJson(document), images, unnamed, false)).toMatchObject({
      acts: expected,
      unmatched: [],
      problems: [],
    });
  });

  it('need only a path and a label', () => {
    const rows = readExchangeTable([
      ['Image', 'Label'],
      ['cat/1.png', 'dog'],
      ['.\\cat\\2.png', 'cat'],
      ['/data/local-files/?d=dog/1.png', 'cat'],
    ]);
    expect(matchRows(rows, images, unnamed, false).acts).toEqual([
      { image: 1, kind: 'relabel', label: 'dog' },
      { image: 2, kind: 'keep', label: null },
      { image: 3, kind: 'relabel', label: 'cat' },
    ]);
    const short = readJson([
      { image: '/upload/2.png', choice: 'dog' },
      { path: '/upload/8f3a2b10-2.png', label: 'cat' },
      { path: '/upload/0a3a2b10-1.png', label: 'cat' },
    ]);
    expect(matchRows(short, images, unnamed, false)).toMatchObject({
      acts: [{ image: 2, kind: 'relabel', label: 'dog' }],
      unmatched: ['/upload/8f3a2b10-2.png', '/upload/0a3a2b10-1.png'],
      notes: [
        'Rows that do not give the exact path are matched: 1 by the file name alone.',
        '1 row fits several images.',
        '1 row fits an image that another row names as well or better.',
      ],
    });
  });

  it('never apply to a file of the same name in another folder', () => {
    const rows = readExchangeTable([
      ['path', 'label'],
      ['rabbit/2.png', 'dog'],
    ]);
    expect(matchRows(rows, images, unnamed, false)).toMatchObject({ acts: [], unmatched: ['rabbit/2.png'] });
  });

  it('match moved files by content, and do not guess between equal names', () => {
    const rows = readExchangeTable([
      ['path', 'label', 'sha256'],
      ['old/name.png', 'dog', hash('a')],
      ['1.png', 'dog', ''],
    ]);
    expect(matchRows(rows, images, unnamed, false)).toMatchObject({
      acts: [{ image: 1, kind: 'relabel', label: 'dog' }],
      unmatched: ['1.png'],
    });
  });

  it('with a hash apply to that content, not to another image with its path or name', () => {
    const rows = readExchangeTable([
      ['path', 'decision', 'sha256'],
      ['cat/1.png', 'exclude', hash('b')],
      ['cat/2.png', 'exclude', hash('e')],
      ['x/=cmd().png', 'exclude', hash('f')],
    ]);
    expect(matchRows(rows, images, unnamed, false)).toMatchObject({
      acts: [{ image: 2, kind: 'exclude', label: null }],
      unmatched: ['cat/2.png', 'x/=cmd().png'],
    });
    const copies = [
      ...images,
      { id: 5, path: 'new/1.png', sha256: hash('a'), className: 'dog', ownClass: 'dog' },
      { id: 6, path: 'new/8.png', sha256: hash('a'), className: 'dog', ownClass: 'dog' },
    ];
    const copied = readExchangeTable([
      ['path', 'decision', 'sha256'],
      ['old/8.png', 'keep', hash('a')],
      ['cat/1.png', 'keep', hash('a')],
      ['old/9.png', 'keep', hash('a')],
    ]);
    expect(matchRows(copied, copies, unnamed, false)).toMatchObject({
      acts: [{ image: 6 }, { image: 1 }],
      unmatched: ['old/9.png'],
    });
  });

  it('can be applied to an export of the data set, where relabelled images already have their new label', () => {
    const rows = readExchangeTable(split(writeDecisions(log, 'csv', iso)));
    const exported = [
      { id: 7, path: 'train/dog/1_2.png', sha256: hash('a'), className: 'dog', ownClass: 'dog' },
      { id: 8, path: 'train/dog/2.png', sha256: hash('b'), className: 'dog', ownClass: 'dog' },
    ];
    expect(matchRows(rows, exported, unnamed, false).acts).toEqual([{ image: 7, kind: 'keep', label: null }]);
    expect(matchRows(rows, exported, unnamed, true).acts).toEqual([
      { image: 7, kind: 'keep', label: null },
      { image: 8, kind: 'relabel', label: 'cat' },
    ]);
  });

  it('add a class only if allowed, and report rows that could not be used', () => {
    const rows = readExchangeTable([
      ['path', 'label', 'decision'],
      ['cat/1.png', 'fox', ''],
      ['cat/2.png', '', ''],
      ['dog/1.png', '', 'relabel'],
      ['gone.png', 'cat', ''],
    ]);
    const refused = matchRows(rows, images, unnamed, false);
    expect(refused).toMatchObject({ acts: [], unmatched: ['gone.png'], newClasses: ['fox'] });
    expect(refused.problems).toEqual([
      '1 row (row 1, “cat/1.png”) has the label “fox”, which is not a class of this data set.',
      '1 row (row 2, “cat/2.png”) has neither a decision nor a label.',
      '1 row (row 3, “dog/1.png”) should be relabelled, but the new label is not a valid class name.',
    ]);
    expect(matchRows(rows, images, unnamed, true).acts).toEqual([{ image: 1, kind: 'relabel', label: 'fox' }]);
  });

  it('explain what is wrong with an unsuitable file', () => {
    expect(() =>
      readExchangeTable([
        ['a', 'b'],
        ['1', '2'],
      ]),
    ).toThrow('The first line must name a path column');
    expect(() => readExchangeTable([['filename'], ['a/1.jpg']])).toThrow('lists images without a decision');
    expect(() => readExchangeTable([])).toThrow(RangeError);
    expect(() => readJson({ a: 1 })).toThrow('must be an array');
    expect(() => readJson([{ label: 'x' }])).toThrow('Entry 1 of the JSON has no path.');
    expect(() => readJson([null, 3])).toThrow(RangeError);
  });
});

const apply = (header: string, ...rows: string[]) =>
  matchRows(readExchangeTable([header, ...rows].map((row) => row.split(','))), images, unnamed, false);

describe('words of decisions', () => {
  it.each([
    ['remove', 'exclude'],
    ['Delete', 'exclude'],
    ['REJECTED', 'exclude'],
    ['drop', 'exclude'],
    ['ok', 'keep'],
    [' Good ', 'keep'],
    ['correct', 'keep'],
    ['skip', 'unsure'],
  ])('of other tools are read and said: %s', (word, kind) => {
    const found = apply('path,label,decision', `cat/1.png,cat,${word}`, `cat/2.png,,${word}`);
    expect(found.acts.map((act) => act.kind)).toEqual([kind, kind]);
    expect(found.problems).toEqual([]);
    expect(found.notes).toEqual([
      `2 rows (the first is row 1, “cat/1.png”) have the decision “${word.trim()}”, which is read as “${kind}”.`,
    ]);
  });

  it.each(['bad', 'wrong', 'fix', 'yes', '1', 'todo', 'löschen'])('that are unknown are refused: %s', (word) => {
    for (const label of ['cat', 'dog', '']) {
      const found = apply('path,label,decision', `dog/1.png,dog,keep`, `cat/1.png,${label},${word}`);
      expect(found.acts).toEqual([{ image: 3, kind: 'keep', label: null }]);
      expect(found.problems).toEqual([
        `1 row (row 2, “cat/1.png”) has the unknown decision “${word}” (known decisions: keep, relabel, move, exclude, unsure and clear) and is left out.`,
      ]);
    }
  });
});

describe('labels of decisions', () => {
  it.each(['Dog', 'DOG', ' dog ', 'dog'])('are read apart from case and blanks: %j', (label) => {
    const found = apply('path,label', `cat/1.png,${label}`);
    expect(found.acts).toEqual([{ image: 1, kind: 'relabel', label: 'dog' }]);
    expect(found.notes).toEqual(
      label.trim() === 'dog' ? [] : [`1 row (row 1, “cat/1.png”) has the label “${label}”, which is read as “dog”.`],
    );
  });

  it.each([
    ['dgo', null],
    ['dogs', 'dog'],
    ['caat', 'cat'],
    ['elephant', null],
  ])('that are no class are told with the row and the nearest class: %s', (label, near) => {
    const found = apply('path,label', 'dog/1.png,dog', `cat/1.png,${label}`);
    expect(found.acts).toHaveLength(1);
    expect(found.newClasses).toEqual([label]);
    expect(found.problems).toEqual([
      `1 row (row 2, “cat/1.png”) has the label “${label}”, which is not a class of this data set${near === null ? '' : ` (the nearest is “${near}”)`}.`,
    ]);
  });

  it('are taken from the column of new labels', () => {
    for (const header of [
      'path,label,new_label',
      'Image Path,class,Corrected Label',
      'file_name,category,correct_label',
    ])
      expect(apply(header, 'cat/1.png,cat,dog').acts).toEqual([{ image: 1, kind: 'relabel', label: 'dog' }]);
  });

  it('that contradict each other are told', () => {
    const found = apply('path,label', 'cat/1.png,dog', 'cat/2.png,dog', 'cat/1.png,cat', 'cat/2.png,dog');
    expect(found.acts.map(({ image, kind }) => [image, kind])).toEqual([
      [1, 'keep'],
      [2, 'relabel'],
    ]);
    expect(found.problems).toEqual([
      '2 images had several rows; the last row was used.',
      'The rows of 1 image contradict each other, for example those of “cat/1.png”.',
    ]);
  });
});

describe('decisions of other tools', () => {
  const result = (...choices: string[]) => ({ result: [{ type: 'choices', value: { choices } }] });
  const relabelled = [{ image: 1, kind: 'relabel', label: 'dog' }];
  it.each([
    ['Label Studio', [{ data: { image: 'cat/1.png' }, annotations: [result('dog')] }]],
    ['an older Label Studio', [{ data: { image: 'cat/1.png' }, completions: [result('dog')] }]],
    ['Label Studio with another field', [{ data: { photo: 'cat/1.png', size: '3' }, annotations: [result('dog')] }]],
    ['two people who agree', [{ data: { image: 'cat/1.png' }, annotations: [result('dog'), result('dog')] }]],
    [
      'a row of Labelbox',
      [
        {
          data_row: { id: 'ck1', external_id: 'cat/1.png' },
          projects: { p: { labels: [{ annotations: { classifications: [{ radio_answer: { name: 'dog' } }] } }] } },
        },
      ],
    ],
    ['the short form of Label Studio', [{ id: 3, image: 'cat/1.png', choice: 'dog', annotator: 1 }]],
    ['an object of paths', { 'cat/1.png': 'dog' }],
    [
      'Datumaro',
      {
        categories: { label: { labels: [{ name: 'cat' }, { name: 'dog' }] } },
        items: [{ id: 'cat/1', image: { path: 'cat/1.png' }, annotations: [{ type: 'label', label_id: 1 }] }],
      },
    ],
    [
      'COCO',
      {
        images: [{ id: 7, file_name: 'cat/1.png' }],
        annotations: [{ image_id: 7, category_id: 2 }],
        categories: [{ id: 2, name: 'dog' }],
      },
    ],
  ])('are read from %s', (_, document) => {
    expect(matchRows(readJson(document), images, unnamed, false)).toMatchObject({
      acts: relabelled,
      problems: [],
      notes: [],
    });
  });

  it('are read from CVAT', () => {
    const rows = readCvatXml(
      '<?xml version="1.0"?><annotations><meta><task/></meta><image id="0" name="cat/1.png" width="9">\n<tag label="dog" source="manual"></tag></image><image id="1" name="cat/2.png"/></annotations>',
    );
    expect(matchRows(rows, images, unnamed, false)).toMatchObject({
      acts: relabelled,
      problems: ['1 row (row 2, “cat/2.png”) has neither a decision nor a label.'],
    });
    expect(() => readCvatXml('<html></html>')).toThrow('no images as CVAT writes them');
  });

  it('are unsure if the task was skipped, and left out if people or choices disagree', () => {
    const skipped = { data: { image: 'cat/1.png' }, annotations: [{ result: [], was_cancelled: true }] };
    expect(matchRows(readJson([skipped]), images, unnamed, false).acts).toEqual([
      { image: 1, kind: 'unsure', label: null },
    ]);
    for (const annotations of [[result('dog'), result('cat')], [result('dog', 'cat')]]) {
      const found = matchRows(readJson([{ data: { image: 'cat/1.png' }, annotations }]), images, unnamed, false);
      expect(found.acts).toEqual([]);
      expect(found.problems).toEqual(['1 row (row 1, “cat/1.png”) has several labels (“dog”, “cat”) and is left out.']);
    }
    const cell = readExchangeTable([
      ['image', 'choice'],
      ['cat/1.png', '{"choices":["dog","cat"]}'],
    ]);
    expect(matchRows(cell, images, unnamed, false).problems[0]).toContain('has several labels');
  });

  it('are read without a header', () => {
    const rows = readExchangeTable([
      ['cat/1.png', 'dog'],
      ['dog/1.png', 'dog'],
    ]);
    expect(matchRows(rows, images, unnamed, false).acts.map((act) => act.kind)).toEqual(['relabel', 'keep']);
  });
});

describe('CSV cells', () => {
  it('never begin a formula, but numbers stay numbers', () => {
    expect(['=1+1', '+cmd', '-x', '@a', '\tx', "'=x"].map(guarded)).toEqual([
      "'=1+1",
      "'+cmd",
      "'-x",
      "'@a",
      "'\tx",
      "''=x",
    ]);
    expect(['-1', '+2.5', "it's", 'a=b'].map(guarded)).toEqual(['-1', '+2.5', "it's", 'a=b']);
  });
  it('are read back unchanged for every text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.constantFrom('=', "'", '-', '+').chain((start) => fc.string().map((rest) => start + rest)),
        ),
        (text) => {
          expect(unguarded(guarded(text))).toBe(text);
        },
      ),
    );
  });
  it('are quoted where RFC 4180 requires it', () => {
    expect(csvCell('a,"b"\n')).toBe('"a,""b""\n"');
    expect(csvLine(['a', 1, null, true])).toBe('a,1,,true\r\n');
  });
});

it('says that images had another label when the decisions were made', () => {
  const split = 'path,old_label,new_label\ncat/1.png,Dog,cat\ncat/2.png,cat,dog'
    .split('\n')
    .map((line) => line.split(','));
  const { acts, notes } = matchRows(readExchangeTable(split), images, unnamed, false);
  expect(acts).toHaveLength(2);
  expect(notes.join(' ')).toContain(
    'gives the label “dog” before the decision, but the image has the label “cat” here',
  );
});
