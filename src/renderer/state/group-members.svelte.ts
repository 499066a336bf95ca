/** The members of duplicate groups that the window has: the first ones come with the group, others are loaded. */
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { DuplicateGroup, GroupMember } from '../../contract/model/finding';
import type { Dataset } from './dataset.svelte';

/** Members in one answer: each answer is one task of the window. */
const CHUNK = 100;

export class GroupMembers {
  readonly #dataset: Dataset;
  readonly finding: string;
  /** Loaded members, each once, by the id of their group. */
  readonly #loaded = new SvelteMap<number, readonly GroupMember[]>();
  /** Groups of which all members are wanted. */
  readonly #whole = new SvelteSet<number>();
  #revision: number;

  constructor(dataset: Dataset, finding: string) {
    this.#dataset = dataset;
    this.finding = finding;
    this.#revision = dataset.revision;
  }

  /** Those that are loaded, in the order of the group. */
  of(group: DuplicateGroup): readonly GroupMember[] {
    const { members, keeper } = group;
    const others = [...(keeper === null ? [] : [keeper]), ...(this.#loaded.get(group.id) ?? [])].filter(
      ({ place }, index) => place >= members.length && (index === 0 || place !== keeper?.place),
    );
    return [...members, ...others.sort((x, y) => x.place - y.place)];
  }

  /** Undefined while it is not loaded. */
  at(group: DuplicateGroup, place: number): GroupMember | undefined {
    return (
      group.members[place] ??
      (group.keeper?.place === place
        ? group.keeper
        : this.#loaded.get(group.id)?.find((member) => member.place === place))
    );
  }

  /** Loads this member and its neighbours, unless it is loaded. */
  async load(group: DuplicateGroup, place: number): Promise<void> {
    if (this.at(group, place) === undefined) await this.#loadFrom(group, place - (place % CHUNK));
  }

  isWhole(group: DuplicateGroup): boolean {
    return this.#whole.has(group.id);
  }

  /** Loads all members, a part at a time. */
  async loadAll(group: DuplicateGroup): Promise<void> {
    this.#whole.add(group.id);
    for (let from = 0; from < group.size && this.isWhole(group); from += CHUNK) await this.#loadFrom(group, from);
  }

  /** Ids of all members, in path order. */
  async images(group: DuplicateGroup): Promise<readonly number[]> {
    const { engine, id: dataset } = this.#dataset;
    const { images } = await engine.call('findings.groupImages', { dataset, finding: this.finding, group: group.id });
    return images;
  }

  /** Drops what was loaded if the data set has changed since: its groups may be others. */
  follow(): void {
    if (this.#revision === this.#dataset.revision) return;
    this.#revision = this.#dataset.revision;
    this.#loaded.clear();
    this.#whole.clear();
  }

  async #loadFrom(group: DuplicateGroup, offset: number): Promise<void> {
    const revision = this.#revision;
    const { engine, id } = this.#dataset;
    const { members } = await engine.call('findings.members', {
      dataset: id,
      finding: this.finding,
      group: group.id,
      offset,
      limit: CHUNK,
    });
    if (revision !== this.#revision) return;
    const before = this.#loaded.get(group.id) ?? [];
    const others = before.filter(({ place }) => place < offset || place >= offset + CHUNK);
    this.#loaded.set(group.id, [...others, ...members]);
  }
}
