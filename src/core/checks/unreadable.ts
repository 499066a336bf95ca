import type { ImageRecord, PngFault, UnreadableCode } from '../../contract/model/image';
import { UNREADABLE } from '../text/labels';
import type { Check, CheckFinding, CheckInput } from './check';
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

const FAULTS: Readonly<Record<PngFault['kind'], (chunk: string) => string>> = {
  checksum: (chunk) => `wrong checksum in the chunk ${chunk}: UnidentifiedImageError`,
  short: (chunk) => `the chunk ${chunk} is too short: ValueError`,
  size: (chunk) => `the chunk ${chunk} has more than 1 MB of text or profile: ValueError`,
  method: (chunk) => `unknown compression in the chunk ${chunk}: UnidentifiedImageError`,
  end: () => 'the end chunk IEND is missing or damaged: InvalidArgumentError',
};

const LOADERS = {
  pillow: {
    name: 'Pillow',
    of: (kind: PngFault['kind']) => kind !== 'end',
    who: 'PyTorch’s ImageFolder, Hugging Face and Keras load_img open files with Pillow and stop at them. image_dataset_from_directory and OpenCV read them.',
  },
  tensorflow: {
    name: 'TensorFlow',
    of: (kind: PngFault['kind']) => kind === 'end',
    who: 'Keras image_dataset_from_directory stops at them. Pillow (PyTorch, Hugging Face, Keras load_img) reads them.',
  },
} as const;

/** PNG files that Plumbline can show but one of the loaders refuses to open. */
function refused(input: CheckInput, loader: keyof typeof LOADERS): CheckFinding[] {
  const { name, of, who } = LOADERS[loader];
  const faulty = input.images.flatMap((image: ImageRecord) => {
    const fault = image.facts?.pngFault ?? null;
    return fault !== null && of(fault.kind) ? [{ image, what: FAULTS[fault.kind](fault.chunk) }] : [];
  });
  if (faulty.length === 0) return [];
  const concerned = faulty.map(({ image }) => image);
  return [
    finding({
      check: 'unreadable',
      about: loader,
      severity: 'error',
      scope: 'image',
      title: `${name} cannot open ${counted(faulty.length, 'PNG file')} of ${counted(input.images.length, 'image')} that other programs show (${faulty[0]?.what ?? ''}).`,
      remedy: `Save them again with an image program, or export the data set with conversion: the pixels are not damaged. ${who}`,
      score: Math.sqrt(faulty.length / input.images.length),
      value: faulty.length,
      ...inOrder(input, concerned),
      images: concerned.map((image) => ({ id: image.id, value: null })),
      evidence: {
        facts: [{ name: 'images', value: faulty.length }],
        tables: [
          { title: 'Why', columns: ['file', 'why'], rows: faulty.map(({ image, what }) => [image.path, what]) },
          classTable(concerned, input.images, 'By class'),
        ],
      },
    }),
  ];
}

/** Files with these codes are not damaged, so getting them again from their source does not help. */
const WHOLE: readonly UnreadableCode[] = ['unsupported-format', 'too-many-bands'];
const CONVERT =
  'Convert these files to JPEG or PNG, or leave them out, as the export does. Most loaders cannot read them either.';

export const unreadable: Check = {
  id: 'unreadable',
  title: 'Unreadable files',
  why: 'A training run stops at the first file that it cannot decode, or it skips the file and trains on fewer images than you think.',
  how: 'Every file is decoded completely, and warnings count as errors. Each file that fails is listed with its reason: empty, truncated, corrupt, not an image, too many pixels (more than 268 million), too many bands (more than 5), no permission, a broken link. PNG files that Pillow or TensorFlow refuses to open are listed separately. Their faults are a wrong checksum or a bad length before the picture, text of more than 1 MB, or no end chunk.',
  basis: 'images',
  early: 'measured',
  checklist: ['data'],
  thresholds: {},
  version: 5,
  run(input) {
    const broken = input.images.flatMap((image) => (image.unreadable ? [{ image, reason: image.unreadable }] : []));
    const elsewhere = [...refused(input, 'pillow'), ...refused(input, 'tensorflow')];
    if (broken.length === 0) return elsewhere;
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
        remedy: broken.every(({ reason }) => WHOLE.includes(reason.code))
          ? CONVERT
          : 'Get these files again from their source, or leave them out, as the export does. Keras stops at them in the middle of an epoch, and PyTorch’s loader raises an error.',
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
      ...elsewhere,
    ];
  },
};
