/** Sentences about the result of an import of decisions. */
import type { ReviewImport } from '../../contract/model/review';
import { counted } from '../text/numbers';
import { named, quoted } from '../text/names';

/** Limit on the listed problems, and on the listed notes. */
const MOST = 10;

export function importSentences(result: ReviewImport): string[] {
  const lines = [
    `${counted(result.applied, 'decision')} imported${result.unchanged > 0 ? `, ${result.unchanged} already existed` : ''}.`,
  ];
  if (result.classes > 0)
    lines.push(
      result.classes === 1
        ? '1 class was renamed or merged.'
        : `${counted(result.classes, 'class', 'classes')} were renamed or merged.`,
    );
  const { images, replaced } = result.remarks;
  if (images > 0)
    lines.push(
      `${counted(images, 'image')} got tags or a note${replaced > 0 ? `; ${counted(replaced, 'note')} replaced another one` : ''}.`,
    );
  if (result.unmatched.count > 0)
    lines.push(
      `${counted(result.unmatched.count, 'row')} matched no image, e.g. ${quoted(result.unmatched.paths[0]!)}.`,
    );
  if (result.newClasses.length > 0)
    lines.push(`Labels that are not yet classes of this data set: ${named(result.newClasses.map(quoted), 5)}.`);
  const [problems, notes] = [result.problems.sentences.slice(0, MOST), result.notes.slice(0, MOST)];
  const left = result.problems.count + result.notes.length - problems.length - notes.length;
  return [
    ...lines,
    ...problems,
    ...notes,
    ...(left > 0 ? [`${counted(left, 'further remark')} not listed here.`] : []),
  ];
}
