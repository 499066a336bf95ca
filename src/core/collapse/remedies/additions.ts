/** What can be added to a script that has no fault: offered to the user, and left out unless chosen. */
import type { AdditionId } from '../../../contract/model/remedy';
import { argument } from '../script/draft';
import type { Call, SyntaxNode } from '../script/syntax';
import { percent } from '../../text/numbers';
import { kerasLayer, layerAfter } from './depth';
import { earlyStopping } from './early-stopping';
import { insertAfter, insertBefore, removeKeyword, replace, statementOf } from './edit';
import { callsNamed, type Ailment, type Way } from './remedy';
import { firstLayer } from './scaling';

export interface Addition {
  readonly id: AdditionId;
  /** What it is for, and what is added: one sentence each. */
  readonly sentence: (ailment: Ailment) => string;
  readonly reason: (ailment: Ailment) => string;
  /** As the ways of a remedy. A way is taken if it causes no new warning. */
  readonly ways: (ailment: Ailment) => readonly Way[];
}

const isKeras = ({ reading: { framework } }: Ailment): boolean => framework === 'keras';

/** Share of the largest class among the training images, and its name. */
function largest({ setting: { classNames, classSizes } }: Ailment): { name: string; share: number; classes: number } {
  const most = Math.max(...classSizes);
  const images = classSizes.reduce((sum, size) => sum + size, 0);
  const present = classSizes.filter((size) => size > 0).length;
  return { name: classNames[classSizes.indexOf(most)] ?? '', share: most / Math.max(1, images), classes: present };
}

/** The last statement of the training: `fit` or `evaluate`, or the outermost loop around `backward`. */
function afterTraining(ailment: Ailment): SyntaxNode[] {
  if (isKeras(ailment))
    return callsNamed(ailment, /^(fit|fit_generator|evaluate|evaluate_generator)$/)
      .reverse()
      .flatMap(({ node }) => statementOf(ailment.script, node) ?? []);
  return callsNamed(ailment, /^backward$/).flatMap(({ node }) => ailment.script.where(node)?.loops[0] ?? []);
}

const baseline: Addition = {
  id: 'baseline',
  sentence: (ailment) => {
    const { name, share } = largest(ailment);
    return `An accuracy means little without a baseline: a net that always predicts “${name}” reaches ${percent(share)}.`;
  },
  reason: () => 'It is printed beside the results.',
  ways: (ailment) => {
    if (ailment.setting.classSizes.length === 0) return [];
    const { name, share, classes } = largest(ailment);
    const text = `Always "${name}": accuracy ${share.toFixed(3)}, balanced accuracy ${(1 / classes).toFixed(3)}. A net that learned is above both.`;
    return afterTraining(ailment).map((node) => [insertAfter(ailment.code, node, `print(${JSON.stringify(text)})`)]);
  },
};

/** Nets whose weights come from elsewhere were trained with a normalization of their own. */
const PRETRAINED =
  /applications\.|torchvision\.models|(^|\.)models\.|timm\.|hub\.|from_pretrained|load_state_dict|load_model|load_weights/;
const GREY = /^(Grayscale|rgb_to_grayscale)$/;

