import { describe, expect, it } from 'vitest';
import { classRowsOf, classTree, classGroups, type ClassNode } from '../../../../src/core/text/class-tree';

const said = (nodes: readonly ClassNode<string>[]): unknown =>
  nodes.map(({ text, children }) => (children.length === 0 ? text : [text, said(children)]));

describe('the tree of nested class names', () => {
  it('has a group for each level with several classes', () => {
    const names = ['Fruit/Apple/Gala', 'Fruit/Apple/Fuji', 'Fruit/Banana', 'Vegetables/Leek', 'Bread'];
    expect(said(classTree(names))).toEqual([
      ['Fruit', [['Apple', ['Gala', 'Fuji']], 'Banana']],
      'Vegetables/Leek',
      'Bread',
    ]);
    expect(classTree(names)[0]?.names).toEqual(names.slice(0, 3));
  });

  it('joins levels that all classes share, and puts a class with the name of a group into it', () => {
    expect(said(classTree(['data/raw/cat', 'data/raw/dog']))).toEqual([['data/raw', ['cat', 'dog']]]);
    expect(said(classTree(['cat', 'cat/wild', 'cat/wild/old', 'dog']))).toEqual([
      ['cat', ['cat', ['wild', ['wild', 'old']]]],
      'dog',
    ]);
  });

  it('leaves names without levels as they are', () => {
    expect(said(classTree(['cat', 'dog', '', 'AC/DC']))).toEqual(['cat', 'dog', '', 'AC/DC']);
    expect(said(classTree([]))).toEqual([]);
  });

  it('gives each class once, whatever the names', () => {
    const levels = ['a', 'b', '', 'קבוצה'];
    const names = levels.flatMap((x) => [x, ...levels.flatMap((y) => [`${x}/${y}`, `${x}/${y}/a`, `${x}/${y}/`])]);
    const all = [...new Set(names)];
    const nodes = classTree(all);
    const rows = classRowsOf(
      nodes,
      classGroups(nodes).map(({ path }) => path),
    );
    const classes = rows.filter(({ open }) => open === null).map(({ node }) => node.path);
    expect(classes.toSorted()).toEqual(all.toSorted());
    expect(rows.filter(({ open, node }) => open !== null && node.children.length < 2)).toEqual([]);
  });
});

describe('the rows of a tree', () => {
  it('are those of the open groups', () => {
    const nodes = classTree(['Fruit/Apple/Gala', 'Fruit/Apple/Fuji', 'Fruit/Banana', 'Bread']);
    const rows = (...opened: string[]) =>
      classRowsOf(nodes, opened).map(({ node, depth, open }) => [node.text, depth, open]);
    expect(rows()).toEqual([
      ['Fruit', 0, false],
      ['Bread', 0, null],
    ]);
    expect(rows('Fruit', 'Fruit/Apple')).toEqual([
      ['Fruit', 0, true],
      ['Apple', 1, true],
      ['Gala', 2, null],
      ['Fuji', 2, null],
      ['Banana', 1, null],
      ['Bread', 0, null],
    ]);
  });
});
