import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { DuplicateGroup } from '../../../../src/contract/model/finding';
import type { PretrainedUse } from '../../../../src/contract/model/labels';
import type { ReportPage } from '../../../../src/core/report/material';
import { reportHtml } from '../../../../src/core/report/page';
import { DARK, LIGHT } from '../../../../src/core/report/style';
import { card, page, shown } from './material';

const EVIL = '<img src=x onerror=alert(1)>';
const ESCAPED = '&lt;img src=x onerror=alert(1)&gt;';
/** Without the marks at which a long name may break. */
const unbrokenHtml = (of: ReportPage): string => reportHtml(of).replaceAll('<wbr>', '');
const occurrences = (text: string, part: string) => text.split(part).length - 1;
/** Everything that a browser would load or run. */
const OUTSIDE =
  /https?:|url\((?!["']?data:)|@import|<script|<link|<iframe|<object|<base|src="(?!data:image\/jpeg;base64,[A-Za-z0-9+/=]*")|href="(?!#)|srcset|\son\w+=/i;

const skill = {
  verdict: 'learned',
  sentence: 'It learned.',
  balancedAccuracy: 0.9,
  chance: 0.5,
  z: 9,
  effectiveClasses: 2,
  logLossSkill: 0.5,
  perClass: [],
} as const;
const collapse = {
  verdict: 'learns',
  sentence: 'It tells the classes apart.',
  accuracy: 0.91,
  majorityBaseline: 0.75,
  chance: 0.5,
  balancedAccuracy: 0.88,
  perClass: [{ name: EVIL, images: 4, predicted: 0, recall: 0, precision: null }],
} as const;
const group = (id: number, members: number): Pick<DuplicateGroup, 'members'> => ({
  members: Array.from({ length: members }, (_, i) => ({
    place: i,
    card: card(id * 1000 + i, `g${id}/${i}.png`),
    bytes: 1,
    relation: i === 0 ? null : 'near',
    similarity: 0.98,
  })),
});

describe('the HTML report', () => {
  it('shows names of classes, files, splits, folders, thresholds and reasons as plain text, also if they contain markup', () => {
    const evil = { ...card(1, `${EVIL}/1.png`), className: EVIL, split: EVIL };
    const grouped = {
      ...shown({ groups: [['x', 'y']] }),
      groups: [{ ...group(1, 2), members: group(1, 2).members.map((member) => ({ ...member, card: evil })) }],
    };
    const findings = [
      shown(
        {
          title: `class ${EVIL}`,
          remedy: EVIL,
          images: [EVIL],
          evidence: {
            facts: [{ name: EVIL, value: EVIL, unit: EVIL }],
            tables: [{ title: EVIL, columns: [EVIL], rows: [[EVIL]] }],
            histogram: {
              id: 'x',
              title: EVIL,
              unit: EVIL,
              edges: [0, 1, 2],
              counts: [1, 1],
              log: false,
              threshold: 1,
              thresholdId: 'x',
              side: 'above',
            },
          },
        },
        [evil, { ...evil, id: 2, width: null, height: null, unreadable: { code: 'corrupt', reason: EVIL } }],
      ),
      grouped,
      shown({ muted: `because ${EVIL}` }),
    ];
    const text = unbrokenHtml(
      page(
        {
          name: EVIL,
          note: EVIL,
          findings,
          classes: [{ name: EVIL, count: 4, unreadable: 0, perSplit: [4] }],
          thresholds: [{ id: EVIL, check: 'dark', value: 1, default: 2, min: 0, max: 9, unit: EVIL, reason: EVIL }],
          suspects: [{ card: evil, given: EVIL, suggested: EVIL, wrong: 0.9, flagged: true, probed: [] }],
          pictures: new Map([[1, 'data:image/jpeg;base64,AAAA']]),
        },
        {
          timings: { [EVIL]: 1 },
          collapse: { ...collapse, sentence: EVIL, perClass: [...collapse.perClass] },
          labels: {
            probe: 'instant',
            seconds: 3,
            skill: { ...skill, sentence: EVIL, perClass: [] },
            withheld: null,
            estimate: { expected: 1, low: 0, high: 2 },
            images: [evil.path, `${EVIL}/2.png`].map((path) => ({
              path,
              given: EVIL,
              suggested: EVIL,
              quality: 0.1,
              issue: true,
            })),
          },
        },
        { root: `/data/${EVIL}`, table: EVIL, readAs: EVIL, splits: [{ name: EVIL, count: 4, classes: 1 }] },
      ),
    );
    expect(text).not.toContain('<img src=x');
    expect(text).toContain(`because ${ESCAPED}`);
    expect(occurrences(text, ESCAPED)).toBeGreaterThan(30);
    expect(text.replaceAll(ESCAPED, '')).not.toMatch(OUTSIDE);
  });

  it('states what was audited, how, with which version and when', () => {
    const text = unbrokenHtml(
      page(
        { findings: [shown({ severity: 'error' }), shown()] },
        { timings: { Measuring: 12.34 } },
        { unreadable: 2, unreadableReasons: [{ code: 'corrupt', count: 2 }] },
      ),
    );
    for (const part of [
      '<h1>set</h1>',
      'Read as class folders.',
      '/data/set',
      '2026-03-01, 09:30 UTC',
      'Plumbline 1.2.3',
      '1 error<',
      '1 warning<',
      '2 corrupt',
      '75 %',
      'accuracy of always answering “a”',
      '3 : 1',
      '12.3 s',
    ])
      expect(text).toContain(part);
    expect(text).not.toMatch(OUTSIDE);
  });

  it('names a severity in words beside its symbol', () => {
    const text = unbrokenHtml(page({ findings: [shown({ severity: 'error' }), shown({ severity: 'info' })] }));
    expect(text).toMatch(/#mark-error"\/><\/svg> <strong>Error<\/strong>/);
    expect(text).toMatch(/#mark-info"\/><\/svg> <strong>Note<\/strong>/);
  });

  it('puts muted findings at the end with their reasons and does not count them', () => {
    const text = unbrokenHtml(
      page({ findings: [shown({ title: 'known thing', muted: 'we know' }), shown({ title: 'open thing' })] }),
    );
    expect(text.indexOf('open thing')).toBeLessThan(text.indexOf('known thing'));
    expect(text.indexOf('we know')).toBeGreaterThan(text.indexOf('known thing'));
    expect(text).toContain('1 warning<');
  });

  it('limits 300 findings with 50 pictures each, long tables and many groups, and says what it omits', () => {
    const tables = Array.from({ length: 6 }, () => ({
      title: 't',
      columns: Array.from({ length: 30 }, (_, i) => `c${i}`),
      rows: Array.from({ length: 500 }, (_, i) => Array.from({ length: 30 }, () => i)),
    }));
    const findings = Array.from({ length: 300 }, (_, i) =>
      i === 0
        ? {
            ...shown({ groups: Array.from({ length: 40 }, () => Array.from({ length: 99 }, () => 'p')) }),
            groups: Array.from({ length: 40 }, (_, at) => group(at + 1, 99)),
          }
        : shown(
            { title: `finding ${i}`, images: Array.from({ length: 50 }, () => 'p'), evidence: { facts: [], tables } },
            Array.from({ length: 50 }, (_, at) => card(i * 100 + at)),
          ),
    );
    const text = unbrokenHtml(page({ findings }));
    expect(occurrences(text, '<figure>')).toBe(100 * 12);
    expect(text).toContain('and 38 more images');
    expect(text).toContain('and 93 more copies');
    expect(text).toContain('and 38 more groups');
    expect(text).toContain('and 485 more rows, 18 more columns in report.json');
    expect(text).toContain('200 more findings, short form');
    expect(text).toContain('finding 299');
    expect(text.length).toBeLessThan(5_000_000);
  });

  it('draws the largest 60 of 1,000 classes, and the outline of all', () => {
    const classes = Array.from({ length: 1000 }, (_, i) => ({
      name: `class ${i}`,
      count: i,
      unreadable: 0,
      perSplit: [],
    }));
    const text = unbrokenHtml(page({ classes }));
    expect(occurrences(text, 'class="name"')).toBe(60);
    expect(text).toContain('and 940 more classes, the smallest “class 0” with 0 images');
    expect(text.indexOf('>class 999<')).toBeLessThan(text.indexOf('>class 998<'));
    expect(text).not.toContain('>class 500<');
    expect(occurrences(text, 'class="profile"')).toBe(1);
  });

  it('marks a class that has no image in a split', () => {
    const classes = [{ name: 'a', count: 3, unreadable: 0, perSplit: [3, 0] }];
    const text = unbrokenHtml(
      page(
        { classes },
        {},
        {
          splits: [
            { name: 'train', count: 3, classes: 1 },
            { name: 'val', count: 0, classes: 0 },
          ],
        },
      ),
    );
    expect(text).toContain('<td class="number split bad">0</td>');
    expect(text).toContain('class="split-1"');
  });

  it('names an image without a thumbnail and the reason', () => {
    const broken = {
      ...card(7, 'a/broken.png'),
      width: null,
      height: null,
      unreadable: { code: 'truncated' as const, reason: 'The file ends early.' },
    };
    const text = unbrokenHtml(
      page({ findings: [shown({}, [broken, card(8)])], pictures: new Map([[8, 'data:image/jpeg;base64,BBBB']]) }),
    );
    expect(text).toContain('<span class="missing">truncated</span>');
    expect(text).toContain('a/broken.png');
    expect(text).toContain('The file ends early.');
    expect(occurrences(text, '<img ')).toBe(1);
  });

  it('says why labels were not judged, and calls none wrong', () => {
    const labels = {
      probe: 'instant' as const,
      seconds: 2,
      skill: { ...skill, perClass: [] },
      withheld: 'the probe learned nothing.',
      estimate: null,
      images: [{ path: 'a/1.png', given: 'a', suggested: 'b', quality: 0.1, issue: true }],
    };
    const text = unbrokenHtml(page({}, { labels, collapse: { ...collapse, perClass: [...collapse.perClass] } }));
    expect(text).toContain('No label is flagged as wrong: the probe learned nothing.');
    expect(text).not.toContain('→');
    for (const part of ['It tells the classes apart.', '91 %', '88 %', '75 %', '50 %']) expect(text).toContain(part);
    expect(unbrokenHtml(page())).toContain('labels were not judged');
  });

  it('says once that the pretrained network is not installed, and nothing of one that was tried', () => {
    const textOf = (pretrained: PretrainedUse) =>
      reportHtml(
        page(
          {},
          {
            labels: {
              probe: 'instant',
              pretrained,
              seconds: 2,
              skill: { ...skill, perClass: [] },
              withheld: null,
              estimate: null,
              images: [],
            },
          },
        ),
      );
    expect(occurrences(textOf('not-installed'), 'because it is not installed')).toBe(1);
    for (const tried of ['used', 'of-no-help'] as const) expect(textOf(tried)).not.toContain('retrained network');
  });

  it('shows suspicious labels once, with the decisions of the review and its progress', () => {
    const suspect = (id: number) => ({
      card: card(id),
      given: 'a',
      suggested: 'b',
      wrong: 0.9999,
      flagged: true,
      probed: [],
    });
    const decided = { verdict: 'relabel' as const, label: 'c' };
    const image = (id: number) => ({ path: `a/${id}.png`, given: 'a', suggested: 'b', quality: 0.0001, issue: true });
    const labels = {
      probe: 'instant' as const,
      seconds: 2,
      skill: { ...skill, perClass: [] },
      withheld: null,
      estimate: null,
      images: [
        { ...image(1), decided },
        image(2),
        image(3),
        { ...image(4), decided: { verdict: 'keep' as const, label: 'a' } },
      ],
    };
    const text = unbrokenHtml(
      page(
        {
          suspects: [suspect(1), suspect(2)],
          decisions: new Map([[1, decided]]),
          findings: [shown({ check: 'label-error' }, [{ ...card(1), value: 0.9999 }])],
          pictures: new Map([
            [1, 'data:image/jpeg;base64,AAAA'],
            [2, 'data:image/jpeg;base64,BBBB'],
          ]),
        },
        { labels, review: { decisions: 3, perVerdict: { keep: 1, relabel: 1, exclude: 1, unsure: 0 } } },
      ),
    );
    expect([occurrences(text, 'base64,AAAA'), occurrences(text, 'base64,BBBB')]).toEqual([1, 1]);
    expect(text).toMatch(/→ <strong><bdi>c<\/bdi><\/strong><\/span><span class="dim">Relabelled to c</);
    expect(text).toContain('&gt; 99 % wrong');
    expect(text).toContain('3 labels look wrong; 1 of them is reviewed; 1 more was found correct.');
    expect(text).not.toContain('a/4.png');
    expect(text).toContain('3 images are decided');
    expect(text).not.toContain('0.000');
  });

  it('writes the name of a value after a number without a unit', () => {
    const histogram = {
      id: 'x',
      title: 'Long side / short side',
      unit: '',
      edges: [1, 2, 3],
      counts: [1, 1],
      log: false,
      threshold: 2,
      thresholdId: 'x',
      side: 'above' as const,
    };
    expect(
      unbrokenHtml(page({ findings: [shown({ evidence: { facts: [], histogram } }, [{ ...card(1), value: 2.5 }])] })),
    ).toContain('<span class="dim">Long side / short side 2.5</span>');
  });

  it('marks thresholds that differ from their default', () => {
    const threshold = { check: 'dark' as const, default: 32, min: 0, max: 255, unit: 'level', reason: '' };
    const text = unbrokenHtml(
      page({
        thresholds: [
          { ...threshold, id: 'kept', value: 32 },
          { ...threshold, id: 'moved', value: 40 },
        ],
      }),
    );
    expect(text).toContain('1 of 2 differ');
    expect(text).toContain('● moved');
    expect(text).not.toContain('● kept');
  });

  it('has the colours of the window', () => {
    const [light = '', dark = ''] = readFileSync('src/renderer/styles/tokens.css', 'utf8').split("[data-theme='dark']");
    for (const [tokens, css] of [
      [LIGHT, light],
      [DARK, dark],
    ] as const)
      for (const [name, value] of Object.entries(tokens)) expect(css, name).toContain(`--${name}: ${value};`);
  });
});
