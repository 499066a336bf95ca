/** What is above and instead of the suspicious labels: the list of pairs, and what an empty list says. */
import { beforeEach, expect, it, vi } from 'vitest';
import type { LabelsSummary } from '../../../../../src/contract/model/labels';
import { labelsOf } from '../../../../../src/renderer/state/labels.svelte';
import { inWindow, openWindow, press, settled, text } from '../../support/mounted-window';
import { samplePredictions } from '../../support/sample-collapse';
import { scenario } from '../../support/scenario';

inWindow();
// jsdom has no layout: without a height, a virtual list shows only its first rows.
beforeEach(() => {
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(336);
});

const classes = Array.from({ length: 250 }, (_, k) => ({ name: `class ${k}`, count: 10 }));
const { diagnosis } = samplePredictions(classes.slice(0, 2), (k) => k, { id: 'instant', name: 'Instant probe' });
const summary: LabelsSummary = {
  runs: [
    {
      kind: 'instant',
      finishedAt: 1,
      seconds: 2,
      stale: false,
      images: 2500,
      skill: {
        verdict: 'learned',
        sentence: '',
        balancedAccuracy: 0.9,
        chance: 0.01,
        z: 9,
        effectiveClasses: 250,
        logLossSkill: 0.8,
        perClass: [],
      },
      diagnosis,
      choices: [],
    },
  ],
  withheld: null,
  judged: 2500,
  flagged: 250,
  estimate: null,
  curve: [],
  pairs: classes.map(({ name }, k) => ({ given: name, suggested: `class ${(k + 1) % 250}`, count: 250 - k })),
  joint: [],
};

async function open(part: Partial<LabelsSummary> = {}) {
  const { session } = await openWindow(scenario({ name: 'many', classes }), {
    'labels.summary': () => ({ ...summary, ...part }),
    'labels.list': () => ({ total: 0, items: [] }),
    'labels.curve': () => [],
  });
  session.go('labels');
  await settled();
  return labelsOf(session.dataset!);
}

const rows = () => text('[role="menu"][aria-label="Pairs"] button');

it('finds a pair by either class, also those that are far down in the list', async () => {
  const labels = await open();
  await press('Pair: All pairs');
  expect(rows()[0]).toBe('All pairs');
  expect(rows()[1]).toMatch(/class 0.*class 1.*250/);
  const field = document.activeElement as HTMLInputElement;
  field.value = 'CLASS 249';
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await settled();
  expect(rows()).toHaveLength(2);
  expect(rows()[0]).toMatch(/class 248.*class 249/);
  document.querySelectorAll<HTMLElement>('[role="menu"] button')[1]!.click();
  await settled();
  expect(labels.pair).toEqual({ given: 'class 249', suggested: 'class 0' });
  expect(document.querySelector('[role="menu"]')).toBeNull();
  await press('Pair: class 249 → class 0');
  expect(rows()[0]).toBe('All pairs');
});

it('is operated by keys alone', async () => {
  const labels = await open();
  await press('Pair: All pairs');
  const key = async (name: string) => {
    document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }));
    await settled();
  };
  for (const name of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowUp']) await key(name);
  (document.activeElement as HTMLButtonElement).click();
  await settled();
  expect(labels.pair).toEqual({ given: 'class 0', suggested: 'class 1' });
});

it('says of an empty list only that no label is wrong enough', async () => {
  await open();
  expect(text('main')[0]).toContain('No label is more than 40 % likely to be wrong.');
  expect(text('main')[0]).not.toContain('Lower the threshold');
});

it('offers a lower threshold where one shows more', async () => {
  await open({
    curve: [
      { threshold: 0.35, flagged: 2, expected: 1 },
      { threshold: 0.2, flagged: 5, expected: 2 },
    ],
  });
  expect(text('main')[0]).toContain('Lower the threshold to see less certain ones.');
});

it('says once that labels are not judged, without controls for a list', async () => {
  await open({ withheld: 'The probe does no better than guessing.', flagged: 0, pairs: [] });
  const main = text('main')[0]!;
  expect(main).toContain('Labels are not judged');
  expect(main.split('The probe does no better than guessing.')).toHaveLength(2);
  expect(main).not.toContain('The labels are judged by');
  expect(document.querySelector('main input[type="range"]')).toBeNull();
});

it('says of each probe how sure it is of the suggested class, apart from how likely the label is wrong', async () => {
  const scene = scenario({ name: 'many', classes });
  const { session } = await openWindow(scene, {
    'labels.summary': () => ({ ...summary, flagged: 1 }),
    'labels.list': () => ({
      total: 1,
      items: [
        {
          card: scene.card(0),
          given: 'class 0',
          suggested: 'class 1',
          wrong: 0.51,
          flagged: true,
          probed: [{ kind: 'instant', given: 0.002, suggested: 0.997 }],
          decision: null,
        },
      ],
    }),
    'labels.curve': () => [],
  });
  session.go('labels');
  await settled();
  expect(text('.share')).toEqual(['51 % wrong']);
  expect(text('.probed')).toEqual(['Instant probe> 99 % sure']);
  expect(document.querySelector<HTMLElement>('.probed')!.title).toBe(
    'Instant probe: “class 1” > 99 %, “class 0” < 1 %. “51 % wrong” also counts how often labels of this class are wrong.',
  );
});
