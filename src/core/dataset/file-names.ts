/** Labels that are part of file names: `cat.0.jpg`, `Abyssinian_1.jpg`, `0_dog.png`. */

/** Words that are in the names of any pictures, from cameras, loaders or people. They are not labels. */
const GENERIC = new Set(
  'img image images imgs pic picture photo photos dsc dscn dscf dcim pxl mvi vid video frame frames scan screenshot whatsapp file sample s p id page slide crop tile patch patient subject sub case view cam camera clip scene part isic train training test testing val valid validation copy unnamed untitled download downloads data output result'.split(
    ' ',
  ),
);
const FEWEST = 5;
const MOST_CLASSES = 2000;
/** Least share of the file names in a folder that have the form. */
const ALMOST_ALL = 0.95;

export interface NameLabels {
  /** Class by path. */
  readonly labels: ReadonlyMap<string, string>;
  /** True if almost every class has so many images that chance cannot explain it. */
  readonly strong: boolean;
  /** Where the label is in the name. */
  readonly form: 'before-number' | 'after-number' | 'after-key';
}

/** What Roboflow puts behind each name: `cat-12_jpg.rf.0c1f….jpg`. */
const ROBOFLOW = /[-_](jpe?g|png|bmp|webp)\.rf\.\w+$/i;
/** A checksum or an id in place of a number: at least one digit among its hexadecimal digits. */
const CODE_AT_END = /(?<=\p{L})[-_](?=[a-f-]*\d)[\da-f]{6,}(-[\da-f]{4,})*$/iu;

/** What systems put behind the name of a copied file: `cat.1 (2)`, `cat.1 - Copy`. */
const COPY_AT_END = /(?<=\d) ?\(\d+\)$|(?<=\d) ?([-–] ?|\()(copy|kopie|copie|copia)\)?$/i;

/** The name without its folders, its ending, and what tools put behind it. A code at the end counts as a number. */
const stem = (path: string): string => {
  const base = path.slice(path.lastIndexOf('/') + 1);
  const own = base.lastIndexOf('.') > 0 ? base.slice(0, base.lastIndexOf('.')) : base;
  return own.replace(COPY_AT_END, '').replace(ROBOFLOW, '').replace(CODE_AT_END, '_0');
};

const FORMS = {
  'before-number': /^(n\d{8}|\p{L}[\p{L}\p{M} '_.-]*?)[\s_.-]*\(?\d+\)?$/u,
  'after-key': /(?:^|[\s_.,;-])(?:label|class|cls|category|target)=([^\s_.,;=]+)/iu,
  'after-number': /^\d+[\s_.-]+(\p{L}[\p{L}\p{M} '_.-]*)$/u,
} as const;

function labelsOfForm(folders: ReadonlyMap<string, readonly string[]>, form: NameLabels['form']): NameLabels | null {
  const labels = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const paths of folders.values()) {
    const named = paths.flatMap((path) => {
      const label = FORMS[form].exec(stem(path))?.[1];
      return label === undefined || GENERIC.has(label.toLowerCase()) ? [] : [[path, label] as const];
    });
    if (named.length < paths.length * ALMOST_ALL) continue;
    for (const [path, label] of named) {
      labels.set(path, label);
      counts.set(label, (counts.get(label) ?? 0) + 1);
    }
  }
  const enough = [...counts.values()].filter((count) => count >= FEWEST);
  const images = enough.reduce((sum, count) => sum + count, 0);
  if (enough.length < 2 || counts.size > MOST_CLASSES || images < labels.size / 2) return null;
  return { labels, form, strong: enough.length >= counts.size * ALMOST_ALL && images >= labels.size * ALMOST_ALL };
}

/**
 * Finds the labels in the names of images. There must be at least two different prefixes (or suffixes) with at least
 * five images each; otherwise null. A folder whose file names do not have the form gets no labels.
 * @param images paths of the images that get no class from folders
 */
export function labelsInNames(images: readonly string[]): NameLabels | null {
  const folders = new Map<string, string[]>();
  for (const path of images) {
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    const list = folders.get(folder);
    if (list) list.push(path);
    else folders.set(folder, [path]);
  }
  return (
    labelsOfForm(folders, 'after-key') ??
    labelsOfForm(folders, 'before-number') ??
    labelsOfForm(folders, 'after-number')
  );
}
