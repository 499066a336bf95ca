import { describe, expect, it } from 'vitest';
import { reportHtml } from '../../../../src/core/report/page';
import { page } from './material';

const EVIL = '<img src=x onerror=alert(1)>';
const level = { key: 'user', title: 'your recipe', mean: 0.02, low: null, high: null, seeds: 1 };
const set = { choices: ['learning-rate'], sentence: `A rate of ${EVIL}.`, confirmed: false };

describe('the training part of the HTML report', () => {
  it('shows checklist, lab and predictions, and hostile names as text', () => {
    const text = reportHtml(
      page(
        {},
        {
          checklist: [
            {
              id: 'data',
              title: 'Data and labels',
              verdict: 'problem',
              evidence: Array.from({ length: 9 }, (_, i) => ({ sentence: `seen ${i} ${EVIL}`, shownBy: null })),
              next: `Look at ${EVIL}.`,
            },
            {
              id: 'imbalance',
              title: 'Class balance',
              verdict: 'not-checked',
              evidence: [],
              next: 'Audit the data set.',
            },
          ],
          predictions: [
            {
              name: EVIL,
              source: 'table',
              images: 1200,
              verdict: 'single-class',
              sentence: `All “${EVIL}”.`,
              accuracy: 0.9,
              balancedAccuracy: 0.5,
              notes: [EVIL],
            },
          ],
          lab: {
            outcome: 'cause-found',
            sentence: `It is the rate ${EVIL}.`,
            chance: 0.5,
            yardstick: { balancedAccuracy: 0.91, aboveChance: true },
            sound: { ...level, mean: 0.94 },
            user: level,
            notes: [EVIL],
            finishedAt: '2026-03-01T09:30:00.000Z',
            seconds: 60,
            runs: 8,
            causes: [set],
            remedies: [set],
            choices: [
              {
                id: 'learning-rate',
                title: 'learning rate',
                user: EVIL,
                sound: '0.002 with Adam',
                line: 12,
                role: 'cause',
              },
            ],
          },
        },
      ),
    );
    expect(text).not.toContain('<img src=x');
    for (const part of [
      'Data and labels',
      'Problem',
      'Not checked',
      'and 3 more observations',
      'Next: Audit the data set.',
      'learning rate (line 12)',
      '<td>Cause</td>',
      'What prevents the collapse is found',
      'recovers 94 % of that, the user’s 2 %',
      'Cause (not confirmed): A rate of',
      '1,200 images; accuracy 90 %, balanced accuracy 50 %',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('is left out if there are no data for it', () => {
    const text = reportHtml(page({}, { lab: null, predictions: [] }));
    for (const id of ['checklist', 'lab', 'predictions']) expect(text).not.toContain(`id="${id}"`);
  });
});
