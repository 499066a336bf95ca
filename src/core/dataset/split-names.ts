/** Recognizes names of split folders as data sets use them: `train_set`, `Training`, `seg_test`, `val2017`, `fold3`. */

/** 0: train, 1: validation, 2: test. */
export type SplitRole = 0 | 1 | 2;

const ROLE_WORDS: readonly (readonly string[])[] = [
  'train training trn trainval trainings trainingsdaten entrainement entraînement apprentissage entrenamiento addestramento treino treinamento träning trening treningowy treningowe treningowa uczący uczące trénink trénovací tréning træning opplæring trainen koulutus opetus tanító antrenare εκπαίδευση обучение обучающая тренировка тренировочный тренировочная тренировочные навчання навчальна тренування pelatihan latih latihan 训练 训练集 訓練 学習 학습 훈련 تدريب التدريب eğitim'.split(
    ' ',
  ),
  'val valid validate validation dev validierung validierungs validierungsdaten validacion validación validazione validação validacao validering validatie walidacja walidacyjny walidacyjne walidacyjna validace validační validointi validálás validációs validare επικύρωση валидация валидационный валидационная валидационные проверочная валідація валідаційна validasi 验证 验证集 検証 검증 التحقق doğrulama'.split(
    ' ',
  ),
  'test testing tst holdout eval evaluation testdaten prueba pruebas teste testning testowy testowe testowa testovací testi teszt testare testen δοκιμή тест тестирование тестовый тестовые тестова pengujian uji тестовая 测试 测试集 テスト 評価 테스트 평가 اختبار الاختبار'.split(
    ' ',
  ),
];
/** Words that say nothing about the content of a folder. */
const FILLERS = new Set(
  'jpegimages set sets data daten dataset datasets split splits image images img imgs picture pictures pic pics photo photos folder files jpg jpeg png jpegs pngs resized cropped sorted final original orig raw new all labeled labelled'.split(
    ' ',
  ),
);
/** Words that distinguish two splits of the same role. A folder with such a word keeps its own name. */
const QUALIFIERS = new Set(
  'public private seen unseen clean noisy small mini trainval eval evaluation stage stg round phase release version v part chunk'.split(
    ' ',
  ),
);
/** A name without a letter that numbers it, as in `a. Training Set`. */
export const withoutLetter = (name: string): string => name.replace(/^\s*\p{L}[.)]\s+/u, '');
const TRAIN_AND_VAL = /train(?:ing)?[-_ ]*(?:and|und|&|\+)[-_ ]*val(?:id(?:ation)?)?(?!\p{L})/iu;
const PART_WORDS = new Set(['part', 'parts', 'chunk', 'shard', 'batch', 'volume', 'vol', 'disk', 'disc', 'archive']);
const VERSION_WORDS = new Set(
  'augmented augmentation aug unaugmented processed preprocessed color colour coloured grayscale greyscale segmented rgb denoised'.split(
    ' ',
  ),
);
/** All bands of a satellite image, beside its colours: `EuroSATallBands` beside `2750`. */
const ALL_BANDS = /(all|multi|\d)[-_ ]?bands?$|(multi|hyper)[-_ ]?spectral/i;
/** Folders of pictures about a data set. They are classes where other classes are beside them. */
const ASSET_NAMES = /^(docs?|documentation|figures|assets|meta|metadata)$/i;
/** Folders of pictures that are labels of other pictures. */
const ANNOTATION_NAMES =
  /^(annotations?|segmentations?|segmentation(class|object)|masks|trimaps?|ground[-_ ]?truth|bboxes|labels)$/i;
const FOLD_WORDS = new Set(['fold', 'kfold', 'cv']);
/** Names of folders whose images have no label on purpose. */
const UNLABELLED_WORDS = new Set(['pred', 'preds', 'predict', 'prediction', 'predictions', 'unlabeled', 'unlabelled']);

