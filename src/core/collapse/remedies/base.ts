/** Remedies for input that does not fit the pretrained net, or differs between training and prediction. */
import { argument } from '../script/draft';
import { familyScale } from '../script/keras-scaling';
import { addKeyword, removeKeyword, replace, type CodeEdit } from './edit';
import type { SyntaxNode } from '../script/syntax';
import { callsNamed, nodesOf, type Ailment, type CodeRemedy, type Way } from './remedy';
import { importBefore } from './imports';
import { divisions, unscaled } from './scaling';

export const channelsRemedy: CodeRemedy = {
  rules: ['channels-of-base', 'channels-differ'],
  reason: () => 'cv2.imread gives blue, green, red; the net expects red, green, blue.',
  ways: (ailment) => {
    const all = callsNamed(ailment, /^imread$/).map(({ node }) => {
      const module = node.field('function')?.field('object')?.text ?? 'cv2';
      return replace(node, `${module}.cvtColor(${node.text}, ${module}.COLOR_BGR2RGB)`);
    });
    return [all, ...all.map((one) => [one])].filter((way) => way.length > 0);
  },
};

/** The modules of keras.applications that have a `preprocess_input` of their own. */
const FAMILIES = [
  'vgg16',
  'resnet50',
  'resnet',
  'resnet_v2',
  'mobilenet',
  'mobilenet_v2',
  'mobilenet_v3',
  'inception_v3',
  'inception_resnet_v2',
  'xception',
  'densenet',
  'efficientnet',
  'efficientnet_v2',
  'nasnet',
  'convnext',
];
const FAMILY = /(applications\.)(\w+)/;

/** The pretrained nets that the script makes. */
const BASES = /^(VGG|ResNet|MobileNet|Inception|Xception|DenseNet|EfficientNet|NASNet|ConvNeXt)/;

const plain = (name: string): string => name.toLowerCase().replaceAll('_', '');

/** The modules, those first whose name begins like that of a net of the script, the longest first. */
function families(ailment: Ailment): string[] {
  const nets = callsNamed(ailment, BASES).map(({ last }) => plain(last));
  const fits = (family: string): number => (nets.some((net) => net.startsWith(plain(family))) ? family.length : 0);
  return FAMILIES.toSorted((a, b) => fits(b) - fits(a));
}

const renamedFamilies = (ailment: Ailment): Way[] => {
  const places = nodesOf(ailment, 'import_from_statement', 'attribute', 'dotted_name').filter(
    ({ text }) => FAMILY.test(text) && !/\n/.test(text),
  );
  return places.flatMap((node) =>
    families(ailment).map((family): Way => [replace(node, node.text.replace(FAMILY, `$1${family}`))]),
  );
};

/** `preprocess_input` of the module of a net, as the script can write it. */
function preprocessing(ailment: Ailment): { name: string; imports: (CodeEdit | null)[] } | null {
  const [base] = callsNamed(ailment, BASES);
  const callee = base?.node.field('function');
  if (!callee) return null;
  const [family] = families(ailment);
  const prefix = callee.text.replace(/\w+$/, '');
  if (/(applications|^\w+)\.$/.test(prefix) && /applications\.\w+$/.test(base!.name))
    return { name: `${prefix}${family}.preprocess_input`, imports: [] };
  const root = /^keras\./.test(base!.name) ? 'keras' : 'tensorflow.keras';
  return {
    name: 'preprocess_input',
    imports: [importBefore(ailment, `from ${root}.applications.${family} import preprocess_input`)],
  };
}

/** The scaling of the pretrained net in place of what the script does. */
function preprocessed(ailment: Ailment): Way[] {
  const own = preprocessing(ailment);
  if (!own) return [];
  const { name, imports } = own;
  const generators = callsNamed(ailment, /^ImageDataGenerator$/).map((call) => {
    const given = call.keywords.get('preprocessing_function');
    if (given) return replace(given, name);
    const rescale = call.keywords.get('rescale');
    const pair = rescale && nodesOf(ailment, 'keyword_argument').find((one) => one.end === rescale.end);
    return pair
      ? replace(pair, `preprocessing_function=${name}`)
      : addKeyword(ailment.code, call, `preprocessing_function=${name}`);
  });
  const divided = divisions(ailment).map(({ node, left }) => replace(node, `${name}(${left.text})`));
  return [
    ...(generators.length > 0 ? [[...imports, ...generators]] : []),
    ...generators.map((edit): Way => [...imports, edit]),
    ...divided.map((edit): Way => [...imports, edit]),
    ...(divided.length > 1 ? [[...imports, ...divided]] : []),
  ];
}

/**
 * Ways that leave out one scaling. Without a pretrained net, which may scale inside, the images that are trained on keep
 * theirs.
 */
