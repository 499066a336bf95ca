import type { Call } from '../script/syntax';
import { addKeyword, replace } from './edit';
import { callsNamed, nodesOf, type Ailment, type CodeRemedy, type Way } from './remedy';

const FEEDS =
  /^(DataLoader|fit|fit_generator|flow|flow_from_directory|flow_from_dataframe|image_dataset_from_directory)$/;
const GENERATORS = /^(flow|flow_from_directory|flow_from_dataframe|image_dataset_from_directory)$/;

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
  ways: (ailment) =>
    callsNamed(ailment, FEEDS).flatMap((call): Way[] => {
      // Images and labels that are gathered in two passes must come in the same order in both.
      if (isGathered(ailment, call)) return [];
      const given = call.keywords.get('shuffle');
      if (given) return [[replace(ailment.script.resolve(given), 'True')]];
      return call.last === 'DataLoader' && call.positional.length < 3
        ? [[addKeyword(ailment.code, call, 'shuffle=True')]]
        : [];
    }),
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