/** Names of folders whose images still have to get a label. */
const TO_SORT = new Set(
  'unsorted,unsortiert,unclassified,untagged,uncategorized,uncategorised,unbeschriftet,to sort,to label,to classify,to annotate,to be sorted,to be labelled,to be labeled,not labelled,not labeled,not sorted,not classified,no label,without label,ohne label,zu sortieren,nicht sortiert,à trier,non trié,non triés,non classé,non classés,sin clasificar,sin etiquetar,por clasificar,sem classificação,sem rótulo,senza etichetta,da classificare,nieposortowane,без метки,неразмеченные,未分类,未标注,未分類,未整理,미분류'.split(
    ',',
  ),
);

const NUMBER = /^\d+$/;
const GLUED = new RegExp(
  `^(${ROLE_WORDS.flat()
    .sort((a, b) => b.length - a.length)
    .join('|')})(set|data|dataset|images|image|imgs|img|split)$`,
);

/**
 * The words and numbers of a name, in lower case. A new word also starts where the case changes or where digits follow
 * letters.
 */
export function nameWords(name: string): string[] {
  return name
    .normalize('NFC')
    .replace(/hold[-_ ]?out/gi, 'holdout')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{L})(\d)/gu, '$1 $2')
    .replace(/(\d)(\p{L})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .flatMap((word) => {
      const glued = GLUED.exec(word);
      return glued ? [glued[1]!, glued[2]!] : [word];
    });
}

interface Parsed {
  readonly role: SplitRole | null;
  readonly fold: boolean;
  /** The words that are neither a role nor fillers nor numbers. Empty if the name can only be that of a split. */
  readonly foreign: string;
  /** Whether the name consists only of the role, fillers and numbers. */
  readonly plain: boolean;
}

const NO_SPLIT: Parsed = { role: null, fold: false, foreign: '', plain: false };

function parse(name: string): Parsed {
  const all = nameWords(withoutLetter(name).replace(TRAIN_AND_VAL, 'trainval'));
  const roles = new Set(
    all.flatMap((word) => {
      const role = ROLE_WORDS.findIndex((list) => list.includes(word));
      return role < 0 ? [] : [role as SplitRole];
    }),
  );
  const rest = all.filter((word) => !ROLE_WORDS.some((list) => list.includes(word)) && !NUMBER.test(word));
  if (roles.size === 0) {
    const fold =
      all.some((word) => NUMBER.test(word)) &&
      rest.some((word) => FOLD_WORDS.has(word) || word === 'split') &&
      rest.every((word) => FOLD_WORDS.has(word) || FILLERS.has(word));
    return { ...NO_SPLIT, fold };
  }
  if (roles.size > 1) return NO_SPLIT;
  const foreign = rest.filter((word) => !FILLERS.has(word) && !QUALIFIERS.has(word)).join(' ');
  const plain = foreign === '' && !all.some((word) => QUALIFIERS.has(word));
  return { role: [...roles][0]!, fold: false, foreign, plain };
}

/**
 * The role of a split name: train (0), validation (1) or test (2); null for other names. Case, separators, numbers and
 * fillers are ignored (`Training`, `train_set`, `val2017`, `test-images`, `PublicTest`).
 */
export function splitRole(name: string): SplitRole | null {
  const { role, foreign } = parse(name);
  return foreign === '' ? role : null;
}

const NAMES = ['train', 'val', 'test'] as const;

/** train, val or test for their usual spellings; other names are not changed. */
export function splitName(name: string): string {
  const { role, plain } = parse(name);
  return role === null || !plain ? name.trim() : NAMES[role];
}

/** Whether a folder's name says that it contains the images of a split: `train_images`, but not `train`. */
export const holdsSplitImages = (name: string): boolean =>
  splitRole(name) !== null && nameWords(name).some((word) => FILLERS.has(word));

/** Whether a folder's name has a word for test or validation images among others: `Test cases`. */
export const mentionsTest = (name: string): boolean =>
  nameWords(name).some((word) => ROLE_WORDS.slice(1).some((list) => list.includes(word)));

/** Whether a folder's name says only that its images have no label: `pred`, `unlabeled_images`, `to sort`. */
export function isUnlabelledName(name: string): boolean {
  const all = nameWords(name);
  if (TO_SORT.has(all.join(' '))) return true;
  return (
    all.some((word) => UNLABELLED_WORDS.has(word)) &&
    all.every((word) => UNLABELLED_WORDS.has(word) || FILLERS.has(word))
  );
}