function unscaledOne(ailment: Ailment): Way[] {
  if (callsNamed(ailment, BASES).length > 0) return unscaled(ailment);
  const trained = callsNamed(ailment, /^(fit|fit_generator)$/)
    .flatMap((call) => argument(call, ['x', 'generator'], 0) ?? [])
    .flatMap((node) => [...ailment.script.origins(node)])
    .filter(({ type, text }) => type.endsWith('operator') || /^[\w.]*ImageDataGenerator\(/.test(text));
  const isTrained = (edit: CodeEdit | null): boolean =>
    edit !== null && trained.some(({ start, end }) => edit.start < end && start < edit.end);
  return unscaled(ailment).filter((way) => !way.some(isTrained));
}

export const familyRemedy: CodeRemedy = {
  rules: ['base-scaled-otherwise', 'prediction-scaled-otherwise'],
  reason: () => 'The pixels are scaled as in the training of the pretrained net.',
  ways: (ailment) => {
    if (ailment.reading.framework === 'pytorch') return [];
    const generators = callsNamed(ailment, /^ImageDataGenerator$/);
    const fewer = [
      ...unscaledOne(ailment),
      ...generators.map((call): Way => [removeKeyword(call, 'preprocessing_function')]),
    ];
    const inside = callsNamed(ailment, BASES)
      .filter(({ keywords }) => keywords.has('include_preprocessing'))
      .map((call): Way => [removeKeyword(call, 'include_preprocessing')]);
    const other = [...inside, ...preprocessed(ailment), ...renamedFamilies(ailment)];
    // Only a net that scales inside can do without any scaling.
    const scalesInside = callsNamed(ailment, BASES).every(({ last }) => familyScale(last) === 'raw');
    return scalesInside ? [...inside, ...fewer, ...other] : [...other, ...fewer];
  },
};

const IMAGENET = [
  [0.485, 0.456, 0.406],
  [0.229, 0.224, 0.225],
] as const;

export const rangeRemedy: CodeRemedy = {
  rules: ['normalized-for-255'],
  reason: () => 'The mean and the deviation of ImageNet for pixels of 0 to 1.',
  ways: (ailment) =>
    callsNamed(ailment, /^Normalize$/).map((call) => {
      const values = [...call.positional, ...call.keywords.values()].slice(0, 2);
      return values.map((node, i) => replace(ailment.script.resolve(node), `[${IMAGENET[i]!.join(', ')}]`));
    }),
};

/** Calls that give batches of images and labels, which cannot be divided. */
const FEEDS = /^[\w.]*(dataset_from_directory|flow|flow_from_\w+|from_tensor_slices|from_generator|list_files)\(/;

interface Scale {
  /** The text of the scaled images, from that of the images. */
  readonly of: (text: string) => string;
  readonly imports: Way;
}

const scaledBy = ({ of, imports }: Scale, arrays: readonly SyntaxNode[]): Way => [
  ...arrays.map((node) => replace(node, of(divisible(node)))),
  ...imports,
];

/** The text of an expression, such that a division behind it divides all of it. */
const divisible = ({ type, text }: SyntaxNode): string =>
  /^(identifier|call|attribute|subscript)$/.test(type) ? text : `(${text})`;

/** Calls that give a data set of TensorFlow, which has `map`; a generator and an array have none. */
const DATA_SETS = /^[\w.]*(dataset_from_directory|from_tensor_slices|from_generator|list_files|TFRecordDataset)\(/;

/** The ways in which arrays that are predicted get the scaling of the images that are trained on. */
function arraysForUse(ailment: Ailment): { readonly arrays: readonly SyntaxNode[]; readonly scales: readonly Scale[] } {
  const { script } = ailment;
  const used = callsNamed(ailment, /^(predict\w*|evaluate\w*)$/).flatMap((call) => call.positional[0] ?? []);
  const held = callsNamed(ailment, /^(fit|fit_generator)$/).flatMap(
    (call) => call.keywords.get('validation_data') ?? [],
  );
  const arrays = [...used, ...held.flatMap((node) => (node.type === 'tuple' ? node.children.slice(0, 1) : []))].filter(
    (node) => ![...script.origins(node)].some(({ type, text }) => type === 'call' && FEEDS.test(text)),
  );
  const own = preprocessing(ailment);
  return {
    arrays,
    scales: [
      { of: (text) => `${text} / 255.0`, imports: [] },
      { of: (text) => `${text} / 127.5 - 1`, imports: [] },
      ...(own ? [{ of: (text: string) => `${own.name}(${text})`, imports: own.imports }] : []),
    ],
  };
}

/** Images that are predicted get the scaling of the images that are trained on. */
function scaledForUse(ailment: Ailment): Way[] {
  const { script } = ailment;
  const { arrays, scales } = arraysForUse(ailment);
  const divided = divisions(ailment);
  return [
    ...arrays.flatMap((node) => scales.map((scale) => scaledBy(scale, [node]))),
    ...scales.map((scale) => scaledBy(scale, arrays)),
    ...divided.flatMap(({ node, left }): Way[] => {
      const whole = script
        .nodes('binary_operator')
        .find((one) => one.field('left')?.start === node.start && one.field('left')?.end === node.end);
      return whole ? [[replace(whole, `${left.text} / 255.0`)]] : [];
    }),
  ];
}

/** In PyTorch, the `Normalize` of one list of transforms also in the lists that have none. */
function normalizedAlike(ailment: Ailment, code: string): Way[] {
  const lists = nodesOf(ailment, 'list');
  const inside = (call: { node: { start: number; end: number } }, list: { start: number; end: number }): boolean =>
    list.start < call.node.start && call.node.end < list.end;
  const normalize = callsNamed(ailment, /^Normalize$/);
  return callsNamed(ailment, /^(ToTensor|ToDtype|ToTensorV2)$/).flatMap((call) => {
    const list = lists.find((one) => inside(call, one));
    if (!list || normalize.some((one) => inside(one, list))) return [];
    const { start, end } = call.node;
    // Albumentations normalizes images, before they become tensors.
    if (call.last === 'ToTensorV2')
      return normalize.map((one): Way => [{ start, end: start, text: `${one.node.text}, ` }]);
    const line = code.lastIndexOf('\n', start - 1) + 1;
    const blanks = code.slice(line, start);
    return normalize.map((one): Way => {
      const text = /^\s*$/.test(blanks) ? `,\n${blanks}${one.node.text}` : `, ${one.node.text}`;
      return [{ start: end, end, text }];
    });
  });
}

/** In PyTorch, the `Normalize` of the training for an image that is only made a tensor: `ToTensor()(image)`. */
function normalizedTensor(ailment: Ailment): Way[] {
  const normalize = callsNamed(ailment, /^Normalize$/);
  // Several calls can start in the same place.
  const tensors = ailment.script.nodes('call').filter((node) => {
    const callee = node.field('function');
    return /\bto_tensor$/.test(callee?.text ?? '') || (callee?.type === 'call' && /\bToTensor\(\)$/.test(callee.text));
  });
  return tensors.flatMap((node) => normalize.map((one): Way => [replace(node, `${one.node.text}(${node.text})`)]));
}

/** A data set that is predicted is mapped by the function that scales the one that is trained on. */
function mappedForUse(ailment: Ailment): Way[] {
  const { script } = ailment;
  const isDataSet = (node: SyntaxNode): boolean =>
    node.type === 'identifier' &&
    [...script.origins(node)].some(({ type, text }) => type === 'call' && DATA_SETS.test(text));
  const fits = callsNamed(ailment, /^fit$/).map((call) => {
    const images = argument(call, ['x'], 0);
    const maps = (images ? [...script.origins(images)] : []).flatMap((node) => {
      const made = node.type === 'call' ? script.callAt(node) : undefined;
      return made?.last === 'map' && made.positional[0] ? [made.positional[0].text] : [];
    });
    return { held: call.keywords.get('validation_data'), maps };
  });
  const predicted = callsNamed(ailment, /^(predict\w*|evaluate\w*)$/).flatMap((call) => call.positional[0] ?? []);
  const { arrays, scales } = arraysForUse(ailment);
  return [...new Set(fits.flatMap(({ maps }) => maps))].flatMap((text) => {
    // Of several trainings, only those that are mapped so.
    const held = fits.flatMap((one) => (one.held && one.maps.includes(text) ? [one.held] : []));
    const all = [...predicted, ...held].filter(isDataSet).map((node) => replace(node, `${node.text}.map(${text})`));
    // Arrays that are predicted beside the data sets need the same scaling.
    const both = arrays.length > 0 ? scales.map((scale): Way => [...all, ...scaledBy(scale, arrays)]) : [];
    return [all, ...all.map((one): Way => [one]), ...both];
  });
}

const scaledAlike = (ailment: Ailment): Way[] =>
  ailment.reading.framework === 'pytorch'
    ? [...normalizedAlike(ailment, ailment.code), ...normalizedTensor(ailment)]
    : [
        ...callsNamed(ailment, /^ImageDataGenerator$/).flatMap((call): Way[] =>
          call.keywords.has('rescale') ? [] : [[addKeyword(ailment.code, call, 'rescale=1.0 / 255')]],
        ),
        ...mappedForUse(ailment),
        ...scaledForUse(ailment),
        ...unscaledOne(ailment),
      ];

const ALIKE = 'Images are scaled in the same way in training and in prediction.';

export const predictionScaleRemedy: CodeRemedy = {
  rules: ['prediction-scaled-otherwise'],
  reason: () => ALIKE,
  ways: scaledAlike,
};

/** Where the scaling of its family does not help a pretrained net, that of the other images may. */
export const baseScaleRemedy: CodeRemedy = { rules: ['base-scaled-otherwise'], reason: () => ALIKE, ways: scaledAlike };
