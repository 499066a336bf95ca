import type { UnreadableCode } from '../../contract/model/image';
import { UNREADABLE } from '../text/labels';
import type { Check } from './check';
import { classTable, finding, inOrder } from './finding';
import { counted, integer, percent } from '../text/numbers';
import { named } from '../text/names';

const NAMED_REASONS = 4;

/** "20 not an image, 15 truncated, 10 corrupt and 11 for other reasons": every number is a number of files. */
function whys(reasons: readonly (readonly [string, number])[]): string {
  const told = reasons.slice(0, reasons.length > NAMED_REASONS ? NAMED_REASONS - 1 : NAMED_REASONS);
  const rest = reasons.slice(told.length).reduce((sum, [, files]) => sum + files, 0);
  return named(
    [
      ...told.map(([why, files]) => `${integer(files)} ${why}`),
      ...(rest > 0 ? [`${integer(rest)} for other reasons`] : []),
    ],
    NAMED_REASONS,
  );
}

export const unreadable: Check = {
  id: 'unreadable',
  title: 'Unreadable files',
  why: 'A training run stops at the first file that it cannot decode, or it skips the file and trains on fewer images than you think.',
  how: 'Every file is decoded completely, and warnings count as errors. Each file that fails is listed with its reason: empty, truncated, corrupt, not an image, too many pixels (more than 268 million), no permission, a broken link.',
  basis: 'images',
  checklist: ['data'],
  thresholds: {},
  version: 4,
  run(input) {
    const broken = input.images.flatMap((image) => (image.unreadable ? [{ image, reason: image.unreadable }] : []));
    if (broken.length === 0) return [];
    const byCode = new Map<UnreadableCode, string[]>();
    for (const { image, reason } of broken) byCode.set(reason.code, [...(byCode.get(reason.code) ?? []), image.path]);
    const reasons = [...byCode].sort((a, b) => b[1].length - a[1].length);
    const concerned = broken.map(({ image }) => image);
    const share = broken.length / input.images.length;
    return [
      finding({
        check: 'unreadable',
        severity: 'error',
        scope: 'image',
        title: `${counted(broken.length, 'file')} of ${integer(input.images.length)} cannot be read (${percent(share)}): ${whys(reasons.map(([code, paths]) => [UNREADABLE[code], paths.length]))}.`,
        remedy:
          'Get these files again from their source, or leave them out, as the export does. Keras stops at them in the middle of an epoch, and PyTorch’s loader raises an error.',
        score: Math.sqrt(share),
        value: broken.length,
        ...inOrder(input, concerned),
        images: concerned.map((image) => ({ id: image.id, value: null })),
        evidence: {
          facts: reasons.map(([code, paths]) => ({
            name: UNREADABLE[code],
            value: paths.length,
            unit: paths.length === 1 ? 'file' : 'files',
          })),
          tables: [
            {
              title: 'Why',
              columns: ['file', 'what', 'why'],
              rows: broken.map(({ image, reason }) => [image.path, UNREADABLE[reason.code], reason.reason]),
            },
            classTable(concerned, input.images, 'By class'),
          ],
        },
      }),
    ];
  },
};