/** Whether a folder's name says only that it contains images: `images`, `data`, `Images_001`. */
export function isFillerName(name: string): boolean {
  const all = nameWords(name);
  return (
    all.length > 0 && all.every((word) => FILLERS.has(word) || NUMBER.test(word)) && !all.every((w) => NUMBER.test(w))
  );
}

/** Whether a folder's name tells nothing about what its images show: `Training Images`, `preprocessed_images`. */
export const tellsNoContent = (name: string): boolean =>
  nameWords(name).every(
    (word) => FILLERS.has(word) || VERSION_WORDS.has(word) || NUMBER.test(word) || splitRole(word) !== null,
  ) && nameWords(name).some((word) => !NUMBER.test(word));

/** What Google Drive adds to the name of each part of a download: `animals-20240501T120000Z-001`. */
const DRIVE_PART = /-\d{8}T\d{6}Z-\d+-\d{3}$|-\d{8}T\d{6}Z-\d{3}$/;

/** The common name of folders without their numbers, if they are parts of one download (`HAM_images_part_1`, …_2). */
function isPartName(name: string): boolean {
  if (DRIVE_PART.test(name)) return true;
  const all = nameWords(name);
  return (
    all.some((word) => NUMBER.test(word)) &&
    (all.some((word) => PART_WORDS.has(word)) || all.every((word) => FILLERS.has(word) || NUMBER.test(word))) &&
    !all.every((word) => NUMBER.test(word))
  );
}

/**
 * Whether all folders are numbered parts of one download, so that their names are not classes. There must be at least
 * two.
 */
export function areParts(names: readonly string[]): boolean {
  const stems = new Set(
    names.map((name) =>
      nameWords(name.replace(DRIVE_PART, ''))
        .filter((word) => !NUMBER.test(word))
        .join(' '),
    ),
  );
  return names.length > 1 && stems.size === 1 && names.every(isPartName);
}

/**
 * Whether folders with the same folders inside are versions of the same data: `Original Dataset` and `Augmented Dataset`,
 * or the colours and all bands of satellite images.
 */
export function areVersions(names: readonly string[]): boolean {
  if (names.length === 2 && names.filter((name) => ALL_BANDS.test(name)).length === 1) return true;
  const all = names.map(nameWords);
  // `AugmentedAlzheimerDataset` says what it holds too, beside `OriginalDataset`.
  const plain = all.filter((one) => one.every((word) => VERSION_WORDS.has(word) || FILLERS.has(word)));
  return (
    names.length > 1 &&
    plain.length > 0 &&
    all.flat().some((word) => VERSION_WORDS.has(word)) &&
    all.every((one) => one.length > 0 && (plain.includes(one) || one.some((word) => VERSION_WORDS.has(word))))
  );
}

const MASK = /^(masks?|segmentations?)$/;

/** Whether a folder's name says that it contains pictures that are labels of other pictures: `masks`, `train_masks`. */
export function isAnnotationName(name: string): boolean {
  if (ANNOTATION_NAMES.test(name)) return true;
  const rest = nameWords(name).filter((word) => !/^labels?$/.test(word) && !FILLERS.has(word));
  return rest.some((word) => MASK.test(word)) && rest.every((word) => MASK.test(word) || splitRole(word) !== null);
}

/** Whether a folder's name says that it contains pictures about the data set: annotations, figures. */
export const isAssetName = (name: string): boolean => ASSET_NAMES.test(name) || isAnnotationName(name);

/** Ordinary misspellings of a word: two letters swapped, one left out or doubled, but never the first one. */
function misspellings(word: string): Set<string> {
  const found = new Set<string>();
  for (let at = 1; at < word.length; at += 1) {
    found.add(
      word.slice(0, at) +
        word
          .slice(at, at + 2)
          .split('')
          .reverse()
          .join('') +
        word.slice(at + 2),
    );
    if (word.length > 5) found.add(word.slice(0, at) + word.slice(at + 1));
    found.add(word.slice(0, at) + word[at]! + word.slice(at));
  }
  found.delete(word);
  return found;
}

const MISSPELT: readonly (readonly [string, ReadonlySet<string>])[] = [
  'train',
  'training',
  'valid',
  'validation',
  'test',
  'testing',
].map((word) => [word, misspellings(word)]);

