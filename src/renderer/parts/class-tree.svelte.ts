/** The list of classes that a picker shows: a tree of nested names, or the classes that match a typed text. */
import { SvelteSet } from 'svelte/reactivity';
import { classRowsOf, classTree, classGroups, type ClassNode, type TreeRow } from '../../core/text/class-tree';
import { className } from '../../core/text/names';
import { findClasses } from './find-classes';

/** With at most this many rows all groups are open at first: there is nothing to gain from closing them. */
const FEW = 12;

interface Options<Name extends string> {
  /** Whether names with levels form groups. */
  readonly levels: boolean;
  /** Whether groups are found by a typed text, too. */
  readonly groups: boolean;
  /** The text of a name in which the typed text is looked for. */
  readonly say?: (name: Name) => string;
}

/** @returns a node without others below it, with its full name */
function alone<Name extends string>(name: Name): ClassNode<Name> {
  return { path: name, text: name, names: [name], children: [] };
}

export class ClassTree<Name extends string> {
  readonly #names: () => readonly Name[];
  /** What the user typed. */
  text = $state('');
  readonly #levels: boolean;
  readonly #groups: boolean;
  readonly #say: (name: Name) => string;
  /** The groups that the user opened or closed. */
  readonly #turned = new SvelteSet<string>();

  constructor(names: () => readonly Name[], { levels, groups, say = className }: Options<Name>) {
    this.#names = names;
    this.#levels = levels;
    this.#groups = groups;
    this.#say = say;
  }

  readonly #nodes = $derived.by(() => (this.#levels ? classTree(this.#names()) : this.#names().map(alone)));
  readonly #all = $derived(classGroups(this.#nodes));
  readonly #opened = $derived.by(() => {
    const few = this.#all.length + this.#names().length <= FEW;
    const only = this.#nodes.length === 1 ? this.#all[0]?.path : undefined;
    return this.#all.map(({ path }) => path).filter((path) => (few || path === only) !== this.#turned.has(path));
  });

  /** Whether names have levels that form groups. */
  get nested(): boolean {
    return this.#all.length > 0;
  }

  /** While a text is typed, the matches, each with its full name. */
  readonly rows = $derived.by((): readonly TreeRow<Name>[] => {
    if (this.text.trim() === '') return classRowsOf(this.#nodes, this.#opened);
    const groups = this.#groups ? findClasses(this.#all, this.text, ({ path }) => path) : [];
    const classes = findClasses(this.#names(), this.text, this.#say).map(alone);
    return [...groups.map((node) => ({ ...node, text: node.path })), ...classes].map((node) => ({
      node,
      depth: 0,
      open: null,
    }));
  });

  turn({ node }: TreeRow<Name>): void {
    if (!this.#turned.delete(node.path)) this.#turned.add(node.path);
  }

  /**
   * Handles the arrow keys on a row: up and down choose another row, right opens a group, left closes it or goes to the
   * group that the row is in.
   * @returns the row to go to; null for other keys
   */
  key(key: string, at: number): number | null {
    const row = this.rows[at];
    const within = (to: number): number => Math.max(0, Math.min(this.rows.length - 1, to));
    if (key === 'ArrowDown') return within(at + 1);
    if (key === 'ArrowUp') return within(at - 1);
    if (row === undefined || this.text !== '' || (key !== 'ArrowRight' && key !== 'ArrowLeft')) return null;
    if (key === 'ArrowRight') {
      if (row.open === null) return null;
      if (!row.open) this.turn(row);
      return row.open ? within(at + 1) : at;
    }
    if (row.open === true) {
      this.turn(row);
      return at;
    }
    const above = this.rows.findLastIndex((one, index) => index < at && one.depth < row.depth);
    return above < 0 ? null : above;
  }
}
