import type { Check, CheckFinding, CheckGlobal, Tally } from './check';
import { byCodePoint } from '../dataset/order';
import { finding } from './finding';
import { METADATA_FILE } from '../dataset/table';
import { endingOf, type Loader, loaders } from './loaders';
import { fields, firstOf, mapsOf, talliesAdded, tally } from './partials';
import { ofSelection, selected, type SelectedImages, selectionOf, selectionsMerged } from './selection';
import { counted, integer } from '../text/numbers';
import { named, quoted } from '../text/names';

/** What a loader reads and skips by the endings of the files. Grows by 4 bytes for each image that it skips. */
interface Reading {
  readonly skipped: SelectedImages;
  readonly endings: Tally;
  /** The first paths that it skips. */
  readonly examples: readonly string[];
  /** Images that it reads, by class. */
  readonly read: Tally;
}

interface Files {
  /** By loader id. */
  readonly readings: ReadonlyMap<string, Reading>;
  /** Images by the number of folders above them plus one. */
  readonly depths: Tally;
  /** Images by the outermost folder, if splits are folders. */
  readonly tops: Tally;
}

/** What the rules know: about all loaders, and about one of them. */
interface Input extends CheckGlobal, Omit<Files, 'readings'> {
  readonly reading: Reading;
}

const EXAMPLES = 5;

interface Effect {
  /** Decides the order of effects and the severity of the finding. */
  readonly severity: 'warning' | 'info';
  readonly what: string;
  readonly detail: string;
  readonly images?: SelectedImages;
  readonly classes?: readonly string[];
}

function skippedImages({ reading: { skipped, endings, examples } }: Input): Effect[] {
  const missed = selected(skipped);
  if (missed === 0) return [];
  return [
    {
      severity: 'warning',
      what: `silently skips ${counted(missed, 'image')} (${named([...endings.keys()].sort())})`,
      detail: examples.join(', '),
      images: skipped,
      classes: [...skipped.classes.keys()],
    },
  ];
}

/** Names of folders that the scan does not enter: they begin with a dot, or a system or a program made them. */
const UNLISTED = /^(\..+|__macosx|@eadir|\$recycle\.bin|system volume information|lost\+found)$/i;

/**
 * Hidden files with the ending of an image (macOS writes “._name.jpg” next to each file). Loaders decide by the ending.
 */
function hidden(input: Input, loader: Loader): Effect[] {
  const found = input.listing.otherFiles.filter(
    (path) =>
      /(^|\/)\.[^/]+$/.test(path) &&
      !path
        .split('/')
        .slice(0, -1)
        .some((name) => UNLISTED.test(name)) &&
      loader.extensions.has(endingOf(path)),
  );
  if (found.length === 0 || loader.id === 'huggingface') return [];
  return [
    {
      severity: 'warning',
      what: `reads ${counted(found.length, 'hidden file')} as images and fails on them`,
      detail: found.slice(0, 5).join(', '),
    },
  ];
}

interface Unlisted {
  /** Path and name of the folder. */
  readonly path: string;
  readonly name: string;
  /** The first file in the folder that has the ending of an image; null if there is none. */
  readonly image: string | null;
}

function unlisted(input: Input): Unlisted[] {
  return input.listing.otherFiles.flatMap((path) => {
    const folders = path.split('/').slice(0, -1);
    const at = folders.findIndex((name) => UNLISTED.test(name));
    if (at < 0) return [];
    return [
      { path: folders.slice(0, at + 1).join('/'), name: folders[at] ?? '', image: path.endsWith('/') ? null : path },
    ];
  });
}

/** Hidden folders and system folders that Plumbline leaves out but a loader reads. */
function unlistedFolders(input: Input, loader: Loader): Effect[] {
  if (input.layout.kind === 'table') return [];
  const classDepth = input.layout.kind === 'split-class-folders' ? 1 : 0;
  const all = unlisted(input);
  const beside = all.filter(({ path, name }) => path.split('/').length - 1 === classDepth && loader.enters(name));
  const inside = all.filter(
    ({ path, name, image }) =>
      path.split('/').length - 1 > classDepth &&
      loader.entersInside(name) &&
      image !== null &&
      loader.extensions.has(endingOf(image)),
  );
  const counts = beside.filter(({ image }) => image !== null && loader.extensions.has(endingOf(image)));
  const bare = beside.filter((folder) => !counts.includes(folder));
  const told = (folders: readonly Unlisted[]): string => named([...new Set(folders.map(({ name }) => quoted(name)))]);
  // If there is no image inside, torchvision raises an error and Hugging Face sees no file.
  const asClass = loader.raisesAtEmpty || loader.id === 'huggingface' ? counts : beside;
  const effects: Effect[] = [];
  if (loader.raisesAtEmpty && bare.length > 0)
    effects.push({
      severity: 'warning',
      what: `takes ${told(bare)} for ${bare.length === 1 ? 'a class' : 'classes'} and raises FileNotFoundError, because there is no image inside`,
      detail: `delete ${named(bare.map(({ path }) => path))}`,
    });
  if (asClass.length > 0)
    effects.push({
      severity: 'warning',
      what: `counts ${told(asClass)} as ${asClass.length === 1 ? 'a class' : 'classes'}, which changes the numbers of all classes that sort after ${asClass.length === 1 ? 'it' : 'them'}`,
      detail: `delete ${named(asClass.map(({ path }) => path))}`,
    });
  if (inside.length > 0)
    effects.push({
      severity: 'warning',
      what: `also reads the images in ${told(inside)} inside the class folders`,
      detail: `for example ${named(
        inside.map(({ image }) => image ?? ''),
        2,
      )}; delete the folders`,
    });
  return effects;
}

