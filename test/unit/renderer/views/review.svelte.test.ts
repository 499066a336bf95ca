import { beforeEach, describe, expect, it } from 'vitest';
import type { ImageFilter } from '../../../../src/contract/model/queries';
import type { Act, Decision, ReviewItem } from '../../../../src/contract/model/review';
import { reviewStats } from '../../../../src/core/review/stats';
import { connect } from '../../../../src/renderer/state/engine';
import { Dataset } from '../../../../src/renderer/state/dataset.svelte';
import { actOn } from '../../../../src/renderer/state/review-decision';
import { ReviewGroups } from '../../../../src/renderer/state/review-groups.svelte';
import { reviewOf, type ReviewPlace } from '../../../../src/renderer/state/review.svelte';
import { findClasses } from '../../../../src/renderer/parts/find-classes';
import { classKeys } from '../../../../src/renderer/state/class-keys';
import { fakeEngine, type FakeEngine } from '../support/fake-engine';
import { groupHandlers } from '../support/groups';
import { handlersFor } from '../support/handlers';
import { sampleFindings } from '../support/sample-findings';
import { DATASET, scenario } from '../support/scenario';

const TOTAL = 600;

/** A review log in memory: the decisions of the fake engine, with undo by batch. */
function log() {
  const batches: Act[][] = [];
  const undone: Act[][] = [];
  const fold = (): Map<number, Decision> => {
    const now = new Map<number, Decision>();
    for (const act of batches.flat()) {
      if (act.kind === 'clear') now.delete(act.image);
      else
        now.set(act.image, {
          verdict: act.kind === 'move' ? 'relabel' : act.kind,
          label: act.kind === 'keep' ? 'given' : act.label,
          queue: null,
          note: null,
          at: batches.length * 1000,
        });
    }
    return now;
  };
  return { batches, undone, fold };
}

function reviewing(): { engine: FakeEngine; dataset: Dataset; review: ReviewPlace; batches: Act[][] } {
  const scene = scenario({
    name: 'x',
    classes: [
      { name: 'cat', count: 300 },
      { name: 'dog', count: 300 },
    ],
    findings: sampleFindings(TOTAL),
  });
  const { batches, undone, fold } = log();
  const items = (filter: ImageFilter): ReviewItem[] =>
    scene.list(filter, 0, TOTAL).items.map((card) => ({
      card,
      suggested: card.id % 2 === 0 ? (card.className === 'cat' ? 'dog' : 'cat') : null,
      decision: fold().get(card.id) ?? null,
    }));
  const engine = fakeEngine({
    ...handlersFor(scene),
    ...groupHandlers(() => scene.groups, fold),
    'review.queue': ({ filter, undecidedOnly, offset, limit }) => {
      const all = items(filter).filter((item) => !undecidedOnly || item.decision === null);
      return { total: all.length, items: all.slice(offset, offset + limit) };
    },
    'review.stats': ({ filter }) =>
      reviewStats(
        items(filter).map((item) => item.decision),
        TOTAL,
      ),
    'review.state': () => ({
      decisions: fold().size,
      perVerdict: { keep: 0, relabel: 0, exclude: 0, unsure: 0 },
      stale: 0,
      undoable: batches.length > 0,
      undoableAt: null,
      redoable: undone.length > 0,
      classes: [],
    }),
    'review.decisions': ({ images }) =>
      images.flatMap((image) => (fold().has(image) ? [{ image, decision: fold().get(image)! }] : [])),
    'review.keepOnly': ({ group, image }) => {
      const others = scene.groups[group]!.members.filter(({ card }) => card.id !== image);
      batches.push(others.map(({ card }) => ({ image: card.id, kind: 'exclude', label: null })));
      return { acts: others.length };
    },
    'review.act': ({ acts }) => {
      batches.push(acts);
      return { acts: acts.length, batch: batches.length };
    },
    'review.undo': () => {
      const batch = batches.pop();
      if (batch !== undefined) undone.push(batch);
      return { images: (batch ?? []).map((act) => act.image) };
    },
  });
  const dataset = new Dataset(connect(engine.bridge), DATASET);
  return { engine, dataset, review: reviewOf(dataset), batches };
}

let all: ReturnType<typeof reviewing>;
beforeEach(async () => {
  all = reviewing();
  await all.dataset.pull();
  await all.review.open({ kind: 'filter', title: 'All images', filter: {} });
});