/** The name with a misspelt word of a split corrected. */
const corrected = (name: string): string =>
  nameWords(name)
    .map((word) => MISSPELT.find(([, wrong]) => wrong.has(word))?.[0] ?? word)
    .join(' ');

/** A folder and the facts that show whether it is a split. */
export interface Sibling {
  readonly name: string;
  /** Number of its direct subfolders that contain images at any depth. */
  readonly folders: number;
}

/** The usual name of a split; its own where another folder has the same role. */
const distinctName = (one: Parsed & Sibling, all: readonly (Parsed & Sibling)[]): string =>
  one.role === null || all.filter(({ role }) => role === one.role).length > 1 ? one.name : NAMES[one.role];

/**
 * Decides which of the folders at one level are splits; returns the split by folder name. A name alone decides nothing:
 * `train` beside `car` and `plane` is a class. Null if none of them is a split.
 */
export function splitsAmong(siblings: readonly Sibling[]): ReadonlyMap<string, string> | null {
  const roles = siblings.map(({ name }) => splitRole(name) ?? splitRole(corrected(name)));
  // A misspelt name counts only if all folders at this level are splits of different roles that contain folders.
  const all = new Set(roles).size > 1 && !roles.includes(null) && siblings.every(({ folders }) => folders > 0);
  const read = (name: string): Parsed => parse(all && splitRole(name) === null ? corrected(name) : name);
  const parsed = siblings.map((sibling) => ({ ...sibling, ...read(sibling.name) }));
  const rolesOfForeign = new Map<string, Set<SplitRole>>();
  for (const { role, foreign } of parsed)
    if (role !== null && foreign !== '')
      rolesOfForeign.set(foreign, (rolesOfForeign.get(foreign) ?? new Set<SplitRole>()).add(role));
  const plainOf = (name: string): string =>
    nameWords(name)
      .filter((word) => !FILLERS.has(word) && !NUMBER.test(word))
      .join(' ');
  // `rps` beside `rps-test-set`, both with folders inside: the name alone is that of the training images.
  const bare = parsed.filter(
    ({ name, role, folders }) => role === null && folders > 0 && [...rolesOfForeign.keys()].includes(plainOf(name)),
  );
  const [base] = bare;
  const ofBase = base !== undefined && bare.length === 1 && rolesOfForeign.size === 1 ? plainOf(base.name) : null;
  const train =
    ofBase !== null &&
    parsed.every((one) => one === base || (one.role !== null && one.role > 0 && one.foreign === ofBase)) &&
    parsed.some((one) => one !== base && one.folders > 0)
      ? base!
      : null;
  if (train !== null)
    return new Map(parsed.map((one) => [one.name, one === train ? NAMES[0] : distinctName(one, parsed)]));
  // `seg_train` and `seg_test` are splits, `steam_train` and `blood_test` are not.
  const shared = [...rolesOfForeign].filter(([, roles]) => roles.size > 1).map(([foreign]) => foreign);
  const isSplit = ({ role, fold, foreign }: Parsed): boolean =>
    fold || (role !== null && (foreign === '' || (shared.length === 1 && shared[0] === foreign)));
  const splits = parsed.filter(isSplit);
  const others = parsed.filter(
    (one) => !isSplit(one) && !nameWords(one.name).some((word) => UNLABELLED_WORDS.has(word)),
  );
  if (splits.length === 0) return null;
  const distinct = new Set(splits.map(({ role, name }) => (role === null ? name : role))).size;
  const deep = splits.some(({ folders }) => folders > 0);
  const fits =
    others.length === 0
      ? distinct > 1 || splits.every(({ fold }) => !fold)
      : distinct > 1
        ? deep || others.length <= splits.length
        : others.length === 1 && others[0]!.folders === 0 && splits.every(({ folders }) => folders > 1);
  if (!fits) return null;
  const names = new Map<string, string>();
  const canonical = splits.map((one) =>
    one.role !== null && (one.plain || one.foreign !== '') ? NAMES[one.role] : one.name,
  );
  splits.forEach(({ name }, at) => {
    const own = canonical[at]!;
    names.set(name, canonical.filter((other) => other === own).length > 1 ? name : own);
  });
  return names;
}