function emptyFolders(input: Input, loader: Loader): Effect[] {
  const empty = [...new Set(input.listing.emptyClasses.map(({ className }) => className))];
  const bare = input.classes.filter((name) => !input.reading.read.has(name) && !empty.includes(name));
  const all = [...empty, ...bare];
  if (all.length === 0 || loader.id === 'huggingface') return [];
  return [
    {
      severity: 'warning',
      what: loader.raisesAtEmpty
        ? `raises FileNotFoundError, since ${counted(all.length, 'class folder holds', 'class folders hold')} no file that it reads`
        : `counts ${counted(all.length, 'folder')} without images as ${all.length === 1 ? 'a class' : 'classes'}`,
      detail: named(all.map(quoted), 5),
      classes: all,
    },
  ];
}

/** Loaders take labels from folders only. */
const labelsFromFolders = ({ layout }: CheckGlobal): boolean => layout.kind.endsWith('-folders');

/** What a loader that takes the outermost folder as the class makes of a folder with splits. */
function wholeFolder({ tops: outermost, classes }: Input): Effect {
  const tops = [...outermost.keys()].sort(byCodePoint);
  if (tops.every((top) => classes.includes(top)))
    return {
      severity: 'info',
      what: 'reads the splits inside each class folder as one',
      detail: 'give it one folder for each split, as the export writes them',
    };
  return {
    severity: 'info',
    what: `uses the ${tops.length === 1 ? 'folder' : 'folders'} ${named(tops.map(quoted))} as ${tops.length === 1 ? 'a class' : 'classes'} if you give it the whole folder`,
    detail: 'give it one split at a time',
  };
}

function labelsByFolder(input: Input, loader: Loader): Effect[] {
  const effects: Effect[] = [];
  const under = input.layout.kind === 'split-class-folders';
  if (input.layout.kind === 'table') {
    const ownFormat = loader.dropsLabels && METADATA_FILE.test(input.layout.table ?? '');
    // Null: no table, but the archives in which the images are.
    if (!ownFormat && input.layout.table !== null)
      effects.push({
        severity: 'info',
        what: 'does not read the label table and uses folders as labels',
        detail: input.layout.table,
      });
  } else if (input.layout.kind === 'file-names') {
    effects.push({
      severity: 'info',
      what: 'does not read labels in file names and uses folders as labels',
      detail: 'the export writes one folder per class',
    });
  } else if (under && !loader.knowsSplits) {
    effects.push(wholeFolder(input));
  }
  const nested = labelsFromFolders(input) ? input.classes.filter((name) => name.includes('/')) : [];
  if (nested.length > 0) {
    const take = (name: string): string =>
      loader.label === 'top' ? name.slice(0, name.indexOf('/')) : name.slice(name.lastIndexOf('/') + 1);
    const seen = new Set(input.classes.map((name) => (name.includes('/') ? take(name) : name))).size;
    effects.push({
      severity: 'warning',
      what: `names nested classes after their ${loader.label === 'top' ? 'outermost' : 'innermost'} folder${seen < input.classes.length ? ` and finds ${counted(seen, 'class', 'classes')} instead of ${integer(input.classes.length)}` : ''}`,
      detail: named(nested.map((name) => `${quoted(name)} becomes ${quoted(take(name))}`)),
      classes: nested,
    });
  }
  return effects;
}

/**
 * By default, Hugging Face drops the folder labels if there is a metadata file, if files are at different depths, or if
 * there is only one label.
 */
function droppedLabels(input: Input, loader: Loader): Effect[] {
  if (!loader.dropsLabels || !labelsFromFolders(input)) return [];
  const metadata = input.listing.otherFiles.filter((path) => METADATA_FILE.test(path));
  const because = [
    ...(metadata.length > 0 ? [`of ${named(metadata)}`] : []),
    ...(input.depths.size > 1 ? ['files are at different depths'] : []),
    ...(input.totals.imagesOf.size === 1 ? ['all files have one label'] : []),
  ];
  if (because.length === 0) return [];
  return [
    {
      severity: 'warning',
      what: `drops the folder labels because ${named(because)}`,
      detail: 'pass drop_labels=False',
    },
  ];
}

