/**
 * The groups of a duplicate finding under review: one page at a time, with the decision on each member and which one
 * stays.
 */
import { checkOf } from '../../core/checks/index';
import { SvelteMap } from 'svelte/reactivity';
import type { DuplicateGroup } from '../../contract/model/finding';
import type { Act, Decision, KeptOnes, ReviewItem } from '../../contract/model/review';
import type { Dataset } from './dataset.svelte';
import { markDifferent } from './different';
import { UNDECIDED, keeperAmong, presentIn, pullGroups, type GroupPage } from './group-page';
import { Mirror } from './mirror.svelte';
import type { ReviewPlace } from './review.svelte';
import { actOn, type DecisionInput } from './review-decision';

export type GroupMember = DuplicateGroup['members'][number];

export const GROUPS_A_PAGE = 20;

/** The representative, and the members with different bytes. */
function partable(group: DuplicateGroup): number[] {
  return group.members.filter((member) => member.relation !== 'same-bytes').map((member) => member.card.id);
}

export class ReviewGroups {
  readonly #dataset: Dataset;
  readonly #review: ReviewPlace;
  readonly finding: string;
  readonly page: Mirror<GroupPage>;
  #offset = $state(0);
  /** The keeper chosen by the user, by group; in other groups the keeper is the one that an export would choose. */
  readonly #chosen = new SvelteMap<number, number>();
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
    this.page = new Mirror(() => pullGroups(dataset, finding, this.#offset, GROUPS_A_PAGE));
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
    const keeper = this.keeperOf(this.current);
    return Math.max(
      0,
      this.current.members.findIndex((member) => member.card.id === keeper),
    );
  }

  set member(index: number) {
    this.#member = index;
  }

  /** The keeper and the member that the keys act on, or the first other member. */
  get pair(): { readonly first: GroupMember; readonly second: GroupMember } | null {
    const members = this.current?.members ?? [];
    const [representative] = members;
    const second = this.member > 0 ? members[this.member] : members[1];
    return representative === undefined || second === undefined ? null : { first: representative, second };
  }

  /** The member that the keys act on, as an image of a queue. */
  get target(): ReviewItem | null {
    const member = this.current?.members[this.member];
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
    return this.isParted(group) || presentIn(group.members, this.#decisions).length < 2;
  }

  /** Id of the keeper; null until it is known. */
  keeperOf(group: DuplicateGroup): number | null {
    const chosen = this.#chosen.get(group.id);
    if (presentIn(group.members, this.#decisions).some((member) => member.card.id === chosen)) return chosen ?? null;
    return keeperAmong(group.members, this.#decisions);
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

  moveMember(by: number): void {
    const members = this.current?.members.length ?? 0;
    this.member = Math.max(0, Math.min(members - 1, this.member + by));
  }

  choose(group: DuplicateGroup, image: number): void {
    this.#chosen.set(group.id, image);
  }

  /** Excludes every member but one, as one undoable step. */
  async keepOnly(group: DuplicateGroup, image: number): Promise<void> {
    this.choose(group, image);
    const back: Act[] = group.members
      .filter((member) => member.card.id === image && this.decisionOn(member)?.verdict === 'exclude')
      .map(() => ({ image, kind: 'clear', label: null }));
    const others = group.members.filter(
      (member) => member.card.id !== image && this.decisionOn(member)?.verdict !== 'exclude',
    );
    const acts = [...back, ...others.map(({ card }): Act => ({ image: card.id, kind: 'exclude', label: null }))];
    if (acts.length > 0) await this.#review.perform(acts);
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
    return partable(group).length > 1;
  }

  /**
   * Stores that these are different images; the next audit no longer groups them.
   * @returns false if that is impossible
   */
  async part(group: DuplicateGroup): Promise<boolean> {
    if (!this.canPart(group)) return false;
    await markDifferent(this.#dataset, partable(group), (marked) => {
      if (marked) this.#parted.set(group.id, true);
      else this.#parted.delete(group.id);
    });
    if (this.#review.advances && group.id === this.current?.id) this.moveGroup(1);
    return true;
  }

  /** Applies to every group of the finding with one label, not only on this page. */
  keepOneEach(): Promise<KeptOnes> {
    return this.#review.keepOnePerGroup(this.finding, [...this.#chosen.values()]);
  }

  /** Whether that is allowed: where labels differ, a person must say which one is right. */
  get canKeepOneEach(): boolean {
    return checkOf(this.#review.finding?.check ?? '')?.drop !== 'conflicting-groups';
  }
}
