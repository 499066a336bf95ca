/**
 * The groups of a duplicate finding under review: one page at a time, with the decision on each member and which one
 * stays.
 */
import { checkOf } from '../../core/checks/index';
import { SvelteMap } from 'svelte/reactivity';
import type { DuplicateGroup, GroupMember } from '../../contract/model/finding';
import type { Decision, KeptOnes, ReviewItem } from '../../contract/model/review';
import type { Dataset } from './dataset.svelte';
import { markDifferent } from './different';
import { GroupMembers } from './group-members.svelte';
import { UNDECIDED, pullGroups, type GroupPage } from './group-page';
import { Mirror } from './mirror.svelte';
import type { ReviewPlace } from './review.svelte';
import { actOn, type DecisionInput } from './review-decision';

export const GROUPS_A_PAGE = 20;

export class ReviewGroups {
  readonly #dataset: Dataset;
  readonly #review: ReviewPlace;
  readonly finding: string;
  readonly page: Mirror<GroupPage>;
  #offset = $state(0);
  readonly members: GroupMembers;
  /** The keeper chosen by the user, by group; in other groups the keeper is the one that an export would choose. */
  readonly #chosen = new SvelteMap<number, GroupMember>();
  /** Groups that the user marked as not duplicates since the last audit. */
  readonly #parted = new SvelteMap<number, true>();
  /** The group that the keys act on. */
  group = $state(0);
  /** The member that the keys act on; null for the keeper. */
  #member = $state<number | null>(null);

  constructor(dataset: Dataset, review: ReviewPlace, finding: string) {
    this.#dataset = dataset;
    this.#review = review;
    this.finding = finding;
    this.members = new GroupMembers(dataset, finding);
    this.page = new Mirror(() => pullGroups(dataset, this.members, { offset: this.#offset, limit: GROUPS_A_PAGE }));
  }

  get offset(): number {
    return this.#offset;
  }

  get parted(): number {
    return this.#parted.size;
  }

  readonly groups = $derived.by(() => this.page.value?.groups ?? []);
  readonly current = $derived.by(() => this.groups[this.group] ?? null);

  /** Index of the member that the keys act on. */
  get member(): number {
    if (this.#member !== null || this.current === null) return this.#member ?? 0;
    return this.#keeperIn(this.current)?.place ?? 0;
  }

  set member(index: number) {
    this.#member = index;
  }

  /** The keeper and the member that the keys act on, or the first other member. */
  get pair(): { readonly first: GroupMember; readonly second: GroupMember } | null {
    const group = this.current;
    if (group === null) return null;
    const representative = this.members.at(group, 0);
    const second = this.members.at(group, this.member > 0 ? this.member : 1);
    return representative === undefined || second === undefined ? null : { first: representative, second };
  }

  /** The member that the keys act on. */
  get active(): GroupMember | undefined {
    return this.current === null ? undefined : this.members.at(this.current, this.member);
  }

  /** The member that the keys act on, as an image of a queue. */
  get target(): ReviewItem | null {
    const member = this.active;
    return member === undefined ? null : { card: member.card, suggested: null, decision: this.decisionOn(member) };
  }

  decisionOn(member: GroupMember): Decision | null {
    return this.#decisions.get(member.card.id) ?? null;
  }

  get #decisions(): GroupPage['decisions'] {
    return this.page.value?.decisions ?? UNDECIDED;
  }

  isParted(group: DuplicateGroup): boolean {
    return this.#parted.has(group.id);
  }

  /** True if at most one member is left. */
  isSettled(group: DuplicateGroup): boolean {
    return this.isParted(group) || group.present < 2;
  }

  /** Id of the keeper; null until it is known. */
  keeperOf(group: DuplicateGroup): number | null {
    return this.#keeperIn(group)?.card.id ?? null;
  }

  /** A chosen keeper counts as long as it is in the group, whose id may be that of another one after an audit. */
  #keeperIn(group: DuplicateGroup): GroupMember | null {
    const chosen = this.#chosen.get(group.id);
    return chosen !== undefined &&
      this.members.at(group, chosen.place)?.card.id === chosen.card.id &&
      this.decisionOn(chosen)?.verdict !== 'exclude'
      ? chosen
      : group.keeper;
  }

  turn(offset: number): Promise<void> {
    this.#offset = offset;
    this.group = 0;
    this.#member = null;
    return this.page.refresh();
  }

  moveGroup(by: number): void {
    const to = this.group + by;
    if (to < 0 || to >= this.groups.length) return;
    this.group = to;
    this.#member = null;
  }

  /** A member that is not loaded is loaded first; meanwhile the keys still act on the one before. */
  async moveMember(by: number): Promise<void> {
    const group = this.current;
    if (group === null) return;
    const from = this.member;
    const to = Math.max(0, Math.min(group.size - 1, from + by));
    if (this.members.at(group, to) === undefined) await this.#load(() => this.members.load(group, to));
    if (this.current?.id !== group.id || this.member !== from) return;
    this.member = to;
    const page = this.members.page(group);
    if (this.members.isOpen(group) && (to < page.from || to >= page.to)) await this.showPage(group, to);
  }

  /** Shows the page of a group with this member. */
  showPage(group: DuplicateGroup, place: number): Promise<void> {
    return this.#load(() => this.members.turn(group, place));
  }

  async #load(load: () => Promise<void>): Promise<void> {
    await load();
    await this.page.refresh();
  }

  choose(group: DuplicateGroup, member: GroupMember): void {
    this.#chosen.set(group.id, member);
  }

  /** Excludes every member but one, as one undoable step. */
  async keepOnly(group: DuplicateGroup, member: GroupMember): Promise<void> {
    this.choose(group, member);
    await this.#review.keepOnly(this.finding, group.id, member.card.id);
    if (this.#review.advances && group.id === this.current?.id) this.moveGroup(1);
  }

  async decide(choice: DecisionInput): Promise<number> {
    const act = this.target === null ? null : actOn(this.target, choice);
    if (act === null) return 0;
    await this.#review.perform([act]);
    return 1;
  }

  /** Files with the same bytes are always duplicates. */
  canPart(group: DuplicateGroup): boolean {
    return group.partable > 1;
  }

  /**
   * Stores that these are different images; the next audit no longer groups them.
   * @returns false if that is impossible
   */
  async part(group: DuplicateGroup): Promise<boolean> {
    if (!this.canPart(group)) return false;
    const images = await this.members.images(group);
    await markDifferent(
      this.#dataset,
      images,
      (marked) => {
        if (marked) this.#parted.set(group.id, true);
        else this.#parted.delete(group.id);
      },
      group.partable,
    );
    if (this.#review.advances && group.id === this.current?.id) this.moveGroup(1);
    return true;
  }

  /** Applies to every group of the finding with one label, not only on this page. */
  keepOneEach(): Promise<KeptOnes> {
    return this.#review.keepOnePerGroup(
      this.finding,
      [...this.#chosen.values()].map(({ card }) => card.id),
    );
  }

  /** Whether that is allowed: where labels differ, a person must say which one is right. */
  get canKeepOneEach(): boolean {
    return checkOf(this.#review.finding?.check ?? '')?.drop !== 'conflicting-groups';
  }
}