/** Loaders number classes in code-point order: "10" before "2", "Z" before "a". */
function numbering(input: Input): Effect[] {
  const loaded = [...input.classes].sort(byCodePoint);
  const expected = [...input.classes].sort(
    (a, b) => a.localeCompare(b, 'en', { numeric: true, sensitivity: 'base' }) || byCodePoint(a, b),
  );
  const first = loaded.findIndex((name, i) => name !== expected[i]);
  if (first < 0) return [];
  return [
    {
      severity: 'info',
      what: `numbers the classes in code-point order, so that ${quoted(loaded[first] ?? '')} is number ${first} where you may expect ${quoted(expected[first] ?? '')}`,
      detail:
        'map numbers to names with the loader’s own list (class_names, class_to_idx, features["label"].names), never by counting',
    },
  ];
}

function judge(input: Input, loader: Loader): CheckFinding[] {
  const effects = [skippedImages, hidden, unlistedFolders, emptyFolders, labelsByFolder, droppedLabels, numbering]
    .flatMap((rule) => rule(input, loader))
    .sort((a, b) => Number(b.severity === 'warning') - Number(a.severity === 'warning'));
  const [worst] = effects;
  if (!worst) return [];
  const images = effects.flatMap((effect) => (effect.images ? ofSelection(input, effect.images).images : []));
  return [
    finding({
      check: 'loader-mismatch',
      about: loader.id,
      severity: worst.severity,
      scope: 'dataset',
      title: `${loader.name} ${worst.severity === 'info' ? '' : 'would read another data set: it '}${worst.what}${effects.length > 1 ? `, and ${counted(effects.length - 1, 'thing')} more` : ''}.`,
      remedy:
        'Compare the number of images and the class list that your loader prints with those shown here. The export writes folders that all three loaders read in the same way.',
      score:
        images.length > 0 ? Math.sqrt(images.length / input.totals.images) : worst.severity === 'warning' ? 0.4 : 0.1,
      value: effects.length,
      classes: input.classes.filter((name) => effects.some((effect) => effect.classes?.includes(name))),
      images,
      evidence: {
        facts: [
          { name: 'loader', value: loader.name },
          { name: 'differences', value: effects.length },
        ],
        tables: [
          {
            title: `What ${loader.name} does with this folder`,
            columns: ['what it does', 'where, or what to do'],
            rows: effects.map(({ what, detail }) => [what, detail]),
          },
        ],
      },
    }),
  ];
}

export const loaderMismatch: Check<Files> = {
  id: 'loader-mismatch',
  title: 'What your loader would read',
  why: 'Loaders skip files and name and number classes by their own rules, without a message. You may then train on another data set than the one you see.',
  how: 'What Keras’ image_dataset_from_directory, torchvision’s ImageFolder and Hugging Face’s imagefolder would read in this folder by their own rules (endings, order of classes, folders, hidden folders, metadata files), compared with what was indexed.',
  basis: 'loaders',
  checklist: ['data'],
  thresholds: {},
  version: 4,
  partial({ images }, { layout }) {
    const readings = loaders.map(({ id, extensions }): [string, Reading] => {
      const skipped = images.filter(({ extension }) => !extensions.has(extension));
      const read = images.filter(({ extension }) => extensions.has(extension));
      return [
        id,
        {
          skipped: selectionOf(skipped),
          endings: tally(skipped.map(({ extension }) => (extension === '' ? 'no ending' : `.${extension}`))),
          examples: skipped.slice(0, EXAMPLES).map(({ path }) => path),
          read: tally(read.map(({ className }) => className)),
        },
      ];
    });
    const tops = layout.kind === 'split-class-folders' ? images : [];
    return {
      readings: new Map(readings),
      depths: tally(images.map(({ path }) => String(path.split('/').length))),
      tops: tally(tops.map(({ path }) => path.slice(0, path.indexOf('/')))),
    };
  },
  merge: fields<Files>({
    readings: mapsOf(
      fields<Reading>({
        skipped: selectionsMerged,
        endings: talliesAdded,
        examples: firstOf(EXAMPLES),
        read: talliesAdded,
      }),
    ),
    depths: talliesAdded,
    tops: talliesAdded,
  }),
  conclude({ readings, depths, tops }, global) {
    if (global.totals.images === 0) return [];
    return loaders.flatMap((loader) => judge({ ...global, depths, tops, reading: readings.get(loader.id)! }, loader));
  },
};
