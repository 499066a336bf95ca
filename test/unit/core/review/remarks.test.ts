import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { bindPlaced, type ReviewImage } from '../../../../src/core/review/binding';
import { matchRows, writeDecisions } from '../../../../src/core/review/exchange';
import { readJson } from '../../../../src/core/review/exchange-json';
import { readExchangeTable } from '../../../../src/core/review/exchange-table';
import { foldLog, type LogRow, type RemarkRow } from '../../../../src/core/review/log';
import { cleanNote, noteFault, remarkActs, tagFault, tagsOfText } from '../../../../src/core/review/remarks';
import { indexImages } from './index-images';

const hash = (content: string): string => content.padEnd(64, '0');
const row = (seq: number, batch: number, path: string, kind: RemarkRow['kind'], label: string): RemarkRow => ({
  seq,
  at: seq,
  batch,
  kind,
  path,
  sha256: hash(path),
  label,
});
const image = (id: number, path: string, content = path): ReviewImage => ({
  id,
  path,
  sha256: hash(content),
  className: 'cat',
  ownClass: 'cat',
});
const remarksOf = (rows: LogRow[]) => foldLog(rows).remarks.map(({ path, tags, note }) => ({ path, tags, note }));

describe('remarks in the log', () => {
  const rows: LogRow[] = [
    row(1, 1, 'a', 'tag', 'night'),
    row(2, 1, 'b', 'tag', 'night'),
    row(3, 3, 'a', 'tag', 'blurry'),
    row(4, 4, 'a', 'note', 'ask Ann'),
    row(5, 5, 'b', 'untag', 'night'),
  ];

  it('are the tags in order and the last note; an image that lost all of them has none', () => {
    expect(remarksOf(rows)).toEqual([{ path: 'a', tags: ['blurry', 'night'], note: 'ask Ann' }]);
    expect(foldLog(rows)).toMatchObject({ remarksSeq: 5, decisions: [], undoable: 5 });
  });

  it('are undone and redone with their step, and `remarksSeq` tells whether they changed', () => {
    const undone: LogRow[] = [...rows, { seq: 6, at: 6, batch: 6, kind: 'undo', target: 5 }];
    expect(remarksOf(undone)).toHaveLength(2);
    expect(foldLog(undone).remarksSeq).toBe(4);
    expect(foldLog([...undone, { seq: 7, at: 7, batch: 7, kind: 'redo', target: 5 }]).remarksSeq).toBe(5);
  });

  it('follow the content of a moved file, and never go to another picture at the old path', () => {
    const { remarks } = foldLog(rows);
    expect([...bindPlaced(remarks, indexImages([image(1, 'new/a', 'a'), image(2, 'b')])).bound.keys()]).toEqual([1]);
    expect(bindPlaced(remarks, indexImages([image(1, 'a', 'other'), image(2, 'copy', 'a')]))).toMatchObject({
      stale: [{ path: 'a' }],
    });
  });
});

describe('a change of remarks', () => {
  it('has acts only for what changes', () => {
    const now = { tags: ['a', 'b'], note: 'x' };
    expect(remarkActs(now, { add: ['b', 'c', 'c'], remove: ['a', 'z'], note: 'x' })).toEqual([
      { kind: 'untag', label: 'a' },
      { kind: 'tag', label: 'c' },
    ]);
    expect(remarkActs(now, { note: '' })).toEqual([{ kind: 'note', label: '' }]);
    expect(remarkActs({ tags: [], note: null }, { note: '' })).toEqual([]);
  });

  it('is refused with the limit', () => {
    expect(tagFault('needs a look')).toBeNull();
    expect(tagFault('夜景 🌃')).toBeNull();
    expect(tagFault('')).toBe('A tag must not be empty.');
    expect(tagFault('a, b')).toContain('contains no comma');
    expect(tagFault('x'.repeat(101))).toBe('A tag can have at most 100 characters; this one has 101.');
    expect(noteFault('x'.repeat(10_000))).toBeNull();
    expect(noteFault('x'.repeat(10_485_760))).toBe(
      'A note can have at most 10,000 characters; this one has 10,485,760.',
    );
  });

  it('cleans notes and splits tags', () => {
    expect(cleanNote('  one\r\ntwo\u0000\tx \n')).toBe('one\ntwo\tx');
    expect(tagsOfText('night; blurry ,night;;')).toEqual(['night', 'blurry']);
    expect(tagsOfText('["a b", "c"]')).toEqual(['a b', 'c']);
    expect(tagsOfText('[unsure]')).toEqual(['[unsure]']);
  });
});

