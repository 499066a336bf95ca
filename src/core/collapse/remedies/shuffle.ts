import { addKeyword, replace } from './edit';
import { callsNamed, type CodeRemedy } from './remedy';

const FEEDS =
  /^(DataLoader|fit|fit_generator|flow|flow_from_directory|flow_from_dataframe|image_dataset_from_directory)$/;
const GENERATORS = /^(flow|flow_from_directory|flow_from_dataframe|image_dataset_from_directory)$/;

export const shuffleRemedy: CodeRemedy = {
  rules: ['unshuffled'],
  reason: () => 'Each batch then has images of several classes, in a new order in every epoch.',
  ways: (ailment) =>
    callsNamed(ailment, FEEDS).flatMap((call) => {
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
