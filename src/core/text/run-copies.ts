/** What copies from a run on a cluster are, in sentences. */
import type { RunCopies } from '../../contract/model/run-copies';
import { named, quoted } from './names';
import { counted, integer } from './numbers';

const MOST_FINDINGS = 12;

export function runCopiesText({ source, images, flagged, sample, left, report, findings }: RunCopies): string[] {
  return [
    `These are copies of ${integer(flagged + sample - left)} of the ${counted(images, 'image')} of ${source}, which were audited in shards: those that its findings are about, and ${counted(sample, 'other')}.`,
    `Figures and findings about the whole data set, such as shares of classes, are here those of the copies. The figures of all ${counted(images, 'image')} are in ${report}.`,
    ...(findings.length === 0 ? [] : [`Found among all images: ${named(findings.map(quoted), MOST_FINDINGS)}.`]),
  ];
}
