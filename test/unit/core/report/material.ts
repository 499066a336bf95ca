/** Generated reports of any size. */
import type { ImageCard } from '../../../../src/contract/model/image';
import { REPORT_SCHEMA, type Report } from '../../../../src/contract/model/report';
import type { PageFinding, ReportPage } from '../../../../src/core/report/material';

export function card(id: number, path = `a/${id}.png`): ImageCard {
  return { id, path, className: 'a', split: null, width: 32, height: 24, unreadable: null, value: null };
}

export function finding(more: Partial<Report['findings'][number]> = {}): Report['findings'][number] {
  return {
    key: 'dark',
    check: 'dark',
    severity: 'warning',
    scope: 'image',
    title: '3 images are dark.',
    remedy: 'Look at them.',
    classes: [],
    splits: [],
    score: 0.5,
    value: 1,
    threshold: 32,
    images: ['a/1.png'],
    groups: [],
    evidence: { facts: [] },
    muted: null,
    progress: null,
    ...more,
  };
}

export function shown(more: Partial<Report['findings'][number]> = {}, cards: readonly ImageCard[] = []): PageFinding {
  return { finding: finding(more), cards, groups: [] };
}

export function page(
  more: Partial<ReportPage> = {},
  report: Partial<Report> = {},
  dataset: Partial<Report['dataset']> = {},
): ReportPage {
  const classes = more.classes ?? [
    { name: 'a', count: 3, unreadable: 0, perSplit: [] },
    { name: 'b', count: 1, unreadable: 0, perSplit: [] },
  ];
  const findings = more.findings ?? [];
  return {
    name: 'set',
    note: null,
    classes,
    findings,
    thresholds: [],
    suspects: [],
    decisions: new Map(),
    remarks: new Map(),
    pictures: new Map(),
    report: {
      schema: REPORT_SCHEMA,
      plumbline: '1.2.3',
      createdAt: '2026-03-01T09:30:00.000Z',
      dataset: {
        root: '/data/set',
        layout: 'class-folders',
        readAs: 'Read as class folders.',
        table: null,
        images: 4,
        unreadable: 0,
        unreadableReasons: [],
        classes: classes.map(({ name, count }) => ({ name, count })),
        splits: [],
        majorityShare: 0.75,
        imbalanceRatio: 3,
        effectiveClasses: 1.8,
        ...dataset,
      },
      findings: findings.map((one) => one.finding),
      labels: null,
      collapse: null,
      timings: {},
      ...report,
    },
    ...more,
  };
}
