import type { Call } from '../script/syntax';
import { addKeyword, replace } from './edit';
import { callsNamed, nodesOf, type Ailment, type CodeRemedy, type Way } from './remedy';

const FEEDS =
  /^(DataLoader|DistributedSampler|fit|fit_generator|flow|flow_from_directory|flow_from_dataframe|image_dataset_from_directory)$/;
const GENERATORS = /^(DataLoader|flow|flow_from_directory|flow_from_dataframe|image_dataset_from_directory)$/;

/** Whether lists are made of what a feed with a name gives. */
function isGathered(ailment: Ailment, { node }: Call): boolean {
  const names = nodesOf(ailment, 'assignment').flatMap((one) =>
    one.field('right')?.start === node.start ? (one.field('left')?.text ?? []) : [],
  );
  return nodesOf(ailment, 'list_comprehension', 'generator_expression').some(({ children }) =>
    children.some(({ type, field }) => type === 'for_in_clause' && names.includes(field('right')?.text ?? '')),
  );
}

export const shuffleRemedy: CodeRemedy = {
  rules: ['unshuffled'],
  reason: () => 'Each batch then has images of several classes, in a new order in every epoch.',
  ways: (ailment) => [
    ...callsNamed(ailment, /^SequentialSampler$/).flatMap(({ node }): Way[] => {
      const callee = node.field('function');
      return callee ? [[replace(callee, callee.text.replace(/\w+$/, 'RandomSampler'))]] : [];
    }),
    // A function that makes the loaders makes all of them in one place.
    ...ailment.script.calls
      .filter(({ last }) => FEEDS.test(last))
      .flatMap((call): Way[] => {
        // Images and labels that are gathered in two passes must come in the same order in both.
        if (isGathered(ailment, call)) return [];
        const given = call.keywords.get('shuffle');
        if (given) return [[replace(ailment.script.resolve(given), 'True')]];
        return call.last === 'DataLoader' && call.positional.length < 3
          ? [[addKeyword(ailment.code, call, 'shuffle=True')]]
          : [];
      }),
  ],
};

/** A buffer that holds the data set, so that all images can change places. */
const buffer = ({ setting: { classSizes } }: Ailment): number =>
  Math.max(
    1000,
    classSizes.reduce((sum, size) => sum + size, 0),
  );

/** `shuffle()` of a data set at its source. One that comes after `batch()` is left out. */
export const dataSetShuffleRemedy: CodeRemedy = {
  rules: ['unshuffled', 'shuffled-after-batch'],
  reason: () => 'Single images now change places, so that each batch has images of several classes.',
  ways: (ailment) => {
    const late = callsNamed(ailment, /^shuffle$/).flatMap(({ node }) => {
      const object = node.field('function')?.field('object');
      return object ? [{ start: object.end, end: node.end, text: '' }] : [];
    });
    return callsNamed(ailment, /^(from_tensor_slices|from_generator|list_files)$/).flatMap(
      ({ node: { end } }): Way[] => {
        const early = { start: end, end, text: `.shuffle(${buffer(ailment)})` };
        return ailment.warning.rule === 'unshuffled' ? [[early]] : late.map((edit): Way => [early, edit]);
      },
    );
  },
};

export const predictionOrderRemedy: CodeRemedy = {
  rules: ['predictions-shuffled'],
  reason: () => 'The order of the images must stay the same, so that each prediction is compared with its own label.',
  ways: (ailment) =>
    callsNamed(ailment, GENERATORS).flatMap((call) => {
      const given = call.keywords.get('shuffle');
      return [[given ? replace(given, 'False') : addKeyword(ailment.code, call, 'shuffle=False')]];
    }),
};