/** Whether the images are in colour and nothing that was trained before expects a normalization. */
const isOwnInput = (ailment: Ailment): boolean =>
  !callsNamed(ailment, /./).some(({ name, last }) => PRETRAINED.test(name) || GREY.test(last)) &&
  !/grayscale|IMREAD_GRAYSCALE|\.convert\(['"]L/.test(ailment.code);

const numbers = (values: readonly number[], digits = 4): string =>
  `[${values.map((value) => value.toFixed(digits)).join(', ')}]`;

/** `Normalize` with the numbers of the data set, in each list of transforms that ends with a tensor. */
function torchNormalized(ailment: Ailment, mean: string, std: string): Way[] {
  const given = callsNamed(ailment, /^Normalize$/);
  if (given.length > 0)
    return [
      given.flatMap((call) => {
        const [first, second] = [argument(call, ['mean'], 0), argument(call, ['std'], 1)];
        return first && second ? [replace(first, mean), replace(second, std)] : [null];
      }),
    ];
  const tensors = callsNamed(ailment, /^ToTensor$/);
  const edits = tensors.map((call) => {
    const prefix = call.node.field('function')!.text.replace(/\w+$/, '');
    return layerAfter(ailment, call, `${prefix}Normalize(${mean}, ${std})`);
  });
  return edits.length > 0 ? [edits] : [];
}

function kerasNormalized(ailment: Ailment, mean: string, variance: string): Way[] {
  const layer = kerasLayer(ailment, 'Normalization');
  // Keras 3 cannot build this layer during the training: the shape of the input must be known before.
  const isBuilt = callsNamed(ailment, /./).some(
    ({ last, keywords }) => /^(Input|InputLayer)$/.test(last) || keywords.has('input_shape'),
  );
  if (!layer || !isBuilt) return [];
  const text = `${layer.text}(mean=${mean}, variance=${variance})`;
  const rescaling = callsNamed(ailment, /^Rescaling$/);
  return [
    ...rescaling.map((call): Way => [layerAfter(ailment, call, text), ...layer.imports]),
    ...(rescaling.length === 0 ? firstLayer(ailment, { ...layer, text }) : []),
  ];
}

const normalization: Addition = {
  id: 'normalization',
  sentence: () => 'A net learns faster from inputs with mean 0 and deviation 1.',
  reason: () => 'The numbers are the mean and the deviation of the training images of this data set, from 0 to 1.',
  ways: (ailment) => {
    const { setting, reading } = ailment;
    const { moments } = setting;
    const { normalization: now } = reading.recipe;
    if (!moments || !isOwnInput(ailment)) return [];
    if (isKeras(ailment))
      return now === 'unit'
        ? kerasNormalized(
            ailment,
            numbers(moments.mean),
            numbers(
              moments.std.map((std) => std ** 2),
              5,
            ),
          )
        : [];
    return now === 'unit' || now === 'imagenet' || now === 'symmetric'
      ? torchNormalized(ailment, numbers(moments.mean), numbers(moments.std))
      : [];
  },
};

/** The folder of the export is not known to the app: the user fills it in. */
const EXPORT = "EXPORT = 'my-export'  # the folder that “plumbline export” or Export in the app has written";
const PARTS: Readonly<Record<string, string>> = { training: 'train', validation: 'val' };

/** Feeds of Keras that split a folder themselves read the parts of the export instead. */
function kerasSplit(ailment: Ailment): Way[] {
  const { script, code } = ailment;
  const feeds = callsNamed(ailment, /^(flow_from_directory|image_dataset_from_directory)$/).flatMap((call) => {
    const part = PARTS[String(script.constant(call.keywords.get('subset')))];
    const folder = argument(call, ['directory'], 0);
    return part && folder ? [{ call, part, folder }] : [];
  });
  const first = feeds[0] && statementOf(script, feeds[0].call.node);
  if (!first || feeds.length < 2) return [];
  const generators = callsNamed(ailment, /^ImageDataGenerator$/);
  const dropped = (call: Call, keyword: string): Way =>
    call.keywords.has(keyword) ? [removeKeyword(call, keyword)] : [];
  return [
    [
      insertBefore(code, first, EXPORT),
      ...feeds.flatMap(({ call, part, folder }) => [
        replace(folder, `EXPORT + '/${part}'`),
        ...['validation_split', 'subset'].flatMap((keyword) => dropped(call, keyword)),
      ]),
      ...generators.flatMap((call) => dropped(call, 'validation_split')),
    ],
  ];
}

/** `random_split` of an image folder becomes the two parts of the export. */
function torchSplit(ailment: Ailment): Way[] {
  const { script, code } = ailment;
  return callsNamed(ailment, /^random_split$/).flatMap((call): Way[] => {
    const statement = statementOf(script, call.node);
    const [only] = statement?.children ?? [];
    const data = call.positional[0] && script.resolve(call.positional[0]);
    const made = data && script.callAt(data);
    const folder = made && argument(made, ['root'], 0);
    const targets = only?.field('left')?.children.length;
    if (!statement || !made || !folder || made.last !== 'ImageFolder' || targets !== 2) return [];
    const { text, start } = made.node;
    const read = (part: string): string =>
      `${text.slice(0, folder.start - start)}EXPORT + '/${part}'${text.slice(folder.end - start)}`;
    return [[insertBefore(code, statement, EXPORT), replace(call.node, `${read('train')}, ${read('val')}`)]];
  });
}

const split: Addition = {
  id: 'split',
  sentence: () => 'A random split can put copies of one picture into training and validation.',
  reason: () =>
    'The split of an export is stratified by class and keeps duplicates together. Write an export first, and enter its folder.',
  ways: (ailment) => (isKeras(ailment) ? kerasSplit(ailment) : torchSplit(ailment)),
};

export const ADDITIONS: readonly Addition[] = [
  split,
  normalization,
  {
    id: 'early-stopping',
    sentence: () => 'Accuracy and loss can improve while small classes are lost.',
    reason: () => 'The training stops when the balanced accuracy on the validation images no longer rises.',
    ways: earlyStopping,
  },
  baseline,
];
