/** The members of duplicate groups that the window has: the first ones come with the group, others are loaded. */
import { SvelteMap } from 'svelte/reactivity';
import type { DuplicateGroup, GroupMember } from '../../contract/model/finding';
import type { Dataset } from './dataset.svelte';

/** Members of a group that are shown at first. A picture can have thousands of copies. */
export const FEW_MEMBERS = 12;
/** Members in one answer, and on one page of a large group: each answer is one task of the window. */
export const MEMBERS_A_PAGE = 100;

/** Places in a group: from the first to before the last. */
export interface MemberPage {
  readonly from: number;
  readonly to: number;
}

const firstOnPage = (place: number): number => place - (place % MEMBERS_A_PAGE);

export class GroupMembers {
  readonly #dataset: Dataset;
  readonly finding: string;
  /** Loaded members, each once, by the id of their group. */
  readonly #loaded = new SvelteMap<number, readonly GroupMember[]>();
  /** The first place of the page that is shown, by the id of a group of which more than the first members are wanted. */
  readonly #pages = new SvelteMap<number, number>();
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
    if (this.at(group, place) === undefined) await this.#loadFrom(group, firstOnPage(place));
  }

  /** Whether the user wants to see more than the first members. */
  isOpen(group: DuplicateGroup): boolean {
    return this.#pages.has(group.id);
  }

  /** Which members are shown. */
  page(group: DuplicateGroup): MemberPage {
    const from = this.#pages.get(group.id);
    const to = from === undefined ? FEW_MEMBERS : from + MEMBERS_A_PAGE;
    return { from: from ?? 0, to: Math.min(group.size, to) };
  }

  /**
   * Those to show, in the order of the group: of the page as many as are made, and some others wherever they are.
   * @param made how many of the page
   */
  shown(group: DuplicateGroup, made: number, besides: (member: GroupMember) => boolean): GroupMember[] {
    const { from, to } = this.page(group);
    const end = Math.min(to, from + made);
    return this.of(group).filter((member) => (member.place >= from && member.place < end) || besides(member));
  }

  /** Shows the page with this member once it is loaded. */
  async turn(group: DuplicateGroup, place: number): Promise<void> {
    const from = firstOnPage(place);
    await this.#loadFrom(group, from);
    this.#pages.set(group.id, from);
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
    this.#pages.clear();
  }

  async #loadFrom(group: DuplicateGroup, offset: number): Promise<void> {
    const revision = this.#revision;
    const { engine, id } = this.#dataset;
    const { members } = await engine.call('findings.members', {
      dataset: id,
      finding: this.finding,
      group: group.id,
      offset,
      limit: MEMBERS_A_PAGE,
    });
    if (revision !== this.#revision) return;
    const before = this.#loaded.get(group.id) ?? [];
    const others = before.filter(({ place }) => place < offset || place >= offset + MEMBERS_A_PAGE);
    this.#loaded.set(group.id, [...others, ...members]);
  }
}
