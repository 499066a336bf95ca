import type { Check, CheckFinding, CheckInput } from './check';
import { byCodePoint } from '../dataset/order';
import { finding } from './finding';
import { METADATA_FILE } from '../dataset/table';
import { endingOf, type Loader, loaders } from './loaders';
import { counted, integer } from '../text/numbers';
import { named, quoted } from '../text/names';

interface Effect {
  /** Decides the order of effects and the severity of the finding. */
  readonly severity: 'warning' | 'info';
  readonly what: string;
  readonly detail: string;
  readonly images?: readonly number[];
  readonly classes?: readonly string[];
}

function skipped(input: CheckInput, loader: Loader): Effect[] {
  const missed = input.images.filter((image) => !loader.extensions.has(image.extension));
  if (missed.length === 0) return [];
  const endings = [
    ...new Set(missed.map((image) => (image.extension === '' ? 'no ending' : `.${image.extension}`))),
  ].sort();
  return [
    {
      severity: 'warning',
      what: `silently skips ${counted(missed.length, 'image')} (${named(endings)})`,
      detail: missed
        .slice(0, 5)
        .map((image) => image.path)
        .join(', '),
      images: missed.map((image) => image.id),
      classes: [...new Set(missed.map((image) => image.className))],
    },
  ];
}

/** Names of folders that the scan does not enter: they begin with a dot, or a system or a program made them. */
const UNLISTED = /^(\..+|__macosx|@eadir|\$recycle\.bin|system volume information|lost\+found)$/i;

/**
 * Hidden files with the ending of an image (macOS writes “._name.jpg” next to each file). Loaders decide by the ending.
 */
function hidden(input: CheckInput, loader: Loader): Effect[] {
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

function unlisted(input: CheckInput): Unlisted[] {
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
function unlistedFolders(input: CheckInput, loader: Loader): Effect[] {
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

function emptyFolders(input: CheckInput, loader: Loader): Effect[] {
  const empty = [...new Set(input.listing.emptyClasses.map(({ className }) => className))];
  const read = new Set(
    input.images.filter((image) => loader.extensions.has(image.extension)).map((image) => image.className),
  );
  const bare = input.classes.filter((name) => !read.has(name) && !empty.includes(name));
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
const labelsFromFolders = ({ layout }: CheckInput) =>
  layout.kind === 'class-folders' || layout.kind === 'split-class-folders';

/** What a loader that takes the outermost folder as the class makes of a folder with splits. */
function wholeFolder({ images, classes }: CheckInput): Effect {
  const tops = [...new Set(images.map(({ path }) => path.slice(0, path.indexOf('/'))))].sort(byCodePoint);
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

function labelsByFolder(input: CheckInput, loader: Loader): Effect[] {
  const effects: Effect[] = [];
  const under = input.layout.kind === 'split-class-folders';
  if (input.layout.kind === 'table') {
    const ownFormat = loader.dropsLabels && METADATA_FILE.test(input.layout.table ?? '');
    if (!ownFormat)
      effects.push({
        severity: 'info',
        what: 'does not read the label table and uses folders as labels',
        detail: input.layout.table ?? '',
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
function droppedLabels(input: CheckInput, loader: Loader): Effect[] {
  if (!loader.dropsLabels || !labelsFromFolders(input)) return [];
  const metadata = input.listing.otherFiles.filter((path) => METADATA_FILE.test(path));
  const depths = new Set(input.images.map(({ path }) => path.split('/').length));
  const labels = new Set(input.images.map(({ className }) => className));
  const because = [
    ...(metadata.length > 0 ? [`of ${named(metadata)}`] : []),
    ...(depths.size > 1 ? ['files are at different depths'] : []),
    ...(labels.size === 1 ? ['all files have one label'] : []),
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
function numbering(input: CheckInput): Effect[] {
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

function judge(input: CheckInput, loader: Loader): CheckFinding[] {
  const effects = [skipped, hidden, unlistedFolders, emptyFolders, labelsByFolder, droppedLabels, numbering]
    .flatMap((rule) => rule(input, loader))
    .sort((a, b) => Number(b.severity === 'warning') - Number(a.severity === 'warning'));
  const [worst] = effects;
  if (!worst) return [];
  const images = [...new Set(effects.flatMap((effect) => effect.images ?? []))];
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
        images.length > 0 ? Math.sqrt(images.length / input.images.length) : worst.severity === 'warning' ? 0.4 : 0.1,
      value: effects.length,
      classes: input.classes.filter((name) => effects.some((effect) => effect.classes?.includes(name))),
      images: images.map((id) => ({ id, value: null })),
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

export const loaderMismatch: Check = {
  id: 'loader-mismatch',
  title: 'What your loader would read',
  why: 'Loaders skip files and name and number classes by their own rules, without a message. You may then train on another data set than the one you see.',
  how: 'What Keras’ image_dataset_from_directory, torchvision’s ImageFolder and Hugging Face’s imagefolder would read in this folder by their own rules (endings, order of classes, folders, hidden folders, metadata files), compared with what was indexed.',
  basis: 'loaders',
  checklist: ['data'],
  thresholds: {},
  version: 4,
  run: (input) => (input.images.length === 0 ? [] : loaders.flatMap((loader) => judge(input, loader))),
};
