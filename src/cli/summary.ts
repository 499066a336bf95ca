/** A report as text for a terminal. */
import { hasMissing, leftOutText, takenText } from '../core/text/folder-reading';
import { runCopiesText } from '../core/text/run-copies';
import { unpackedText } from '../core/text/unpacked';
import { judgedBy, otherFilesText } from '../core/text/labels';
import { counted, integer, percentOneDecimal, ratio } from '../core/text/numbers';
import type { Report } from '../contract/model/report';
import { printable } from './printable';

const MOST_CLASSES = 12;

function classLines(classes: Report['dataset']['classes']): string[] {
  const largest = [...classes].sort((a, b) => b.count - a.count);
  const shown = largest.slice(0, MOST_CLASSES);
  const width = Math.max(0, ...shown.map(({ name }) => name.length));
  const lines = shown.map(({ name, count }) => `  ${name.padEnd(Math.min(width, 60))}  ${integer(count)}`);
  if (largest.length > shown.length) lines.push(`  … and ${integer(largest.length - shown.length)} smaller classes`);
  return lines;
}

export function reportText({ dataset, findings, labels }: Report): string {
  const reasons = dataset.unreadableReasons.map(({ code, count }) => `${count} ${code}`).join(', ');
  const skipped = otherFilesText(dataset.skipped ?? [], dataset.reading);
  const numbered = new Set(dataset.reading?.classNames?.names.map(({ number }) => number));
  const counting = findings.filter((finding) => finding.muted === null);
  const lines = [
    dataset.root,
    ...(dataset.copiesOfRun ? runCopiesText(dataset.copiesOfRun).map((line) => `  ${line}`) : []),
    ...(dataset.unpacked ? unpackedText(dataset.unpacked).map((line) => `  ${line}`) : []),
    dataset.readAs,
    ...(dataset.reading
      ? [...takenText(dataset.reading), ...leftOutText(dataset.reading, hasMissing(dataset))].map((line) => `  ${line}`)
      : []),
    ...(dataset.otherReadings ?? []).map((line) => `  ${line}`),
    ...(dataset.classes.some(({ name }) => numbered.has(name))
      ? ['  To use these class names: plumbline review with --name-classes.']
      : []),
    ...(skipped === '' ? [] : [`  Other files: ${skipped}.`]),
    `${integer(dataset.images)} images${dataset.unreadable > 0 ? `, ${integer(dataset.unreadable)} unreadable (${reasons})` : ''}`,
    ...classLines(dataset.classes),
    ...(dataset.splits.length > 0
      ? [`Splits: ${dataset.splits.map(({ name, count }) => `${name} ${integer(count)}`).join(', ')}`]
      : []),
    ...(dataset.majorityShare === null
      ? []
      : [
          `Largest class: ${percentOneDecimal(dataset.majorityShare)} of images; largest to smallest ${ratio(dataset.imbalanceRatio ?? 1)}${dataset.splits.length > 1 ? ', all splits' : ''}`,
        ]),
    ...(labels === null
      ? []
      : [
          `Labels judged by ${judgedBy(labels.probe, labels)}: ${labels.withheld ?? `${counted(labels.images.filter(({ issue }) => issue).length, 'label looks', 'labels look')} wrong.`}`,
        ]),
    '',
    counting.length === 0 ? 'No findings.' : `${integer(counting.length)} findings:`,
    ...counting.map(({ severity, check, title }) => `  ${severity.padEnd(7)}  ${check}: ${title}`),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}
