/** What the overview says about the health of a data set, and about what has not been looked at yet. */
import { describe, expect, it } from 'vitest';
import type { DatasetSummary, Unchecked } from '../../../../src/contract/model/dataset';
import { inWindow, openWindow, press, text } from '../support/mounted-window';
import type { Handlers } from '../support/fake-engine';
import { sampleFindings } from '../support/sample-findings';
import { DATASET, scenario } from '../support/scenario';

const classes = [
  { name: 'cat', count: 20 },
  { name: 'dog', count: 20 },
];
const clean = scenario({ name: 'pets', classes });
const faulty = scenario({ name: 'pets', classes, findings: sampleFindings(40) });
const nothing: Unchecked[] = [
  { what: 'labels', why: 'not-run', detail: '' },
  { what: 'changed-copies', why: 'not-run', detail: '' },
  { what: 'collapse', why: 'not-run', detail: '' },
];

async function open(
  unchecked: Unchecked[],
  more: Partial<DatasetSummary> = {},
  scene = clean,
  handlers: Handlers = {},
) {
  return openWindow(
    { ...scene, summary: { ...scene.summary, ...more } },
    { 'dataset.unchecked': () => unchecked, 'jobs.probe': () => ({ job: '11111111-2222' }), ...handlers },
  );
}
const health = () => text('[aria-label="Health"]')[0] ?? '';
const isGreen = () => document.querySelector('[aria-label="Health"] .mark.good') !== null;
const buttons = () => text('[aria-label="Not looked at yet"] button');

inWindow();

describe('the health of a data set', () => {
  it('is green only if nothing is left to look at', async () => {
    await open([]);
    expect(health()).toContain('No problem found that would stop a network from learning.');
    expect(isGreen()).toBe(true);
    expect(text('[aria-label="Not looked at yet"]')).toEqual([]);
  });

  it('is not green because nothing ran, and offers to look', async () => {
    const { fake, session } = await open(nothing);
    expect(isGreen()).toBe(false);
    expect(health()).toContain('No problem found in files, pictures and counts.');
    expect(health()).toContain('Labels: not checked.');
    expect(buttons()).toEqual(['Run the instant probe', 'Import predictions', 'Import a script']);
    await press('Run the instant probe');
    expect(fake.asked.findLast(({ name }) => name === 'jobs.probe')?.params).toEqual({
      dataset: DATASET,
      probe: 'instant',
    });
    expect(session.view).toBe('labels');
  });

  it('says what is left beside findings too', async () => {
    await open([nothing[1]!], {}, faulty);
    expect(health()).toContain('Not looked at yet');
    expect(buttons()).toEqual(['Run the instant probe']);
  });

  it('gives the reason where a probe may judge no label', async () => {
    await open([{ what: 'labels', why: 'withheld', detail: 'The probe has not learned the classes.' }]);
    expect(isGreen()).toBe(false);
    expect(health()).toContain('Labels: not judged. The probe has not learned the classes.');
    expect(buttons()).toEqual(['Open Labels']);
  });

  it('offers no probe where none can learn', async () => {
    const only = [{ name: 'cat', count: 20 }];
    await open(nothing, {}, scenario({ name: 'one', classes: only }));
    expect(health()).toContain('there is no second class to tell it from');
    expect(buttons()).toEqual(['Import predictions', 'Import a script']);
  });

  it('marks findings of a part of the images, and says nothing about the rest yet', async () => {
    await open(nothing, { incomplete: true, indexedAt: null, findingsSoFar: true }, faulty);
    expect(health()).toContain('So far. Most checks run after all images are measured.');
    expect(health()).not.toContain('Not looked at yet');
  });

  it('does not call an empty list good while images are measured', async () => {
    await open(nothing, { incomplete: true, indexedAt: null, findingsSoFar: true });
    expect(health()).toContain('Nothing found so far.');
    expect(isGreen()).toBe(false);
  });
});
