/** Remedies for input that does not fit the pretrained net, or differs between training and prediction. */
import { addKeyword, replace } from './edit';
import { callsNamed, nodesOf, type Ailment, type CodeRemedy, type Way } from './remedy';
import { unscaled } from './scaling';

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

const familyWays = (ailment: Ailment): Way[] => {
  const places = nodesOf(ailment, 'import_from_statement', 'attribute', 'dotted_name').filter(
    ({ text }) => FAMILY.test(text) && !/\n/.test(text),
  );
  return places.flatMap((node) =>
    FAMILIES.map((family): Way => [replace(node, node.text.replace(FAMILY, `$1${family}`))]),
  );
};

export const familyRemedy: CodeRemedy = {
  rules: ['base-scaled-otherwise', 'prediction-scaled-otherwise'],
  reason: () => 'The pixels are scaled as in the training of the pretrained net.',
  ways: familyWays,
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

export const predictionScaleRemedy: CodeRemedy = {
  rules: ['prediction-scaled-otherwise', 'base-scaled-otherwise'],
  reason: () => 'Images are scaled in the same way in training and in prediction.',
  ways: (ailment) => [
    ...callsNamed(ailment, /^ImageDataGenerator$/).flatMap((call): Way[] =>
      call.keywords.has('rescale') ? [] : [[addKeyword(ailment.code, call, 'rescale=1.0 / 255')]],
    ),
    ...unscaled(ailment),
  ],
};