describe('remarks in a file of decisions', () => {
  const images = [image(1, 'cat/1.png'), image(2, 'cat/2.png'), image(3, 'cat/3.png')];
  const log = foldLog([
    row(1, 1, 'cat/1.png', 'note', '=two\nlines, "quoted"; and more'),
    row(2, 2, 'cat/2.png', 'tag', 'night'),
    row(3, 3, 'cat/2.png', 'tag', '+1'),
    {
      ...{ seq: 4, at: 4, batch: 4, path: 'cat/2.png', sha256: hash('cat/2.png'), given: 'cat', label: 'dog' },
      ...{ kind: 'relabel', queue: null, value: null, note: 'imported' },
    },
  ]);
  const table = (text: string) =>
    matchRows(readExchangeTable(parse(text, { relax_column_count: true })), images, new Map(), true);
  const expected = new Map([
    [1, { tags: [], note: '=two\nlines, "quoted"; and more' }],
    [2, { tags: ['+1', 'night'], note: null }],
  ]);

  it('are the same after writing and reading CSV and JSON', () => {
    const csv = table(writeDecisions(log, 'csv', String));
    expect(csv.remarks).toEqual(expected);
    expect(csv).toMatchObject({ acts: [{ image: 2, kind: 'relabel', label: 'dog' }], problems: [], notes: [] });
    const json = matchRows(readJson(JSON.parse(writeDecisions(log, 'json', String))), images, new Map(), true);
    expect(json.remarks).toEqual(expected);
    expect(json).toMatchObject({ acts: [{ image: 2, kind: 'relabel', label: 'dog' }], problems: [] });
  });

  it('are read from JSON as a list or as one text', () => {
    for (const tags of [['night', 'dark'], 'night; dark'])
      expect(readJson([{ path: 'cat/1.png', label: 'cat', tags }])).toMatchObject([{ tags: ['night', 'dark'] }]);
  });

  it('are read from a table that has only tags or notes, where rows may be empty', () => {
    expect(table('path,tags,note\ncat/1.png,night,\ncat/2.png,,\ncat/3.png,,dark')).toMatchObject({
      acts: [],
      problems: [],
      remarks: new Map([
        [1, { tags: ['night'], note: null }],
        [3, { tags: [], note: 'dark' }],
      ]),
    });
    expect(table('file,decision,notes\ncat/1.png,exclude,bad\ncat/2.png,,')).toMatchObject({
      acts: [{ image: 1, kind: 'exclude' }],
      remarks: new Map([[1, { tags: [], note: 'bad' }]]),
      problems: [expect.stringContaining('has neither a decision nor a label')],
    });
  });

  it('are not made from the comments in the decisions of an older version', () => {
    const older = 'path,label,decision,given,at,sha256,reason,note\ncat/1.png,cat,keep,cat,2026,,,imported';
    expect(table(older)).toMatchObject({ acts: [{ image: 1, kind: 'keep' }], remarks: new Map() });
  });

  it('are left out with a sentence where they are too long, and the decision stays', () => {
    const long = table(`path,decision,tags,note\ncat/1.png,keep,${'t'.repeat(101)};ok,${'n'.repeat(10_001)}`);
    expect(long).toMatchObject({ acts: [{ kind: 'keep' }], remarks: new Map([[1, { tags: ['ok'], note: null }]]) });
    expect(long.problems).toEqual([
      expect.stringContaining('has a tag that is too long'),
      expect.stringContaining('has a note of more than 10,000 characters, which is left out'),
    ]);
  });
});