describe('a review in the window', () => {
  it('moves to the next undecided image and skips decided ones', async () => {
    const { review } = all;
    review.moveTo(1);
    await review.decide({ kind: 'keep' });
    expect(review.active).toBe(2);
    review.moveTo(0);
    await review.decide({ kind: 'exclude' });
    expect(review.active).toBe(2);
    expect(review.items.at(0)?.decision?.verdict).toBe('exclude');
  });

  it('stays at the image if it is set not to advance', async () => {
    const { review } = all;
    review.advances = false;
    await review.decide({ kind: 'keep' });
    expect(review.active).toBe(0);
  });

  it('makes quick decisions in order, each on the image that was then shown', async () => {
    const { review, batches } = all;
    await Promise.all([
      review.decide({ kind: 'keep' }),
      review.decide({ kind: 'exclude' }),
      review.decide({ kind: 'unsure' }),
    ]);
    expect(batches.map((batch) => batch.map(({ image, kind }) => [image, kind]))).toEqual([
      [[0, 'keep']],
      [[1, 'exclude']],
      [[2, 'unsure']],
    ]);
    expect(review.active).toBe(3);
  });

  it('decides a range in one step and returns to it after undo', async () => {
    const { review, batches } = all;
    review.moveTo(4);
    review.moveTo(9, true);
    expect(review.targets).toHaveLength(6);
    expect(await review.decide({ kind: 'exclude' })).toBe(6);
    expect(batches).toHaveLength(1);
    expect(review.selected.size).toBe(0);
    expect(review.active).toBe(10);
    expect(await review.step('undo')).toBe(6);
    expect(review.active).toBe(9);
    expect(review.items.at(4)?.decision).toBeNull();
    expect(await review.step('undo')).toBe(0);
  });

  it('accepts a suggestion if there is one', async () => {
    const { review, batches } = all;
    expect(await review.decide({ kind: 'suggestion' })).toBe(1);
    expect(batches[0]).toEqual([{ image: 0, kind: 'relabel', label: 'dog' }]);
    expect(review.active).toBe(1);
    expect(await review.decide({ kind: 'suggestion' })).toBe(0);
    expect(review.active).toBe(1);
  });

  it('shows only undecided images on request, and keeps its position while they disappear', async () => {
    const { review } = all;
    await review.decide({ kind: 'keep' });
    await review.showUndecided(true);
    expect(review.items.total).toBe(TOTAL - 1);
    review.moveTo(5);
    const next = review.items.at(6)?.card.id;
    await review.decide({ kind: 'keep' });
    expect(review.current?.card.id).toBe(next);
  });

  it('opens a queue at its first undecided image, at any distance', async () => {
    const { review } = all;
    review.moveTo(0);
    review.moveTo(199, true);
    await review.decide({ kind: 'keep' });
    await review.open({ kind: 'filter', title: 'All images', filter: {} });
    expect(review.active).toBe(200);
  });

  it('selects the whole queue, not only the loaded part', async () => {
    const { review, batches } = all;
    await review.selectAll();
    expect(await review.decide({ kind: 'unsure' })).toBe(TOTAL);
    expect(new Set(batches[0]?.map((act) => act.image)).size).toBe(TOTAL);
  });

  it('starts with the worst queue and names it with every decision', async () => {
    const { engine, dataset } = reviewing();
    await dataset.pull();
    const review = reviewOf(dataset);
    review.begin();
    await expect.poll(() => review.targets.length).toBeGreaterThan(0);
    expect(review.finding?.images).toBeGreaterThan(0);
    await review.decide({ kind: 'keep' });
    expect(engine.asked.find((one) => one.name === 'review.act')?.params).toMatchObject({ queue: review.finding?.key });
  });
});

