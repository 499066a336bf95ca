import type { ImageRecord, PngFault, UnreadableCode } from '../../contract/model/image';
import { UNREADABLE } from '../text/labels';
import type { Check, CheckFinding, CheckGlobal, Tally } from './check';
import { classTable, finding, MOST_ROWS } from './finding';
import { fields, firstOf, talliesAdded, tally } from './partials';
import { ofSelection, selected, type SelectedImages, selectionOf, selectionsMerged } from './selection';
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

/** Images with their rows in a table. */
interface Listed {
  readonly images: SelectedImages;
  /** The first ones. */
  readonly rows: readonly (readonly string[])[];
}

const listed = (all: readonly { image: ImageRecord; row: readonly string[] }[]): Listed => ({
  images: selectionOf(all.map(({ image }) => image)),
  rows: all.slice(0, MOST_ROWS).map(({ row }) => row),
});

const listsMerged = fields<Listed>({ images: selectionsMerged, rows: firstOf(MOST_ROWS) });

/** Grows by 4 bytes for each image that cannot be read. */
interface Unread {
  readonly broken: Listed;
  readonly codes: Tally<UnreadableCode>;
  readonly pillow: Listed;
  readonly tensorflow: Listed;
}

/** PNG files that Plumbline can show but one of the loaders refuses to open. */
function refused(images: readonly ImageRecord[], loader: keyof typeof LOADERS): Listed {
  const faulty = images.flatMap((image) => {
    const fault = image.facts?.pngFault ?? null;
    return fault !== null && LOADERS[loader].of(fault.kind)
      ? [{ image, row: [image.path, FAULTS[fault.kind](fault.chunk)] }]
      : [];
  });
  return listed(faulty);
}

function refusedFindings({ images, rows }: Listed, global: CheckGlobal, loader: keyof typeof LOADERS): CheckFinding[] {
  const { name, who } = LOADERS[loader];
  const faulty = selected(images);
  if (faulty === 0) return [];
  return [
    finding({
      check: 'unreadable',
      about: loader,
      severity: 'error',
      scope: 'image',
      title: `${name} cannot open ${counted(faulty, 'PNG file')} of ${counted(global.totals.images, 'image')} that other programs show (${rows[0]?.[1] ?? ''}).`,
      remedy: `Save them again with an image program, or export the data set with conversion: the pixels are not damaged. ${who}`,
      score: Math.sqrt(faulty / global.totals.images),
      value: faulty,
      ...ofSelection(global, images),
      evidence: {
        facts: [{ name: 'images', value: faulty }],
        tables: [
          { title: 'Why', columns: ['file', 'why'], rows: rows.map((row) => [...row]), of: faulty },
          classTable(images.classes, global.totals.imagesOf, 'By class'),
        ],
      },
    }),
  ];
}

/** Files with these codes are not damaged, so getting them again from their source does not help. */
const WHOLE: readonly UnreadableCode[] = ['unsupported-format', 'too-many-bands'];
const CONVERT =
  'Convert these files to JPEG or PNG, or leave them out, as the export does. Most loaders cannot read them either.';

export const unreadable: Check<Unread> = {
  id: 'unreadable',
  title: 'Unreadable files',
  why: 'A training run stops at the first file that it cannot decode, or it skips the file and trains on fewer images than you think.',
  how: 'Every file is decoded completely, and warnings count as errors. Each file that fails is listed with its reason: empty, truncated, corrupt, not an image, too many pixels (more than 268 million), too many bands (more than 5), no permission, a broken link. PNG files that Pillow or TensorFlow refuses to open are listed separately. Their faults are a wrong checksum or a bad length before the picture, text of more than 1 MB, or no end chunk.',
  basis: 'images',
  early: 'measured',
  checklist: ['data'],
  thresholds: {},
  version: 5,
  partial({ images }) {
    const broken = images.flatMap((image) => (image.unreadable ? [{ image, reason: image.unreadable }] : []));
    return {
      broken: listed(
        broken.map(({ image, reason }) => ({ image, row: [image.path, UNREADABLE[reason.code], reason.reason] })),
      ),
      codes: tally(broken.map(({ reason }) => reason.code)),
      pillow: refused(images, 'pillow'),
      tensorflow: refused(images, 'tensorflow'),
    };
  },
  merge: fields<Unread>({ broken: listsMerged, codes: talliesAdded, pillow: listsMerged, tensorflow: listsMerged }),
  conclude({ broken: { images, rows }, codes, pillow, tensorflow }, global) {
    const elsewhere = [
      ...refusedFindings(pillow, global, 'pillow'),
      ...refusedFindings(tensorflow, global, 'tensorflow'),
    ];
    const broken = selected(images);
    if (broken === 0) return elsewhere;
    const reasons = [...codes].sort((a, b) => b[1] - a[1]);
    const share = broken / global.totals.images;
    return [
      finding({
        check: 'unreadable',
        severity: 'error',
        scope: 'image',
        title: `${counted(broken, 'file')} of ${integer(global.totals.images)} cannot be read (${percent(share)}): ${whys(reasons.map(([code, files]) => [UNREADABLE[code], files]))}.`,
        remedy: reasons.every(([code]) => WHOLE.includes(code))
          ? CONVERT
          : 'Get these files again from their source, or leave them out, as the export does. Keras stops at them in the middle of an epoch, and PyTorch’s loader raises an error.',
        score: Math.sqrt(share),
        value: broken,
        ...ofSelection(global, images),
        evidence: {
          facts: reasons.map(([code, files]) => ({
            name: UNREADABLE[code],
            value: files,
            unit: files === 1 ? 'file' : 'files',
          })),
          tables: [
            {
              title: 'Why',
              columns: ['file', 'what', 'why'],
              rows: rows.map((row) => [...row]),
              of: broken,
            },
            classTable(images.classes, global.totals.imagesOf, 'By class'),
          ],
        },
      }),
      ...elsewhere,
    ];
  },
};