describe('the groups of a finding', () => {
  it('mark the largest image, exclude the others, and move to the next group', async () => {
    const { dataset, review, batches } = all;
    const groups = new ReviewGroups(dataset, review, 'exact-duplicate');
    await groups.page.refresh();
    const [first] = groups.groups;
    const area = (id: number | null) => {
      const card = first?.members.find((member) => member.card.id === id)?.card;
      return (card?.width ?? 0) * (card?.height ?? 0);
    };
    const keeper = groups.keeperOf(first!)!;
    const sameClass = new Set(first!.members.map((member) => member.card.className)).size === 1;
    if (sameClass) expect(first!.members.every((member) => area(member.card.id) <= area(keeper))).toBe(true);
    expect(groups.target?.card.id).toBe(keeper);
    await groups.keepOnly(first!, groups.active!);
    expect(batches[0]?.map((act) => act.kind)).toEqual(
      Array.from({ length: first!.members.length - 1 }, () => 'exclude'),
    );
    expect(groups.group).toBe(1);
    await groups.page.refresh();
    expect(groups.isSettled(groups.groups[0]!)).toBe(true);
  });

  it('mark no image if the labels differ, until the user chooses one or settles the labels', async () => {
    const { dataset, review } = all;
    const groups = new ReviewGroups(dataset, review, 'conflicting-duplicate');
    await groups.page.refresh();
    const torn = groups.groups.find((group) => group.classes.length > 1)!;
    expect(groups.keeperOf(torn)).toBeNull();
    const [one, ...others] = torn.members;
    groups.choose(torn, others[0]!);
    expect(groups.keeperOf(torn)).toBe(others[0]!.card.id);
    await review.perform(others.map(({ card }) => ({ image: card.id, kind: 'relabel', label: one!.card.className })));
    const anew = new ReviewGroups(dataset, review, 'conflicting-duplicate');
    await anew.page.refresh();
    expect(anew.keeperOf(anew.groups.find(({ id }) => id === torn.id)!)).not.toBeNull();
  });

  it('cannot be settled all at once if their labels differ', () => {
    const { dataset, review } = all;
    const offered = (key: string): boolean => {
      void review.open({ kind: 'finding', key });
      return new ReviewGroups(dataset, review, key).canKeepOneEach;
    };
    expect(['near-duplicate', 'split-leak', 'conflicting-duplicate'].map(offered)).toEqual([true, true, false]);
  });

  it('can be marked as different only if the bytes differ', async () => {
    const { dataset, review, engine } = all;
    const groups = new ReviewGroups(dataset, review, 'near-duplicate');
    await groups.page.refresh();
    const same = groups.groups.find((group) =>
      group.members.slice(1).every((member) => member.relation === 'same-bytes'),
    )!;
    const other = groups.groups.find((group) =>
      group.members.slice(1).every((member) => member.relation !== 'same-bytes'),
    )!;
    expect(await groups.part(same)).toBe(false);
    expect(engine.asked.some((one) => one.name === 'findings.notDuplicate')).toBe(false);
    expect(await groups.part(other)).toBe(true);
    expect(groups.isSettled(other)).toBe(true);
  });
});

describe('a choice of the user', () => {
  const item = { ...scenario({ name: 'x', classes: [{ name: 'cat', count: 1 }] }).card(0) };
  it('of the given class keeps the label', () => {
    expect(actOn({ card: item, suggested: null }, { kind: 'relabel', label: 'cat' })).toEqual({
      image: 0,
      kind: 'keep',
      label: null,
    });
    expect(actOn({ card: item, suggested: 'cat' }, { kind: 'suggestion' })).toEqual({
      image: 0,
      kind: 'keep',
      label: null,
    });
  });
});

describe('keys for the classes', () => {
  it('are numbers in class order, the digits themselves for digits, and the recently used classes if there are many', () => {
    expect(classKeys(['cat', 'dog'], [])).toEqual([
      { key: '1', name: 'cat' },
      { key: '2', name: 'dog' },
    ]);
    expect(classKeys(['0', '1', '7'], []).map((one) => one.key)).toEqual(['0', '1', '7']);
    const many = Array.from({ length: 12 }, (_, at) => `class ${at}`);
    expect(classKeys(many, [])).toEqual([]);
    expect(classKeys(many, ['class 7', 'gone', 'class 2'])).toEqual([
      { key: '1', name: 'class 7' },
      { key: '2', name: 'class 2' },
    ]);
    const ten = many.slice(0, 10);
    expect(classKeys(ten, []).map(({ key, name }) => `${key} ${name}`)).toEqual(
      ten.map((name, at) => `${(at + 1) % 10} ${name}`),
    );
  });

  it('are first those that the user chose, one for each class', () => {
    all.review.giveKey('5', 'dog');
    all.review.giveKey('1', 'dog');
    expect(classKeys(['cat', 'dog'], [], all.review.keys)).toEqual([
      { key: '1', name: 'dog' },
      { key: '2', name: 'cat' },
    ]);
  });

  it('are not needed when typing: equal names and prefixes come first', () => {
    expect(findClasses(['wildcat', 'cat fish', 'Cat', 'dog'], 'cat')).toEqual(['Cat', 'cat fish', 'wildcat']);
  });
});
